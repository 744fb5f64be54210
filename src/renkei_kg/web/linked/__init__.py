"""Linked data: every IRI below the graph's base, as a page for people and as RDF for programs."""
