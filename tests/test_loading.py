"""``renkei-kg load``: ready-made graphs of every format published as a stream, and what stops them."""

import gzip
import itertools
import json
import os
import subprocess
import threading
import time
from collections import deque

import pytest
from benchmarks import growth, made, scale, vocabulary
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, RdfFormat, Store, parse
from zstandard import ZstdError

from renkei_kg import checksums, snapshot
from renkei_kg.compile.textindex import write_index
from renkei_kg.loading import checking, producer, publishing, settling
from renkei_kg.loading.account import Account
from renkei_kg.loading.filling import fill
from renkei_kg.loading.lines import piece
from renkei_kg.loading.producer import Streams
from renkei_kg.loading.publishing import Wanted
from renkei_kg.loading.reading import LoadError
from renkei_kg.namespaces import TEXT
from renkei_kg.project import packaged
from tests.serving import COMMAND, serving

BASE = "https://example.org/"
THING, GRAPH = f"<{BASE}id/a>", f"<{BASE}graph/g>"
TOKEN = "token-for-the-tests-of-loading"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
QUADS = f"""{THING} {LABEL} "道の駅"@ja {GRAPH} .
# a comment
{THING}   {LABEL}	"tab" {GRAPH} .

{THING} {LABEL} "in no graph" .
_:x <urn:p> _:y {GRAPH} .
{THING} <urn:p> "a \\" <urn:x> <urn:y> .\\n" <urn:other> .
{THING} <urn:p> "02"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:other> .
"""
TURTLE = f"@prefix e: <{BASE}id/> . e:b e:p [ e:q <relative> ] ."


def run(*arguments, folder):
    done = subprocess.run(
        [COMMAND, "load", *arguments], capture_output=True, text=True, cwd=folder, check=False
    )
    assert "Traceback" not in done.stderr
    return done


def loaded(folder, text, name="a.nq", **wanted):
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return publishing.load([path], folder / "out", Wanted(BASE, **wanted))


def triples(store, graph):
    return {q.triple for q in store.quads_for_pattern(None, None, None, graph)}


