"""Versions over HTTP: what a version consists of, as its publisher lists it, and how another takes it."""
