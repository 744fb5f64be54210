"""Writes what was measured as Markdown: ratios first, then the numbers that they come from."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.goals import goals
from benchmarks.mix import LARGE, TITLES
from benchmarks.peers import COLD, OXIGRAPH, RDFLIB, WARM
from benchmarks.run import CONNECTIONS, CONNECTIONS_OF_LONG, LONG_QUERY, Cell, Measured, Plan

NONE = "–"
RATIOS = ((COLD, OXIGRAPH), (WARM, OXIGRAPH), (COLD, RDFLIB), (WARM, RDFLIB))
HOW = """\
Rates are answers per second in a closed loop of {connections} connections, latencies are of one connection;
both are medians of {runs} in which the servers take turns. A query of more than {long:.0f} s is asked once,
from {few} connections. “{none}” stands where a server gives no right answer (the notes say why) or was not
measured. All servers run on the same machine as the load, the others idle meanwhile; their answers were
compared before anything was timed."""


def document(results: Sequence[Measured], names: Sequence[str], plan: Plan, head: Iterable[str]) -> str:
    """The whole document."""
    how = HOW.format(
        connections=CONNECTIONS,
        runs="1 run" if plan.runs == 1 else f"{plan.runs} runs",
        long=LONG_QUERY,
        few=CONNECTIONS_OF_LONG,
        none=NONE,
    )
    parts = ["# Results of `make bench`", *head, how]
    if plan.loaded is None:
        parts += ["## Goals", _table(("goal", *(r.data.name for r in results)), goals(results))]
    for result in results:
        parts += [f"## {result.data.name}: {result.data.triples:,} triples", *_graph(result, names)]
    return "\n\n".join(parts) + "\n"


def median(values: Sequence[float]) -> float | None:
    """The median, or None of nothing."""
    return statistics.median(values) if values else None


def _graph(result: Measured, names: Sequence[str]) -> Iterable[str]:
    def rate(cell: Cell) -> float | None:
        return None if cell.wrong else median(cell.rates)

    def latency(cell: Cell) -> float | None:
        found = None if cell.wrong else median(cell.latencies)
        return None if found is None else found * 1000

    yield "### Ratios of rates"
    ratios = [f"{ours.removeprefix('Renkei KG, ')} / {theirs}" for ours, theirs in RATIOS]
    rows = [
        [
            TITLES[q.name],
            *(_ratio(rate(result.cell(q.name, a)), rate(result.cell(q.name, b))) for a, b in RATIOS),
        ]
        for q in result.questions
        if q.name != LARGE
    ]
    yield _table(("", *ratios), rows)
    yield "### Answers per second"
    yield _by_query(result, names, rate)
    yield "### Latency, ms"
    yield _by_query(result, names, latency)
    yield f"### Large result: {result.questions[-1].expected.total():,} rows"
    yield _table(("", "first byte, ms", "whole, ms"), _large(result, names))
    yield "### Start and memory"
    yield _table(("", "first answer after, s", "server, MB", "its processes, MB"), _facts(result, names))
    if notes := [*result.notes, *_remarks(result, names)]:
        yield "Notes:\n" + "\n".join(f"- {note}" for note in notes)


def _by_query(result: Measured, names: Sequence[str], value: Callable[[Cell], float | None]) -> str:
    rows = [
        [TITLES[q.name], *(_number(value(result.cell(q.name, name))) for name in names)]
        for q in result.questions
        if q.name != LARGE
    ]
    return _table(("", *names), rows)


def _large(result: Measured, names: Sequence[str]) -> Iterable[Sequence[str]]:
    taken = {
        "the engine in one process": result.engine,
        **{name: result.large.get(name, []) for name in names},
    }
    for name, pairs in taken.items():
        first, whole = (median([pair[index] * 1000 for pair in pairs]) for index in range(2))
        yield name, _number(first), _number(whole)


def _facts(result: Measured, names: Sequence[str]) -> Iterable[Sequence[str]]:
    for name in names:
        facts = result.facts.get(name)
        if facts is None:
            yield name, NONE, NONE, NONE
        else:
            own, *others = [f"{megabytes:.0f}" for megabytes in facts.memory]
            yield name, _number(median(facts.starts)), own, " + ".join(others) or NONE


def _remarks(result: Measured, names: Sequence[str]) -> Iterable[str]:
    for question in result.questions:
        for name in names:
            cell = result.cells.get((question.name, name), Cell())
            failed = f"{cell.failed} requests failed under load" if cell.failed else ""
            for remark in filter(None, (cell.wrong, cell.note, failed)):
                yield f"{TITLES[question.name]}, {name}: {remark}"


def _ratio(ours: float | None, theirs: float | None) -> str:
    return NONE if ours is None or not theirs else f"{_number(ours / theirs)}×"


def _number(value: float | None) -> str:
    """A number with three digits that count."""
    if value is None:
        return NONE
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))


def write(text: str, path: Path) -> None:
    """Keeps a document as the last one."""
    path.write_text(text, encoding="utf-8")
