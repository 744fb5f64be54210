"""The exercise: visitors ask through nginx while versions become current, a server is killed and the others are
started anew one by one. Every request and its answer is counted, and each answer is held to be of one version."""

import http.client
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from renkei_kg import snapshot
from tests import numbered
from tests.attacks.watching import eventually
from tests.readers.proxy import Proxy, free_ports, proxying
from tests.serving import COMMAND, Answer, Server, serving
from tests.test_activations import (
    Client,
    constructed,
    described,
    kept,
    linked,
    looked_up,
    of_any_version,
    posted,
    revalidated,
    selected,
    shown,
    stored,
    streamed,
)

VISITORS = (selected, kept, revalidated, posted, constructed, looked_up, streamed, shown, described, stored,
            linked, of_any_version)  # fmt: skip
VERSIONS = range(1, 6)
TOKEN = "a-token-of-the-writer-behind-nginx"
MORTAL = 2
HITS = frozenset({"HIT", "REVALIDATED", "UPDATING", "STALE"})
SETTINGS: Mapping[str, object] = {"workers": 1, "slow_workers": 2, "trusted_proxies": "127.0.0.1", "share": 1}


class Visitor(Client):
    """Asks through the proxy, goes on whatever happens, and counts. Only an answer that streams may break off,
    with its server: it is seen to, and asked for again."""

    def __init__(
        self, ask: Callable[[Client], None], proxy: Proxy, made: dict[str, int], pause: float
    ) -> None:
        super().__init__(ask, [Server(proxy.port, None, proxy.folder)], made)
        self.cache: Counter[str] = Counter()
        self.failures: list[str] = []
        self.broken = 0
        self.pause = pause

    def run(self) -> None:
        while not self.stopped.is_set():
            self.count += 1
            try:
                self.ask(self)
            except http.client.IncompleteRead as error:
                self.connections[0].close()
                self.broken += 1
                if self.ask is not streamed:
                    self.failures.append(f"{self.name}: {error!r}")
            except Exception as error:  # noqa: BLE001  # told at the end
                self.connections[0].close()
                self.failures.append(f"{self.name}: {error!r}"[:500])
            time.sleep(self.pause)
        self.connections[0].close()

    def get(self, target: str, accept: str, *, body: bytes | None = None, **headers: str) -> Answer:
        answer = super().get(target, accept, body=body, **headers)
        self.cache[answer.headers.get("x-cache", "not kept")] += 1
        return answer


@dataclass
class Counts:
    """What the exercise has counted."""

    seconds: float = 0.0
    requests: int = 0
    failures: list[str] = field(default_factory=list)
    broken: int = 0
    activations: int = 0
    moves: Counter[int] = field(default_factory=Counter)
    killed: int = 0
    restarted: int = 0
    cache: Counter[str] = field(default_factory=Counter)
    by_kind: dict[str, tuple[int, float]] = field(default_factory=dict)
    tried_again: int = 0

    @property
    def hit_ratio(self) -> float:
        """Answers that no server had to send again, of those that the proxy may keep."""
        return ratio(self.cache)

    def lines(self) -> Iterator[str]:
        """The counts for people."""
        yield f"{self.requests} requests in {self.seconds:.1f} s ({self.requests / self.seconds:.0f} per second)"
        yield f"{len(self.failures)} failures; {self.broken} streams broken off with their server, seen to"
        moves = ", ".join(f"server {number} {count}" for number, count in sorted(self.moves.items()))
        yield f"{self.activations} activations, followed under load: {moves} times"
        yield f"{self.killed} servers killed, {self.restarted} started anew; {self.tried_again} requests tried again"
        cache = ", ".join(f"{name} {count}" for name, count in sorted(self.cache.items()))
        yield f"hit ratio {self.hit_ratio:.0%} ({cache})"
        for name, (count, part) in sorted(self.by_kind.items()):
            yield f"  {name:<16}{count:>8} requests  {part:>4.0%} hits"
        yield from self.failures[:20]


def ratio(cache: Counter[str]) -> float:
    """Hits among the answers that could be kept."""
    able = sum(count for name, count in cache.items() if name not in ("not kept", "BYPASS", ""))
    return sum(count for name, count in cache.items() if name in HITS) / able if able else 0.0


