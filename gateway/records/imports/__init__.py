"""Imports: sheets a clerk filled in, read as hostile input; one mistake and nothing of a sheet is taken."""
