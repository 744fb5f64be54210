"""The documents say what is so: settings, dependencies, commands, modules, links and the first query."""

import csv
import io
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from renkei_kg.cli import main
from renkei_kg.config import Settings, variable
from renkei_kg.engine import describing, guard, lookup
from renkei_kg.web import (
    accesslog,
    cache,
    citing,
    connection,
    heads,
    preview,
    protocol,
    sending,
    serving,
    sparql,
)

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(page: str, first: str) -> Iterator[list[str]]:
    """The rows of the table in a page whose first column is called ``first``."""
    lines = iter((ROOT / "docs" / page).read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith(f"| {first} |"):
            next(lines)
            break
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def shown(default: Any) -> str:
    """How a default is written in a document."""
    if isinstance(default, Path):
        return f"`{default}`"
    return "empty" if default == "" else str(default)


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    documented = {row[0].strip("`"): row[1:] for row in table("operations.md", "variable")}
    expected = {
        variable(item.name): [shown(item.default), item.metadata["meaning"]] for item in fields(Settings)
    }
    assert documented == expected


def test_fixed_limits_are_documented_as_they_are() -> None:
    (accept,) = {heads.LONGEST[name] for name in (b"accept", b"accept-language", b"accept-encoding")}
    expected = [
        heads.MOST_FIELDS,
        heads.LONGEST_FIELD,
        accept,
        heads.LONGEST_TARGET,
        protocol.MOST_FIELDS,
        guard.MOST_BEFORE_BRACE,
        connection.MOST_PIPELINED,
        connection.MOST_DISCARDED >> 20,
        sending.GATHERED_MOST >> 20,
        sending.HELD_MOST >> 20,
        sparql.SHOWN_MOST >> 20,
        citing.LONGEST_URL,
        preview.ROWS_SHOWN,
        f"1/{cache.SHARE}",
        describing.MOST_TRIPLES,
        lookup.REMEMBERED >> 20,
        int(serving.HEALTH_SECONDS),
        accesslog.MOST_TEXT,
        accesslog.MOST_WAITING,
    ]
    assert [row[1] for row in table("operations.md", "limit")] == [str(limit) for limit in expected]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=~!\[; ]", line, maxsplit=1)[0] for line in project["dependencies"]}
    rows = {row[0]: row[1] for row in table("dependencies.md", "package")}
    assert set(rows) == names
    assert all(reason.endswith(".") for reason in rows.values())
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    for line in project["optional-dependencies"]["dev"]:
        assert re.split(r"[<>=~!\[; ]", line, maxsplit=1)[0] in page


def test_every_command_is_named_for_newcomers() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name in main.commands:
        assert f"`{name}`" in README or f"renkei-kg {name}" in pages


def test_every_module_of_the_write_half_has_its_place_in_the_architecture() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for path in (ROOT / "src/renkei_kg/compile").glob("*.py"):
        assert path.stem == "__init__" or f"`{path.stem}`" in page, path


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_inside_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_first_query_and_its_answer_are_true(snapshots: Path) -> None:
    """README's query, asked of the graph, gives the lines that README shows."""
    console = re.search(r"```console\n\$ (.*?)```", README, re.DOTALL)
    assert console
    command, answer = re.split(r"(?<=')\n", console[1], maxsplit=1)
    (query,) = [part for part in shlex.split(command) if part.startswith("query=")]
    arguments = [
        "query",
        "-e",
        query.removeprefix("query="),
        "--snapshots",
        str(snapshots),
        "--format",
        "csv",
    ]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert [",".join(row) for row in csv.reader(io.StringIO(result.stdout))] == answer.splitlines()
    assert len(answer.splitlines()) > 1


def test_the_version_is_one() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert CliRunner().invoke(main, ["--version"]).stdout.strip().endswith(f" {version}")
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8").replace('"', "")
    assert f'dcat:version "{version}"' in (ROOT / "data/dataset.ttl").read_text(encoding="utf-8")
    assert tomllib.loads((ROOT / "renkei.toml").read_text(encoding="utf-8"))["version"] == version


def test_every_make_target_that_readme_names_is_there() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"`make ([a-z]+)`", README)
    assert named
    assert set(named) <= set(targets)
