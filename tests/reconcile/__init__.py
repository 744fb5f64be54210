"""Reconciliation held against its specification, and against a table as people really have them."""
