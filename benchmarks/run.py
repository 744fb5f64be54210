"""One graph: starts every server on it, checks their answers, measures them in turn."""

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Store

from benchmarks import closed_loop, mix
from benchmarks.mix import LARGE, Question
from benchmarks.servers import JSON, Data, NotStartedError, Peer, Server, running

Progress = Callable[[str], None]
PATIENCE = 30.0  # seconds for one answer
LONG_START, LONG_QUERY = 5.0, 3.0
EXACT = 0.005  # seconds: from here on Python's own cost does not blur a latency
CONNECTIONS, CONNECTIONS_OF_LONG = 8, 2


@dataclass(frozen=True)
class Plan:
    """How much is measured. ``loaded`` are the queries put under load; None means all."""

    starts: int = 3
    runs: int = 3
    seconds: int = 2
    exact_latency: bool = True
    latency_seconds: float = 0.3
    loaded: tuple[str, ...] | None = None


@dataclass
class Cell:
    """What was measured of one query on one server; ``wrong`` says why its answer is not right."""

    wrong: str = ""
    note: str = ""
    alone: float = 0.0
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    failed: int = 0


@dataclass
class Facts:
    """What was measured of a server as a whole: seconds to start, megabytes of each process."""

    starts: list[float]
    memory: list[float] = field(default_factory=list)


@dataclass
class Measured:
    """Everything measured on one graph. The seconds of a large result are to its first byte and its end."""

    data: Data
    questions: list[Question]
    facts: dict[str, Facts] = field(default_factory=dict)
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    large: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    engine: list[tuple[float, float]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def cell(self, question: str, peer: str) -> Cell:
        return self.cells.get((question, peer), Cell("not started"))


def measure(
    data: Data, values: dict[str, str], peers: list[Peer], plan: Plan, folder: Path, progress: Progress
) -> Measured:
    """Measures every server on one graph."""
    store = Store.read_only(str(data.store))
    done = Measured(data, mix.questions(store, values))
    with ExitStack() as stack:
        servers = list(_started(peers, done, plan, folder, stack, progress))
        for server in servers:
            _check(server, done, progress)
        for question in done.questions:
            progress(f"  {question.name}")
            _loads(servers, question, done, plan)
        for _ in range(plan.runs):
            done.engine.append(_alone(store, done.questions[-1]))
            _large(servers, done)
        for server in servers:
            done.facts[server.peer.name].memory = server.memory()
    return done


def _started(
    peers: list[Peer], done: Measured, plan: Plan, folder: Path, stack: ExitStack, progress: Progress
) -> Iterator[Server]:
    """Starts each server as often as planned, or once when that takes long; the last start stays."""
    for number, peer in enumerate(peers):
        own = folder / f"{number}"
        own.mkdir(parents=True)
        seconds: list[float] = []
        try:
            if peer.prepare is not None:
                peer.prepare(done.data, own)
            while True:
                kept = ExitStack()
                server = kept.enter_context(running(peer, done.data, own))
                seconds.append(server.start_seconds)
                if len(seconds) >= plan.starts or server.start_seconds > LONG_START:
                    break
                kept.close()
        except NotStartedError as error:
            done.notes.append(f"{error}")
            progress(f"  {error}")
            continue
        stack.push(kept)
        done.facts[peer.name] = Facts(seconds)
        progress(f"  {peer.name}: answers after {server.start_seconds:.2f} s")
        yield server


def _check(server: Server, done: Measured, progress: Progress) -> None:
    """Asks every query once and, where it is quick, again to know how long it takes."""
    name = server.peer.name
    busy = ""
    for question in done.questions:
        cell = done.cells[question.name, name] = Cell(busy)
        if busy:
            continue
        try:
            for _ in range(2):
                started = time.perf_counter()
                status, body = server.ask(question.text, question.accept, PATIENCE)
                cell.alone = time.perf_counter() - started
                if cell.alone > closed_loop.SLOW:
                    break
            verdict = mix.judge(question, status, body)
            cell.wrong, cell.note = verdict.wrong, verdict.note
        except OSError:
            cell.wrong = f"no answer in {PATIENCE:.0f} s"
            busy = "" if _answers(server) else f"not asked: still busy with {question.name}"
        if cell.wrong:
            progress(f"  {name}, {question.name}: {cell.wrong}")


def _answers(server: Server) -> bool:
    with contextlib.suppress(OSError):
        return server.ask("ASK { ?s ?p ?o }", JSON, 2 * PATIENCE)[0] == 200
    return False


def _loads(servers: list[Server], question: Question, done: Measured, plan: Plan) -> None:
    """Load and latency of one query, server after server, and that several times."""
    for number in range(plan.runs):
        for server in servers:
            cell = done.cells[question.name, server.peer.name]
            long = cell.alone > LONG_QUERY
            if cell.wrong or question.name == LARGE or (long and number > 0):
                continue
            connections = CONNECTIONS_OF_LONG if long else CONNECTIONS
            try:
                cell.latencies.append(_latency(server, question, cell, plan))
                if plan.loaded is None or question.name in plan.loaded:
                    load = closed_loop.load(
                        server, question.text, question.accept, connections, plan.seconds, cell.alone
                    )
                    cell.rates.append(load.rate)
                    cell.failed += load.failed
            except OSError as error:
                cell.wrong = f"under load: {error}"


def _latency(server: Server, question: Question, cell: Cell, plan: Plan) -> float:
    if cell.alone > LONG_QUERY:
        return cell.alone
    if plan.exact_latency and cell.alone < EXACT:
        return closed_loop.load(server, question.text, question.accept, 1, 1, cell.alone).latency
    return closed_loop.by_threads(server, question.text, question.accept, 1, plan.latency_seconds).latency


def _large(servers: list[Server], done: Measured) -> None:
    question = done.questions[-1]
    for server in servers:
        cell = done.cells[question.name, server.peer.name]
        if not cell.wrong:
            try:
                taken = closed_loop.first_byte(server, question.text, question.accept)
            except OSError as error:
                cell.wrong = f"large result: {error}"
                continue
            done.large.setdefault(server.peer.name, []).append(taken)


class _Sink(io.BytesIO):
    """Knows when it was first written to, and keeps nothing."""

    first: float | None = None

    def write(self, content: object) -> int:
        if self.first is None:
            self.first = time.perf_counter()
        assert isinstance(content, bytes)
        return len(content)


def _alone(store: Store, question: Question) -> tuple[float, float]:
    """The large result without any server: the engine in this process."""
    sink = _Sink()
    started = time.perf_counter()
    mix.evaluate(store, question.text, sink)
    ended = time.perf_counter()
    assert sink.first is not None
    return sink.first - started, ended - started
