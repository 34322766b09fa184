"""The hardware of a station. Knows nothing of candidates."""
