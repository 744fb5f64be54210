"""Renkei KG: Hokkaido's regional-cooperation projects as a knowledge graph, compiled and served."""

__version__ = "0.1.0"
