"""The verbs of the command: each module adds one, and loads what is heavy only when it is used."""
