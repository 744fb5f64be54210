"""SPARQL Update operation by operation, over a store in memory."""

import itertools
import random

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from renkei_kg.union import DEFAULT, Union
from renkei_kg.write import errors
from renkei_kg.write.change import Change
from renkei_kg.write.changes import Changes
from renkei_kg.write.rules import ANY, Rules
from renkei_kg.write.updating import Update, run
from tests.writing import BASE

EX = "http://example.org/"
PREFIX = f"PREFIX : <{EX}>\n"
NONE: frozenset[str] = frozenset()
OWN = Rules(own_default=True, compiled=NONE, base=BASE, sources=(), written=NONE, allowed=ANY)
UNION = Rules(
    own_default=False,
    compiled=frozenset({f"{EX}compiled", f"{BASE}graph/projects/doo", f"{BASE}graph/void"}),
    base=BASE,
    sources=("data/projects/doo.ttl", "renkei.toml"),
    written=NONE,
    allowed=ANY,
)


def ex(name: str) -> NamedNode:
    return NamedNode(EX + name)


def names(store: Store, graph: str | None) -> set[str]:
    """The last steps of the subjects in a graph."""
    where = DefaultGraph() if graph is None else ex(graph)
    quads = store.quads_for_pattern(None, None, None, where)
    return {q.subject.value.removeprefix(EX) for q in quads if isinstance(q.subject, NamedNode)}


def three() -> Store:
    """Graphs a, b and c with a thing of the same name in each, and one called ``both`` in a and b."""
    store = Store()
    for name in "abc":
        store.add(Quad(ex(name), ex("in"), ex(name), ex(name)))
    for name in "ab":
        store.add(Quad(ex("both"), ex("in"), ex("both"), ex(name)))
    return store


class Counted:
    """What an update has changed, in numbers."""

    def __init__(self, made: Change, union: Union) -> None:
        self.made, self.deltas = made, union.deltas
        self.added, self.removed = len(made.added), len(made.removed)
        self.default = union.delta(DEFAULT).growth
        self.quads = sum(delta.growth for delta in union.deltas.values())


def change(
    store: Store,
    text: str,
    using: tuple[str, ...] = (),
    using_named: tuple[str, ...] = (),
    rules: Rules = OWN,
) -> Counted:
    union = Union(store, own=rules.own_default)
    changes = Changes(union, rules)
    run(
        store,
        Update(PREFIX + text, BASE, tuple(EX + n for n in using), tuple(EX + n for n in using_named)),
        changes,
    )
    return Counted(changes.total(), union)


FOUND = "INSERT { GRAPH :found { ?s :found true } }"
IN_GRAPHS = "INSERT { GRAPH :found { ?s :found true } } WHERE { GRAPH ?g { ?s ?p ?o } }"


