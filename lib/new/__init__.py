"""What `lagesrapport new` makes."""
