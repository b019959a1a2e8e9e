"""A message and its parts: wire form, header fields, MIME structure under every plausible reading, names, encodings."""
