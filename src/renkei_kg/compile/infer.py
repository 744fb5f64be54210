"""Entailment: the SPARQL CONSTRUCT rules in ``ontology/rules/``, run until they add nothing new.

A rule's file name begins with its stratum: the rules of a stratum may use negation over what lower strata
have closed. Results go into a graph of their own; what is already stated is not stated again. The rules go
with every version, so that what follows from a write is known without the sources.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from renkei_kg.compile.sparql import construct, read_query
from renkei_kg.project import Project
from renkei_kg.textfile import SourceError

ROUNDS = 20
FOLDER = "rules"


@dataclass(frozen=True)
class Rule:
    """A CONSTRUCT, the file it stands in, its stratum and the name of the rule's own file."""

    path: Path
    stratum: int
    text: str
    name: str = ""


def rules(project: Project) -> list[Rule]:
    """The rules of a project, each found to be a CONSTRUCT. Raises SourceError."""
    found = []
    for path in sorted((project.folder("ontology") / "rules").glob("*.rq")):
        number, actual = path.name.split("-", 1)[0], project.actual(path)
        if not (number.isascii() and number.isdigit()):
            raise SourceError(path, "begins with no stratum: name it by one, such as 1-labels.rq.")
        rule = Rule(actual, int(number), read_query(actual), path.name)
        construct(Store(), actual, rule.text)
        found.append(rule)
    return found


def pack(found: Sequence[Rule], folder: Path) -> None:
    """Puts rules into the version in ``folder``, under the names of their files."""
    (folder / FOLDER).mkdir()
    for rule in found:
        (folder / FOLDER / rule.name).write_text(rule.text, encoding="utf-8")


def packed(folder: Path) -> list[Rule]:
    """The rules of the version in ``folder``, known by their place in it; one made by older software has
    none."""
    names = sorted(path.name for path in (folder / FOLDER).glob("*.rq"))
    return [
        Rule(
            Path(FOLDER, name),
            int(name.split("-", 1)[0]),
            (folder / FOLDER / name).read_text(encoding="utf-8"),
            name,
        )
        for name in names
    ]


def infer(store: Store, found: Sequence[Rule], graph: NamedNode) -> int:
    """Adds to ``graph``, and to the default graph (the union of all), what the rules entail.

    Returns how many triples were added. Raises SourceError when a rule is malformed or they do not settle.
    """
    total = 0
    for stratum in sorted({rule.stratum for rule in found}):
        # What is below is closed already: it adds nothing before this stratum does.
        active = [rule for rule in found if rule.stratum == stratum]
        for _ in range(ROUNDS):
            added = [_apply(store, rule, graph) for rule in active]
            total += sum(added)
            if not any(added):
                break
            active = [rule for rule in found if rule.stratum <= stratum]
        else:
            restless = active[added.index(max(added))]
            raise SourceError(restless.path, f"still adds triples after {ROUNDS} rounds of the rules.")
    return total


def _apply(store: Store, rule: Rule, graph: NamedNode) -> int:
    triples = set(construct(store, rule.path, rule.text))
    nodes = {term for t in triples for term in (t.subject, t.object) if isinstance(term, BlankNode)}
    if not all(_known(store, node) for node in nodes):
        raise SourceError(rule.path, "makes a blank node, another one each time: give the node an IRI.")
    new = [t for t in triples if Quad(t.subject, t.predicate, t.object) not in store]
    store.extend(Quad(t.subject, t.predicate, t.object, g) for t in new for g in (graph, DefaultGraph()))
    return len(new)


def _known(store: Store, node: BlankNode) -> bool:
    """Whether a blank node is one of the data."""
    about, to = store.quads_for_pattern(node, None, None), store.quads_for_pattern(None, None, node)
    return next(about, None) is not None or next(to, None) is not None
