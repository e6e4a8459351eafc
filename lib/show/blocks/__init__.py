"""Everything that chapters show: each function takes a view and returns a block of markup, plain text, facts and data."""
