"""Records: what ledgers, registers and packs tell of a period, counted and shown; nothing here meets mail."""
