"""Mixtures of what confuses parsers around SERVICE: what the guard lets pass, the engine reads as it does."""

import random
from collections import Counter
from contextlib import suppress

from pyoxigraph import QueryBoolean, QuerySolutions, Store

from renkei_kg.engine import guard
from renkei_kg.engine.contract import QueryRefused, QuerySyntaxError
from tests.attacks.listening import Listener, listening

SAMPLES = 20_000
PIECES = [
    *(
        "SERVICE",
        "SILENT",
        "service",
        "e:service",
        "service:",
        "SERVICE:x{}",
        "SERVICEe:x{}",
        "<L>",
        "e:x",
        ":x",
    ),
    *(
        "{",
        "}",
        "{}",
        "(",
        ")",
        "{|",
        "|}",
        "<<",
        ">>",
        ",",
        ";",
        ".",
        "1.",
        "1",
        "1e1",
        "<",
        ">",
        "/",
        "^",
        "^^",
        "!",
    ),
    *(
        "'",
        '"',
        "'''",
        '"""',
        '"""a"',
        "\\",
        "\\q",
        "\\u0053",
        "\\u0020",
        "<\\u0061",
        "%53",
        "%",
        "#",
        "#x\n",
        "\n",
    ),
    *(
        "?x",
        "?g",
        "_:b",
        "[]",
        "a",
        "true",
        "false",
        "@en",
        "UNDEF",
        "<a:b>",
        "{ ?a ?b ?c }",
        "VALUES ?y {",
        "FILTER(",
    ),
    *(
        "UNION",
        "OPTIONAL",
        "MINUS",
        "GRAPH",
        "EXISTS",
        "LATERAL",
        "BIND(",
        "AS ?z",
        "SELECT *",
        "WHERE",
        "HAVING",
    ),
    *("\u00b7", "\u200c", "\u3000", "\ufeff", "\u0085", "\u00a0"),
]
CALLS = [
    *("SERVICE <L> {}", "SERVICE<L>{}", "SERVICESILENT<L>{}", "SERVICE:x{}", "SERVICEe:x{}", "SERVICE ?v {}"),
    *(
        "SERVICE SILENT e:x {}",
        "SERVICE#\n<L>{}",
        "SERVICE <A> {}",
        "SERVICE <A> { SERVICE <L> {} }",
        "SERVICEa:x{}",
    ),
]
STARTS = [
    *("SELECT * {", "ASK{", "SELECT * { ?s ?p ", "SELECT * { VALUES ?v {", "SELECT * { FILTER("),
    "CONSTRUCT {?a ?b ?c}{",
]
ENDS = ["}", "}}", '"}', '"""}', "'''}", "\n}", '#"""\n}', '\\q"""}', ' # \\q"""\n}']
PROLOGUE = "PREFIX : <L> PREFIX e: <L> PREFIX a: <A> PREFIX service: <a:> "


def mixed(chance: random.Random) -> str:
    """A text that calls, in some reading, with pieces before and behind the call."""
    before, behind = (
        "".join(chance.choice(PIECES) + chance.choice(["", " "]) for _ in range(chance.randint(0, most)))
        for most in (6, 4)
    )
    call, start, end = chance.choice(CALLS), chance.choice(STARTS), chance.choice(ENDS)
    return f"{PROLOGUE}{start}{before}{call}{behind}{end}"


def evaluated(text: str) -> None:
    """Has the engine do all that a query asks."""
    result = Store().query(text)
    if isinstance(result, QueryBoolean):
        return
    for _ in result:
        pass


def tried(other: Listener, allowed: Listener, services: frozenset[str], seed: int) -> Counter[str]:
    """How many texts the guard let pass or not; fails when the engine called another than an allowed one."""
    chance = random.Random(seed)  # noqa: S311  # the same each time
    outcomes = Counter[str]()
    for _ in range(SAMPLES):
        text = mixed(chance).replace("<L>", f"<{other.iri}>").replace("<A>", f"<{allowed.iri}>")
        try:
            closed = guard.closed(text, services)
        except (QueryRefused, QuerySyntaxError) as error:
            outcomes[type(error).__name__] += 1
            continue
        outcomes["passed"] += 1
        with suppress(SyntaxError, OSError, RuntimeError, ValueError):
            evaluated(closed)
    assert other.heard() == []
    return outcomes


def test_no_mixture_of_pieces_calls_anyone() -> None:
    with listening() as other, listening() as allowed:
        outcomes = tried(other, allowed, frozenset(), 1)
        assert allowed.heard() == []
    assert min(outcomes.values()) > 100


def test_no_mixture_of_pieces_calls_another_than_an_allowed_one() -> None:
    with listening() as other, listening() as allowed:
        outcomes = tried(other, allowed, frozenset({allowed.iri, f"{allowed.iri}x"}), 2)
        assert allowed.heard()
    assert min(outcomes.values()) > 100


def test_what_passes_means_what_it_meant() -> None:
    texts = [
        "SELECT * { VALUES ?x { 'service' \"Service\"@en '''a\\nservice\\\\''' <a:service> } } # service",
        "BASE <http://service/> PREFIX s: <service/> SELECT (s:a AS ?x) (<service> AS ?y) {}",
        "SELECT ?service { VALUES (?service ?y) { ('SERVICE' 'ſervice') } }",
    ]
    for text in texts:
        found, meant = (Store().query(one) for one in (guard.closed(text), text))
        assert isinstance(found, QuerySolutions)
        assert isinstance(meant, QuerySolutions)
        assert [tuple(solution) for solution in found] == [tuple(solution) for solution in meant]
