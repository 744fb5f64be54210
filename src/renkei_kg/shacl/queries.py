"""What shapes ask in SPARQL: targets (SHACL Advanced Features, 3.1) and constraints (SHACL, section 5).

A constraint asks about one focus node, ``$this``. Where its query surely finds the same for all focus nodes
at once, it is asked once, else once for each (see ``plan``).
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Final

from pyoxigraph import Literal, QuerySolution, QuerySolutions, Store, Variable

from renkei_kg.lexer import LexicalError, Token, tokens
from renkei_kg.namespaces import PREFIXES
from renkei_kg.shacl.errors import ShapeError
from renkei_kg.shacl.graph import Graph
from renkei_kg.shacl.paths import Path
from renkei_kg.shacl.plan import at_once, separable
from renkei_kg.shacl.shape import Check, ValueNodes, Violation
from renkei_kg.shacl.terms import Term, iri, is_blank, language, lexical, term

THIS: Final = Variable("this")
PLACEHOLDER: Final = re.compile(r"\{[?$](\w+)\}")
FORBIDDEN: Final = ("MINUS", "SERVICE", "VALUES")
FEW: Final = 32
Given = Mapping[Variable, Term]


class Query:
    """A SELECT query of a shape. Raises ShapeError when it is none."""

    def __init__(self, shapes: Graph, node: str, shape: str, path: Path | None = None) -> None:
        texts = shapes.objects(node, iri("sh", "select"))
        if len(texts) != 1:
            raise ShapeError(shape, f"{node} needs exactly one sh:select.")
        self.shape = shape
        self.text = self._known(lexical(texts[0]), path)
        read = self._tokens(self.text)
        self.words = {token.text.upper() for token in read if token.kind == "word"}
        if "SERVICE" in self.words:
            raise ShapeError(shape, "its query asks another service; a shape asks the data only.")
        self.at_once = at_once(self.text, read)
        self.separable = separable(read, "this")
        prefixes = _prefixes(shapes, node, shape).items()
        self.prologue = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in prefixes)
        if THIS not in self.ask(_nothing(), {}).variables:
            raise ShapeError(shape, "its query has to select $this (SHACL, section 5.1).")

    def ask(self, store: Store, given: Given) -> QuerySolutions:
        """What the query finds in the default graph of a store, with some variables given."""
        text = self.text if THIS in given else self.at_once
        try:
            found = store.query(self.prologue + text, named_graphs=[], substitutions=dict(given))
        except SyntaxError as error:
            raise ShapeError(self.shape, f"its query cannot be read: {error}") from None
        if not isinstance(found, QuerySolutions):
            raise ShapeError(self.shape, "its sh:select has to be a SELECT query.")
        return found

    def _known(self, text: str, path: Path | None) -> str:
        """A query with what is known of its shape in place of ``$PATH`` and ``$currentShape``."""
        for token in reversed(self._tokens(text)):
            name = token.value if token.kind == "variable" else ""
            if name == "shapesGraph":
                raise ShapeError(self.shape, "$shapesGraph is not supported: its query sees the data only.")
            if name == "currentShape" and is_blank(self.shape):
                raise ShapeError(self.shape, "its query uses $currentShape: give the shape an IRI.")
            if name == "PATH" and path is None:
                raise ShapeError(self.shape, "its query uses $PATH, which only a property shape has.")
            instead = {"currentShape": self.shape, "PATH": path.sparql() if path else ""}
            if name in instead:
                text = text[: token.start] + instead[name] + text[token.end :]
        return text

    def _tokens(self, text: str) -> list[Token]:
        try:
            return list(tokens(text))
        except LexicalError as error:
            raise ShapeError(self.shape, f"its query cannot be read: {error}") from None


def sparql_target(shapes: Graph, node: str, shape: str) -> Callable[[Graph], set[str]]:
    """The focus nodes that an ``sh:SPARQLTarget`` finds."""
    query = Query(shapes, node, shape)

    def focus_nodes(graph: Graph) -> set[str]:
        found = (_get(solution, "this") for solution in query.ask(graph.store, {}))
        return {str(node) for node in found if node is not None}

    return focus_nodes


def sparql_constraint(shapes: Graph, node: str, shape: str, path: Path | None) -> Check:
    """The check of an ``sh:sparql`` constraint."""
    query = Query(shapes, node, shape, path)
    for word in FORBIDDEN:
        if word in query.words:
            raise ShapeError(shape, f"a constraint may not use {word} (SHACL, section 5.2.1).")
    messages = {*shapes.objects(node, iri("sh", "message")), *shapes.objects(shape, iri("sh", "message"))}

    def check(graph: Graph, values: ValueNodes) -> Iterator[Violation]:
        seen: set[Violation] = set()
        for focus, solution in _solutions(query, graph.store, values):
            failure = _get(solution, "failure")
            if failure is not None and failure.value == "true":
                raise ShapeError(shape, f"its query reports a failure at {focus}.")
            value, reached = _get(solution, "value"), _get(solution, "path")
            default = focus if path is None else None
            found = Violation(
                focus,
                default if value is None else str(value),
                None if reached is None else str(reached),
                _messages(messages, solution, focus),
            )
            if found not in seen:
                seen.add(found)
                yield found

    return check


def _solutions(query: Query, store: Store, values: ValueNodes) -> Iterator[tuple[str, QuerySolution]]:
    """What a query finds for each focus node."""
    if query.separable and len(values.of) > FEW:
        for solution in query.ask(store, {}):
            if (focus := str(solution["this"])) in values.of:
                yield focus, solution
        return
    for focus in values.of:
        for solution in query.ask(store, {THIS: term(focus)}):
            yield focus, solution


def _get(solution: QuerySolution, name: str) -> Term | None:
    """What a variable stands for in a solution, if the query has it and it is bound."""
    try:
        found = solution[name]
    except KeyError:
        return None
    assert found is None or isinstance(found, Term)
    return found


def _messages(messages: Collection[str], solution: QuerySolution, focus: str) -> tuple[str, ...]:
    """The messages of a solution: its own, or else those of the constraint and the shape."""
    own = _get(solution, "message")
    return (
        (str(own),) if own is not None else tuple(sorted(_filled(one, solution, focus) for one in messages))
    )


def _filled(message: str, solution: QuerySolution, focus: str) -> str:
    """A message with what its placeholders, ``{?name}``, stand for (SHACL, section 5.3.2)."""

    def value(match: re.Match[str]) -> str:
        found = term(focus) if match[1] == "this" else _get(solution, match[1])
        return match[0] if found is None else found.value

    if "{" not in message:
        return message
    text, tag = PLACEHOLDER.sub(value, lexical(message)), language(message)
    return str(Literal(text, language=tag) if tag else Literal(text))


def _prefixes(shapes: Graph, node: str, shape: str) -> dict[str, str]:
    """The prefixes of a query: those that its ``sh:prefixes`` declare (SHACL, section 5.2.2)."""
    found = {name: PREFIXES[name] for name in ("rdf", "rdfs", "owl")}
    open_ends, seen = shapes.objects(node, iri("sh", "prefixes"))[:], set()
    while open_ends:
        ontology = open_ends.pop()
        if ontology in seen:
            continue
        seen.add(ontology)
        open_ends += shapes.objects(ontology, iri("owl", "imports"))
        for declaration in shapes.objects(ontology, iri("sh", "declare")):
            prefix = shapes.objects(declaration, iri("sh", "prefix"))
            namespace = shapes.objects(declaration, iri("sh", "namespace"))
            if len(prefix) != 1 or len(namespace) != 1:
                raise ShapeError(shape, f"{declaration} needs one sh:prefix and one sh:namespace.")
            found[lexical(prefix[0])] = lexical(namespace[0])
    return found


@cache
def _nothing() -> Store:
    return Store()
