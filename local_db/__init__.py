"""The venue's own store: SQLAlchemy over SQLite, and a folder of files named by their digest."""