@pytest.mark.parametrize(
    ("text", "using", "using_named", "found"),
    [
        (FOUND + " WHERE { ?s ?p ?o }", ("a",), (), {"a", "both"}),
        (FOUND + " WHERE { ?s ?p ?o }", ("a", "c"), (), {"a", "both", "c"}),
        (FOUND + " WHERE { ?s ?p ?o }", ("a", "a"), (), {"a", "both"}),
        (FOUND + " WHERE { ?s ?p ?o }", ("nothing",), (), set()),
        (FOUND + " WHERE { ?s ?p ?o }", (), ("a",), set()),
        (IN_GRAPHS, (), ("a", "c"), {"a", "both", "c"}),
        (IN_GRAPHS, ("a",), (), set()),
        (IN_GRAPHS, ("a",), ("b",), {"b", "both"}),
        (FOUND + " WHERE { ?s ?p ?o . GRAPH ?g { ?s ?p ?o } }", ("a",), ("b",), {"both"}),
        (FOUND + "WHERE{?s ?p ?o}", ("a",), (), {"a", "both"}),
        (FOUND.lower().replace(":found", ":found") + " where { ?s ?p ?o }", ("c",), (), {"c"}),
        (FOUND + " # WHERE { }\n WHERE { ?s ?p ?o }", ("c",), (), {"c"}),
        (FOUND + " WHERE { ?s ?p ?o FILTER(?s != 'WHERE { USING <x> }') }", ("c",), (), {"c"}),
        (FOUND + " WHERE { { SELECT ?s WHERE { ?s ?p ?o } LIMIT 9 } }", ("c",), (), {"c"}),
        (FOUND + " WHERE { ?s ?p ?o FILTER EXISTS { ?s :in ?where } }", ("c",), (), {"c"}),
        ("INSERT { GRAPH :found { ?s :WHERE 'WHERE {' } } WHERE { ?s ?p ?o }", ("c",), (), {"c"}),
        (
            "INSERT { GRAPH :found { ?s :p <http://example.org/WHERE> } } WHERE { ?s ?p ?o }",
            ("c",),
            (),
            {"c"},
        ),
        ("DELETE { GRAPH :none { ?s ?p ?o } } " + FOUND + " WHERE { ?s ?p ?o }", ("c",), (), {"c"}),
        ("INSERT DATA { GRAPH :found { :x :y :z } }", ("a",), (), {"x"}),
        (
            f"{FOUND} WHERE {{ ?s ?p ?o }} ; INSERT DATA {{ GRAPH :found {{ :x :y :z }} }} ;",
            ("c",),
            (),
            {"c", "x"},
        ),
        (
            f"{FOUND} WHERE {{ ?s ?p ?o }} ; PREFIX : <http://example.org/> PREFIX o: <http://example.org/> "
            "INSERT { GRAPH o:found { ?o o:found 2 } } WHERE { o:both ?p ?o BIND('; WHERE' AS ?x) }",
            ("c", "a"),
            (),
            {"a", "c", "both"},
        ),
    ],
)
def test_a_dataset_from_the_protocol_is_asked_by_every_operation_with_a_pattern(
    text: str, using: tuple[str, ...], using_named: tuple[str, ...], found: set[str]
) -> None:
    store = three()
    change(store, text, using, using_named)
    assert names(store, "found") == found


def test_delete_where_asks_the_dataset_and_deletes_where_it_says() -> None:
    store = three()
    assert change(store, "DELETE WHERE { GRAPH :b { ?s ?p ?o } }", (), ("a",)).removed == 0
    # The pattern is asked of graph a as the default graph; the template deletes from the store's default graph.
    store.add(Quad(ex("a"), ex("in"), ex("a")))
    assert change(store, "DELETE WHERE { ?s :in :a }", ("a",)).removed == 1
    assert names(store, "a") == {"a", "both"}
    assert names(store, None) == set()
    assert change(store, "DELETE WHERE { GRAPH :b { ?s ?p ?o } }", ("a",), ("b",)).removed == 2


@pytest.mark.parametrize(
    "clause", ["USING :a", "USING NAMED :a", "using named :a", "USING <http://example.org/a>"]
)
def test_a_dataset_of_the_protocol_and_one_of_the_update_are_a_conflict(clause: str) -> None:
    for text in (
        f"{FOUND} {clause} WHERE {{ ?s ?p ?o }}",
        f"CREATE GRAPH :new ; {FOUND} {clause} WHERE {{ ?s ?p ?o }}",
        f"WITH :a {FOUND} WHERE {{ ?s ?p ?o }}",
    ):
        for using, named in ((("a",), ()), ((), ("a",))):
            store = three()
            with pytest.raises(errors.UpdateFailed, match="USING"):
                change(store, text, using, named)
            assert len(store) == 5


