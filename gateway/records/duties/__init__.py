"""Duties: reports somebody owes on a day, and targets of a year, as packs and registry say."""
