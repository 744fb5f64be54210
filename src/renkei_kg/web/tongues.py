"""Words of another language inside a text of the page's: marked, so that they are read out as what they are
(WCAG 2.2, 3.1.2)."""

import re

from flask import Flask
from markupsafe import Markup, escape

_LETTER = r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]"
JAPANESE = re.compile(rf"{_LETTER}(?:[\u3000-\u303f\uff00-\uffef]*{_LETTER})*")


def tongues(text: str, language: str) -> Markup:
    """``text``, which is in ``language``, with each run of Japanese marked where that is another."""
    if language == "ja":
        return escape(text)
    parts, end = [], 0
    for match in JAPANESE.finditer(text):
        parts += [escape(text[end : match.start()]), Markup('<span lang="ja">{}</span>').format(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def register(app: Flask) -> None:
    """Gives the templates of an application the filter ``tongues``."""
    app.jinja_env.filters["tongues"] = tongues
