"""Carries finished records to the region and brings its verdicts back."""