@pytest.mark.parametrize("by_protocol", [True, False])
def test_several_using_graphs_are_merged_so_that_a_shared_triple_counts_once(by_protocol: bool) -> None:
    store = three()
    clauses = "" if by_protocol else "USING :a USING :b USING NAMED :c"
    change(
        store,
        f"INSERT {{ GRAPH :n {{ :n :is ?n }} }} {clauses} WHERE {{ {{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} }} }}",
        ("a", "b") if by_protocol else (),
        ("c",) if by_protocol else (),
    )
    assert Quad(ex("n"), ex("is"), Literal(3), ex("n")) in store
    assert {g.value for g in store.named_graphs()} == {EX + name for name in "abcn"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("WITH :a DELETE { ?s ?p ?o } INSERT { ?s :was 1 } USING :c WHERE { ?s ?p ?o }", {"a", "both", "c"}),
        ("WITH :a DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", set()),
        (
            "WITH :a DELETE { ?s ?p ?o } INSERT { GRAPH :b { ?s :x 1 } } WHERE { ?s ?p ?o FILTER(?s = :a) }",
            {"both"},
        ),
        ("COPY :c TO :a", {"c"}),
        ("ADD GRAPH :c TO GRAPH :a", {"a", "both", "c"}),
        ("MOVE :c TO :a", {"c"}),
        ("CLEAR GRAPH :a", set()),
        ("DROP GRAPH :a ; CREATE GRAPH :a", set()),
        ("CLEAR NAMED", set()),
        ("DROP ALL", set()),
        (
            "DELETE DATA { GRAPH :a { :a :in :a } } ; INSERT DATA { GRAPH :a { :q :in :a } GRAPH :z {} }",
            {"both", "q"},
        ),
        ("BASE <http://example.org/> INSERT DATA { GRAPH <a> { <base> <in> <a> } }", {"a", "both", "base"}),
        ("INSERT DATA { GRAPH :a { } }", {"a", "both"}),
    ],
)
def test_operations_do_what_the_engine_does_with_the_whole_update(text: str, left: set[str]) -> None:
    """Differential: one by one here, all at once in the engine."""
    ours, theirs = three(), three()
    counted = change(ours, text)
    theirs.update(PREFIX + text, base_iri=BASE)
    assert set(ours) == set(theirs)
    assert set(ours.named_graphs()) == set(theirs.named_graphs())
    assert names(ours, "a") == left
    assert counted.quads == len(ours) - 5
    assert counted.added - counted.removed == counted.quads


def test_a_prologue_may_stand_before_every_operation_and_after_the_last_semicolon() -> None:
    store = Store()
    change(
        store,
        "INSERT DATA { :x :is 1 } ; BASE <http://example.org/b/> PREFIX p: <sub/>\n"
        "INSERT DATA { <y> :is 1 . p:z :is 1 } ; PREFIX p: <http://example.org/q/> "
        "INSERT DATA { p:w :is 1 } ; PREFIX last: <http://example.org/>",
    )
    assert names(store, None) == {"x", "b/y", "b/sub/z", "q/w"}


@pytest.mark.parametrize("text", ["", "# nothing\n", "BASE <http://example.org/>", "CLEAR GRAPH :not-there"])
def test_what_changes_nothing_is_no_change(text: str) -> None:
    assert change(three(), text).made.nothing


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("INSERT DATA {\n  :a :b }", 3, 9),
        ("INSERT DATA { :a :b :c } ;\n\n CLEAR XYZ", 4, 11),
        ("INSERT DATA { :a :b :c } ;\nPREFIX q: <http://q/>\n  INSERT DATA { q:a q:b }", 4, 25),
        ("CREATE GRAPH :x ; ; CREATE GRAPH :y", 2, 19),
        ("; CREATE GRAPH :y", 2, 1),
        ("CREATE GRAPH :x ; PREFIX broken", 2, 32),
        ("INSERT DATA { :a :b 'not closed }", 2, 21),
        ("INSERT DATA { :a :b :c } } ; CREATE GRAPH :y", 2, 29),
        ("INSERT DATA { :a :b :c } INSERT DATA { :a :b :d }", 2, 29),
        ("SELECT * { ?s ?p ?o }", 2, None),
        ("DELETE DATA { ?s :p :o }", 2, None),
        ("WITH :a DELETE WHERE { ?s ?p ?o }", 2, None),
        ("\\u0043LEAR ALL", 2, None),
        ("INSERT DATA { \\u0047RAPH :a { :a :b :c } }", 2, None),
        ("INSERT DATA { undeclared:a :b :c }", 2, None),
    ],
)
def test_a_syntax_error_has_its_place_in_the_text_as_it_was_sent(
    text: str, line: int, column: int | None
) -> None:
    store = three()
    with pytest.raises(errors.UpdateSyntaxError) as caught:
        change(store, text)
    assert caught.value.line == line
    assert caught.value.column
    assert column is None or caught.value.column == column
    assert len(store) == 5


