"""Entailment: the SPARQL CONSTRUCT rules in ``ontology/rules/``, run until they add nothing new.

A rule's file name begins with its stratum: the rules of a stratum may use negation over what lower strata
have closed. Results go into a graph of their own; what is already stated is not stated again.
"""

from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryTriples, Store

from renkei_kg.compile.sources import SourceError

ROUNDS = 20


def infer(store: Store, rules: Path, graph: NamedNode) -> int:
    """Adds to ``graph``, and to the default graph (the union of all), what the rules entail.

    Returns how many triples were added. Raises SourceError when a rule is malformed or does not settle.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(rules.glob("*.rq"))}
    added = 0
    for stratum in sorted({_stratum(path) for path in texts}):
        active = {path: text for path, text in texts.items() if _stratum(path) <= stratum}
        for _ in range(ROUNDS):
            new = sum(_apply(store, path, text, graph) for path, text in active.items())
            added += new
            if not new:
                break
        else:
            raise SourceError(rules, f"the rules up to stratum {stratum} do not settle in {ROUNDS} rounds.")
    return added


def _stratum(path: Path) -> int:
    number = path.name.split("-", 1)[0]
    if not number.isdigit():
        raise SourceError(
            path, "a rule's file name begins with the number of its stratum, such as 1-labels.rq."
        )
    return int(number)


def _apply(store: Store, path: Path, text: str, graph: NamedNode) -> int:
    try:
        result = store.query(text)
    except SyntaxError as error:
        raise SourceError(path, f"is not valid SPARQL: {error.msg}") from None
    if not isinstance(result, QueryTriples):
        raise SourceError(path, "must be a CONSTRUCT query.")
    new = [t for t in set(result) if Quad(t.subject, t.predicate, t.object) not in store]
    store.extend(Quad(t.subject, t.predicate, t.object, g) for t in new for g in (graph, DefaultGraph()))
    return len(new)
