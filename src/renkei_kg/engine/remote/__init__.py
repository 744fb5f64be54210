"""The remote engine: any SPARQL 1.1 endpoint that a version has been published to (docs/engines.md)."""
