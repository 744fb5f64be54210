"""What tests share: the project itself, its compiled graph and a snapshot of it, each made once a run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from renkei_kg.compile import pipeline
from renkei_kg.namespaces import PREFIXES
from renkei_kg.project import Project, open_project
from tests.sharing import shared

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def project() -> Project:
    return open_project(ROOT)


@pytest.fixture(scope="session")
def compiled(project: Project) -> pipeline.Compiled:
    return pipeline.compile_graph(project, lambda _: None)


@pytest.fixture(scope="session")
def snapshots(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one snapshot, built from the project, as the current one."""
    return shared(tmp_path_factory, "snapshots", lambda out: pipeline.build(project, out, lambda _: None))


@pytest.fixture(scope="session")
def rows(compiled: pipeline.Compiled) -> Callable[[str], list[tuple[str | None, ...]]]:
    """Asks the compiled graph a SELECT and gives the values as text."""

    def ask(query: str) -> list[tuple[str | None, ...]]:
        prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
        result = compiled.store.query(prefixes + f"BASE <{compiled.project.base}id/>\n" + query)
        return [tuple(None if term is None else term.value for term in solution) for solution in result]

    return ask


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Project]:
    """Makes a small project of its own from files given by path and text."""

    def make(**files: str) -> Project:
        (tmp_path / "renkei.toml").write_text(
            'base = "https://example.org/kg/"\nname = "small"\nversion = "1"\n'
            'endpoint = "https://example.org/kg/sparql"\n'
        )
        (tmp_path / "data").mkdir()
        for folder in ("ontology/rules", "shapes", "queries"):
            (tmp_path / folder).mkdir(parents=True)
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return open_project(tmp_path)

    return make
