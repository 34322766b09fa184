"""Tells fingers apart by their minutiae, whatever device the picture came from. Pure functions over arrays."""
