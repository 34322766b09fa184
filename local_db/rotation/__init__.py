"""Another key for everything a venue keeps, so that a kill at any moment loses nothing (ADR 0038)."""
