"""Figures: typed answers to what reports ask of the store; definitions stand here, words and layout in reports."""
