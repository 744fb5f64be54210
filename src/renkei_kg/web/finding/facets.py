"""What things can be narrowed by, and how SPARQL says so."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Facet:
    """A facet: its name in a URL, and the path from a thing to its values."""

    key: str
    path: str


FACETS: Final = (
    Facet("kind", "a"),
    Facet("area", "(rk:project|rk:subprefecture|rk:jurisdiction)?/rk:area"),
    Facet("subprefecture", "rk:subprefecture|rk:jurisdiction"),
    Facet("theme", "rk:theme?/skos:broader*"),
    Facet("asset", "rk:asset?/a"),
    Facet("certainty", "rk:certainty"),
    Facet("year", "rk:initiative?/rk:fiscalYear"),
)
KEYS: Final = tuple(facet.key for facet in FACETS)


def local(iri: str) -> str:
    """How a URL names a value: by the last part of its IRI."""
    return iri.rpartition("#")[2].rpartition("/")[2]
