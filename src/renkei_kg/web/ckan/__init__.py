"""The datasets in the words of CKAN's Action API, read-only, for the harvesters of other portals."""
