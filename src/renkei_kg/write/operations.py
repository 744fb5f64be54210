"""The operations of an update: where each begins and ends, which graphs it writes to, what dataset it asks.

Read by tokens. ``split`` finds the operations; whether each is SPARQL Update is for the engine's parser to
say, and ``read`` takes only what it has let pass. A prologue may stand before every operation (SPARQL 1.1
Query Language, rules 29 and 30 of the grammar).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from renkei_kg import lexer
from renkei_kg.lexer import Token
from renkei_kg.textfile import position
from renkei_kg.write.errors import UpdateSyntaxError

INSERT_DATA: Final = "INSERT DATA"
DELETE_WHERE: Final = "DELETE WHERE"
MODIFY: Final = "MODIFY"
DECLARATIONS: Final = {"BASE": 2, "PREFIX": 3, "VERSION": 2}
MANAGEMENT: Final = ("CLEAR", "DROP", "CREATE")
BETWEEN: Final = ("COPY", "MOVE", "ADD")
NOT_A_LINE_END: Final = re.compile(r"[^\r\n]")


@dataclass(frozen=True)
class Piece:
    """One operation as it stands in an update's text: its tokens, and the declarations that hold for it.
    The last of an update may be declarations alone."""

    text: str
    declarations: tuple[tuple[Token, ...], ...]
    tokens: tuple[Token, ...]

    @property
    def start(self) -> int:
        """The index of its first character, behind its declarations."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """The index behind its last character."""
        return self.tokens[-1].end

    @property
    def body(self) -> str:
        """Its text without the declarations."""
        return self.text[self.start : self.end]

    def declared(self, body: str) -> str:
        """``body`` with the declarations before it."""
        lines = [self.text[one[0].start : one[-1].end] + "\n" for one in self.declarations]
        return "".join(lines) + body

    def in_place(self) -> str:
        """The update's text up to the end of this with all other operations blanked, so that every place
        stays what it is."""
        parts, end = [], 0
        for one in (*self.declarations, self.tokens):
            if one:
                parts += [_blank(self.text[end : one[0].start]), self.text[one[0].start : one[-1].end]]
                end = one[-1].end
        return "".join(parts)


@dataclass(frozen=True)
class Using:
    """A USING or USING NAMED clause: its graph, and where it stands in the text."""

    graph: Token
    named: bool
    start: int
    end: int


@dataclass
class Operation:
    """What an operation does. Tokens of graphs are as written: IRIs, prefixed names or variables.

    It writes to ``graphs``, to the default graph when ``writes_default``, and to those that ``every`` (ALL or
    NAMED) means. ``braces`` is where the one pair of a short form stands; ``labels`` are those of its blank
    nodes that no other operation of its kind may use (SPARQL 1.1 Query Language, section 19.6).
    """

    piece: Piece
    kind: str
    silent: bool = False
    graphs: list[Token] = field(default_factory=list)
    writes_default: bool = False
    every: str = ""
    with_graph: Token | None = None
    using: list[Using] = field(default_factory=list)
    where: Token | None = None
    braces: tuple[int, int] = (0, 0)
    labels: frozenset[str] = frozenset()

    @property
    def asks(self) -> bool:
        """Whether what it does depends on what the store holds."""
        return self.kind in (MODIFY, DELETE_WHERE, *BETWEEN)


def split(text: str) -> list[Piece]:
    """The operations of an update's text, in order. Raises UpdateSyntaxError where something stands that is
    no token, or where an operation is missing before a semicolon."""
    try:
        found = list(lexer.tokens(text))
    except lexer.LexicalError as error:
        raise UpdateSyntaxError(error.reason, error.line, error.column) from None
    pieces: list[Piece] = []
    declarations: tuple[tuple[Token, ...], ...] = ()
    depth = begin = 0
    for number, token in enumerate([*found, None]):
        if token is not None and (depth or token.text != ";"):
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            continue
        own, rest = _prologue(found[begin:number])
        declarations += own
        if token is not None and not rest:
            raise UpdateSyntaxError(
                "expected an operation before this semicolon", *position(text, token.start)
            )
        if own or rest:
            pieces.append(Piece(text, declarations, rest))
        begin = number + 1
    return pieces


def _prologue(tokens: list[Token]) -> tuple[tuple[tuple[Token, ...], ...], tuple[Token, ...]]:
    """The declarations at the beginning, and what is behind them."""
    own, number = [], 0
    while number < len(tokens) and (length := DECLARATIONS.get(_word(tokens[number]))):
        own.append(tuple(tokens[number : number + length]))
        number += length
    return tuple(own), tuple(tokens[number:])


def read(piece: Piece) -> Operation:
    """What an operation does that the engine's parser has let pass. Raises UpdateSyntaxError when it is none
    of SPARQL Update."""
    tokens = piece.tokens
    words = [_word(token) for token in tokens[:2]]
    if words[0] in (*MANAGEMENT, *BETWEEN, "LOAD"):
        return _management(piece, words[0])
    if words in (["INSERT", "DATA"], ["DELETE", "DATA"], ["DELETE", "WHERE"]):
        operation = Operation(piece, " ".join(words))
        template = tokens[2:]
        operation.braces = template[0].start, template[-1].end
        _template(operation, template)
        if operation.kind == INSERT_DATA:
            operation.labels = _labels(template)
        return operation
    if words[0] in ("WITH", "INSERT", "DELETE"):
        return _modify(piece)
    raise UpdateSyntaxError(
        f"{tokens[0].text} is no operation of SPARQL Update", *position(piece.text, tokens[0].start)
    )


def _management(piece: Piece, kind: str) -> Operation:
    operation = Operation(piece, kind)
    for token in piece.tokens[1:]:
        word = _word(token)
        if word == "SILENT":
            operation.silent = True
        elif word == "TO":
            # COPY, MOVE and ADD name what they read first; only MOVE changes it.
            if kind != "MOVE":
                operation.graphs, operation.writes_default = [], False
        elif word == "DEFAULT":
            operation.writes_default = True
        elif word in ("ALL", "NAMED"):
            operation.every = word
        elif token.kind in ("iri", "name"):
            operation.graphs.append(token)
    return operation


def _modify(piece: Piece) -> Operation:
    """DELETE and INSERT with their templates, USING and WHERE (rules 41 to 46 of the grammar)."""
    operation = Operation(piece, MODIFY)
    tokens = piece.tokens
    number = 0
    while number < len(tokens):
        word, following = _word(tokens[number]), tokens[number + 1 :]
        if word == "WITH":
            operation.with_graph = following[0]
            number += 2
        elif word == "USING":
            named = _word(following[0]) == "NAMED"
            graph = following[1] if named else following[0]
            operation.using.append(Using(graph, named, tokens[number].start, graph.end))
            number += 3 if named else 2
        elif word == "WHERE":
            operation.where = tokens[number]
            operation.labels = _labels(following)
            break
        else:
            end = number + 1 + _closing(following)
            _template(operation, tokens[number + 1 : end + 1])
            number = end + 1
    return operation


def _closing(tokens: Sequence[Token]) -> int:
    """The number of the brace that closes the one that the tokens begin with."""
    depth = 0
    for number, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0:
            return number
    raise AssertionError("the parser has let unbalanced braces pass")


def _template(operation: Operation, tokens: Sequence[Token]) -> None:
    """Notes the graphs that a template in braces writes to."""
    depth = 0
    named = False
    for number, token in enumerate(tokens):
        if token.text in ("{", "}"):
            depth += 1 if token.text == "{" else -1
            named = False
        elif depth == 1 and _word(token) == "GRAPH":
            operation.graphs.append(tokens[number + 1])
            named = True
        elif depth == 1 and not named and token.text != ".":
            if operation.with_graph is None:
                operation.writes_default = True
            elif operation.with_graph not in operation.graphs:
                operation.graphs.append(operation.with_graph)


def _labels(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.value for token in tokens if token.kind == "blank")


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""


def _blank(text: str) -> str:
    return NOT_A_LINE_END.sub(" ", text)
