"""The gallery of example queries, each a small service for who writes no SPARQL, and links to queries."""
