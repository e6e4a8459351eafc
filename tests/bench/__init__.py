"""How long a report takes, as a share of what the same notebooks take by other ways; ``make bench`` runs it."""
