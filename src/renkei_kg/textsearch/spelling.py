"""The SPARQL that text patterns become: VALUES for hits, and the choice of one label."""

import re
from collections.abc import Iterator
from typing import Final

from renkei_kg.namespaces import RDFS, TEXT
from renkei_kg.textsearch.index import Hit

FALLBACK: Final = "en"
NOTHING: Final = f"<{TEXT}nothing>"
MUST_ESCAPE: Final = re.compile(r'\\[uU]|["\\\n\r\t\x08\x0c]')
ESCAPED: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
    "\\u": r"\\\U00000075",
    "\\U": r"\\\U00000055",  # for engines that resolve codepoint escapes before strings
}


def values(names: list[str], hits: list[Hit]) -> str:
    """VALUES that binds the variables to the hits: the thing, its score, its literal, its property.

    It stands in a query of its own, which means the same: Oxigraph would go through a bare VALUES of many
    rows once for each solution of the patterns beside it.
    """
    variables = " ".join(f"?{name}" for name in names)
    if hits:
        rows = (" ".join(term for term, _ in zip(_terms(hit), names, strict=False)) for hit in hits)
        block = " ".join(f"({row})" for row in rows)
        condition = ""
    else:
        # An empty VALUES says the same, but rdflib cannot read it.
        block = f"({NOTHING}{' UNDEF' * (len(names) - 1)})"
        condition = " FILTER(1 = 0)"
    return f"{{ SELECT {variables} {{ VALUES ({variables}) {{ {block} }}{condition} }} }}"


def _terms(hit: Hit) -> Iterator[str]:
    yield f"<{hit.subject}>"
    score = f"{hit.score:.6f}".rstrip("0")  # the canonical form, which engines may write anyway
    yield score + "0" if score.endswith(".") else score
    value = MUST_ESCAPE.sub(lambda match: ESCAPED[match[0]], hit.value)
    yield f'"{value}"@{hit.language}' if hit.language else f'"{value}"'
    yield f"<{hit.property}>"


def label_triple(label: str) -> str:
    """The verb and object that give every label of a subject."""
    return f"<{RDFS.label.value}> {label}"


def best_label(owner: str, label: str, other: str, languages: list[str]) -> str:
    """A FILTER that keeps the first in order of all labels of ``owner``; ``other`` is a new variable."""
    order = f"{_order(other, languages)} < {_order(label, languages)}"
    return f"FILTER NOT EXISTS {{ {owner} {label_triple(other)} FILTER({order}) }}"


def _order(label: str, languages: list[str]) -> str:
    """An expression by which the label to choose comes first, and no two labels are equal.

    Within a language range the tag itself sorts before its subtags, so that an exact match comes first.
    """
    rank = '"z"'
    for number, language in reversed(list(enumerate(dict.fromkeys((*languages, FALLBACK))))):
        rank = f'IF(LANGMATCHES(LANG({label}), "{language}"), "{chr(ord("a") + number)}", {rank})'
    return f'CONCAT({rank}, LANG({label}), " ", STR({label}), " ", STR(DATATYPE({label})))'
