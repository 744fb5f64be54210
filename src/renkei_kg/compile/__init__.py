"""The write half: sources kept by hand become a snapshot. Knows nothing of engine or web."""
