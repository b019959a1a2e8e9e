"""Look-ups in DNS for the identity of senders: bounded, remembered, never in the way of mail (RFC 1034, RFC 2308)."""
