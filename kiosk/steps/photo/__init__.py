"""Takes the candidate's picture; the one of the registration is never touched."""

from kiosk.steps.photo.step import PhotoStep

__all__ = ["PhotoStep"]
