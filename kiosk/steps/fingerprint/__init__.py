"""Reads the fingers this region asks for."""

from kiosk.steps.fingerprint.step import FingerprintStep

__all__ = ["FingerprintStep"]
