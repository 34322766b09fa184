"""The vocabulary that venue and region share, and the bytes they agree on. Pure: no Flask, no SQLAlchemy, no clock."""
