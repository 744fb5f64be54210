"""What is published, as values: the model that every view of the catalogue is made from.

It is read from ``graph/catalog`` of a version and from what its manifest says of its files, and from nothing
else. IRIs name things and are the same everywhere; what is to be fetched has its address on the host that the
visitor uses.
"""

from typing import Final

from flask import current_app

from renkei_kg.namespaces import DCAT
from renkei_kg.web.catalog.reading import Located, Reader, Said, read
from renkei_kg.web.catalog.values import (
    Agent,
    Catalogue,
    Dataset,
    Distribution,
    Place,
    Service,
    Texts,
    Words,
)
from renkei_kg.web.linked.resources import ByVersion
from renkei_kg.web.linked.view import View
from renkei_kg.web.problems import Problem

__all__ = (
    "Agent",
    "Catalogue",
    "Dataset",
    "Distribution",
    "Place",
    "Service",
    "Texts",
    "Words",
    "of",
    "said",
)
EXTENSION: Final = "catalog"
MISSING: Final = "This version describes no datasets: its project has no data/dataset.ttl with a title."


def remembered() -> ByVersion[Said]:
    """What remembers the catalogues of versions, for an application's ``EXTENSION``."""
    return ByVersion(read)


def said(view: View) -> Said:
    """What the catalogue of a version says, remembered. Raises EngineError."""
    known: ByVersion[Said] = current_app.extensions[EXTENSION]
    return known.of(view)


def of(view: View, origin: str) -> Catalogue:
    """What a version publishes, with addresses on a host (``http://host``). Raises EngineError, and Problem
    404 when the version describes no datasets."""
    found = said(view)
    catalogues = found.of_class(DCAT.Catalog)
    if not catalogues:
        raise Problem(404, MISSING)
    return Reader(found, view.manifest, Located(view, origin)).catalogue(catalogues[0])
