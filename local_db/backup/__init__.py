"""Encrypted copies of everything a venue keeps, on another disk or stick, and the way back (ADR 0022)."""
