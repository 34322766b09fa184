"""Readers of identity documents: drivers beside one another, and what they share."""
