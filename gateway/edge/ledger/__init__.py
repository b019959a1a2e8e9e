"""The ledger on disk: one writer for each process, readers and purging for commands and records; see docs/ledger.md."""
