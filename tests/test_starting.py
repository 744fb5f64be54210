"""``renkei-kg init``: a folder for another prefecture, or a reason why not and nothing left behind.

That what it makes builds and goes on is what tests/test_tutorial.py follows."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from renkei_kg.cli import main
from renkei_kg.compile import sources
from renkei_kg.project import open_project

ANSWERS = {
    "base": "https://example.org/mirai/",
    "name": "mirai",
    "prefecture": '"みらい"\\県',
    "prefecture-en": "Mirai",
    "kana": "みらい けん",
    "code": "480002",
    "website": "https://pref.example.org/",
    "publisher": "会",
    "publisher-en": "Club",
    "licence": "CC0",
}


def init(folder: Path, typed: str | None = None, **answers: str) -> Result:
    given = (
        ANSWERS | {name.replace("_", "-"): value for name, value in answers.items()} if typed is None else {}
    )
    options = [part for name, value in given.items() for part in (f"--{name}", value)]
    return CliRunner().invoke(main, ["init", str(folder), *options], input=typed)


def test_every_file_of_a_new_project_can_be_read(tmp_path: Path) -> None:
    result = init(tmp_path / "new/mirai")
    assert result.exit_code == 0, result.output
    project = open_project(tmp_path / "new/mirai")
    assert (project.base, project.name) == (ANSWERS["base"], "mirai")
    triples = {str(t) for one in sources.discover(project) for t in sources.read(one, project).triples}
    assert any('"\\"みらい\\"\\\\県"@ja' in triple for triple in triples)
    assert any('"ミライ ケン"@ja-hrkt' in triple.lower() for triple in triples)
    assert (project.root / ".gitignore").read_text() == "build/\n"
    assert not list((tmp_path / "new").glob(".*"))
    for path in project.root.rglob("*"):
        assert path.is_dir() or "@@" not in path.read_text(encoding="utf-8"), path


def test_what_is_not_given_is_asked_for(tmp_path: Path) -> None:
    asked = init(tmp_path / "asked", "".join(f"{value}\n" for value in ANSWERS.values()))
    given = init(tmp_path / "given")
    assert (asked.exit_code, given.exit_code) == (0, 0)
    assert "カタカナ" in asked.stdout
    for path in (tmp_path / "given").rglob("*.ttl"):
        assert (tmp_path / "asked" / path.relative_to(tmp_path / "given")).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"base": "https://example.org/mirai"}, "ends in a slash"),
        ({"name": "みらい"}, "letters a to z"),
        ({"code": "480003"}, "check digit"),
        ({"code": "482013"}, "prefecture's code"),
        ({"kana": "未来"}, "katakana"),
        ({"website": "pref.example.org"}, "website"),
        ({"licence": "free"}, "licence"),
        ({"publisher": " "}, "publisher"),
    ],
)
def test_an_answer_that_cannot_be_used_leaves_nothing(
    tmp_path: Path, wrong: dict[str, str], says: str
) -> None:
    result = init(tmp_path / "mirai", **wrong)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert init(tmp_path).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
