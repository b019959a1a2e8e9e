"""Congthu: an SMTP relay that judges official mail before it answers 250.

The package is layered (ARCHITECTURE.md): `values` holds nouns, `read`, `judge` and `mark`
are pure functions over them, `edge` touches the outside world, `daemon` puts it together.
"""

__version__ = "0.1.0"
