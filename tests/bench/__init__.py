"""Times a build against other ways to run the same notebooks; ``make bench`` runs it."""
