"""Which format an Accept header gets: the corner cases of RFC 9110, section 12.5.1, as a table."""

import pytest

from renkei_kg.web.negotiate import GRAPHS, HTML, SOLUTIONS, NotAcceptableError, accepted, choose

SOLUTIONS_OR_PAGE = (*SOLUTIONS, HTML)
GRAPHS_OR_PAGE = (*GRAPHS, HTML)
NONE = "nothing"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "json"),
        ("", "json"),
        (" , ", "json"),
        ("*/*", "json"),
        ("application/*", "json"),
        ("text/*", "csv"),
        ("text/*;q=0.5, application/*;q=0.4", "csv"),
        ("application/sparql-results+xml", "xml"),
        ("application/sparql-results+xml;q=0.001", "xml"),
        ("application/sparql-results+xml;q=0", NONE),
        ("application/sparql-results+xml;q=0.000", NONE),
        ("*/*;q=0", NONE),
        ("image/png", NONE),
        ("nonsense", NONE),
        ("image/png, */*;q=0.01", "json"),
        ("text/csv;q=0.9, text/tab-separated-values", "tsv"),
        ("text/csv, text/tab-separated-values", "csv"),
        ("text/tab-separated-values, text/csv", "csv"),
        ("*/*, text/csv;q=0.5", "json"),
        ("*/*;q=0.5, text/csv", "csv"),
        ("*/*;q=0.5, text/*;q=0.6, text/csv;q=0.1", "tsv"),
        ("*/*;q=0.5, application/*;q=0", "csv"),
        ("application/json", "json"),
        ("application/xml", "xml"),
        ("text/xml", "xml"),
        ("application/xml;q=0.9, text/csv;q=0.8", "xml"),
        ("application/json, application/sparql-results+xml", "xml"),
        ("application/json;q=0.9, application/sparql-results+json;q=0", NONE),
        ("application/json;q=0.9, application/sparql-results+json;q=0, */*;q=0.1", "xml"),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "html"),
        ("application/xhtml+xml", "html"),
        ("text/html;q=0.5, application/sparql-results+json", "json"),
        ("text/csv;header=present", "csv"),
        ("TEXT/CSV", "csv"),
        ("text/csv;Q=0.5, text/tab-separated-values;Q=0.6", "tsv"),
        ("text/csv;q=nothing, text/tab-separated-values;q=0.1", "tsv"),
        ("text/csv; q=0.2 , text/tab-separated-values ;q=0.3", "tsv"),
    ],
)
def test_solutions(accept: str | None, expected: str) -> None:
    assert _chosen(SOLUTIONS_OR_PAGE, accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "turtle"),
        ("*/*", "turtle"),
        ("text/*", "turtle"),
        ("application/*", "nt"),
        ("text/turtle;q=0.8, application/rdf+xml", "rdf"),
        ("application/rdf+xml, text/turtle", "turtle"),
        ("application/x-turtle", "turtle"),
        ("text/plain", "nt"),
        ("application/json", "jsonld"),
        ("application/xml", "rdf"),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x";q=0.9, text/n3;q=0.8',
            "jsonld",
        ),
        ("application/trig;q=0.9, application/n-quads", "nq"),
        ("application/rdf+xml;q=0.5, text/rdf+n3;q=0.5", "rdf"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/sparql-results+json", NONE),
    ],
)
def test_graphs(accept: str | None, expected: str) -> None:
    assert _chosen(GRAPHS_OR_PAGE, accept) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("csv", "csv"),
        ("srj", "json"),
        ("text/csv", "csv"),
        ("application/sparql-results+xml", "xml"),
        ("application/sparql-results xml", "xml"),
        (" json ", "json"),
        ("turtle,tsv,csv", "tsv"),
        ("html", "html"),
        ("CSV", NONE),
        ("turtle", NONE),
        ("text/*", NONE),
    ],
)
def test_a_format_that_is_named_is_taken_whatever_is_accepted(wanted: str, expected: str) -> None:
    assert _chosen(SOLUTIONS_OR_PAGE, "image/png", wanted) == expected


def test_an_empty_name_names_nothing() -> None:
    assert _chosen(SOLUTIONS_OR_PAGE, "text/csv", "") == "csv"


def test_every_format_is_chosen_by_each_of_its_names() -> None:
    for offered in (SOLUTIONS, GRAPHS):
        for form in offered:
            for name in (form.name, form.media_type, *form.also):
                assert choose(offered, accepted(None), name) is form


def test_what_there_is_not_says_what_there_is() -> None:
    with pytest.raises(NotAcceptableError) as refused:
        choose(SOLUTIONS, accepted("image/png"), None)
    assert refused.value.offered == SOLUTIONS


def _chosen(offered: tuple, accept: str | None, wanted: str | None = None) -> str:
    try:
        return choose(offered, accepted(accept), wanted).name
    except NotAcceptableError:
        return NONE