def test_text_search_in_an_update_is_an_error_and_not_a_pattern_without_matches() -> None:
    search = "PREFIX text: <https://w3id.org/renkei/text#> INSERT { GRAPH :w { ?s :is 1 } } WHERE { ?s text:query '観光' }"
    with pytest.raises(errors.UpdateFailed, match="for queries"):
        change(three(), f"CREATE GRAPH :w ; {search}")
    change(three(), "INSERT DATA { GRAPH :w { <https://w3id.org/renkei/text#query> :is 1 } }")


def test_a_blank_node_label_stands_in_one_operation() -> None:
    """SPARQL 1.1 Query Language, section 19.6."""
    for text in (
        "INSERT DATA { _:x :p 1 } ; INSERT DATA { _:x :p 2 }",
        "INSERT { :a :b :c } WHERE { _:x :p ?o } ; INSERT { :a :b :c } WHERE { _:x :p ?o }",
    ):
        with pytest.raises(errors.UpdateSyntaxError, match="_:x"):
            change(Store(), text)
    store = Store()
    change(
        store,
        "INSERT DATA { _:x :p 1 } ; INSERT { _:x :q ?o } WHERE { _:x :p ?o } ; INSERT DATA { _:y :p 2 }",
    )
    assert len({q.subject for q in store}) == 3


def test_a_graph_that_a_blank_node_names_is_not_made() -> None:
    with pytest.raises(errors.UpdateFailed, match="blank node"):
        change(Store(), "INSERT { GRAPH ?g { :a :b :c } } WHERE { BIND(BNODE() AS ?g) }")


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("CREATE GRAPH :a", True),
        ("CREATE SILENT GRAPH :a", False),
        ("DROP GRAPH :not-there", True),
        ("DROP SILENT GRAPH :not-there", False),
        ("MOVE :not-there TO :a", True),
        ("MOVE SILENT :not-there TO :a", False),
        ("CLEAR GRAPH :not-there", False),
    ],
)
def test_what_is_not_there_is_a_conflict_unless_it_is_silent(text: str, fails: bool) -> None:
    if fails:
        with pytest.raises(errors.WriteConflict, match="exist"):
            change(three(), text)
    else:
        change(three(), text)


SERVICES = [
    "INSERT {{ GRAPH :w {{ ?s ?p ?o }} }} WHERE {{ SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "INSERT {{ GRAPH :w {{ ?s ?p ?o }} }} WHERE {{ SERVICE SILENT <{u}> {{ ?s ?p ?o }} }}",
    "INSERT {{ GRAPH :w {{ ?s ?p ?o }} }} WHERE {{ service ?any {{ ?s ?p ?o }} }}",
    "DELETE {{ GRAPH :w {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }}",
    "INSERT {{ GRAPH :w {{ ?s ?p ?o }} }} WHERE {{ {{ SELECT * {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }} }}",
    "INSERT {{ GRAPH :w {{ ?s ?p ?o }} }} WHERE {{ SERVICE <http://127.0.0.1:{p}/\\u0061> {{ ?s ?p ?o }} }}",
    "CREATE GRAPH :w ; PREFIX x: <{u}> INSERT {{ GRAPH :w {{ ?s ?p ?o }} }} WHERE {{ SERVICE x: {{ ?s ?p ?o }} }}",
    "INSERT {{ GRAPH :w {{ ?s ?p ?o }} }} WHERE {{ \\u0053ERVICE <{u}> {{ ?s ?p ?o }} }}",
    "LOAD <{u}>",
    "LOAD SILENT <{u}>",
    "load <{u}> INTO GRAPH :w",
    "LOAD SILENT <{u}> INTO GRAPH :w",
    "CREATE GRAPH :w ; LOAD <{u}>",
    "PREFIX x: <{u}> LOAD x:",
    "\\u004cOAD <{u}>",
    "# a comment\nLOAD <{u}> ; CREATE GRAPH :w",
]


