"""The key of everything a venue keeps, and the ways to get at it: passphrase, recovery key, the system's key store."""
