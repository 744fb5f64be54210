"""What there is near the name of an example that there is none of."""

import difflib
from collections.abc import Mapping
from typing import Any, Final

from renkei_kg.web.layout import Page
from renkei_kg.web.problems import Problem
from renkei_kg.web.queries.gallery import Example

MOST: Final = 6
CLOSE: Final = 0.5


def problem(page: Page, examples: Mapping[str, Example], name: str) -> Problem:
    """The answer for a name that no example has: those with like names, and with its parts as keywords."""
    parts = {part.casefold() for part in name.split("-")}
    worded = [
        key
        for key, one in examples.items()
        if parts & {*key.split("-"), *(word.casefold() for word in one.keywords)}
    ]
    near = list(dict.fromkeys([*difflib.get_close_matches(name, examples, MOST, CLOSE), *worded]))[:MOST]
    said = [
        {
            "iri": examples[key].iri,
            "label": examples[key].title(page.lang),
            "page": page.link(f"/queries/{key}"),
        }
        for key in near
    ]
    more: dict[str, Any] = {"suggestions": said} if said else {}
    return Problem(404, f"There is no example query named {name!r}. /queries lists all.", more)
