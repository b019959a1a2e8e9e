"""Projection: what is made of facts, documents first, then months; the same whatever came first."""