def told(texts):
    """Triples as texts, with blank nodes that are all called the same."""
    return sorted(" ".join("_" if isinstance(t, BlankNode) else str(t) for t in triple) for triple in texts)


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    folder = tmp_path_factory.mktemp("load")
    (folder / "a.nq").write_text(QUADS, encoding="utf-8")
    (folder / "b.ttl.gz").write_bytes(gzip.compress(TURTLE.encode()))
    (folder / "c.nq").write_text("_:x <urn:p> _:y <urn:other> .\n", encoding="utf-8")
    done = run("a.nq", "b.ttl.gz", "c.nq", "--base", BASE, "--out", "out", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def test_files_of_several_formats_become_one_graph_whose_default_graph_is_the_union(command):
    current = snapshot.open_current(command[0] / "out")
    snapshot.verify(current)
    store = Store.read_only(str(current.store))
    named = {q.triple for q in store if q.graph_name != DefaultGraph()}
    assert triples(store, DefaultGraph()) == named
    assert current.manifest["triples"] == len(named)
    sizes = {name: len(triples(store, NamedNode(name))) for name in current.manifest["graphs"]}
    assert current.manifest["graphs"] == sizes
    assert told(triples(store, NamedNode("urn:other"))) == sorted(
        [
            "_ <urn:p> _",
            f'{THING} <urn:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer>',
            f'{THING} <urn:p> "a \\" <urn:x> <urn:y> .\\n"',
        ]
    )
    assert told(triples(store, NamedNode(f"{BASE}graph/loaded"))) == sorted(
        [
            f'{THING} {LABEL} "in no graph"',
            f"<{BASE}id/b> <{BASE}id/p> _",
            f"_ <{BASE}id/q> <{BASE}relative>",
        ]
    )


def test_blank_nodes_of_two_files_stay_two_and_of_one_file_one(command):
    store = Store.read_only(str(snapshot.open_current(command[0] / "out").store))
    nodes = [q.subject for q in store.quads_for_pattern(None, NamedNode("urn:p"), None, DefaultGraph())]
    assert len({node for node in nodes if isinstance(node, BlankNode)}) == 2
    (link,) = store.quads_for_pattern(None, NamedNode(f"{BASE}id/p"), None, DefaultGraph())
    assert list(store.quads_for_pattern(link.object, NamedNode(f"{BASE}id/q"), None, DefaultGraph()))


def test_a_loaded_graph_says_what_was_checked_and_is_served_with_pages_search_and_void(command):
    folder, done = command
    said = snapshot.open_current(folder / "out").manifest["loaded"]
    assert said == {
        "checked": True,
        "said": "checked against the shapes of renkei-kg",
        "described": True,
        "text_index": True,
    }
    assert said["said"] in done.stderr
    with serving(folder / "out", write_token=TOKEN) as server:
        assert b"\xe9\x81\x93\xe3\x81\xae\xe9\xa7\x85" in server.fetch("/page/a", Accept="text/html").body
        found = server.ask(f'PREFIX text: <{TEXT}> SELECT ?s {{ ?s text:query "道の駅" }}')
        (row,) = json.loads(found.body)["results"]["bindings"]
        assert f"<{row['s']['value']}>" == THING
        assert b"void:properties" in server.fetch("/sparql", Accept="text/turtle").body
        body = f"INSERT DATA {{ GRAPH <{BASE}graph/mine> {{ {THING} {LABEL} 'new' }} }}".encode()
        kind = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
        assert server.fetch("/sparql", body, **kind).status == 200
    refused = run("c.nq", "--base", BASE, "--out", "out", folder=folder)
    assert refused.returncode == 2
    assert f"<{BASE}graph/mine>" in refused.stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("bad.nq", f"{THING} <urn:p> <urn:o> <urn:g> .\n{THING} <urn:p> .\n", "bad.nq, line 2: "),
        ("iri.nq", f"{THING} <urn:p> <urn:o> .\n{THING} <urn p> <urn:o> .\n", "iri.nq, line 2: "),
        ("end.nq", f'{THING} <urn:p> "never ended', "end.nq, line 1: "),
        ("bad.ttl", "@prefix e: <urn:e:> .\ne:s e:p ] .", "bad.ttl, line 2: "),
        ("cut.nq.gz", gzip.compress(QUADS.encode(), mtime=0)[:40], "cut off"),
        ("none.nq.gz", "no gzip", "not compressed by gzip"),
        ("table.csv", "a,b", "its name does not say what it is"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place_and_leaves_nothing(tmp_path, name, text, said):
    with pytest.raises(LoadError, match=said):
        loaded(tmp_path, text, name)
    assert snapshot.list_snapshots(tmp_path / "out") == []
    assert [p.name for p in (tmp_path / "out").glob(".tmp-*")] == []


def test_a_graph_that_breaks_the_shapes_is_stopped_unless_that_is_let_pass(tmp_path):
    project = f"{THING} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/renkei/ontology#Project> {GRAPH} .\n"
    (tmp_path / "a.nq").write_text(project, encoding="utf-8")
    done = run("a.nq", "--base", BASE, "--out", "out", folder=tmp_path)
    assert done.returncode == 1
    assert "Violation: <id/a> rdfs:label: " in done.stdout
    assert snapshot.list_snapshots(tmp_path / "out") == []
    done = run("a.nq", "--base", BASE, "--out", "out", "--no-check", "--no-texts", folder=tmp_path)
    assert done.returncode == 0
    manifest = snapshot.open_current(tmp_path / "out").manifest
    assert not manifest["loaded"]["checked"]
    assert "report" not in manifest
    assert "texts" not in manifest


def test_a_list_that_is_too_long_for_a_page_is_cut_and_the_rest_is_a_query_away(tmp_path):
    prefix, count = "https://w3id.org/renkei/ontology#", 2_005
    type_ = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines = [f"<{BASE}id/theme/t> {type_} <{prefix}Theme> {GRAPH} ."]
    for number in range(count):
        project = f"<{BASE}id/project/{number}>"
        lines += [
            f"{project} {type_} <{prefix}Project> {GRAPH} .",
            f"{project} <{prefix}theme> <{BASE}id/theme/t> {GRAPH} .",
        ]
    current = loaded(tmp_path, "".join(f"{line}\n" for line in lines))
    assert "VoID" not in json.dumps(current.manifest["loaded"])
    with serving(tmp_path / "out") as server:
        page = server.fetch("/page/theme/t?lang=en", Accept="text/html")
        assert page.status == 200
        assert b"These are the first 2000 of 2005" in page.body
        assert page.body.count(b"/page/project/") >= 2_000
        described = server.fetch("/sparql", Accept="text/turtle").body
        assert b"triples> 4011" in described or b"triples 4011" in described


def test_a_graph_too_large_to_check_is_published_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "MOST", 2)
    said = loaded(tmp_path, QUADS, check=True).manifest["loaded"]
    assert not said["checked"]
    assert "6 triples are more than the 2" in said["said"]


def test_shapes_that_the_graph_holds_are_those_it_is_checked_by(tmp_path):
    shapes = next(iter(sorted(packaged("shapes").glob("*.ttl"))))
    quads = parse(path=shapes, format=RdfFormat.TURTLE)
    text = "".join(f"{quad.triple} <{BASE}graph/shapes/own> .\n" for quad in quads)
    assert "1 graphs of shapes in it" in loaded(tmp_path, text, check=True).manifest["loaded"]["said"]


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("graph", [None, b"<urn:default>"])
def test_lines_are_read_the_same_quickly_and_with_care(graph, end):
    plain = [f'<urn:s> <urn:p> "{n}"@ja <urn:g{n % 2}> .' for n in range(4)]
    bare = ["<urn:s> <urn:p> <urn:o> .", '<urn:s> <urn:p> "<urn:a> <urn:b> <urn:c>" .', "_:b <urn:p> _:c ."]
    for lines in (plain, bare, [*plain, *bare], [plain[0].replace(" ", "\t"), "# c", ""]):
        content = [f"{line}\n".encode() for line in lines]
        found = piece(b"".join(content), len(content), graph, None)
        asked = list(parse(b"".join(content), RdfFormat.N_QUADS))
        placed = [(q.triple, q.graph_name if q.graph_name != DefaultGraph() else graph) for q in asked]
        expected = [(t, g if not isinstance(g, bytes) else NamedNode("urn:default")) for t, g in placed if g]
        assert [(q.triple, q.graph_name) for q in parse(found.quads, RdfFormat.N_QUADS)] == expected
        assert [q.triple for q in parse(found.triples, RdfFormat.N_TRIPLES)] == [t for t, _ in placed]
        assert found.count == len(asked)


@pytest.mark.parametrize(
    "line",
    [
        "# <urn:s> <urn:p> <urn:o> <urn:g> .",
        "<urn:s> <urn:p> <urn:o> <urn:g> . # <urn:s> <urn:p> <urn:other> <urn:g> .",
        '<urn:s> <urn:p> "a \\" <urn:s> <urn:p> <urn:o> <urn:g> ."@ja <urn:g> .',
        '<urn:s> <urn:p> "a \\\\\\" b \\n" <urn:g> .',
        '<urn:s> <urn:p> "> \\" <x> "^^<urn:t> <urn:g> .',
        '<urn:s> <urn:p> "<urn:o> <urn:g> ."@ja-Hrkt <urn:g> .',
        '<urn:s> <urn:p> "" <urn:g> .',
        '_:a <urn:p> "\\"_:b <urn:g> ." _:g .',
        "<< <urn:s> <urn:p> <urn:o> >> <urn:p> <urn:o> <urn:g> .",
    ],
)
@pytest.mark.parametrize("graph", [None, b"<urn:default>"])
def test_what_looks_like_a_line_in_a_comment_or_a_literal_is_none(line, graph):
    text = f"<urn:a> <urn:p> <urn:o> <urn:g> .\n{line}\n".encode()
    try:
        expected = list(parse(text, RdfFormat.N_QUADS))
    except SyntaxError:
        with pytest.raises(SyntaxError):
            list(parse(piece(text, 2, graph, None).quads, RdfFormat.N_QUADS))
        return
    found = piece(text, 2, graph, None)
    assert list(parse(found.quads, RdfFormat.N_QUADS)) == expected
    assert [q.triple for q in parse(found.triples, RdfFormat.N_TRIPLES)] == [q.triple for q in expected]


def test_what_is_commented_out_is_not_loaded(tmp_path):
    lines = ["<urn:s> <urn:p> <urn:o> <urn:g> .", "# <urn:s> <urn:p> <urn:out> <urn:g> ."]
    current = loaded(tmp_path, "".join(f"{line}\n" for line in lines))
    assert (current.manifest["triples"], current.manifest["quads"]) == (1, 2)


class Reading(threading.Thread):
    """Reads the streams of a pair, one after the other, as slowly as an engine."""

    def __init__(self):
        super().__init__()
        pipes = os.pipe(), os.pipe()
        self.readable, self.writable = zip(*pipes, strict=True)
        self.texts = []

    def run(self):
        for descriptor in self.readable:
            with os.fdopen(descriptor, "rb", buffering=0) as file:
                self.texts.append(b"".join(iter(lambda: file.read(1 << 16), b"")))


def test_streams_share_what_has_no_blank_nodes_after_a_first_block(tmp_path):
    plain = [piece(f"<urn:s> <urn:p> <urn:o{n}> <urn:g> .\n".encode(), 1, None, None) for n in range(400)]
    blank = [piece(f"_:b{n} <urn:p> _:c <urn:g> .\n".encode(), 1, None, None) for n in range(5)]
    plain[0].count = producer.BLOCK
    readings = [Reading(), Reading()]
    streams = Streams([reading.writable for reading in readings], str(tmp_path))
    for reading in readings:
        reading.start()
    for one in itertools.chain(plain[:200], blank, plain[200:]):
        streams.give(one)
    streams.end()
    for reading in readings:
        reading.join()
    (named, default), (other_named, other_default) = (
        [text.splitlines(keepends=True) for text in reading.texts] for reading in readings
    )
    all_of = [*plain, *blank]
    assert sorted(named + other_named + default + other_default) == sorted(
        line for one in all_of for line in (one.quads, one.triples)
    )
    assert sorted(default + other_default) == sorted(one.triples for one in plain)
    assert named[0] == plain[0].quads
    assert named[-len(blank) :] == [one.triples for one in blank]
    assert other_named
    assert not any(b"_:" in line for line in other_named)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("gone", [0, 1])
def test_streams_end_when_nobody_reads(tmp_path, gone):
    plain = piece(b"<urn:s> <urn:p> <urn:o> <urn:g> .\n", 1, None, None)
    reading = Reading()
    streams = Streams([reading.writable], str(tmp_path))
    os.close(reading.readable[gone])
    reading.readable = reading.readable[:gone]
    reading.start()

    def give_all():
        deque(map(streams.give, itertools.repeat(plain, 10_000)), maxlen=0)
        streams.end()

    with pytest.raises(BrokenPipeError):
        give_all()
    reading.join()
    assert len(reading.texts) == gone


def test_what_stops_a_stream_stops_whoever_hands_on_pieces(tmp_path, monkeypatch):
    def broken(*_):
        raise ZstdError("out of order")

    monkeypatch.setattr(producer.Waiting, "write", broken)
    reading = Reading()
    streams = Streams([reading.writable], str(tmp_path))
    reading.start()
    plain = piece(b"<urn:s> <urn:p> <urn:o> <urn:g> .\n", 1, None, None)
    with pytest.raises(ZstdError, match="out of order"):
        deque(map(streams.give, itertools.repeat(plain)), maxlen=0)
    reading.join()


def test_a_folder_that_takes_nothing_is_an_error_that_names_it(tmp_path):
    path = tmp_path / "one.nq"
    path.write_text(QUADS)
    folder = tmp_path / "none"
    with pytest.raises(LoadError, match=f"cannot be kept in {folder}: No such file"):
        fill(Store(str(tmp_path / "store")), [path], folder, BASE, None, Account(), bool, trusted=False)


@pytest.mark.parametrize("most", [settling.KEPT, 0])
def test_checksums_taken_early_are_those_of_the_files_as_they_are_in_the_end(tmp_path, monkeypatch, most):
    monkeypatch.setattr(settling, "KEPT", most)
    taken, sum_of = [], checksums.of_file

    def counted(path):
        taken.append(path.name)
        return sum_of(path)

    monkeypatch.setattr(checksums, "of_file", counted)
    sums = settling.Sums(tmp_path)
    (tmp_path / "000001.sst").write_text("to be merged")
    sums.look()
    sums.merging(True)
    for name in ("000002.sst", "000003.sst", "000004.sst", "bulk-1.sst"):
        (tmp_path / name).write_text(name)
    sums.look()
    assert taken == ["000002.sst", "000003.sst"]
    (tmp_path / "000002.sst").unlink()
    (tmp_path / "000003.sst").write_text("changed, which no engine does")
    sums.merging(False)
    (tmp_path / "000005.sst").write_text("more to be merged")
    sums.look()
    assert taken == ["000002.sst", "000003.sst"]
    for path in tmp_path.iterdir():
        assert sums.of_file(path) == sum_of(path)
    assert taken.count("000003.sst") == 2
    assert sums.of_file(tmp_path / "000001.sst") == sum_of(tmp_path / "000001.sst")
    assert taken.count("000001.sst") == 1


def test_checksums_are_taken_while_the_store_is_merged(tmp_path, monkeypatch):
    taken, sum_of = {}, checksums.of_file
    monkeypatch.setattr(settling, "PAUSE", 0.001)
    with settling.Sums(tmp_path) as sums:
        sums.merging(True)
        for name in ("000001.sst", "000002.sst"):
            (tmp_path / name).write_text(name)
        deadline = time.monotonic() + 10
        while not sums._known and time.monotonic() < deadline:
            time.sleep(0.01)
    monkeypatch.setattr(checksums, "of_file", lambda path: taken.setdefault(path.name, sum_of(path)))
    assert sums.of_file(tmp_path / "000001.sst") == sum_of(tmp_path / "000001.sst")
    assert not taken
    assert not sums.is_alive()


@pytest.fixture(scope="module")
def words():
    from tests.test_benchmarks import ROOT

    return vocabulary.read(ROOT)


def test_the_index_written_beside_is_that_of_the_store_and_each_step_is_accounted_for(tmp_path, words):
    path, account = tmp_path / "made.nq", Account()
    made.write(4_000, path, words)
    current = publishing.load([path], tmp_path / "out", Wanted(words.base, texts=True), account=account)
    store = Store.read_only(str(current.store))
    assert write_index(store, tmp_path / "text.db", words.base) == current.manifest["texts"]
    assert (tmp_path / "text.db").read_bytes() == current.text_index.read_bytes()
    assert {"read", "load", "merge", "texts", "publish"} <= set(account.cpu)
    assert {"loader", "reader", "indexer"} == set(account.memory_mb)
    assert [one.id for one in snapshot.list_snapshots(tmp_path / "out")] == [current.id]


def test_exponents_are_found_and_what_grows_worse_than_n_log_n_is_marked():
    sizes = (10**5, 10**6, 10**7)
    assert growth.exponent({n: 3.0 * n**2 for n in sizes}) == pytest.approx(2)
    assert growth.exponent(dict.fromkeys(sizes, 5.0)) == pytest.approx(0)
    assert growth.exponent({10: 1.0}) is None
    assert growth.worse({n: n**1.5 for n in sizes})
    assert not growth.worse({n: n * len(str(n)) for n in sizes})


def test_the_scale_run_measures_writes_and_keeps_what_it_has(tmp_path, monkeypatch):
    from tests.test_benchmarks import ROOT

    arguments = [
        "--sizes",
        "31000",
        "--out",
        tmp_path / "out",
        "--project",
        ROOT,
        "--document",
        tmp_path / "S.md",
    ]
    monkeypatch.setattr("sys.argv", ["scale", *map(str, arguments), "--pictures", str(tmp_path)])
    monkeypatch.setattr("benchmarks.sized.BUDGET", 0.01)
    monkeypatch.setattr("benchmarks.sized.RATE_SECONDS", 1)
    scale.main()
    said = (tmp_path / "S.md").read_text()
    for measure in itertools.chain(*scale.GROUPS.values()):
        assert f"| {measure.title}, {measure.unit} |" in said, measure
    for name in ("build", "space", "latency"):
        assert "<polyline" in (tmp_path / f"scale-{name}.svg").read_text()
    assert "31000" in (tmp_path / "out" / "results.json").read_text()
    assert not (tmp_path / "out" / "31000").exists()
