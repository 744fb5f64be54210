"""docs/integration.md says what is so: each of its commands is run against a real server, and every part that
it names is there."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei_kg.web.ckan.actions import ACTIONS, MOST_ROWS, ROWS
from renkei_kg.web.ckan.searching import EXACT, TEXTS, TIMES
from tests.serving import Server, serving

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/integration.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
HOST = "localhost:8080"
BASH = shutil.which("bash") or "/bin/bash"


def commands() -> list[tuple[str, str]]:
    """Each command of the page with what it answers: a command ends where its quotes are closed and no line
    goes on."""
    found = []
    for block in CONSOLE.findall(PAGE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            end = next(
                place
                for place in range(1, len(lines) + 1)
                if not lines[place - 1].endswith("\\") and "\n".join(lines[:place]).count("'") % 2 == 0
            )
            found.append(("\n".join(lines[:end]), "\n".join(lines[end:])))
    return found


def pattern(expected: str) -> re.Pattern[str]:
    """Matches an answer as the page shows it: ``…`` is anything."""
    return re.compile(re.escape(expected.strip()).replace("…", "(?s:.*)"))


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, client_queries=1000) as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is the project to whoever types the commands."""
    found = tmp_path_factory.mktemp("integration")
    shutil.copy(ROOT / "renkei.toml", found)
    for name in ("data", "clients"):
        (found / name).symlink_to(ROOT / name)
    return found


@pytest.mark.parametrize(("command", "expected"), commands(), ids=lambda text: text[:60])
def test_a_command_of_the_page_answers_as_it_says(
    server: Server, folder: Path, command: str, expected: str
) -> None:
    tools = Path(sys.executable).parent
    here = server.url.removeprefix("http://")
    done = subprocess.run(
        [BASH, "-c", command.replace(HOST, here)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env={"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "LANG": "C.UTF-8", "HOME": str(folder)},
    )
    said = done.stdout.replace(here, HOST).replace("\r", "")
    assert done.returncode == 0, done.stderr
    assert pattern(expected).fullmatch(said.strip()), said + done.stderr


def test_every_part_has_a_command() -> None:
    listed = PAGE.split("## Each part")[1]
    parts = {text.partition("\n")[0]: text for text in re.split(r"^### ", listed, flags=re.MULTILINE)[1:]}
    assert list(parts) == [
        *("One description, many feeds", "DCAT", "CKAN and SHIRASAGI", "VoID and schema.org", "Files"),
        *("Import, and another prefecture", "Reconciliation", "Clients"),
    ]
    assert all("```console" in text for text in parts.values())
    assert len(commands()) > 30


def test_what_the_page_says_of_the_api_is_so() -> None:
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", PAGE, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert told == set(ACTIONS)
    assert f"`rows` ({ROWS}; {MOST_ROWS} at most)" in PAGE
    (fields,) = re.findall(r"Fields: (.*?)\. Whatever", PAGE)
    assert set(re.findall(r"`(\w+)`", fields)) == {*EXACT, *TIMES, *TEXTS}
