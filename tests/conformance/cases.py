"""Reads the suite: the requirements, the cases that prove them, and the table of the two for the documents.

``python -m tests.conformance.cases`` writes the table into docs/protocol.md.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "protocol.md"
BEGIN, END = "<!-- requirements: begin -->\n", "<!-- requirements: end -->\n"
STEP = {
    "request", "raw", "query", "parameters", "headers", "accept", "type", "form", "body", "encoding",
    "status", "content", "boolean", "solutions", "graph", "holds", "problem", "has_members", "text",
    "empty", "has", "lacks", "until", "same_as",
}  # fmt: skip


@dataclass(frozen=True)
class Requirement:
    """What a section of a specification requires; ``level`` is its word for it."""

    id: str
    section: str
    level: str
    says: str


@dataclass(frozen=True)
class Specification:
    """A specification, with what it requires."""

    title: str
    url: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True)
class Case:
    """A request, or several after one another, what is expected, and which requirements that proves."""

    name: str
    proves: tuple[str, ...]
    server: str
    steps: tuple[Mapping[str, Any], ...]


@cache
def specifications() -> tuple[Specification, ...]:
    """The specifications, in the order of the file."""
    read = tomllib.loads((HERE / "requirements.toml").read_text(encoding="utf-8"))
    return tuple(
        Specification(
            one["title"], one["url"], tuple(Requirement(**required) for required in one["requirements"])
        )
        for one in read.values()
    )


@cache
def cases() -> tuple[Case, ...]:
    """Every case, by file and in the order of the files. A word that nobody knows is an error."""
    found = []
    for path in sorted((HERE / "cases").glob("*.toml")):
        for said in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            steps = said.pop("step", None)
            name, proves, server = said.pop("name"), tuple(said.pop("proves")), said.pop("server", "plain")
            steps = [said] if steps is None else steps
            for step in steps:
                assert step.keys() <= STEP, (path, name, step.keys() - STEP)
            found.append(Case(name, proves, server, tuple(steps)))
    return tuple(found)


def table(every: Sequence[Case]) -> str:
    """The requirements with the cases that prove each, as Markdown."""
    lines = [
        f"{len(every)} cases prove {sum(len(one.requirements) for one in specifications())} requirements."
    ]
    for specification in specifications():
        lines += ["", f"### {specification.title}", "", f"<{specification.url}>", ""]
        if not specification.url.startswith("http"):
            del lines[-2:]
        lines += ["| section | level | requirement | cases |", "|---|---|---|---|"]
        for required in specification.requirements:
            proofs = ", ".join(f"`{case.name}`" for case in every if required.id in case.proves)
            lines.append(f"| {required.section} | {required.level} | {required.says} | {proofs} |")
    return "\n".join(lines) + "\n"


def written() -> str:
    """The table that stands in the document."""
    return DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def main() -> None:
    """Writes the table into the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, f"{DOCUMENT} lacks the line {BEGIN}"
    assert end, f"{DOCUMENT} lacks the line {END}"
    DOCUMENT.write_text(f"{before}{begin}{table(cases())}{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
