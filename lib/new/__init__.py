"""What the verb ``new`` makes: goals, indicators, commitments and whole workbooks, each checked before anything is put in place."""
