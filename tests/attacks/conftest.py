"""What the attacks share: a graph that is large enough to hurt."""

from pathlib import Path

import pytest
from benchmarks import load, made, vocabulary

from renkei_kg.project import open_project
from tests.conftest import ROOT
from tests.sharing import shared

TRIPLES = 300_000


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one snapshot, of a made graph of 300,000 triples, as the current one."""

    def make(folder: Path) -> None:
        file = folder.with_suffix(".nq")
        made.write(TRIPLES, file, vocabulary.read(ROOT))
        load.load(file, folder, open_project(ROOT).base)
        file.unlink()

    return shared(tmp_path_factory, "large", make)
