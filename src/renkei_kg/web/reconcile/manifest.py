"""The service manifest (specification 0.2, section 3.1): what the service is, and where its parts are."""

from typing import Any, Final

from renkei_kg import __version__
from renkei_kg.namespaces import ONTOLOGY
from renkei_kg.web import statics
from renkei_kg.web.linked.addresses import THINGS
from renkei_kg.web.reconcile import properties
from renkei_kg.web.reconcile.asked import BATCH
from renkei_kg.web.reconcile.current import Asked

PATH: Final = "/reconcile"
WIDTH, HEIGHT = 420, 260
DEFAULT_TYPES: Final = 12
Object = dict[str, Any]


def manifest(asked: Asked) -> Object:
    """The manifest in the language of the request. Raises EngineError."""
    page, origin = asked.page, asked.page.origin
    language = f"/{page.lang}" if page.chosen else ""
    one = f"id={{{{id}}}}{f'&lang={page.lang}' if page.chosen else ''}"

    def suggest(kind: str) -> Object:
        return {
            "service_url": origin,
            "service_path": f"{PATH}/suggest/{kind}{language}",
            "flyout_service_url": origin,
            "flyout_service_path": f"{PATH}/flyout/{kind}{language}?id=${{id}}",
        }

    types = [{"id": found["id"], "name": found["name"]} for found in properties.types(asked)]
    return {
        "versions": ["0.2"],
        "name": page.t("reconcile.name", site=page.t("site")),
        "identifierSpace": asked.view.addresses.base + THINGS,
        "schemaSpace": ONTOLOGY,
        "documentation": f"{origin}{page.link(f'{PATH}/features')}",
        "logo": f"{origin}{statics.address('icon.svg')}",
        "serviceVersion": __version__,
        "defaultTypes": types[:DEFAULT_TYPES],
        "view": {"url": f"{origin}{PATH}/view?{one}"},
        "feature_view": {"url": f"{origin}{page.link(f'{PATH}/features')}#{{{{id}}}}"},
        "preview": {"url": f"{origin}{PATH}/preview?{one}", "width": WIDTH, "height": HEIGHT},
        "suggest": {kind: suggest(kind) for kind in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": origin, "service_path": f"{PATH}/properties{language}"},
            "property_settings": [
                {
                    "type": "number",
                    "default": 0,
                    "name": "limit",
                    "label": page.t("reconcile.limit"),
                    "help_text": page.t("reconcile.limit.help"),
                },
                {
                    "type": "select",
                    "default": "",
                    "name": "language",
                    "label": page.t("reconcile.language"),
                    "help_text": page.t("reconcile.language.help"),
                    "choices": [
                        {"value": "", "name": page.t("reconcile.language.all")},
                        *({"value": tag, "name": name} for tag, name in page.languages),
                    ],
                },
            ],
        },
        "batchSize": BATCH,
    }
