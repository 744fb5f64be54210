"""What there is near an address that there is nothing at: things with like names, and with the same words."""

import contextlib
import difflib
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote

from renkei_kg.engine.contract import EngineError
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.names import Names
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

MOST: Final = 6
SLUGS: Final = 5000
CLOSE: Final = 0.6
WORDS: Final = re.compile(r"[^\W_]+")


def problem(view: View, page: Page, names: Names, path: str) -> Problem:
    """The answer for a path below the base that nothing has."""
    near = list(dict.fromkeys([*_alike(view, path), *_worded(view, path)]))[:MOST]
    found = refs(view, page, names, near)
    said = [{"iri": iri, "label": found.thing(iri).text, "page": found.thing(iri).href} for iri in near]
    iri = view.addresses.base + path
    more: dict[str, Any] = {"iri": iri, **({"suggestions": said} if said else {})}
    return Problem(404, f"There is nothing known of <{iri}>.", more)


def _alike(view: View, path: str) -> Iterable[str]:
    """Things whose IRIs are nearly the one asked for, in the same folder if there are any."""
    folder = path.rpartition("/")[0]
    start = view.addresses.base + (f"{folder}/" if folder else "")
    if '"' in start or "\\" in start:
        return []
    query = f'SELECT DISTINCT ?s {{ ?s a ?class FILTER(STRSTARTS(STR(?s), "{start}")) }} LIMIT {SLUGS}'
    with contextlib.suppress(EngineError):
        slugs = [row[0].value for row in view.rows(query)]
        return difflib.get_close_matches(view.addresses.base + path, slugs, MOST, CLOSE)
    return []


def _worded(view: View, path: str) -> Iterable[str]:
    """Things that the words of a path are found in; its last part first, then any of its words."""
    words = WORDS.findall(unquote(path.rpartition("/")[2]))
    for text in dict.fromkeys((" ".join(words), *words)) if words else ():
        with contextlib.suppress(EngineError):
            search = f'(?thing ?score) text:query ("{text}" {MOST})'
            rows = view.rows(f"SELECT ?thing {{ {search} }} ORDER BY DESC(?score)")
            found = [row[0].value for row in rows if view.addresses.below(row[0].value)]
            if found:
                return found
    return []
