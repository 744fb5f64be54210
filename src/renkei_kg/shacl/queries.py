"""What shapes ask in SPARQL: targets (SHACL Advanced Features, 3.1) and constraints (SHACL, section 5).

A constraint asks about one focus node, ``$this``. Where its query surely finds the same for all focus nodes
at once, it is asked once, else once for each (see ``Query.whole``).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Final

from pyoxigraph import Literal, QuerySolution, QuerySolutions, Variable

from renkei_kg.lexer import LexicalError, Token, tokens
from renkei_kg.namespaces import PREFIXES
from renkei_kg.shacl.errors import ShapeError
from renkei_kg.shacl.graph import Graph
from renkei_kg.shacl.paths import Path
from renkei_kg.shacl.shape import Check, ValueNodes, Violation
from renkei_kg.shacl.terms import Term, iri, language, lexical, term

THIS: Final = Variable("this")
PLACEHOLDER: Final = re.compile(r"\{[?$](\w+)\}")
FORBIDDEN: Final = {"MINUS", "VALUES", "SERVICE"}
FEW: Final = 32
# With one of these in it, a query may find other things for all nodes at once than for one after the other.
APART: Final = {
    "AVG", "COUNT", "DISTINCT", "GRAPH", "GROUP", "GROUP_CONCAT", "HAVING", "LIMIT", "MAX", "MIN", "MINUS",
    "OFFSET", "OPTIONAL", "RAND", "REDUCED", "SAMPLE", "SERVICE", "SUM", "UNION", "UUID", "STRUUID", "BNODE",
    "VALUES",
}  # fmt: skip


class Query:
    """A SELECT query of a shape, with its prefixes."""

    def __init__(self, shapes: Graph, node: str, shape: str) -> None:
        texts = shapes.objects(node, iri("sh", "select"))
        if len(texts) != 1:
            raise ShapeError(shape, f"{node} needs exactly one sh:select.")
        self.shape = shape
        self.text = lexical(texts[0])
        self.prologue = "".join(
            f"PREFIX {prefix}: <{namespace}>\n"
            for prefix, namespace in _prefixes(shapes, node, shape).items()
        )
        if "SERVICE" in self.words:
            raise ShapeError(shape, "its query asks another service; a shape asks the data only.")

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens of the query."""
        try:
            return list(tokens(self.text))
        except LexicalError as error:
            raise ShapeError(self.shape, f"its query cannot be read: {error}") from None

    @cached_property
    def words(self) -> set[str]:
        """The words of the query, in capitals."""
        return {token.text.upper() for token in self.tokens if token.kind == "word"}

    def bind(self, path: Path | None) -> dict[Variable, Term]:
        """Puts a path in place of ``$PATH``, and gives what stands for ``$currentShape``."""
        given: dict[Variable, Term] = {}
        for token in reversed(self.tokens):
            name = token.value if token.kind == "variable" else ""
            if name == "shapesGraph":
                raise ShapeError(self.shape, "$shapesGraph is not supported: its query sees the data only.")
            if name == "currentShape":
                given[Variable(name)] = term(self.shape)
            if name == "PATH":
                if path is None:
                    raise ShapeError(self.shape, "its query uses $PATH, which only a property shape has.")
                self.text = self.text[: token.start] + path.sparql() + self.text[token.end :]
        return given

    def ask(self, graph: Graph, given: Mapping[Variable, Term]) -> QuerySolutions:
        """What the query finds in the default graph, with some variables given."""
        try:
            found = graph.store.query(
                self.prologue + self.text, substitutions=dict(given), named_graphs=[], default_graph=None
            )
        except SyntaxError as error:
            raise ShapeError(self.shape, f"its query cannot be read: {error}") from None
        if not isinstance(found, QuerySolutions):
            raise ShapeError(self.shape, "its sh:select has to be a SELECT query.")
        return found

    @cached_property
    def whole(self) -> bool:
        """Whether the query surely finds the same for all focus nodes at once as for one after the other.

        It does when it gives ``$this`` itself and its outermost group binds it by a triple pattern, for then
        all that an inner EXISTS, FILTER or BIND sees of it is the same.
        """
        if self.words & APART or sum(token.text.upper() == "SELECT" for token in self.tokens) != 1:
            return False
        depth, selected, bound = 0, False, False
        inner = 0
        previous: Token | None = None
        for token in self.tokens:
            if token.text in "{[(":
                depth += 1
                if (
                    token.text == "{"
                    and depth > 1
                    and (previous is None or previous.text.upper() != "EXISTS")
                ):
                    inner += 1
            elif token.text in "}])":
                depth -= 1
            elif token.kind == "variable" and token.value == "this":
                if depth == 0:
                    selected = True
                elif depth == 1 and previous is not None and previous.text in ("{", "}", "."):
                    bound = True
            previous = token
        return selected and bound and not inner


def sparql_target(shapes: Graph, node: str, shape: str) -> Callable[[Graph], set[str]]:
    """The focus nodes that an ``sh:SPARQLTarget`` finds."""
    query = Query(shapes, node, shape)
    return lambda graph: {
        str(found) for solution in query.ask(graph, {}) if (found := _get(solution, "this")) is not None
    }


def sparql_constraint(shapes: Graph, node: str, shape: str, path: Path | None) -> Check:
    """The check of an ``sh:sparql`` constraint."""
    query = Query(shapes, node, shape)
    if forbidden := sorted(query.words & FORBIDDEN):
        raise ShapeError(shape, f"a constraint may not use {forbidden[0]} (SHACL, section 5.2.1).")
    given = query.bind(path)
    messages = tuple(sorted(shapes.objects(node, iri("sh", "message"))))

    def check(graph: Graph, values: ValueNodes) -> Iterator[Violation]:
        seen: set[Violation] = set()
        for focus, solution in _solutions(query, graph, values, given):
            failure = _get(solution, "failure")
            if failure is not None and failure.value == "true":
                raise ShapeError(shape, f"its query reports a failure at {focus}.")
            value, reached = _get(solution, "value"), _get(solution, "path")
            default = focus if path is None else None
            found = Violation(
                focus,
                default if value is None else str(value),
                None if reached is None else str(reached),
                tuple(_filled(message, solution, focus) for message in messages) or None,
            )
            if found not in seen:
                seen.add(found)
                yield found

    return check


def _solutions(
    query: Query, graph: Graph, values: ValueNodes, given: Mapping[Variable, Term]
) -> Iterator[tuple[str, QuerySolution]]:
    """What a query finds for each focus node."""
    if query.whole and len(values.of) > FEW:
        for solution in query.ask(graph, given):
            if (focus := str(solution["this"])) in values.of:
                yield focus, solution
        return
    for focus in values.of:
        for solution in query.ask(graph, {**given, THIS: term(focus)}):
            yield focus, solution


def _get(solution: QuerySolution, name: str) -> Term | None:
    """What a variable stands for in a solution, if the query has it and it is bound."""
    try:
        found = solution[name]
    except KeyError:
        return None
    assert found is None or isinstance(found, Term)
    return found


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
