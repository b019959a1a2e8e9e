"""L1: verdict to words: header fields, replies, tags. Pure."""
