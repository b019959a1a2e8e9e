"""A year of four territories made up whole, and what is true of it, counted apart from all code under test."""
