"""Sources: which files become which graphs, and that a fault in one is said with file, line and column."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, parse, serialize

from renkei_kg.compile import sources
from renkei_kg.compile.lines import written
from renkei_kg.compile.locate import Locator
from renkei_kg.compile.pipeline import compile_graph
from renkei_kg.compile.sparql import construct, evaluate
from renkei_kg.compile.validate import validate
from renkei_kg.errors import RenkeiError
from renkei_kg.namespaces import PREFIXES, RDF
from renkei_kg.project import Project, ProjectError, open_project
from renkei_kg.textfile import SourceError, read_text

ROOT = Path(__file__).parents[1]
Small = Callable[..., Project]
TURTLE = sorted(p for folder in ("data", "ontology", "shapes") for p in (ROOT / folder).rglob("*.ttl"))
EX = "https://example.org/"


def read(project: Project) -> list[sources.Loaded]:
    return [sources.read(source, project) for source in sources.discover(project)]


def fault(project: Project) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(project)
    return caught.value


# Files and graphs


def test_a_file_becomes_the_graph_of_its_path(project: Project) -> None:
    graphs = {str(s.path.relative_to(ROOT)): s.graph.value for s in sources.discover(project)}
    base = "https://w3id.org/renkei/graph/"
    assert graphs["data/projects/doo.ttl"] == base + "projects/doo"
    assert graphs["data/regions/municipalities.csv"] == base + "regions/municipalities"
    assert graphs["data/regions/subprefectures.geojson"] == base + "regions/subprefectures-geometry"
    assert graphs["ontology/renkei.ttl"] == base + "ontology"
    assert graphs["ontology/themes.ttl"] == base + "themes"
    assert graphs["shapes/project.ttl"] == base + "shapes/project"
    assert len(set(graphs.values())) == len(graphs)
    assert set(graphs) >= {str(p.relative_to(ROOT)) for p in TURTLE}


def test_hidden_files_and_other_kinds_are_passed_over(small: Small) -> None:
    project = small(
        **{
            "data/a.ttl": "",
            "data/.a.ttl": "x",
            "data/.cache/b.ttl": "x",
            "data/a.ttl~": "x",
            "data/R.md": "x",
        }
    )
    (project.data / "folder.ttl").mkdir()
    assert [source.path.name for source in sources.discover(project)] == ["a.ttl"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"data/a.ttl": "", "data/a.csv": ""}, "the same graph as"),
        ({"data/evidence.ttl": ""}, "which the build makes"),
        ({"data/shapes/mine.ttl": ""}, "which the build makes"),
        ({"data/two words.ttl": ""}, "becomes a graph by its name"),
        ({"data/地域.ttl": ""}, "becomes a graph by its name"),
        ({"data/a.TTL": ""}, "would be left out: write its ending in small letters, .ttl"),
        ({"data/a.rq": "CONSTRUCT WHERE {?s ?p ?o}"}, "a mapping without a table"),
    ],
)
def test_a_file_that_cannot_be_a_graph_is_named(small: Small, files: dict[str, str], words: str) -> None:
    found = fault(small(**files))
    assert words in found.reason
    assert found.file.name in {Path(name).name for name in files}


def test_a_broken_link_and_a_folder_in_the_place_of_a_file_are_said(small: Small) -> None:
    project = small()
    (project.data / "a.ttl").symlink_to("nowhere")
    assert "cannot be read: No such file" in fault(project).reason


# Reading


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b"<a:a> <a:b>\n  <a:c> ", (2, 9), "Unexpected end"),
        (b"@prefix a: <a:> .\n\na:a b:b 1 .", (3, 5), "b: has not been declared"),
        (b"<a:a> <a:b> <relative> .", (1, 13), "No scheme"),
        (b'<a:a> <a:b> "open\n" .', (1, 18), "Line jumps are not allowed"),
        (b"\n<a:a> <a:b> \x93\xfa\x96\x7b .", (2, 13), "not UTF-8"),
        ("<a:a> <a:b> '日本語' ; .\n<a:a> 日本 1 .".encode(), (2, 7), "not a valid"),
        (b"<a:a> <a:b> <<( <a:a> <a:b> <a:c> )>> .", (None, None), "RDF 1.2"),
        (b'<a:a> <a:b> "x"@ar--rtl .', (None, None), "RDF 1.2"),
        (b"\x00\x01\x02\xff", (1, 4), "not UTF-8"),
    ],
)
def test_a_malformed_turtle_file_has_its_line_and_column(
    small: Small, content: bytes, place: tuple[int, int], words: str
) -> None:
    project = small()
    (project.data / "a.ttl").write_bytes(content)
    found = fault(project)
    assert words in found.reason
    assert (found.file, (found.line, found.column)) == (project.data / "a.ttl", place)


def test_a_byte_order_mark_and_the_line_ends_of_other_systems_change_nothing(small: Small) -> None:
    text = '<a:a> <a:b> """two\nlines""" ,\n "ü" .\n'
    project = small(**{"data/a.ttl": text})
    (plain,) = read(project)
    for other in ("\ufeff" + text, text.replace("\n", "\r\n"), text.replace("\n", "\r")):
        (project.data / "a.ttl").write_bytes(other.encode())
        assert read(project)[0].triples == plain.triples


def test_blank_nodes_have_the_same_names_each_time_and_others_in_each_file(small: Small) -> None:
    text = "[] <a:b> [ <a:c> 1 ] . [] <a:b> [ <a:c> 2 ] ."
    project = small(**{"data/a.ttl": text, "data/b.ttl": text, "data/c.csv": "x\n1\n2\n"})
    (project.data / "c.rq").write_text("CONSTRUCT { [] ?p ?x } { ?row ?p ?x }")
    first, second = read(project), read(project)
    assert [one.triples for one in first] == [one.triples for one in second]
    names = [
        {t.subject for t in one.triples if isinstance(t.subject, BlankNode)} for one in first if one.triples
    ]
    assert [len(found) for found in names] == [4, 4, 4]
    assert not names[0] & names[1]


def test_text_is_read_with_the_place_of_what_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("一行目\n二".encode() + b"\x82\xa0")
    with pytest.raises(SourceError, match=r"a.txt:2:2: is not UTF-8"):
        read_text(path)
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read_text(path) == "a\nb\nc\n"


# SPARQL texts


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("SELECT *\n{ ?s ?p }\n", 2, "here, or shortly before"),
        ("SELECT *\n{ ?s ?p }", 2, "here, or shortly before"),
        ("SELECT * {\n ?s foo:bar ?o\n}", 2, "Prefix not found"),
        ("SELECT ?x ?y { ?s ?p ?o }\nGROUP BY ?x", 2, "contains a variable that is unbound"),
        ("PREFIX a: <a:>\nBASE <nope>\nSELECT * {}", 2, "IRI parsing failed"),
        ("日本語", 1, "here, or shortly before"),
        ("", 1, "here, or shortly before"),
        ("INSERT DATA { <a:a> <a:b> 1 }", 1, "here, or shortly before"),
    ],
)
def test_a_malformed_sparql_text_has_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        evaluate(Store(), Path("a.rq"), text)
    assert (caught.value.line, caught.value.file) == (line, Path("a.rq"))
    assert caught.value.column
    assert len(str(caught.value)) < 150


def test_what_cannot_be_evaluated_is_said() -> None:
    for text in ("SELECT (<urn:f>(1) AS ?x) {}", "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"):
        with pytest.raises(SourceError, match=r"a.rq: cannot be evaluated"):
            evaluate(Store(), Path("a.rq"), text)
    with pytest.raises(SourceError, match=r"a.rq: must be a CONSTRUCT"):
        construct(Store(), Path("a.rq"), "SELECT * {}")


# Where a statement is written


@pytest.mark.parametrize("path", TURTLE, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_triple_is_found_on_the_line_that_writes_it(path: Path) -> None:
    """The lines read beside the parser hold exactly the triples that the parser reads, and each names it."""
    text = read_text(path)
    lines = text.split("\n")
    parsed = {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)}
    outer = {t for t in parsed if not any(isinstance(x, BlankNode) for x in (t.subject, t.object))}
    found = {}
    for one in written(text):
        if one.subject and one.predicate and one.object and not isinstance(one.object, BlankNode):
            found.setdefault(Triple(one.subject, one.predicate, one.object), one.line)
    assert set(found) == outer
    for triple, line in found.items():
        if isinstance(triple.object, NamedNode) and triple.predicate != RDF.type:
            assert triple.object.value.replace("#", "/").rsplit("/", 1)[-1] in lines[line - 1]
        elif isinstance(triple.object, Literal) and "\\" not in lines[line - 1]:
            assert triple.object.value.split("\n")[0] in lines[line - 1]


literals = st.one_of(
    st.builds(Literal, st.text(st.characters(exclude_categories=["Cs"]))),
    st.builds(Literal, st.text(max_size=5), language=st.sampled_from(["ja", "en", "ja-hrkt"])),
    st.builds(Literal, st.integers()),
    st.builds(Literal, st.booleans()),
    st.builds(Literal, st.floats(allow_nan=False, allow_infinity=False)),
)
nodes = st.sampled_from([EX + x for x in ("a", "b/c", "b#d", "e.f", "g-h", "1")] + [f"{PREFIXES['rk']}area"])
triples = st.builds(
    Triple, st.builds(NamedNode, nodes), st.builds(NamedNode, nodes), literals | st.builds(NamedNode, nodes)
)


@given(st.sets(triples, max_size=8))
def test_lines_are_read_as_the_parser_reads_them(graph: set[Triple]) -> None:
    """Whatever a graph holds, its Turtle is read to the same triples."""
    text = serialize(graph, format=RdfFormat.TURTLE, prefixes={"ex": EX, "rk": PREFIXES["rk"]}).decode()
    read = {Triple(w.subject, w.predicate, w.object) for w in written(text) if w.object is not None}
    assert read == {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)}


def test_lines_of_everything_that_turtle_allows() -> None:
    text = r"""PREFIX ex: <https://example.org/#>
