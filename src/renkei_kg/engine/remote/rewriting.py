"""A visitor's query, made one for a store in which graphs have other names (docs/decisions/0018).

The dataset is given by the protocol's parameters, so that a query can reach no graph but those of its
version. In the text only what names or finds graphs is changed, token by token: FROM is taken out, a graph
that is written out gets its stored name, and a variable behind GRAPH is bound to the published name by a
table of VALUES while another variable stands for the stored one. All else stays byte for byte the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from renkei_kg import lexer
from renkei_kg.engine import guard
from renkei_kg.engine.remote.naming import STORED_WKT, WKT, Naming

BEFORE_STAR: Final = frozenset(("SELECT", "DISTINCT", "REDUCED", "DESCRIBE"))


@dataclass(frozen=True)
class Dataset:
    """The dataset that a query is asked of, by stored names: what the protocol's parameters say."""

    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the SPARQL 1.1 Protocol, section 2.1.4."""
        default = [("default-graph-uri", iri) for iri in self.default_graphs]
        return default + [("named-graph-uri", iri) for iri in self.named_graphs]


@dataclass(frozen=True)
class Rewritten:
    """A query and its dataset as the remote engine is asked them. ``sure`` is False where it would not mean
    the same: a subquery that is all of a group behind GRAPH and a variable, as engines forget which graph it
    is about."""

    text: str
    dataset: Dataset
    sure: bool = True


def rewrite(
    text: str,
    naming: Naming,
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
    variables: tuple[str, ...] = (),
    *,
    renames: bool = False,
    resolves: bool = False,
) -> Rewritten:
    """A query as it is asked of the store that has ``naming``; ``renames`` says that literals in WKT have
    another datatype there, ``resolves`` that codepoint escapes in IRIs have to be resolved for its engine.

    ``default_graphs`` and ``named_graphs`` are what the protocol or FROM name, by published names; both empty
    mean the version's own dataset. ``variables`` are those that ``SELECT *`` gives. The text has to be SPARQL
    that an engine would take. Raises QuerySyntaxError.
    """
    own = not default_graphs and not named_graphs
    known = (
        naming.graphs if own else {iri: naming.graphs[iri] for iri in named_graphs if iri in naming.graphs}
    )
    edits = _Edits(text, naming, known)
    edits.make(variables)
    edits.terms({WKT: STORED_WKT} if renames else {}, resolves=resolves)
    if own:
        default: tuple[str, ...] = (naming.union,)
    else:
        # An engine may take a dataset without a default graph for one with its own.
        default = tuple(naming.graphs.get(iri, naming.nothing) for iri in default_graphs) or (naming.nothing,)
    named = tuple(known.values()) if edits.asks_graphs else ()
    return Rewritten(f"BASE <{naming.base}>\n{edits.edited()}", Dataset(default, named), edits.sure)


class _Edits:
    """What is changed in a text, and where."""

    def __init__(self, text: str, naming: Naming, known: Mapping[str, str]) -> None:
        self.text, self.naming, self.known = text, naming, known
        self.tokens = guard.read(text)
        self.asks_graphs = False
        self.sure = True
        self._shows_all = False
        self._used = Counter(token.value for token in self.tokens if token.kind == "variable")
        self._edits: list[tuple[int, int, str]] = []

    def make(self, variables: tuple[str, ...]) -> None:
        """Finds what has to be changed."""
        head = next((n for n, token in enumerate(self.tokens) if token.text == "{"), len(self.tokens))
        self._head(self.tokens[:head], variables)
        elsewhere = 0  # the number of the token that ends a group for another endpoint
        prefixes, base = guard.prefixes(self.tokens), self._base()
        for number in range(head, len(self.tokens) - 2):
            word = self.tokens[number]
            if word.kind != "word" or number < elsewhere:
                continue
            if word.text.upper() == "SERVICE":
                elsewhere = self._end(number)
            elif word.text.upper() == "GRAPH" and self.tokens[number + 2].text == "{":
                target = self.tokens[number + 1]
                empty = self.tokens[number + 3].text == "}" if number + 3 < len(self.tokens) else False
                if target.kind == "variable":
                    (self._any if empty else self._variable)(number)
                elif target.kind in ("iri", "name"):
                    iri = guard.absolute(base, guard.resolve(target, prefixes))
                    (self._is_there if empty else self._named)(number, iri)

    def terms(self, renamed: Mapping[str, str], *, resolves: bool) -> None:
        """Writes IRIs as the store has them: some under another name, those with escapes without."""
        prefixes, base = guard.prefixes(self.tokens), self._base()
        for token in self.tokens if renamed or resolves else ():
            if token.kind not in ("iri", "name"):
                continue
            iri = guard.absolute(base, guard.resolve(token, prefixes))
            if iri in renamed:
                self._edits.append((token.start, token.end, f"<{renamed[iri]}>"))
            elif resolves and token.kind == "iri" and "\\" in token.text:
                self._edits.append((token.start, token.end, f"<{token.value}>"))

    def _base(self) -> str:
        """The IRI that relative ones in the text are resolved against."""
        base = self.naming.base
        for word, following in zip(self.tokens, self.tokens[1:], strict=False):
            if word.text == "{":
                break
            if word.kind == "word" and word.text.upper() == "BASE" and following.kind == "iri":
                base = guard.absolute(base, following.value)
        return base

    def _head(self, tokens: list[lexer.Token], variables: tuple[str, ...]) -> None:
        """Takes FROM clauses out, and writes out what ``SELECT *`` gives."""
        before = ""
        for number, token in enumerate(tokens):
            word = token.text.upper() if token.kind == "word" else ""
            if word == "FROM":
                named = tokens[number + 1].text.upper() == "NAMED"
                last = tokens[min(number + 1 + named, len(tokens) - 1)]
                self._edits.append((token.start, last.end, ""))
            if before in BEFORE_STAR and token.text == "*":
                self._shows_all = True
                if variables:
                    names = " ".join(f"?{name}" for name in variables)
                    self._edits.append((token.start, token.end, names))
            before = word

    def _named(self, number: int, iri: str) -> None:
        """A graph that is written out."""
        self.asks_graphs = True
        target = self.tokens[number + 1]
        self._edits.append((target.start, target.end, f"<{self.known.get(iri, self.naming.nothing)}>"))

    def _is_there(self, number: int, iri: str) -> None:
        """A graph that is written out, with an empty group: whether it is there, which engines tell each in
        their way."""
        said = "{ }" if iri in self.known else "{ FILTER(false) }"
        self._edits.append((self.tokens[number].start, self.tokens[number + 3].end, said))

    def _any(self, number: int) -> None:
        """A variable behind GRAPH with an empty group: all graphs that there are."""
        rows = " ".join(f"<{iri}>" for iri in self.known)
        said = f"{{ VALUES {self.tokens[number + 1].text} {{ {rows} }} }}"
        self._edits.append((self.tokens[number].start, self.tokens[number + 3].end, said))

    def _variable(self, number: int) -> None:
        """A variable behind GRAPH: the published name is looked up beside the group or, if the group itself
        speaks of it, inside. One that stands nowhere else may have any name."""
        self.asks_graphs = True
        word, target, opening = self.tokens[number : number + 3]
        last = self._end(number)
        inside = self.tokens[number + 3 : last]
        if self._used[target.value] == 1 and not self._shows_all:
            return  # nobody sees which graph it is
        stored = self._new()
        rows = " ".join(f"(<{iri}> <{name}>)" for iri, name in self.known.items())
        table = f"VALUES (?{target.value} ?{stored}) {{ {rows} }} "
        speaks = any(token.kind == "variable" and token.value == target.value for token in inside)
        self.sure = self.sure and inside[0].text.upper() != "SELECT"
        self._edits.append((target.start, target.end, f"?{stored}"))
        if speaks:
            self._edits.append((opening.end, opening.end, f" {table}"))
        else:
            end = self.tokens[last].end
            self._edits += [(word.start, word.start, f"{{ {table}"), (end, end, " }")]

    def _end(self, number: int) -> int:
        """The number of the token that closes the first group behind a token."""
        depth = 0
        for place in range(number, len(self.tokens)):
            if self.tokens[place].text == "{":
                depth += 1
            elif self.tokens[place].text == "}":
                depth -= 1
                if depth == 0:
                    return place
        return len(self.tokens) - 1

    def _new(self) -> str:
        """A variable that the text has not."""
        number = 1
        while f"stored{number}" in self._used:
            number += 1
        self._used[f"stored{number}"] += 1
        return f"stored{number}"

    def edited(self) -> str:
        """The text with all edits made."""
        pieces: list[str] = []
        done = 0
        for start, end, new in _in_order(self._edits):
            if start < done:
                continue  # it is gone already
            pieces += [self.text[done:start], new]
            done = end
        return "".join((*pieces, self.text[done:]))


def _in_order(edits: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Edits by place; those at one place in the order in which they were found."""
    return sorted(edits, key=lambda edit: edit[0])
