"""MOSIP's Secure Biometric Interface (SBI): fingerprint readers of any maker behind HTTP on this computer.

Source: MOSIP device service specification 0.9.5 and 1.0 (docs.mosip.io), and the schemas of its compliance toolkit.
"""
