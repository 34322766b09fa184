"""Checks the papers this region asks for."""

from kiosk.steps.materials.step import MaterialsStep

__all__ = ["MaterialsStep"]