@base <https://example.org/b/> .
[] ex:p 1.5 , 2e3 , -1 ; ex:q [ ex:r ( 1 "]" ) ; ex:s "x" ] , true .
<c> ex:a\~b '''a
" '' b\n'''@en ; # . a comment ; with marks
    ex:d "\u65e5\U0000672C" ,
        "5"^^ex:t ; ;
    a <> , _:b .
"""
    found = [(w.line, w.subject, w.predicate, w.object) for w in written(text)]
    base, ex = f"{EX}b/", f"{EX}#"
    c = NamedNode(base + "c")
    assert (3, None, NamedNode(ex + "q"), Literal(True)) in found
    assert (4, c, None, None) in found
    assert (4, c, NamedNode(ex + "a~b"), Literal("a\n\" '' b\n", language="en")) in found
    assert (6, c, NamedNode(ex + "d"), Literal("日本")) in found
    assert (7, c, NamedNode(ex + "d"), Literal("5", datatype=NamedNode(ex + "t"))) in found
    assert (8, c, RDF.type, NamedNode(base)) in found


PLACES = """@prefix ex: <https://example.org/> .
ex:a ex:p 1 ;
    ex:area "x" ;
    ex:areaHectares 10 , 1 .

ex:b ex:p "a, ex:area ." .
ex:a ex:later 2 .
"""


@pytest.mark.parametrize(
    ("focus", "path", "value", "line"),
    [
        ("a", None, None, 2),
        ("a", "area", None, 3),
        ("a", "areaHectares", Literal(1), 4),
        ("a", "area", Literal("y"), 3),
        ("a", "nothing", None, 2),
        ("a", "later", Literal(2), 7),
        ("b", "p", None, 6),
    ],
)
def test_a_finding_is_placed_on_its_line(
    small: Small, focus: str, path: str | None, value: Literal | None, line: int
) -> None:
    locator = Locator(read(small(**{"data/a.ttl": PLACES, "data/b.ttl": "<a:a> <a:b> <a:c> ."})))
    place = locator.place(NamedNode(EX + focus), NamedNode(EX + path) if path else None, value)
    assert place
    assert (place.file.name, place.line) == ("a.ttl", line)


def test_a_node_that_is_only_named_is_placed_where_it_is_named(small: Small) -> None:
    locator = Locator(read(small(**{"data/a.ttl": "<a:a> <a:b> 1 ,\n <a:c> ."})))
    place = locator.place(NamedNode("a:c"))
    assert place
    assert (place.file.name, place.line) == ("a.ttl", 2)
    assert locator.place(NamedNode("a:nowhere")) is None


def test_a_finding_in_a_table_is_placed_on_the_row_that_states_it(small: Small) -> None:
    project = small(**{"data/t.csv": 'thing,value\na,1\n"b\nb",2\na,3\n'})
    (project.data / "t.rq").write_text(
        "CONSTRUCT { ?s <urn:v> ?v } { ?row <urn:renkei:column:thing> ?t ; <urn:renkei:column:value> ?v "
        'BIND(IRI(CONCAT("urn:", REPLACE(?t, "\\\\s", ""))) AS ?s) }'
    )
    locator = Locator(read(project))

    def line(thing: str, value: str | None) -> int | None:
        place = locator.place(NamedNode(f"urn:{thing}"), NamedNode("urn:v"), value and Literal(value))
        return place and place.line

    assert [line("a", "1"), line("bb", "2"), line("a", "3"), line("a", None)] == [2, 3, 5, 2]


def test_a_finding_about_a_derived_claim_is_placed_where_its_statement_is(small: Small) -> None:
    text = "@prefix ex: <https://example.org/> .\nex:a ex:p 1 ;\n ex:q ex:b ."
    locator = Locator(read(small(**{"data/a.ttl": text})))
    ex = {name: NamedNode(EX + name) for name in ("a", "q", "b", "claim", "Shape", "Few", "certainty")}
    statement = ((RDF.subject, ex["a"]), (RDF.predicate, ex["q"]), (RDF.object, ex["b"]))
    shape = f"""@prefix sh: <{PREFIXES["sh"]}> .
    <{EX}Shape> a sh:NodeShape ; sh:targetNode <{EX}claim> ; sh:property <{EX}Few> .
    <{EX}Few> sh:path ( [ sh:inversePath <{EX}certainty> ] [ sh:zeroOrMorePath [ sh:alternativePath ( <{EX}a> <{EX}b> ) ] ] ) ;
        sh:minCount 1 ; sh:message "none"@en ; sh:severity <{EX}Grave> ."""
    shapes = [quad.triple for quad in parse(shape.encode(), format=RdfFormat.TURTLE)]
    (found,) = validate([Triple(ex["claim"], *part) for part in statement], shapes, locator).findings
    assert found.place
    assert (found.place.file.name, found.place.line) == ("a.ttl", 3)
    assert found.path == "(^<example.org/certainty>)/((<example.org/a>|<example.org/b>)*)"
    assert found.severity == "Violation"


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ('sh:property [ sh:path ex:p ; sh:minCount "many" ]', "Value is not Literal with datatype"),
        ('sh:property ex:P . ex:P sh:path ex:p ; sh:pattern "("', "<example.org/P>"),
        ('sh:sparql ex:S . ex:S sh:select "SELECT nonsense"', "nonsense"),
        ('sh:sparql ex:S . ex:S sh:select "SELECT $this { VALUES ?x { 1 } $this ?p ?x }"', "VALUES"),
        ("sh:property ex:Nowhere", "<example.org/Nowhere>"),
    ],
)
def test_a_shape_that_cannot_be_used_is_named_with_its_file(small: Small, shape: str, words: str) -> None:
    head = f"@prefix sh: <{PREFIXES['sh']}> .\n@prefix ex: <{EX}> .\n"
    text = f"{head}ex:Shape a sh:NodeShape ;\n sh:targetNode ex:a ;\n {shape} .\n"
    project = small(**{"data/a.ttl": f"<{EX}a> <{EX}p> 1 .", "shapes/s.ttl": text})
    with pytest.raises(RenkeiError) as caught:
        compile_graph(project, lambda _: None)
    said = str(caught.value)
    assert said.startswith(f"{project.root}/shapes/s.ttl:"), said
    assert words in said


# renkei.toml


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("base = 3 4\n", "renkei.toml:1:10: is not valid TOML"),
        ('a = "b"\nname = "x', "renkei.toml:2:10: is not valid TOML"),
        ('base = "https://example.org/"\n', "needs name, version, endpoint"),
        ("base = 1\nname = 2\nversion = 3\nendpoint = 4", "needs base, name, version, endpoint"),
    ],
)
def test_a_malformed_renkei_toml_has_its_place(small: Small, text: str, words: str) -> None:
    root = small().root
    (root / "renkei.toml").write_text(text)
    with pytest.raises((SourceError, ProjectError)) as caught:
        open_project(root)
    assert words in str(caught.value)
    assert str(root / "renkei.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("base", "https://example.org/no-slash", "ends in a slash"),
        ("base", "ftp://example.org/", "base must be"),
        ("base", "https:///", "base must be"),
        ("base", "https://example.org/a b/", "base must be"),
        ("base", "https://例え.jp/", "base must be"),
        ("base", "https://example.org/?a/", "base must be"),
        ("endpoint", "sparql", "endpoint must be"),
        ("name", "../../etc", "name becomes the name of files"),
        ("name", "", "name becomes the name of files"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said(small: Small, key: str, value: str, words: str) -> None:
    root = small().root
    settings = {"base": EX, "name": "x", "version": "1", "endpoint": EX + "sparql", key: value}
    (root / "renkei.toml").write_text("".join(f'{k} = "{v}"\n' for k, v in settings.items()))
    with pytest.raises(ProjectError, match=words):
        open_project(root)


def test_a_folder_without_project_or_data_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"has no renkei.toml"):
        open_project(tmp_path)
    (tmp_path / "renkei.toml").mkdir()
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        open_project(tmp_path)
    (tmp_path / "renkei.toml").rmdir()
    (tmp_path / "renkei.toml").write_text((ROOT / "renkei.toml").read_text())
    with pytest.raises(ProjectError, match="has no data folder"):
        open_project(tmp_path)
