"""Reads the registration back and takes what is wrong with it."""

from kiosk.steps.form.step import FormStep

__all__ = ["FormStep"]
