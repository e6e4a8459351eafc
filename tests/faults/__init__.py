"""Faults on purpose: broken and hostile input, kills, payloads; a few in every test run, all in ``make faults``."""
