"""Look-up: is a document known, when, how signed, and is a file the one that was sent (BD-4e)."""
