"""Which versions a remote store holds, and which of them is read: a small graph in the store itself.

The graph ``<base>published`` says which versions ``publishing`` has found to be whole. A version is made the
one to read by one triple, the number of its turn: the highest counts. So the step is atomic in every engine,
and all servers of a store see it. Visitors never see this graph: it is in the dataset of no version.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from renkei_kg.engine.remote.naming import state_graph

TERMS: Final = "urn:renkei:published:"
PROLOGUE: Final = f"PREFIX p: <{TERMS}>\n"


@dataclass(frozen=True)
class Published:
    """What a store says: the versions that it holds whole, the one to read, if there is one, and how many
    turns there have been."""

    versions: frozenset[str] = frozenset()
    current: str = ""
    turns: int = 0


def question(base: str) -> str:
    """The query that is answered with the state of a store."""
    return (
        f"{PROLOGUE}SELECT ?id ?turn WHERE {{ GRAPH <{state_graph(base)}> {{"
        f" ?version p:version ?id ; p:whole ?at . OPTIONAL {{ ?version p:turn ?turn }} }} }}"
    )


def read(content: bytes) -> Published:
    """The state that an answer in JSON tells. Raises SyntaxError, ValueError."""
    found = parse_query_results(content, QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions)
    return told((row["id"].value, int(row["turn"].value) if row["turn"] else 0) for row in found)


def told(rows: Iterable[tuple[str, int]]) -> Published:
    """The state by identifiers of versions, each with a turn that it had, 0 for none."""
    found = list(rows)
    last = max(((turn, name) for name, turn in found if turn), default=(0, ""))
    return Published(frozenset(name for name, _ in found), last[1], last[0])
