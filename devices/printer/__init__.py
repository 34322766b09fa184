"""Printers of tickets and slips: drivers beside one another, and what they share."""
