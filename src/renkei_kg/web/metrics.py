"""What an operator watches, in the Prometheus text format: counts, times, the queue, kills, the cache.

Counts are plain numbers here, since everything is counted in one thread, and become metrics when asked for.
"""

from collections import defaultdict
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from renkei_kg.engine.contract import Engine
from renkei_kg.web.cache import Cache

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60)
KEPT = "kept"
GAUGES = {
    "workers": "Worker processes.",
    "archive_workers": "Worker processes on versions that are not served.",
    "archive_idle": "Those of them that have nothing to do.",
    "running": "Queries in a quick place.",
    "slow": "Queries in a slow place.",
    "waiting": "Queries that wait for their turn.",
    "parked": "Slow queries held still until a place is free.",
}


class Metrics(Collector):
    """The server's own counts, and what the engine and the cache hold when they are asked for."""

    def __init__(self, engine: Engine, cache: Cache) -> None:
        self.found = self.missed = self.sent = 0
        self._engine, self._cache = engine, cache
        self._requests: dict[tuple[str, str], int] = defaultdict(int)
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "renkei_request_seconds",
            "Seconds from a request to the end of its answer, for answers that were not kept.",
            ("route",),
            registry=self._registry,
            buckets=BUCKETS,
        )
        self._registry.register(self)

    def count(self, route: str, outcome: str, seconds: float, sent: int) -> None:
        """Counts a request that has been answered: ``sent`` bytes, in ``seconds``."""
        self._requests[route, outcome] += 1
        self.sent += sent
        if outcome != KEPT:
            self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All of it, in the text format 0.0.4."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The counts as metrics."""
        requests = CounterMetricFamily("renkei_requests", "Requests answered.", labels=("route", "outcome"))
        for labels, count in sorted(self._requests.items()):
            requests.add_metric(labels, count)
        yield requests
        looks = CounterMetricFamily("renkei_cache", "Looks into the cache of answers.", labels=("found",))
        looks.add_metric(("yes",), self.found)
        looks.add_metric(("no",), self.missed)
        yield looks
        yield CounterMetricFamily("renkei_sent_bytes", "Bytes of answers sent.", self.sent)
        state = self._engine.state()
        for name, text in GAUGES.items():
            yield GaugeMetricFamily(f"renkei_engine_{name}", text, state.get(name, 0))
        yield CounterMetricFamily("renkei_engine_killed", "Workers killed.", state.get("killed", 0))
        text = "Queries that a remote engine could not evaluate, answered from the snapshot's own store."
        yield CounterMetricFamily("renkei_engine_locally", text, state.get("locally", 0))
        started = state.get("archive_started", 0)
        text = "Workers started on versions that are not served."
        yield CounterMetricFamily("renkei_engine_archive_started", text, started)
        yield GaugeMetricFamily("renkei_cache_bytes", "Bytes of answers kept.", self._cache.bytes)
