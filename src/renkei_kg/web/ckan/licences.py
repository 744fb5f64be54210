"""Licences as CKAN's register names them: what a harvester with a gate for open licences looks for.

A licence is known by its IRI; ids and titles are those of the register that comes with CKAN
(``ckan/model/license.py``), Japanese names those that SHIRASAGI begins with (``db/seeds/demo/load.rb``). One
that the register does not have is ``notspecified`` there, with its IRI.
"""

import re
from dataclasses import dataclass
from typing import Final

CREATIVE: Final = re.compile(
    r"https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([0-9.]+)(?:/.*)?"
)
REGISTER: Final = {
    "by": ("cc-by", "Creative Commons Attribution", "表示（CC BY）"),
    "by-sa": ("cc-by-sa", "Creative Commons Attribution Share-Alike", "表示-継承（CC BY-SA）"),
    "zero": ("cc-zero", "Creative Commons CCZero", "いかなる権利も保有しない（CC 0）"),
}


@dataclass(frozen=True)
class Licence:
    """A licence: its IRI, its id and title in CKAN's register, its name in SHIRASAGI, its short name with the
    version, and whether it is open by the Open Definition."""

    iri: str
    id: str
    title: str
    japanese: str
    name: str
    is_open: bool


def licence(iri: str) -> Licence:
    """The licence of an IRI."""
    found = CREATIVE.fullmatch(iri)
    if found is None or found[1] not in REGISTER:
        return Licence(iri, "notspecified", "License Not Specified", iri, iri, is_open=False)
    name = f"CC0 {found[2]}" if found[1] == "zero" else f"CC {found[1].upper()} {found[2]}"
    return Licence(iri, *REGISTER[found[1]], name, is_open=True)
