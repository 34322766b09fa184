"""A ZFM-20/R30x sensor in software, behind a real serial port, for anything that speaks its protocol.

`python -m devices.fingerprint.emulator --help` runs it alone.
"""
