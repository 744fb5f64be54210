"""What things can be narrowed by, and how SPARQL says so."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Facet:
    """A facet: its name in a URL and as a variable, and the pattern from ``?thing`` to its values."""

    key: str
    pattern: str


# Where an initiative belongs, its project tells; where an asset is, its subprefecture. A project has an area
# of its own, and may reach into subprefectures of others.
AREA: Final = (
    "{ ?thing (rk:project|rk:jurisdiction)?/rk:area ?area } "
    "UNION { ?thing a rk:Asset ; rk:subprefecture/rk:area ?area }"
)
FACETS: Final = (
    Facet("kind", "?thing a ?kind ."),
    Facet("area", AREA),
    Facet("subprefecture", "?thing rk:subprefecture|rk:jurisdiction ?subprefecture ."),
    Facet("theme", "?thing rk:theme?/skos:broader* ?theme ."),
    Facet("asset", "?thing rk:asset?/a ?asset ."),
    Facet("certainty", "?thing rk:certainty ?certainty ."),
    Facet("year", "?thing rk:initiative?/rk:fiscalYear ?year ."),
)
KEYS: Final = tuple(facet.key for facet in FACETS)


def local(iri: str) -> str:
    """How a URL names a value: by the last part of its IRI."""
    return iri.rpartition("#")[2].rpartition("/")[2]
