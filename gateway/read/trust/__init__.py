"""Trust in a signer: chains to configured anchors, revocation lists and responses, configured or brought along."""
