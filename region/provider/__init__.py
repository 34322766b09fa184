"""The demo's stand-in for the registration system's accounts; a real region configures the real one instead."""
