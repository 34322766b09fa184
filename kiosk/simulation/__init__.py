"""Plays a day of a venue against the running app, over HTTP, as browsers would."""
