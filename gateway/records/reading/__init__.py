"""Reading: records of ledgers become rows of facts, each record once, whatever is read first or again."""
