"""Evidence: quotes are found where they stand, selectors give those very characters, and a fault is placed."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from renkei_kg.compile import sources
from renkei_kg.compile.evidence import Document, Span, derive
from renkei_kg.compile.locate import Locator
from renkei_kg.compile.pipeline import Compiled
from renkei_kg.namespaces import OA, RK
from renkei_kg.project import Project
from renkei_kg.textfile import SourceError

ROOT = Path(__file__).parents[1]
Small = Callable[..., Project]
TEXT = "表紙\n\n\n\n日本遺産 「炭鉄\n港」 の取組\n港と港\n\n\n\n\n最後の港\n"
HEAD = f"""@base <https://example.org/kg/id/> .
@prefix rk: <https://w3id.org/renkei/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<document/d> rk:file "d.txt" ; rk:sha256 "{hashlib.sha256(TEXT.encode()).hexdigest()}" .
<page/0> rk:document <document/d> ; rk:pageNumber 0 .
<page/1> rk:document <document/d> ; rk:pageNumber 1 .
<page/2> rk:document <document/d> ; rk:pageNumber 2 .
<evidence/title> a rk:Evidence ; rk:quote "日本遺産「炭鉄港」の取組" ; rk:page <page/1> .
"""


def derived(project: Project) -> dict[str, dict[str, str]]:
    """What was derived for each Evidence: exact, prefix, suffix, start and end."""
    loaded = [sources.read(source, project) for source in sources.discover(project)]
    store = Store()
    store.extend(Quad(q.subject, q.predicate, q.object) for one in loaded for q in one.quads())
    graph = NamedNode("https://example.org/kg/graph/evidence")
    found: dict[str, dict[str, str]] = {}
    for quad in derive(store, project, Locator(loaded), graph):
        assert quad.graph_name == graph
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            name = quad.subject.value.rsplit("/", 1)[-1]
            found.setdefault(name, {})[quad.predicate.value.rsplit("#", 1)[-1]] = quad.object.value
    return found


def with_evidence(small: Small, turtle: str) -> Project:
    return small(**{"data/d.txt": TEXT, "data/a.ttl": HEAD + turtle})


def test_a_quote_is_found_across_line_breaks_and_spaces(small: Small) -> None:
    found = derived(with_evidence(small, ""))["title"]
    start, end = int(found["start"]), int(found["end"])
    assert found["exact"] == TEXT[start:end] == "日本遺産 「炭鉄\n港」 の取組"
    assert found["prefix"] == TEXT[:start]
    assert found["suffix"] == TEXT[end : end + 32]


def test_a_quote_is_found_on_its_page_by_its_occurrence_or_within_a_longer_one(small: Small) -> None:
    found = derived(
        with_evidence(
            small,
            """<evidence/third> a rk:Evidence ; rk:quote "港" ; rk:page <page/1> ; rk:occurrence 3 .
            <evidence/last> a rk:Evidence ; rk:quote "港" ; rk:page <page/2> .
            <evidence/inside> a rk:Evidence ; rk:quote "港" ; rk:within <evidence/title> .
            <evidence/line> a rk:Evidence ; rk:quote "港と港" ; rk:page <page/1> .
            <evidence/first> a rk:Evidence ; rk:quote "港" ; rk:within <evidence/line> .
            <evidence/second> a rk:Evidence ; rk:quote "港" ; rk:within <evidence/line> ; rk:occurrence 2 .
            <evidence/deep> a rk:Evidence ; rk:quote "鉄港" ; rk:within <evidence/inner> .
            <evidence/inner> a rk:Evidence ; rk:quote "「炭鉄港」" ; rk:within <evidence/title> .""",
        )
    )
    places = {name: TEXT[int(f["start"]) - 1 : int(f["end"]) + 1] for name, f in found.items()}
    assert places["third"] == places["second"] == "と港\n"
    assert places["last"] == "の港\n"
    assert places["inside"] == "\n港」"
    assert places["first"] == "\n港と"
    assert found["deep"]["exact"] == "鉄\n港"


@pytest.mark.parametrize(
    ("turtle", "words", "line"),
    [
        ("<evidence/x> a rk:Evidence ;\n rk:page <page/1> ;\n rk:quote \"ない\" .", "the words are not there: ない", 11),
        ("<evidence/x> a rk:Evidence ;\n rk:page <page/0> ;\n rk:quote \"港\" .", "the words are not there", 11),
        ("<evidence/x> a rk:Evidence ;\n rk:page <page/1> ;\n rk:quote \"\" .", "the words are not there", 11),
        ("<evidence/x> a rk:Evidence ;\n rk:page <page/1> ;\n rk:quote \"港\" .", "stand there 3 times", 11),
        ("<evidence/x> a rk:Evidence ; rk:quote \"港\" ; rk:page <page/1> ;\n rk:occurrence 4 .", "no occurrence 4", 10),
        ("<evidence/x> a rk:Evidence ; rk:quote \"港\" ; rk:page <page/1> ;\n rk:occurrence -1 .", "a whole number", 10),
        ("<evidence/x> a rk:Evidence ; rk:quote \"港\" .", "has no rk:page", 9),
        ("<evidence/x> a rk:Evidence ; rk:page <page/1> .", "has no rk:quote", 9),
        ("\n<evidence/x> a rk:Evidence ; rk:page <page/1> ;\n rk:quote \"a\" , \"b\" .", "more than one rk:quote", 11),
        ("<evidence/x> a rk:Evidence ; rk:quote \"港\" ; rk:page \"1\" .", "rk:page must be an IRI", 9),
        ("<evidence/x> a rk:Evidence ; rk:quote \"港\" ; rk:page <page/9> .", "<https://example.org/kg/id/page/9>: has no rk:document", 9),
        ("<page/9> rk:document <document/d> ;\n rk:pageNumber 9 . <evidence/x> a rk:Evidence ; rk:quote \"港\" ; rk:page <page/9> .", "only 3 pages", 10),
        ("<evidence/x> a rk:Evidence ; rk:quote \"a\" ;\n rk:within <evidence/x> .", "stands within itself", 10),
        ("<evidence/x> a rk:Evidence ; rk:quote \"a\" ; rk:within <evidence/y> .\n<evidence/y> a rk:Evidence ; rk:quote \"a\" ; rk:within <evidence/x> .", "stands within itself", 9),
    ],
)  # fmt: skip
def test_evidence_that_cannot_be_found_is_named_with_file_and_line(
    small: Small, turtle: str, words: str, line: int
) -> None:
    project = with_evidence(small, turtle)
    with pytest.raises(SourceError) as caught:
        derived(project)
    assert words in str(caught.value)
    assert (caught.value.file, caught.value.line) == (project.data / "a.ttl", line)


def test_a_document_that_changed_or_went_is_said(small: Small) -> None:
    project = with_evidence(small, "")
    path = project.data / "d.txt"
    path.write_text(TEXT + " ", encoding="utf-8")
    with pytest.raises(SourceError, match=r"d.txt: is not the document <.*>: its SHA-256 differs"):
        derived(project)
    path.unlink()
    with pytest.raises(SourceError, match=r"a.ttl:4: .*d.txt cannot be read: No such file"):
        derived(project)


def test_a_document_keeps_its_own_bytes(small: Small) -> None:
    """Line ends of another system are part of the document: the positions count them."""
    content = "一\r\n\r\n\r\n\r\n二\r\n".encode()
    digest = hashlib.sha256(content).hexdigest()
    turtle = HEAD.replace(hashlib.sha256(TEXT.encode()).hexdigest(), digest).split("<evidence/")[0]
    project = small(
        **{"data/a.ttl": turtle + '<evidence/x> a rk:Evidence ; rk:quote "二" ; rk:page <page/0> .'}
    )
    (project.data / "d.txt").write_bytes(content)
    found = derived(project)["x"]
    assert content.decode()[int(found["start"]) : int(found["end"])] == "二"


@given(st.text(alphabet="ab \n", max_size=30), st.text(alphabet="ab \n", min_size=1, max_size=4))
def test_every_place_is_found_and_says_the_quote(text: str, quote: str) -> None:
    """A place found reads as the quote, white space aside; and none is missed."""
    found = Document(text).find(quote, Span(0, len(text)))
    dense, wanted = "".join(text.split()), "".join(quote.split())
    expected = sum(dense.startswith(wanted, i) for i in range(len(dense))) if wanted else 0
    assert len(found) == expected
    for span in found:
        assert "".join(text[span.start : span.end].split()) == wanted
        assert not text[span.start].isspace()
        assert not text[span.end - 1].isspace()


def test_the_document_has_its_cover_and_five_pages() -> None:
    text = (ROOT / "data/source/renkei-projects-fy2024.txt").read_text(encoding="utf-8")
    assert len(Document(text).pages) == 6


def test_all_evidence_of_the_graph_reads_as_quoted(compiled: Compiled) -> None:
    """Every selector, read back from the document by position, is the hand-written quote without spaces."""
    text = (ROOT / "data/source/renkei-projects-fy2024.txt").read_bytes().decode()
    store = compiled.store

    def value(subject: object, predicate: NamedNode) -> str:
        (quad,) = store.quads_for_pattern(subject, predicate, None, DefaultGraph())
        assert isinstance(quad.object, Literal)
        return quad.object.value

    quotes = list(store.quads_for_pattern(None, RK.quote, None, DefaultGraph()))
    assert len(quotes) > 100
    for quad in quotes:
        (target,) = store.quads_for_pattern(quad.subject, OA.hasTarget, None, DefaultGraph())
        found = {}
        for link in store.quads_for_pattern(target.object, OA.hasSelector, None, DefaultGraph()):
            for one in store.quads_for_pattern(link.object, None, None, DefaultGraph()):
                if isinstance(one.object, Literal):
                    found[one.predicate] = one.object.value
        start, end = int(found[OA.start]), int(found[OA.end])
        assert text[start:end] == found[OA.exact]
        assert text[:start].endswith(found[OA.prefix])
        assert text[end:].startswith(found[OA.suffix])
        assert "".join(found[OA.exact].split()) == "".join(value(quad.subject, RK.quote).split())
