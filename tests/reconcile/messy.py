"""Messy tables matched over HTTP, and how well: ``messy.csv`` and ``second.csv`` have the right answer for each
row, worked out by hand from the sources. The second was written when the numbers of ``likeness`` were settled by
the first, so that it tells what they are worth with names that nobody had looked at.

A row with one identifier is to be matched to it. A row with several may mean any of them: it must not be matched,
and all of them are to be offered. A row with none must not be matched.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.serving import Server

TABLES = tuple(Path(__file__).with_name(name) for name in ("messy.csv", "second.csv"))
BASE = "https://w3id.org/renkei/id/"
AT_ONCE = 10
OFFERED = 3


@dataclass(frozen=True)
class Row:
    """A row: what is asked, the right answers without the base, and why it is hard."""

    query: str
    type: str
    property_: str
    value: str
    answers: frozenset[str]
    why: str

    @property
    def query_object(self) -> dict[str, Any]:
        """The row as OpenRefine asks for it."""
        found: dict[str, Any] = {"query": self.query}
        if self.type:
            found |= {"type": self.type, "type_strict": "should"}
        if self.property_:
            found["properties"] = [{"pid": self.property_, "v": self.value}]
        return found


@dataclass(frozen=True)
class Answered:
    """A row and its candidates, the best first."""

    row: Row
    candidates: list[dict[str, Any]]

    @property
    def ids(self) -> list[str]:
        """The candidates without the base."""
        return [one["id"].removeprefix(BASE) for one in self.candidates]

    @property
    def matched(self) -> str:
        """What is taken without asking; empty when nothing is."""
        return next((one["id"].removeprefix(BASE) for one in self.candidates if one["match"]), "")

    @property
    def is_right(self) -> bool:
        """Whether the row came out as it should."""
        if len(self.row.answers) == 1:
            return {self.matched} == self.row.answers
        return not self.matched and self.row.answers <= set(self.ids)


@dataclass(frozen=True)
class Score:
    """How many rows came out how."""

    answered: Sequence[Answered]

    @property
    def single(self) -> list[Answered]:
        """The rows with one right answer."""
        return [one for one in self.answered if len(one.row.answers) == 1]

    @property
    def precision(self) -> float:
        """The share of what is taken without asking that is right."""
        taken = [one for one in self.answered if one.matched]
        return sum({one.matched} == one.row.answers for one in taken) / len(taken)

    @property
    def recall(self) -> float:
        """The share of rows with one right answer for which that is taken without asking."""
        return sum(one.is_right for one in self.single) / len(self.single)

    @property
    def offered(self) -> float:
        """The share of rows with one right answer that have it among the first candidates."""
        return sum(one.row.answers <= set(one.ids[:OFFERED]) for one in self.single) / len(self.single)

    @property
    def ambiguous(self) -> float:
        """The share of rows with several right answers that have all of them offered, and none taken."""
        several = [one for one in self.answered if len(one.row.answers) > 1]
        return sum(one.is_right for one in several) / len(several)

    @property
    def refused(self) -> float:
        """The share of rows without an answer for which none is taken."""
        without = [one for one in self.answered if not one.row.answers]
        return sum(one.is_right for one in without) / len(without)


def rows(table: Path) -> list[Row]:
    """The rows of a table."""
    with table.open(encoding="utf-8", newline="") as lines:
        return [
            Row(
                one["query"],
                one["type"],
                one["property"],
                one["value"],
                frozenset(one["answer"].split()),
                one["why"],
            )
            for one in csv.DictReader(lines)
        ]


def ask(server: Server, asked: Sequence[Row]) -> Iterator[Answered]:
    """The rows asked for in batches, as OpenRefine does it."""
    for some in (asked[at : at + AT_ONCE] for at in range(0, len(asked), AT_ONCE)):
        queries = {f"q{number}": row.query_object for number, row in enumerate(some)}
        body = urlencode({"queries": json.dumps(queries)}).encode()
        answer = server.fetch("/reconcile", body, Content_Type="application/x-www-form-urlencoded")
        assert answer.status == 200, answer.body
        found = json.loads(answer.body)
        yield from (Answered(row, found[f"q{number}"]["result"]) for number, row in enumerate(some))


def score(server: Server, table: Path) -> Score:
    """A whole table, asked and counted."""
    return Score(list(ask(server, rows(table))))
