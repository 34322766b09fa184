"""The venue's web app: Flask on waitress."""
