"""What the server remembers for reconciliation: the index of each version asked last."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from flask import current_app

from renkei_kg.namespaces import PREFIXES
from renkei_kg.web.layout import Page
from renkei_kg.web.linked.current import linked
from renkei_kg.web.linked.kinds import refs
from renkei_kg.web.linked.names import Schema
from renkei_kg.web.linked.refs import Refs
from renkei_kg.web.linked.resources import ByVersion
from renkei_kg.web.linked.view import View
from renkei_kg.web.reconcile import entities
from renkei_kg.web.reconcile.index import Index

VERSIONS_REMEMBERED: Final = 2
NAME: Final = "reconcile"
TYPE: Final = PREFIXES["rdf"] + "type"
EVERY: Final = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"


class Indexes:
    """The indexes of the versions asked last; each is made once, however many ask for it."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, Index] = OrderedDict()
        self._lock = threading.Lock()
        self.properties = ByVersion(lambda view: counted(view, EVERY))

    def of(self, view: View, schema: Schema) -> Index:
        """The index of a version. Raises EngineError, Problem 507."""
        with self._lock:
            if view.version not in self._made:
                self._made[view.version] = Index(entities.read(view, schema))
                while len(self._made) > VERSIONS_REMEMBERED:
                    self._made.popitem(last=False)
            self._made.move_to_end(view.version)
            return self._made[view.version]


def counted(view: View, query: str) -> dict[str, int]:
    """Properties with a number, which a query gives; what things are is no property. Raises EngineError."""
    return {row[0].value: int(row[1].value) for row in view.rows(query) if row[0].value != TYPE}


class Asked:
    """One request for reconciliation: a version, its index, and the page that says language and origin."""

    def __init__(self, view: View, page: Page) -> None:
        self.view, self.page = view, page
        self.schema = linked().names.schema(view)
        self._indexes: Indexes = current_app.extensions[NAME]
        self.index = self._indexes.of(view, self.schema)
        self.entities: entities.Entities = self.index.entities

    @property
    def properties(self) -> dict[str, int]:
        """The properties of the version, and how often each is stated. Raises EngineError."""
        return self._indexes.properties.of(self.view)

    def named(self, iris: Iterable[str]) -> Refs:
        """Names of classes, properties and things. Raises EngineError."""
        return refs(self.view, self.page, linked().names, iris)
