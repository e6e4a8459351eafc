"""Notebooks run in processes forked from one that has its libraries loaded: what a kernel would import anew each time is there."""
