"""L0: the nouns of the gateway. No logic but each type's own invariants; no I/O, clock or logging."""
