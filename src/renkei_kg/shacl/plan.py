"""How a query of a shape is asked of a whole graph at once.

Oxigraph evaluates ``FILTER NOT EXISTS { … }`` anew for each solution, and each time plans the pattern as if
nothing in it were known: with several triples in it, that takes time by the square of the graph. Where the
pattern is nothing but triples, ``MINUS { … }`` at the end of the group finds the same (SPARQL 1.1 Query
Language, section 8.3, tells where the two differ) and is evaluated once.

What is read here is only as much of the grammar as that needs. A query that holds anything else stays as it
is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from renkei_kg.lexer import Token

CLOSING = {"{": "}", "(": ")", "[": "]"}
# With one of these in it, a query may find other things for all nodes at once than for one after the other.
APART = {
    "AVG", "COUNT", "GRAPH", "GROUP", "GROUP_CONCAT", "HAVING", "LATERAL", "LIMIT", "MAX", "MIN", "MINUS",
    "OFFSET", "SAMPLE", "SERVICE", "SUM", "VALUES",
}  # fmt: skip
WORDS = {"A", "TRUE", "FALSE"}
PATHS = {"*", "+", "?", "!"}
JOINTS = {";", ",", "/", "|", "["}


@dataclass
class Group:
    """A group graph pattern: what is in it, and between which tokens it stands."""

    first: int
    last: int = 0
    blocks: list[set[str]] = field(default_factory=list)  # the variables of the triples about one subject
    long_paths: bool = False
    steps: int = 0  # how many triples it matches, or more
    expressions: set[str] = field(default_factory=set)  # the variables of its filters and assignments
    alternatives: list[list["Group"]] = field(default_factory=list)  # one, or several with UNION between
    others: list["Group"] = field(default_factory=list)  # of OPTIONAL
    # Of FILTER NOT EXISTS, with the token that it begins with.
    absent: list[tuple[int, "Group"]] = field(default_factory=list)

    @property
    def triples_only(self) -> bool:
        """Whether it holds several triples and nothing else, and no path of any length."""
        return (
            not (self.expressions or self.alternatives or self.others or self.absent or self.long_paths)
            and self.steps > 1
        )

    @property
    def certain(self) -> set[str]:
        """The variables that are bound in each of its solutions."""
        found: set[str] = set().union(*self.blocks)
        for groups in self.alternatives:
            found |= set.intersection(*(group.certain for group in groups))
        return found

    @property
    def connected(self) -> bool:
        """Whether its triples hang together by their variables."""
        open_ends = self.blocks[:]
        reached = open_ends.pop() if open_ends else set()
        while near := [block for block in open_ends if not reached.isdisjoint(block)]:
            reached = reached.union(*near)
            open_ends = [block for block in open_ends if block not in near]
        return not open_ends

    def inner(self, *, optional: bool) -> Iterator["Group"]:
        """Itself and the groups in it: no patterns of filters, and those of OPTIONAL only when wanted."""
        yield self
        for group in chain(*self.alternatives, self.others if optional else ()):
            yield from group.inner(optional=optional)


class _Unknown(Exception):  # it never leaves this module
    """The query holds something that is not read here."""


def outermost(tokens: Sequence[Token]) -> Group | None:
    """The outermost group of a SELECT query; None when the query holds something that is not read here."""
    try:
        first = next(index for index, token in enumerate(tokens) if token.text == "{")
        return _Reader(tokens).group(first)
    except (_Unknown, StopIteration, IndexError):
        return None


def at_once(text: str, tokens: Sequence[Token]) -> str:
    """A query that finds the same as ``text``, whose tokens are given, in less time."""
    outer = outermost(tokens)
    edits: list[tuple[int, int, str]] = []
    # A filter of an OPTIONAL sees what stands outside of it; MINUS would not.
    for group in outer.inner(optional=False) if outer else ():
        for start, pattern in group.absent:
            if pattern.triples_only and pattern.connected and group.certain & pattern.certain:
                inside = text[tokens[pattern.first].start : tokens[pattern.last].end]
                edits.append((tokens[start].start, tokens[pattern.last].end, "FILTER(true)"))
                edits.append((tokens[group.last].start, tokens[group.last].start, f" MINUS {inside} "))
    for start, end, instead in sorted(edits, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


def separable(tokens: Sequence[Token], variable: str) -> bool:
    """Whether a query with a variable given finds just those of its solutions that have this value there.

    So it is when it selects the variable, each solution binds it, and nothing looks at it unbound.
    """
    outer = outermost(tokens)
    if outer is None or APART & {token.text.upper() for token in tokens if token.kind == "word"}:
        return False
    selected = {token.value for token in tokens[: outer.first] if token.kind == "variable"}
    blind = (
        variable in group.expressions and variable not in group.certain
        for group in outer.inner(optional=True)
    )
    return variable in selected and variable in outer.certain and not any(blind)


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.elements: dict[str, Callable[[Group, int], int]] = {
            "{": self._alternatives,
            "FILTER": self._filter,
            "OPTIONAL": self._optional,
            "BIND": self._bind,
        }

    def text(self, index: int) -> str:
        return self.tokens[index].text.upper()

    def group(self, first: int) -> Group:
        """The group whose brace stands at an index."""
        if self.text(first) != "{":
            raise _Unknown
        found = Group(first, blocks=[set()])
        index, depth = first + 1, 0
        while self.text(index) != "}":
            text = self.text(index)
            if text in self.elements:
                found.blocks.append(set())
                index = self.elements[text](found, index)
            else:
                depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(text, 0)
                if text == "." and depth == 0:
                    found.blocks.append(set())
                self._in_triple(found, index)
            index += 1
        found.blocks = [block for block in found.blocks if block]
        found.steps += len(found.blocks)
        found.last = index
        return found

    def _in_triple(self, found: Group, index: int) -> None:
        """Notes a token of a triple."""
        token, text = self.tokens[index], self.text(index)
        if token.kind == "word" and text not in WORDS:
            raise _Unknown
        if token.kind in ("variable", "blank"):
            found.blocks[-1].add(token.value if token.kind == "variable" else token.text)
        found.steps += text in JOINTS
        found.long_paths |= token.kind == "operator" and text in PATHS

    def _alternatives(self, found: Group, index: int) -> int:
        groups = [self.group(index)]
        while self.text(groups[-1].last + 1) == "UNION":
            groups.append(self.group(groups[-1].last + 2))
        found.alternatives.append(groups)
        return groups[-1].last

    def _optional(self, found: Group, index: int) -> int:
        found.others.append(self.group(index + 1))
        return found.others[-1].last

    def _filter(self, found: Group, start: int) -> int:
        if self.text(start + 1) == "NOT" and self.text(start + 2) == "EXISTS":
            pattern = self.group(start + 3)
            found.absent.append((start, pattern))
            looked_at = (token for token in self.tokens[start : pattern.last] if token.kind == "variable")
            found.expressions.update(token.value for token in looked_at)
            return pattern.last
        index = start + 1
        while self.text(index) not in CLOSING:
            index += 1
        return self._expression(found, index)

    def _bind(self, found: Group, index: int) -> int:
        return self._expression(found, index + 1)

    def _expression(self, found: Group, index: int) -> int:
        """Notes the variables between a bracket and the one that closes it, whose index it gives."""
        open_brackets: list[str] = []
        while True:
            token, text = self.tokens[index], self.text(index)
            if text in CLOSING:
                open_brackets.append(CLOSING[text])
            elif open_brackets and text == open_brackets[-1]:
                open_brackets.pop()
            elif token.kind == "variable":
                found.expressions.add(token.value)
            if not open_brackets:
                return index
            index += 1
