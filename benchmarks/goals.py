"""What the project wants to reach, held against what was measured."""

import statistics
from collections.abc import Iterable, Sequence

from benchmarks.mix import TITLES
from benchmarks.peers import COLD, OXIGRAPH, RDFLIB, WARM
from benchmarks.run import Measured

NONE = "–"
LOOKUPS = ("lookup", "describe")
EVALUATED = 0.002  # seconds of Oxigraph's latency from which a query counts as evaluated more than looked up
WARM_OXIGRAPH, WARM_RDFLIB, COLD_EVALUATED, COLD_LOOKUP = 2.0, 100.0, 0.9, 0.35
FIRST_BYTE_MS, WORKER_MB, START_GROWTH = 20.0, 60.0, 1.2


def goals(results: Sequence[Measured]) -> Iterable[list[str]]:
    """Rows of a table: a goal, and for each graph what was measured and whether that reaches it."""
    yield [f"warm ≥ {WARM_OXIGRAPH:g} × Oxigraph, each query", *(_least(r, WARM_OXIGRAPH) for r in results)]
    yield [f"warm ≥ {WARM_RDFLIB:g} × rdflib-endpoint, median", *(_rdflib(r) for r in results)]
    evaluated = f"cold ≥ {COLD_EVALUATED:g} × Oxigraph, each query over {EVALUATED * 1000:g} ms"
    yield [evaluated, *(_cold(r, COLD_EVALUATED, lookups=False) for r in results)]
    yield [
        f"cold ≥ {COLD_LOOKUP:g} × Oxigraph, lookups",
        *(_cold(r, COLD_LOOKUP, lookups=True) for r in results),
    ]
    yield [f"first byte of the large result ≤ engine's + {FIRST_BYTE_MS:g} ms", *map(_first_byte, results)]
    yield [f"a worker ≤ {WORKER_MB:g} MB (real graph)", *map(_worker, results)]
    yield ["start does not grow with the data", *(_start(r, results[0]) for r in results)]


def ratio(result: Measured, question: str, ours: str, theirs: str) -> float | None:
    """The ratio of the median rates of two servers; None where one has no right answer."""
    pair = [result.cell(question, name) for name in (ours, theirs)]
    if any(cell.wrong or not cell.rates for cell in pair):
        return None
    first, second = (statistics.median(cell.rates) for cell in pair)
    return first / second if second else None


def _least(result: Measured, goal: float) -> str:
    return _worst({name: ratio(result, name, WARM, OXIGRAPH) for name in TITLES}, goal)


def _cold(result: Measured, goal: float, *, lookups: bool) -> str:
    found = {}
    for name in TITLES:
        latencies = result.cell(name, OXIGRAPH).latencies
        long = bool(latencies) and statistics.median(latencies) > EVALUATED
        if (name in LOOKUPS) if lookups else (long and name not in LOOKUPS):
            found[name] = ratio(result, name, COLD, OXIGRAPH)
    return _worst(found, goal)


def _rdflib(result: Measured) -> str:
    found = [r for r in (ratio(result, name, WARM, RDFLIB) for name in TITLES) if r is not None]
    return _said(statistics.median(found), WARM_RDFLIB, "×", least=True) if found else NONE


def _worst(ratios: dict[str, float | None], goal: float) -> str:
    known = {name: value for name, value in ratios.items() if value is not None}
    if not known:
        return NONE
    name = min(known, key=known.__getitem__)
    return _said(known[name], goal, f"× ({TITLES[name]})", least=True)


def _first_byte(result: Measured) -> str:
    served = result.large.get(COLD)
    if not served or not result.engine:
        return NONE
    first, own = (statistics.median(pair[0] for pair in pairs) for pairs in (served, result.engine))
    return _said((first - own) * 1000, FIRST_BYTE_MS, " ms", least=False)


def _worker(result: Measured) -> str:
    facts = result.facts.get(COLD)
    others = facts.memory[1:] if facts is not None else []
    return _said(max(others), WORKER_MB, " MB", least=False) if others else NONE


def _start(result: Measured, first: Measured) -> str:
    pair = [r.facts.get(COLD) for r in (result, first)]
    now, before = (statistics.median(facts.starts) if facts is not None else None for facts in pair)
    if now is None or before is None:
        return NONE
    return _said(now / before, START_GROWTH, f"× ({now:.2f} s)", least=False)


def _said(value: float, goal: float, unit: str, *, least: bool) -> str:
    reached = value >= goal if least else value <= goal
    return f"{'reached' if reached else '**not reached**'}: {value:.3g}{unit}"
