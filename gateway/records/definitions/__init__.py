"""Definitions: each report the directives ask for, made of figures; words, columns and rules of counting stand here."""
