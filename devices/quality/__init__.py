"""Judges pictures: pure functions over arrays. Knows neither cameras nor candidates."""
