"""The quads that one version has and another has not.

Each quad of the one store is looked up in the other, so that time grows with the size of the graphs and
memory with that of the difference. Where that has blank nodes, all are compared by what is said of them
(isomorphic graphs, RDF 1.1 Concepts, section 3.6) and not by their labels, which another build may give to
other nodes.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    Store,
)

from renkei_kg.blanknodes import blank_nodes, renamed_quad

Component = frozenset[Quad]


@dataclass(frozen=True)
class Difference:
    """The quads removed from the one and added by the other, in order. Taking the ones from the one version
    and adding the others to it gives the other version, but for the labels of blank nodes.

    Labels mean little to a reader, so ``groups`` has what of each version is said by way of blank nodes in
    groups that the other version lacks, whole and as that version labels them.
    """

    removed: tuple[Quad, ...]
    added: tuple[Quad, ...]
    groups: tuple[frozenset[Quad], frozenset[Quad]] = field(default=(frozenset(), frozenset()), compare=False)

    def without(self, graph: NamedNode) -> "Difference":
        """The difference as to all graphs but one."""
        removed, added, lost, new = (
            [quad for quad in quads if quad.graph_name != graph]
            for quads in (self.removed, self.added, *self.groups)
        )
        return Difference(tuple(removed), tuple(added), (frozenset(lost), frozenset(new)))

    def told(self) -> tuple[list[Quad], list[Quad]]:
        """The quads gone and come to tell a reader of: groups of blank nodes are told whole."""
        old, new = (
            [quad for quad in quads if not blank_nodes(quad)] + sorted(group, key=_place)
            for quads, group in zip((self.removed, self.added), self.groups, strict=True)
        )
        return old, new

    def counts(self) -> dict[str, int]:
        """How many quads were added and removed."""
        return {"added": len(self.added), "removed": len(self.removed)}

    def patch(self) -> Iterator[str]:
        """The lines of an RDF Patch: ``D`` and ``A`` with a line of N-Quads each, in a transaction."""
        yield "TX ."
        yield from (f"D {quad} ." for quad in self.removed)
        yield from (f"A {quad} ." for quad in self.added)
        yield "TC ."


def between(before: Store, after: Store, *, own_before: bool = False, own_after: bool = False) -> Difference:
    """What makes ``after`` of ``before``: of the named graphs and, of a store that has a default graph of its
    own, of that one."""
    removed = set(_missing(before, after, own=own_before, other_own=own_after))
    added = set(_missing(after, before, own=own_after, other_own=own_before))
    groups: tuple[Component, Component] = frozenset(), frozenset()
    if any(map(blank_nodes, removed)) or any(map(blank_nodes, added)):
        old, new = list(_quads(before, own_before)), list(_quads(after, own_after))
        groups, labels = _groups(old, new)
        gone, come = groups[0], {renamed_quad(quad, lambda one: labels.get(one, one)) for quad in groups[1]}
        removed = {quad for quad in removed if not blank_nodes(quad)} | (gone - come)
        added = {quad for quad in added if not blank_nodes(quad)} | (come - gone)
    return Difference(tuple(sorted(removed, key=_place)), tuple(sorted(added, key=_place)), groups)


def _quads(store: Store, own: bool) -> Iterator[Quad]:
    for graph in store.named_graphs():
        yield from store.quads_for_pattern(None, None, None, graph)
    if own:
        yield from store.quads_for_pattern(None, None, None, DefaultGraph())


def _missing(store: Store, other: Store, *, own: bool, other_own: bool) -> Iterator[Quad]:
    for quad in _quads(store, own):
        there = other_own or not isinstance(quad.graph_name, DefaultGraph)
        if not there or quad not in other:
            yield quad


def _groups(
    before: list[Quad], after: list[Quad]
) -> tuple[tuple[Component, Component], dict[BlankNode, BlankNode]]:
    """The groups of blank nodes, those that are the same but for their labels taken away; and other labels
    for nodes of ``after`` whose own another node of ``before`` has, which stays."""
    ones, others = _named(_components(before)), _named(_components(after))
    kept: set[BlankNode] = set()
    left, right = Counter[str](), Counter[str]()
    left.update({name: len(found) for name, found in ones.items()})
    right.update({name: len(found) for name, found in others.items()})
    for name in left & right:
        for component in ones[name][: min(left[name], right[name])]:
            kept |= _nodes(component)
    lost = frozenset(q for name, found in ones.items() for one in found[right[name] :] for q in one)
    new = frozenset(q for name, found in others.items() for one in found[left[name] :] for q in one)
    # A label of a node that stays may be another node's in the other version.
    taken = _nodes(before) | _nodes(after)
    renamed: dict[BlankNode, BlankNode] = {}
    for node in sorted(_nodes(new) & kept, key=str):
        renamed[node] = _unused(node, taken)
        taken.add(renamed[node])
    return (lost, new), renamed


def _unused(node: BlankNode, taken: set[BlankNode]) -> BlankNode:
    names = (BlankNode(f"{node.value}n{number}") for number in itertools.count(1))
    return next(name for name in names if name not in taken)


def _components(quads: Iterable[Quad]) -> list[Component]:
    """The quads that have blank nodes, in groups that share none."""
    parents: dict[BlankNode, BlankNode] = {}

    def root(node: BlankNode) -> BlankNode:
        while (above := parents.setdefault(node, node)) != node:
            parents[node] = node = parents[above]
        return node

    about = []
    for quad in quads:
        nodes = blank_nodes(quad)
        if nodes:
            about.append((nodes[0], quad))
            for other in nodes[1:]:
                parents[root(other)] = root(nodes[0])
    groups: dict[BlankNode, set[Quad]] = defaultdict(set)
    for node, quad in about:
        groups[root(node)].add(quad)
    return [frozenset(group) for group in groups.values()]


def _named(components: list[Component]) -> dict[str, list[Component]]:
    """Components by their canonical form (RDF Dataset Canonicalization)."""
    found: dict[str, list[Component]] = defaultdict(list)
    for component in components:
        dataset = Dataset(component)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        found["\n".join(sorted(map(str, dataset)))].append(component)
    return {name: sorted(ones, key=lambda one: min(map(str, one))) for name, ones in found.items()}


def _nodes(quads: Iterable[Quad]) -> set[BlankNode]:
    return {node for quad in quads for node in blank_nodes(quad)}


def _place(quad: Quad) -> tuple[str, str]:
    return str(quad.graph_name), str(quad)
