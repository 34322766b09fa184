"""The published formats that prints are handed on in. Bytes to pictures and back; no hardware, no network."""
