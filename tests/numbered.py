"""Versions whose every triple says which of them it is from, so that an answer that mixes two is seen."""

from pathlib import Path

from benchmarks import load

EX = "https://example.org/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TRIPLES = 1000
THINGS = 200
VALUES = f"SELECT ?v {{ ?s <{EX}version> ?v }}"


def lookup(thing: int) -> str:
    """A query for one thing of those that all versions have."""
    return f"SELECT ?v {{ <{EX}thing/{thing}> <{LABEL}> ?v }}"


def make(folder: Path, numbers: range, triples: int = TRIPLES) -> dict[str, int]:
    """Publishes a version for each number, the last of which is the current one. Gives the numbers by ids.

    Each says its number in every triple, and has so many triples more than ``triples`` and ``THINGS``.
    """
    made = {}
    for number in numbers:
        file = folder / f"{number}.nq"
        lines = [f'<{EX}{n}> <{EX}version> "{number}" <{EX}g> .\n' for n in range(triples + number)]
        lines += [f'<{EX}thing/{n}> <{LABEL}> "{number}" <{EX}g> .\n' for n in range(THINGS)]
        file.write_text("".join(lines))
        made[load.load(file, folder / "snapshots", EX).id] = number
    return made
