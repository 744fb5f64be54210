"""The package outside a checkout: its wheel brings what a project needs, and another prefecture builds with it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from renkei_kg import snapshot
from renkei_kg.project import ProjectError, open_project, packaged

ROOT = Path(__file__).parents[1]
PREFECTURE = ROOT / "tests/prefecture"
FOLDERS = ("ontology", "shapes")


def python(*arguments: str | Path, cwd: Path, path: Path | None = None) -> str:
    """Runs this Python elsewhere, with nothing from the network and ``path`` before all other packages."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RENKEI_")}
    environment |= {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if path:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    python(
        "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT, cwd=folder
    )
    (found,) = folder.glob("renkei_kg-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    python("-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, wheel, cwd=folder)
    return folder


def test_the_wheel_holds_the_program_and_what_a_project_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in FOLDERS:
        expected = {p.relative_to(ROOT) for p in (ROOT / folder).rglob("*") if p.suffix in (".ttl", ".rq")}
        assert expected
        assert {f"renkei_kg/{path}" for path in expected} <= names
    program = {p.relative_to(ROOT / "src") for p in (ROOT / "src").rglob("*") if p.is_file()}
    assert {str(path) for path in program if "__pycache__" not in path.parts} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/LICENSE-DATA.md") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "data/")) or "__pycache__" in name]


def test_the_installed_package_finds_its_own_folders(installed: Path, tmp_path: Path) -> None:
    code = "from renkei_kg.project import packaged\nfor name in ('ontology', 'shapes'): print(packaged(name))"
    found = python("-c", code, cwd=tmp_path, path=installed).splitlines()
    assert found == [str(installed / "renkei_kg" / name) for name in FOLDERS]


def test_another_prefecture_builds_with_the_installed_package(installed: Path, tmp_path: Path) -> None:
    """A made-up prefecture with nothing of its own but renkei.toml, a document and one Turtle file."""
    command = (
        "-c",
        "import sys, renkei_kg.cli as c; assert c.__file__.startswith(sys.argv.pop(1)), c.__file__; c.main()",
        installed,
    )
    python(
        *command, "build", "--project", PREFECTURE, "--out", tmp_path / "out", cwd=tmp_path, path=installed
    )
    made = snapshot.open_current(tmp_path / "out")
    snapshot.verify(made)
    base = "https://example.org/yamanashi/"
    assert (made.manifest["base"], made.manifest["version"]) == (base, "1.0")
    assert {"renkei.toml", "data/all.ttl", "data/plan.txt", "shapes/project.ttl"} <= set(
        made.manifest["sources"]
    )
    query = """PREFIX rk: <https://w3id.org/renkei/ontology#> PREFIX id: <https://example.org/yamanashi/id/>
    SELECT ?claim { ?claim a rk:Claim . FILTER NOT EXISTS { ?claim rk:certainty/rk:rank ?rank } }"""
    arguments = ("query", "-e", query, "--snapshots", tmp_path / "out")
    assert python(*command, *arguments, cwd=tmp_path, path=installed).split() == ["claim"]
    inferred = "ASK { <https://example.org/yamanashi/id/municipality/192015> <https://w3id.org/renkei/ontology#area> ?a }"
    arguments = ("query", "-e", inferred, "--snapshots", tmp_path / "out")
    assert python(*command, *arguments, cwd=tmp_path, path=installed) == "true\n"


def test_a_project_with_folders_of_its_own_uses_them() -> None:
    project = open_project(PREFECTURE)
    assert project.folder("shapes") == packaged("shapes")
    assert open_project(ROOT).folder("shapes") == ROOT / "shapes"


def test_an_installation_without_its_folders_says_so() -> None:
    with pytest.raises(ProjectError, match="this installation lacks its folder nothing"):
        packaged("nothing")
