"""Throw-away certificates and sample documents for the demonstration, the tests and the benchmark.

Nothing here is used on a production path: only `gateway.daemon` (its demo command) and tests import it.
It needs the `demo` extra (reportlab, pillow).
"""
