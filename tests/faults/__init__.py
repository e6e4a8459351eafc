"""Faults on purpose: broken and hostile input, kills, and payloads. ``make test`` runs a little of each, ``make faults`` all of it."""
