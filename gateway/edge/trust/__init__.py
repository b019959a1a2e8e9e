"""Trust: the folder of anchors and lists, and the service that fetches revocation data in the background (ADR 0011)."""
