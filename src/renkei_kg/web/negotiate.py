"""Which format an answer takes: by ``?format=`` or by the Accept header (RFC 9110, section 12.5.1)."""

from dataclasses import dataclass
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header


@dataclass(frozen=True)
class Format:
    """A format: its short name, its media type, the media types and short names that also mean it, and its
    name in W3C's list of file formats (https://www.w3.org/ns/formats/)."""

    name: str
    media_type: str
    also: tuple[str, ...] = ()
    registered: str = ""

    @property
    def content_type(self) -> str:
        """The Content-Type to send: text formats say their character set."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


SOLUTIONS = (
    Format("json", "application/sparql-results+json", ("application/json", "srj"), "SPARQL_Results_JSON"),
    Format(
        "xml", "application/sparql-results+xml", ("application/xml", "text/xml", "srx"), "SPARQL_Results_XML"
    ),
    Format("csv", "text/csv", (), "SPARQL_Results_CSV"),
    Format("tsv", "text/tab-separated-values", (), "SPARQL_Results_TSV"),
)
GRAPHS = (
    Format("turtle", "text/turtle", ("ttl", "application/x-turtle"), "Turtle"),
    Format("nt", "application/n-triples", ("ntriples", "text/plain"), "N-Triples"),
    Format("rdf", "application/rdf+xml", ("rdfxml", "xml", "application/xml", "text/xml"), "RDF_XML"),
    Format("jsonld", "application/ld+json", ("json-ld", "json", "application/json"), "JSON-LD"),
    Format("trig", "application/trig", ("application/x-trig",), "TriG"),
    Format("nq", "application/n-quads", ("nquads", "text/x-nquads"), "N-Quads"),
    Format("n3", "text/n3", ("text/rdf+n3",), "N3"),
)
NAMED = 2
HTML = Format("html", "text/html", ("application/xhtml+xml",))


@lru_cache(maxsize=512)
def accepted(header: str | None) -> MIMEAccept:
    """An Accept header, read."""
    return parse_accept_header(header, MIMEAccept)


class NotAcceptableError(Exception):
    """None of the formats on offer is acceptable to the client."""

    def __init__(self, offered: tuple[Format, ...]) -> None:
        self.offered = offered
        super().__init__("none of the formats on offer is acceptable")


def choose(offered: tuple[Format, ...], accept: MIMEAccept, wanted: str | None) -> Format:
    """The format to answer in: the one named by ``wanted`` (a short name or media type; of several, parted by
    commas, the first that there is), else the one that ``accept`` likes best, the first of equals. Raises
    NotAcceptableError."""
    if wanted:
        for one in wanted.split(","):
            name = one.strip().replace(" ", "+")  # a plus sign that was not percent-encoded
            for form in offered:
                if name in (form.name, form.media_type, *form.also):
                    return form
        raise NotAcceptableError(offered)
    if not accept:
        return offered[0]
    ranked = [(_quality(accept, form), -number, form) for number, form in enumerate(offered)]
    quality, _, best = max(ranked, key=lambda one: one[:2])
    if quality <= 0:
        raise NotAcceptableError(offered)
    return best


@lru_cache(maxsize=512)
def chosen(offered: tuple[Format, ...], header: str | None, wanted: str | None) -> Format:
    """As ``choose``, from an Accept header as it came."""
    return choose(offered, accepted(header), wanted)


def _quality(accept: MIMEAccept, form: Format) -> float:
    """The quality that ``accept`` gives to the format (RFC 9110, section 12.5.1): the most specific range
    counts. Another name of the format counts only where it is named and the format's own is not, and a
    little less."""
    specific, own = _of(accept, form.media_type)
    if specific == NAMED:
        return own
    others = [_of(accept, name) for name in form.also if "/" in name]
    return max([own, *(quality - 0.0001 for found, quality in others if found == NAMED and quality > 0)])


def _of(accept: MIMEAccept, media_type: str) -> tuple[int, float]:
    """How specific the range is that counts for a media type, and the quality that it gives."""
    best, quality = -1, 0.0
    major = media_type.split("/", maxsplit=1)[0]
    for value, given in accept:
        bare = value.split(";")[0].strip().lower()
        specific = {"*/*": 0, f"{major}/*": 1, media_type: NAMED}.get(bare, -1)
        if specific > best:
            best, quality = specific, float(given)
    return best, quality
