"""Where a SPARQL text has text patterns: a reader of its groups and triples that passes over all the rest.

It follows the grammar of SPARQL 1.1 (section 19.8), and of SPARQL 1.2 for reified triples and annotations, as
far as it takes to know which triple a term stands in. Whether the text is valid is for the engine to say.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from renkei_kg.lexer import LexicalError, Token, tokens
from renkei_kg.namespaces import TEXT
from renkei_kg.textfile import position
from renkei_kg.textsearch.errors import TextSearchError
from renkei_kg.textsearch.patterns import Found, Node, Property, Scope, Triples

DEEPEST: Final = 64
TEMPLATES: Final = ("CONSTRUCT", "INSERT", "DELETE")
TERMS: Final = ("iri", "name", "variable", "blank", "number")
TRUTHS: Final = ("true", "false")
ENDING_BLOCK: Final = ("OPTIONAL", "MINUS", "UNION", "LATERAL", "GRAPH", "SERVICE", "BIND", "VALUES")
END: Final = Token("end", "", -1)


def error(text: str, start: int, reason: str) -> TextSearchError:
    """The error for what stands at ``start`` of a text."""
    return TextSearchError(reason, *position(text, start))


def read(text: str, base: str = "") -> Found:
    """The text patterns of a query or update, its relative IRIs resolved against ``base``.

    Raises TextSearchError where one stands in a place that it cannot stand in, or the text cannot be read.
    """
    try:
        reader = _Reader(text, base)
    except LexicalError as fault:
        raise TextSearchError(fault.reason, fault.line, fault.column) from None
    reader.clauses("")
    return reader.found


class _Reader:
    def __init__(self, text: str, base: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.at = 0
        self.depth = 0
        self.scope = Scope(base)
        self.found = Found(variables={token.value for token in self.tokens if token.kind == "variable"})

    def peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else END

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def skip(self, *texts: str) -> bool:
        if self.peek().text in texts and self.peek().kind in ("punctuation", "operator"):
            self.at += 1
            return True
        return False

    def word(self) -> str:
        return self.peek().value.upper() if self.peek().kind == "word" else ""

    def fault(self, reason: str = "the query cannot be read from here on.") -> TextSearchError:
        start = self.peek().start
        return error(self.text, len(self.text) if start < 0 else start, reason)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One bracket deeper; so deep that reading would need too much memory is an error."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault(f"brackets stand in one another more than {DEEPEST} deep.")
        yield
        self.depth -= 1

    def clauses(self, closing: str) -> None:
        """What is outside of groups: declarations, SELECT, dataset and modifiers, up to ``closing``."""
        short = False
        while self.peek() is not END and not (closing and self.peek().text == closing):
            word = self.word()
            if word in ("BASE", "PREFIX"):
                self.scope.declare(self.peek(), self.peek(1), self.peek(2))
            elif word == "VALUES":
                self.data()
                continue
            self.at += 1
            if word in TEMPLATES:
                if self.word() == "DATA":
                    self.at += 1
                short = self.peek().text != "{"
                if not short:
                    self.balanced("{", "}")
            elif self.tokens[self.at - 1].text == "{":
                self.group(short=short)
                short = False

    def balanced(self, opening: str, closing: str) -> None:
        """Passes over brackets and what is in them, but reads the groups of EXISTS."""
        depth = 0
        while self.peek() is not END:
            token = self.take()
            if token.text == opening:
                depth += 1
            elif token.text == closing:
                depth -= 1
                if depth == 0:
                    return
            elif opening == "(" and token.text == "{":
                self.group()
        raise self.fault()

    def data(self) -> None:
        """VALUES, its variables and its block."""
        self.at += 1
        if self.peek().text == "(":
            self.balanced("(", ")")
        else:
            self.at += 1
        if self.peek().text == "{":
            self.balanced("{", "}")

    def group(self, *, short: bool = False) -> None:
        """A group graph pattern behind its opening brace, up to and with the closing one."""
        block = None
        with self.deeper():
            if self.word() == "SELECT":
                self.clauses("}")
            while not self.skip("}"):
                word = self.word()
                if word == "FILTER":
                    self.at += 1
                    self.constraint()
                elif word in ENDING_BLOCK or self.peek().text == "{":
                    block = None
                    self.other(word)
                elif not self.skip("."):
                    if block is None:
                        block = self.peek().start
                    self.subject(block, short=short)

    def other(self, word: str) -> None:
        """What ends a block of triples: a group, or a clause that has one, or an assignment."""
        if word == "BIND":
            self.at += 1
            self.balanced("(", ")")
        elif word == "VALUES":
            self.data()
        else:
            while self.peek().text != "{":
                if self.take().text in ("}", ""):
                    raise self.fault()
            self.at += 1
            self.group()

    def constraint(self) -> None:
        """What stands behind FILTER: brackets, a call or EXISTS."""
        while self.peek().kind in ("word", "name", "iri"):
            self.at += 1
        if self.skip("{"):
            self.group()
        else:
            self.balanced("(", ")")

    def subject(self, block: int, *, short: bool) -> None:
        """A subject and its properties, up to and with the full stop."""
        start = self.peek().start
        node = self.node()
        if self.peek().text in (".", "}") and node.kind in ("list", "brackets", "reified"):
            return
        properties = self.properties()
        self.skip(".")
        if any(found.name is not None for found in properties):
            if short:
                raise error(
                    self.text,
                    properties[0].verb.start,
                    "a text pattern cannot stand where the pattern is the template as well: write "
                    "CONSTRUCT { … } WHERE { … } or DELETE { … } WHERE { … }.",
                )
            end = self.tokens[self.at - 1].end
            self.found.triples.append(Triples(node, tuple(properties), start, end, block))

    def properties(self) -> list[Property]:
        found = []
        while True:
            verb, name = self.verb()
            objects = [self.object()]
            while self.skip(","):
                objects.append(self.object())
            objects_end = self.tokens[self.at - 1].end
            more = False
            while self.skip(";"):
                more = True
            found.append(Property(verb, name, tuple(objects), objects_end, self.tokens[self.at - 1].end))
            if not more or self.peek().text in (".", "}", "]", "|}") or self.peek() is END:
                return found
            if self.word() in ("FILTER", *ENDING_BLOCK) or self.peek().text == "{":
                return found

    def inner_properties(self, closing: str) -> None:
        """The properties of a blank node or an annotation, up to and with the closing bracket."""
        with self.deeper():
            for found in self.properties():
                if found.name is not None:
                    raise error(
                        self.text,
                        found.verb.start,
                        "a text pattern needs a variable as its subject: write it as a triple of its own, "
                        'such as ?s text:query "…" .',
                    )
            if not self.skip(closing):
                raise self.fault()

    def verb(self) -> tuple[Token, str | None]:
        """A verb or a property path: its first token, and the name of the text property that it is."""
        start = self.at
        if self.peek().kind == "variable":
            self.at += 1
        else:
            self.path()
        verb = self.tokens[start : self.at]
        for token in verb:
            name = self.text_name(token)
            if name is not None and len(verb) > 1:
                raise error(self.text, token.start, f"text:{name} cannot be a part of a property path.")
        return verb[0], self.text_name(verb[0])

    def path(self) -> None:
        """A property path; most are one IRI."""
        while True:
            while self.skip("^", "!"):
                pass
            if self.peek().text == "(":
                self.balanced("(", ")")
            elif self.peek().kind in ("iri", "name") or self.peek().text == "a":
                self.at += 1
            else:
                raise self.fault()
            while self.peek().text in ("*", "?", "+") and not self.is_sign():
                self.at += 1
            if not self.skip("/", "|"):
                return

    def is_sign(self) -> bool:
        """Whether the + here is the sign of the number that stands right behind it."""
        following = self.peek(1)
        return self.peek().text == "+" and following.kind == "number" and following.start == self.peek().end

    def text_name(self, token: Token) -> str | None:
        iri = self.scope.iri(token) if token.kind in ("iri", "name") else None
        return iri.removeprefix(TEXT) if iri and iri.startswith(TEXT) else None

    def object(self) -> Node:
        node = self.node()
        while True:
            if self.skip("~"):
                if self.peek().kind in ("iri", "name", "blank", "variable"):
                    self.at += 1
            elif self.skip("{|"):
                self.inner_properties("|}")
            else:
                return node

    def node(self) -> Node:
        token = self.take()
        kind, language, datatype = token.kind, None, None
        items: tuple[Node, ...] = ()
        if token.text == "(":
            kind, items = "list", self.items()
        elif token.text == "[":
            kind = "brackets"
            if not self.skip("]"):
                self.inner_properties("]")
        elif token.text == "<" and self.peek().text == "<":
            kind = "reified"
            self.reified()
        elif token.text in ("+", "-") and self.peek().kind == "number":
            kind = "number"
            self.at += 1
        elif kind == "string":
            language, datatype = self.tag()
        elif kind not in TERMS and token.value.lower() not in TRUTHS:
            self.at -= 1
            raise self.fault()
        end = self.tokens[self.at - 1].end
        return Node(kind, token.start, end, self.value(token, end), language, datatype, items)

    def value(self, token: Token, end: int) -> str:
        if token.kind in ("iri", "name"):
            return self.scope.iri(token) or token.text
        return token.value if token.kind in ("string", "variable") else self.text[token.start : end]

    def items(self) -> tuple[Node, ...]:
        found = []
        with self.deeper():
            while not self.skip(")"):
                found.append(self.node())
        return tuple(found)

    def tag(self) -> tuple[str | None, str | None]:
        """The language or the datatype of the string before."""
        if self.peek().kind == "language":
            return self.take().value, None
        if self.skip("^^"):
            return None, self.scope.iri(self.take())
        return None, None

    def reified(self) -> None:
        """A reified triple or triple term (SPARQL 1.2) behind its first bracket; the scanner has its double
        brackets as two single ones."""
        depth = 1
        while depth and self.peek() is not END:
            token = self.take()
            depth += {"<": 1, ">": -1}.get(token.text, 0)
