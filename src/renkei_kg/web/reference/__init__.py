"""The reference of the ontology and of the shapes, and what the site says of itself and of its data."""
