"""What the tests over engines share: each engine with the project's version published to it, and servers."""

from collections.abc import Iterator

import pytest
from benchmarks.engines import Running, oxigraph, run, virtuoso

from tests.serving import Server, serving


@pytest.fixture(scope="module")
def embedded(snapshots) -> Iterator[Server]:
    with serving(snapshots) as server:
        yield server


@pytest.fixture(scope="module")
def on_oxigraph(snapshots, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as engine:
        run(["publish"], snapshots, engine)
        yield engine


@pytest.fixture(scope="module")
def on_virtuoso(snapshots, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as engine:
        run(["publish"], snapshots, engine)
        yield engine


@pytest.fixture(scope="module")
def over_oxigraph(on_oxigraph: Running, snapshots) -> Iterator[Server]:
    """A server over Oxigraph that answers nothing from its own store."""
    with serving(snapshots, **on_oxigraph.settings, engine_local=0) as server:
        yield server


@pytest.fixture(scope="module")
def over_virtuoso(on_virtuoso: Running, snapshots) -> Iterator[Server]:
    """A server over Virtuoso that answers nothing from its own store."""
    with serving(snapshots, **on_virtuoso.settings, engine_local=0) as server:
        yield server


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def engine(name: str, request: pytest.FixtureRequest) -> Running:
    running: Running = request.getfixturevalue(f"on_{name}")
    return running


@pytest.fixture(scope="module")
def remote(name: str, request: pytest.FixtureRequest) -> Server:
    server: Server = request.getfixturevalue(f"over_{name}")
    return server
