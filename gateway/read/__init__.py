"""L1: octets to facts. Total, bounded, deterministic; a broken message is a fact, never an exception."""
