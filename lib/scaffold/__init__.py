"""The verb ``new``: years, goals, indicators, commitments and whole workbooks, checked before they are written."""
