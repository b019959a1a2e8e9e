"""L4: the command line, one module a command; nothing below knows it."""
