"""docs/versions.md says what is so: its commands are run, against versions such as it tells of."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from renkei_kg import snapshot
from renkei_kg.compile import pipeline
from renkei_kg.project import open_project
from renkei_kg.versions import retention
from tests.serving import serving
from tests.writing import change

PAGE = (Path(__file__).parents[1] / "docs/versions.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
HOST = "https://kg.example.org"
SHOWN = tuple(dict.fromkeys(re.findall(r"\d{8}T\d{6}Z-[0-9a-f]{12}", PAGE)))
NOTES = """INSERT DATA { GRAPH <https://example.org/notes> {
    <https://example.org/n1> <https://example.org/on> "枝幸" } }"""
DATA = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
<https://w3id.org/renkei/id/project/tantetsuko> rdfs:label "炭鉄港"@ja , "Tantetsuko"@en ."""
FORM = "application/x-www-form-urlencoded"
BASH = shutil.which("bash") or "/bin/bash"


def commands() -> list[tuple[str, str]]:
    """Each command of the page with what it answers."""
    found = []
    for block in CONSOLE.findall(PAGE):
        if "/cite " in block:  # what a citation is like is tested with citations
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            end = next(place for place, line in enumerate(lines) if not line.endswith("\\"))
            found.append(("\n".join(lines[: end + 1]), "\n".join(lines[end + 1 :])))
    return found


class Told:
    """A folder of versions that is as the page tells, the server over it, and how the page calls both."""

    def __init__(self, root: Path, url: str, made: list[str]) -> None:
        self.root, self.url = root, url
        self._names = dict(zip(SHOWN, made, strict=True))

    def real(self, text: str) -> str:
        """What the page says, with the names that are so here."""
        for shown, made in self._names.items():
            text = text.replace(shown, made)
        return text.replace(HOST, self.url)

    def shown(self, text: str) -> str:
        """What is so here, with the names of the page."""
        for shown, made in self._names.items():
            text = text.replace(made, shown)
        return text.replace(self.url, HOST)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("told")
    (folder / "renkei.toml").write_text(
        'base = "https://w3id.org/renkei/"\nname = "renkei"\nversion = "1"\nendpoint = "https://w3id.org/renkei/sparql"\n'
    )
    for name in ("data", "ontology/rules", "shapes", "queries"):
        (folder / name).mkdir(parents=True)
    (folder / "data/projects.ttl").write_text(DATA, encoding="utf-8")
    root = folder / "build/snapshots"
    made = [
        pipeline.build(
            open_project(folder), root, lambda _: None, now=datetime(2030, 1, 1, 12, tzinfo=UTC)
        ).id
    ]
    made.append(change(root, NOTES, datetime(2030, 1, 2, 9, 30, tzinfo=UTC)))
    retention.cite(root, made[0])
    with serving(root) as server:
        for number in range(3):
            server.fetch(
                f"/cite?version={made[0]}", f"query=ASK {{ {number} ?p ?o }}".encode(), Content_Type=FORM
            )
        yield Told(root, server.url, made)


def pattern(expected: str) -> re.Pattern[str]:
    """Matches an answer as the page shows it: ``…`` is anything, a size any size, as many spaces as may be."""
    text = re.escape(re.sub(r"[ \t]+", " ", expected.strip()))
    text = text.replace("…", "(?s:.*)").replace(r"\ ", r"\s+")
    text = re.sub(r"\b6[78]\d{3}\b", r"\\d+", text)
    return re.compile(text)


@pytest.mark.parametrize(("command", "expected"), commands(), ids=lambda text: text[:60])
def test_a_command_of_the_page_answers_as_it_says(told: Told, command: str, expected: str) -> None:
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [BASH, "-c", told.real(command)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=told.root.parents[1],
        env={
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "RENKEI_SNAPSHOTS": str(told.root),
        },
    )
    assert pattern(expected).fullmatch(told.shown(done.stdout).strip()), done.stdout + done.stderr


def test_the_page_tells_of_two_versions_and_what_becomes_of_them(told: Told, tmp_path: Path) -> None:
    assert len(SHOWN) == 2
    assert len(commands()) > 6
    shutil.copytree(told.root, tmp_path / "out", symlinks=True)
    for one in snapshot.list_snapshots(tmp_path / "out"):
        snapshot.verify(one)
