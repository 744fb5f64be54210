"""What the page of the editor tells its script: where to ask, what words to use, what prefixes there are."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from renkei_kg.namespaces import PREFIXES
from renkei_kg.parameters import declarations
from renkei_kg.web import statics, words
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.view import View
from renkei_kg.web.queries.gallery import Example

WORDS: Final = "editor."


def told(view: View, page: Page, examples: Iterable[Example]) -> dict[str, Any]:
    """What the template puts into the page; ``script`` is empty when no script has been built."""
    base = view.addresses.base
    said = {
        "endpoint": view.endpoint,
        "base": base,
        "pages": view.addresses.prefix,
        "dataset": view.dataset,
        "version": view.version,
        "kept": view.kept,
        "lang": page.lang,
        "chosen": page.chosen,
        "prefixes": _prefixes(examples),
        "words": {
            key.removeprefix(WORDS): both[words.LANGUAGES.index(page.lang)]
            for key, both in words.WORDS.items()
            if key.startswith(WORDS)
        },
    }
    return {
        "script": built("editor.js"),
        "style": built("editor.css"),
        "told": json.dumps(said, ensure_ascii=False),
    }


def built(name: str) -> str:
    """The address of a script or sheet that is built from ``frontend/``; empty when it is not built."""
    file = statics.files().get(f"built/{name}")
    return file.address if file else ""


def _prefixes(examples: Iterable[Example]) -> dict[str, str]:
    """The prefixes that are added to a query by themselves: those that all know, and those of examples."""
    found = dict(PREFIXES)
    for one in examples:
        found = {**_declared(one.text), **found}
    return dict(sorted(found.items()))


_declared = lru_cache(maxsize=256)(declarations)
