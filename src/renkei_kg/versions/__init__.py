"""The published versions as a whole: their order, what each changed, which are kept. Knows nothing of web."""
