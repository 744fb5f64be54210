"""HTTP: parses a request, asks the engine, shapes the answer. Knows nothing of compile."""
