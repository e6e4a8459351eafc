"""What the verb ``new`` makes: years, goals, indicators, commitments and whole workbooks, each checked before anything is put in place."""
