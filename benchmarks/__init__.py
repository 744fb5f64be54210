"""Measures the server against its peers; see README.md. Not part of the package that is installed."""
