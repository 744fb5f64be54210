"""What an operator watches, in the Prometheus text format: counts, times, the queue, kills, the cache."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from renkei_kg.engine.contract import Engine
from renkei_kg.web.cache import Cache

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60)


class Metrics:
    """The server's own counters, and gauges read from the engine and the cache when they are asked for."""

    def __init__(self, engine: Engine, cache: Cache) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "renkei_requests", "Requests answered.", ("route", "outcome"), registry=self._registry
        )
        self.seconds = Histogram(
            "renkei_request_seconds",
            "Seconds from a request to the end of its answer.",
            ("route",),
            registry=self._registry,
            buckets=BUCKETS,
        )
        looks = Counter(
            "renkei_cache", "Looks into the cache of answers.", ("found",), registry=self._registry
        )
        self.cache_found, self.cache_missed = looks.labels("yes"), looks.labels("no")
        self._children: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self.sent = Counter("renkei_sent_bytes", "Bytes of answers sent.", registry=self._registry)
        self._registry.register(_State(engine, cache))

    def count(self, route: str, outcome: str, seconds: float, sent: int) -> None:
        """Counts a request that has been answered."""
        found = self._children.get((route, outcome))
        if found is None:
            found = self.requests.labels(route, outcome), self.seconds.labels(route)
            self._children[route, outcome] = found
        found[0].inc()
        found[1].observe(seconds)
        self.sent.inc(sent)

    def text(self) -> bytes:
        """All of it, in the text format 0.0.4."""
        return generate_latest(self._registry)


class _State(Collector):
    """What the engine and the cache hold at the moment."""

    def __init__(self, engine: Engine, cache: Cache) -> None:
        self._engine, self._cache = engine, cache

    def collect(self) -> Iterator[Metric]:
        meaning = {
            "workers": "Worker processes.",
            "running": "Queries in a quick place.",
            "slow": "Queries in a slow place.",
            "waiting": "Queries that wait for their turn.",
            "parked": "Slow queries held still until a place is free.",
        }
        state = self._engine.state()
        for name, text in meaning.items():
            yield GaugeMetricFamily(f"renkei_engine_{name}", text, state.get(name, 0))
        yield CounterMetricFamily("renkei_engine_killed", "Workers killed.", state.get("killed", 0))
        yield GaugeMetricFamily("renkei_cache_bytes", "Bytes of answers kept.", self._cache.bytes)
