"""Observers: metrics and their catalogue, the journal, health pages. They are told and never asked."""
