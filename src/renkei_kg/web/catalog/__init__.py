"""The datasets for catalogues, harvesters and people, all of it from ``graph/catalog`` and the manifest."""