class Site:
    """Three readers and a writer behind nginx. Two readers and the writer share a folder; the third has its own,
    and follows the writer by HTTP."""

    def __init__(self, folder: Path) -> None:
        self.made = numbered.make(folder, VERSIONS)
        self.shared, self.own = folder / "snapshots", folder / "fetched"
        self.ports = free_ports(5)
        self.folder = folder
        self._readers: dict[int, ExitStack] = {}
        self.servers: dict[int, Server] = {}
        self.killed = False

    @contextmanager
    def running(self) -> Iterator[Proxy]:
        """The site, until it is left."""
        with ExitStack() as stack:
            writer = stack.enter_context(
                serving(self.shared, port=self.ports[4], write_token=TOKEN, **SETTINGS)
            )
            stack.enter_context(self._following(writer))
            stack.callback(self._stop_all)
            for number in (1, 2, 3):
                self.start(number)
            yield stack.enter_context(proxying(self.folder / "nginx", self.ports))

    def start(self, number: int) -> None:
        """Starts a reader, which is to end well; the mortal one, the first time, is to be killed."""
        exit_code = -signal.SIGKILL if number == MORTAL and not self.killed else 0
        self._readers[number] = stack = ExitStack()
        root = self.own if number == 3 else self.shared
        log = self.folder / f"access-{number}"
        self.servers[number] = stack.enter_context(
            serving(root, port=self.ports[number], exit_code=exit_code, access_log=log, **SETTINGS)
        )

    def asked(self, number: int) -> int:
        """How many requests a reader has answered, other than those for its health."""
        log = self.folder / f"access-{number}"
        return sum('"/health"' not in line for line in log.read_text(errors="replace").splitlines())

    def stop(self, number: int) -> None:
        """Stops a reader as an operator does."""
        del self.servers[number]
        self._readers.pop(number).close()

    def kill(self) -> None:
        """Kills the mortal reader, unless it was before."""
        if not self.killed:
            self.servers[MORTAL].process.kill()
            self.servers[MORTAL].process.wait()
            self.stop(MORTAL)
            self.killed = True

    def _stop_all(self) -> None:
        self.kill()
        for number in list(self._readers):
            self.stop(number)

    @contextmanager
    def _following(self, writer: Server) -> Iterator[None]:
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        command = [COMMAND, "snapshots", "fetch", writer.url, "--follow", "1", "--snapshots", self.own]
        with (self.folder / "following").open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, env=kept)
        try:
            eventually(20, (self.own / snapshot.CURRENT).is_symlink)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                assert process.wait(20) == 0
            finally:
                process.kill()


def exercise(site: Site, proxy: Proxy, activations: int, pause: float) -> Counts:
    """Runs it: a third of the activations with all servers, a third after one is killed, a third while each of the
    others is started anew. Each waits until every reader that runs has moved. ``pause`` is that
    of a visitor between an answer and the next question, in seconds."""
    visitors = [Visitor(ask, proxy, site.made, pause) for ask in VISITORS]
    counts, started = Counts(), time.monotonic()
    for thread in visitors:
        thread.start()

    def activate() -> None:
        for _ in range(activations // 3):
            version = list(site.made)[counts.activations % len(site.made)]
            snapshot.activate(site.shared, version)
            counts.activations += 1
            for number, server in sorted(site.servers.items()):
                eventually(20, lambda on=server, to=version: to.encode() in on.fetch("/health").body)
                counts.moves[number] += 1

    try:
        activate()
        site.kill()
        counts.killed += 1
        activate()
        for number in (MORTAL, 1, 3):
            if number in site.servers:
                site.stop(number)
            asked = site.asked(number)
            site.start(number)
            counts.restarted += 1
            # nginx has to know again that it is there before the next one goes.
            eventually(20, lambda one=number, before=asked: site.asked(one) > before)
        activate()
        eventually(20, lambda: min(visitor.count for visitor in visitors) > 3)
    finally:
        for thread in visitors:
            thread.stopped.set()
        for thread in visitors:
            thread.join()
    counts.seconds = time.monotonic() - started
    for visitor in visitors:
        counts.requests += visitor.count
        counts.failures += visitor.failures
        counts.broken += visitor.broken
        counts.cache += visitor.cache
        counts.by_kind[visitor.name] = (visitor.count, ratio(visitor.cache))
    log = (proxy.folder / "access.log").read_text(errors="replace")
    counts.tried_again = sum('"' in line and ", 127.0.0.1:" in line for line in log.splitlines())
    return counts
