"""Faults on purpose: broken and hostile input, kills, and payloads; a few in ``make test``, all in ``make faults``."""
