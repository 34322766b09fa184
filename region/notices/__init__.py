"""Notices to candidates: queued with the event they tell of, sent once, and kept as a log of what was sent."""
