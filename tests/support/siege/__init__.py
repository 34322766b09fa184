"""Venue and region as processes that are killed again and again, and what must be true of them whatever happens."""
