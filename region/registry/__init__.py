"""Registrations at the region: whose they are, their materials, how far the review is, and who did what."""