@pytest.mark.parametrize("text", SERVICES)
def test_what_would_ask_another_server_is_refused(text: str) -> None:
    with pytest.raises(errors.WriteRefused, match=r"(SERVICE|LOAD) is refused"):
        change(three(), text.format(u="http://127.0.0.1:1/", p=1))


@pytest.mark.parametrize(
    "text", ["INSERT DATA { GRAPH :w { :LOAD :SERVICE 'LOAD <x> SERVICE' } }", "CLEAR GRAPH :SERVICE"]
)
def test_words_of_that_kind_in_names_and_strings_are_none(text: str) -> None:
    change(three(), text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("INSERT DATA { :a :b :c }", "default graph is the union"),
        ("DELETE DATA { :a :b :c }", "default graph is the union"),
        ("INSERT DATA { GRAPH :w { :a :b :c } :a :b :c }", "default graph is the union"),
        ("INSERT { :a :b :c } WHERE {}", "default graph is the union"),
        (
            "DELETE { ?s ?p ?o } INSERT { GRAPH :w { ?s ?p ?o } } WHERE { ?s ?p ?o }",
            "default graph is the union",
        ),
        ("DELETE WHERE { ?s ?p ?o }", "default graph is the union"),
        ("CLEAR DEFAULT", "default graph is the union"),
        ("DROP SILENT DEFAULT", "default graph is the union"),
        ("COPY :w TO DEFAULT", "default graph is the union"),
        ("MOVE DEFAULT TO :w", "default graph is the union"),
        ("ADD :w TO DEFAULT", "default graph is the union"),
        ("CLEAR ALL", "Name the graph"),
        ("DROP SILENT NAMED", "Name the graph"),
        ("INSERT DATA { GRAPH :compiled { :a :b :c } }", "made by the build"),
        ("INSERT DATA { GRAPH <graph/projects/doo> { :a :b :c } }", "data/projects/doo.ttl"),
        ("PREFIX g: <http://localhost/graph/> CLEAR GRAPH g:void", "made by the build"),
        ("WITH :compiled DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "made by the build"),
        ("DELETE WHERE { GRAPH :compiled { ?s ?p ?o } }", "made by the build"),
        ("INSERT { GRAPH ?g { :x :y :z } } WHERE { GRAPH ?g { } }", "made by the build"),
        ("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", "made by the build"),
        ("MOVE :compiled TO :w", "made by the build"),
        ("COPY :w TO :compiled", "made by the build"),
        (
            "INSERT DATA { GRAPH :w { :a :b :c } } ; INSERT DATA { GRAPH <http://example.org/comp\\u0069led> { :a :b :c } }",
            "made by the build",
        ),
    ],
)
def test_a_compiled_graph_and_a_default_graph_that_is_a_union_are_not_written(text: str, word: str) -> None:
    store = Store()
    store.add(Quad(ex("a"), ex("b"), ex("c"), ex("compiled")))
    store.add(Quad(ex("a"), ex("b"), ex("c")))
    with pytest.raises((errors.WriteRefused, errors.UpdateSyntaxError), match=word):
        change(store, text, rules=UNION)


