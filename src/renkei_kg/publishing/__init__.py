"""Publishing a version to a remote store, and saying what an engine can do (docs/engines.md)."""
