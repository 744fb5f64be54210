"""The read half's floor: answering SPARQL over a snapshot. Knows nothing of compile or web."""