@pytest.mark.parametrize(
    "text",
    [
        "COPY :compiled TO :w",
        "COPY DEFAULT TO :w",
        "INSERT { GRAPH :w { ?s ?p ?o } } WHERE { GRAPH :compiled { ?s ?p ?o } }",
        "INSERT { GRAPH ?g { :a :b :c } } WHERE { VALUES ?g { :w } }",
        "INSERT DATA { GRAPH :w { :a :b :c } } ; DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p 9 } }",
    ],
)
def test_compiled_graphs_are_read_by_updates_of_others(text: str) -> None:
    store = Store()
    store.add(Quad(ex("a"), ex("b"), ex("c"), ex("compiled")))
    store.add(Quad(ex("a"), ex("b"), ex("c")))
    counted = change(store, text, rules=UNION)
    assert (counted.added, counted.removed, counted.default, counted.quads) == (1, 0, 0, 1)
    assert counted.made.graphs == {f"{EX}w": {"added": 1, "removed": 0}}
    assert counted.made.created == (f"{EX}w",)


def union_of(store: Store) -> set[Triple]:
    return {quad.triple for quad in store if not isinstance(quad.graph_name, DefaultGraph)}


def default_of(store: Store) -> set[Triple]:
    return {q.triple for q in store.quads_for_pattern(None, None, None, DefaultGraph())}


def test_a_later_operation_sees_what_an_earlier_one_did_to_the_default_graph() -> None:
    store = Store()
    change(
        store,
        "INSERT DATA { GRAPH :w { :new :is 1 } } ; INSERT { GRAPH :x { ?s :seen 1 } } WHERE { ?s :is 1 } ; "
        "DELETE WHERE { GRAPH :w { ?s ?p ?o } } ; INSERT { GRAPH :y { ?s :seen 2 } } WHERE { ?s :is 1 }",
        rules=UNION,
    )
    assert names(store, "x") == {"new"}
    assert names(store, "y") == set()


def test_the_default_graph_stays_the_union_whatever_is_done() -> None:
    """Random updates over three graphs and a compiled one; the union is worked out again the simple way."""
    dice = random.Random(20240401)  # noqa: S311  # the same every time
    triples = [f":s{s} :p{p} {o}" for s, p, o in itertools.product(range(2), range(2), range(2))]
    graphs = [":u", ":v", ":w"]

    def operation() -> str:
        one, other, triple = dice.choice(graphs), dice.choice(graphs), dice.choice(triples)
        return dice.choice(
            [
                f"INSERT DATA {{ GRAPH {one} {{ {triple} }} GRAPH {other} {{ {dice.choice(triples)} }} }}",
                f"DELETE DATA {{ GRAPH {one} {{ {triple} }} }}",
                f"DELETE {{ GRAPH {one} {{ ?s ?p 0 }} }} INSERT {{ GRAPH {other} {{ ?s ?p 1 }} }} WHERE {{ ?s ?p 0 }}",
                f"COPY {one} TO {other}",
                f"ADD DEFAULT TO {other}",
                f"MOVE SILENT {one} TO {other}",
                f"DROP SILENT GRAPH {one}",
                f"CLEAR GRAPH {one}",
                "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?g != :compiled) }",
            ]
        )

    for _ in range(150):
        store = Store()
        for name in triples[:3]:
            store.update(f"{PREFIX} INSERT DATA {{ GRAPH :compiled {{ {name} }} {name} }}")
        before = set(store)
        counted = change(store, " ; ".join(operation() for _ in range(dice.randint(1, 5))), rules=UNION)
        assert default_of(store) == union_of(store)
        assert len(store) == len(before) + counted.quads
        assert len(default_of(store)) == 3 + counted.default
        for graph, delta in counted.deltas.items():
            was, now = ({q.triple for q in quads if q.graph_name == graph} for quads in (before, store))
            assert (delta.added, delta.removed) == (now - was, was - now)
        assert {q for q in store if q not in before and q.graph_name != DEFAULT} == set(counted.made.added)
        assert {q for q in before if q not in store and q.graph_name != DEFAULT} == set(counted.made.removed)
