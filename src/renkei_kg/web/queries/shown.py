"""How the terms of an answer are shown as text: IRIs by their labels, as links where we have the page."""

from typing import Any, Final

from renkei_kg.engine.contract import EngineError
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.names import short
from renkei_kg.web.linked.shown import Ref
from renkei_kg.web.linked.view import View
from renkei_kg.web.preview import Preview

NAMED_MOST: Final = 500


def terms(view: View, page: Page, seen: Preview) -> dict[str, Any]:
    """What the table of an answer is filled with beside its rows: ``named`` gives the link and label of an
    IRI. Of very many IRIs none is looked up, nor when the engine has no time."""
    iris = {cell["value"] for row in seen.rows for cell in row.values() if cell["type"] == "uri"}
    if len(iris) > NAMED_MOST:
        iris = set()
    try:
        names = refs(view, page, linked().names, iris)
    except EngineError:
        names = refs(view, page, linked().names, ())

    def named(iri: str) -> Ref:
        found = names.thing(iri)
        return found if iri in iris else Ref(iri, short(iri), found.href, elsewhere=found.elsewhere)

    return {"named": named, "short": short}
