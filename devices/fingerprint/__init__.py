"""Fingerprint readers: the driver of the ZFM-20/R30x family, and an emulated sensor it can be plugged into."""
