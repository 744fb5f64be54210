"""Browsing and searching: things narrowed by facets and words, and suggestions as one types."""
