"""Where an IRI is found on this host, and which IRI an address stands for.

``BASEid/PATH`` names a thing: ``/page/PATH`` is its page and ``/data/PATH.EXT`` its description in RDF. Any
other IRI below the base is found under its own path. The IRI of a Japanese name and its percent-encoded
spelling have one address, as URLs know only the second; what the graph holds decides which is meant.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, unquote_to_bytes

from renkei_kg.web.layout import SAFE
from renkei_kg.web.negotiate import GRAPHS, Format

THINGS: Final = "id/"
VERSIONS: Final = "snapshots/"
# Below the base, but no description of anything: files, of each version, and what is the same for all.
FILES: Final = "files/"
ENDPOINT: Final = "sparql"
PLAIN: Final = ("about", "openapi.json", "snapshots")
FORBIDDEN: Final = re.compile(r"[\x00-\x20<>\"{}|^`\\\ud800-\udfff]")
ESCAPES: Final = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
EXTENSIONS: Final[dict[str, Format]] = {
    extension: next(form for form in GRAPHS if extension in (form.name, *form.also))
    for extension in ("ttl", "jsonld", "nt", "rdf", "nq")
}


@dataclass(frozen=True)
class Addresses:
    """Addresses of the IRIs below ``base``, in the version served or, with a ``prefix``, in one that is
    kept. ``documents`` are IRIs of what is found at its own address."""

    base: str
    prefix: str = ""
    documents: Container[str] = ()

    def below(self, iri: str) -> bool:
        """Whether an IRI is one of ours."""
        return iri.startswith(self.base)

    def page(self, iri: str) -> str:
        """The address of the page about an IRI of ours."""
        path, _, fragment = iri.removeprefix(self.base).partition("#")
        if path.startswith(THINGS):
            address = f"{self.prefix}/page/{encoded(path.removeprefix(THINGS))}"
        elif path.startswith(VERSIONS) or not path or path in PLAIN:
            address = f"/{encoded(path)}"
        elif fragment or path == ENDPOINT or path.startswith(FILES) or iri in self.documents:
            address = f"{self.prefix}/{encoded(path)}"
        else:
            address = self.data(iri, "html")
        return f"{address}#{encoded(fragment)}" if fragment else address

    def html(self, iri: str) -> str:
        """The address that is always of the page, whatever the client accepts."""
        thing = iri.removeprefix(self.base).startswith(THINGS)
        return self.page(iri) if thing else self.data(iri, "html")

    def data(self, iri: str, extension: str) -> str:
        """The address of the description of an IRI of ours in a format."""
        path = iri.removeprefix(self.base)
        if path.startswith(THINGS):
            return f"{self.prefix}/data/{encoded(path.removeprefix(THINGS))}.{extension}"
        return f"{self.prefix}/{encoded(path)}.{extension}"

    def alternates(self, iri: str) -> tuple[tuple[str, str, str], ...]:
        """The formats of a description: extension, media type and address."""
        return tuple((name, form.media_type, self.data(iri, name)) for name, form in EXTENSIONS.items())


def encoded(path: str) -> str:
    """A part of an IRI as a URL has it: percent-encoded where it is not yet (RFC 3987, section 3.1)."""
    return quote(path, safe=SAFE)


def spellings(raw: str) -> list[str]:
    """What a percent-encoded path may be in an IRI: with the characters that only an IRI can have, as it
    stands, and with all that is encoded undone."""
    candidates = (ESCAPES.sub(_characters, raw), raw, unquote(raw))
    return [one for one in dict.fromkeys(candidates) if not FORBIDDEN.search(one)]


def _characters(match: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def split_extension(path: str) -> tuple[str, str]:
    """A path without the extension of a format, and that; the path and nothing when it has none."""
    stem, dot, extension = path.rpartition(".")
    return (stem, extension) if dot and extension in (*EXTENSIONS, "html") else (path, "")
