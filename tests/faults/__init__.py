"""Faults on purpose: broken and hostile input, kills, payloads; a few in each run of the tests, all in ``make faults``."""
