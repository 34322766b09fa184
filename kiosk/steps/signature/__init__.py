"""Takes the candidate's signature under exactly what the screen showed."""

from kiosk.steps.signature.step import SignatureStep

__all__ = ["SignatureStep"]
