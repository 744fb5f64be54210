"""Versions: listed in their order, shown, compared, checked, made current, cited and pruned."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from renkei_kg import holding, snapshot
from renkei_kg.cli import main
from renkei_kg.compile import pipeline
from renkei_kg.project import Project
from renkei_kg.versions import changelist, history, retention
from renkei_kg.versions.difference import between
from tests.writing import change

Small = Callable[..., Project]
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
DATA = """PREFIX : <https://example.org/kg/id/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:a rdfs:label "{label}"@en ; :size {size} ; :has [ :name "inner" ; :number {number} ] . """


def quiet(_: str) -> None:
    pass


def say(*arguments: str, root: Path | None = None) -> Result:
    more = [] if root is None else ["--snapshots", str(root)]
    return CliRunner().invoke(main, ["snapshots", *arguments, *more], env={"LC_ALL": "en"})


@pytest.fixture
def three(small: Small) -> tuple[Path, list[str]]:
    """A folder with three versions made within one second: two builds and a write."""
    project = small(**{"data/a.ttl": DATA.format(label="First", size=1, number=1)})
    out = project.root / "out"
    made = [pipeline.build(project, out, quiet, now=NOON).id]
    (project.data / "a.ttl").write_text(DATA.format(label="Second", size=2, number=1))
    made.append(pipeline.build(project, out, quiet, now=NOON).id)
    made.append(change(out, "INSERT DATA { GRAPH <https://example.org/notes> { <a:n> <a:b> 'x' } }", NOON))
    return out, made


# Order


def test_versions_made_within_a_second_stand_in_the_order_they_were_made_in(tmp_path: Path) -> None:
    def one(number: int, parent: int | None, created: str) -> snapshot.Snapshot:
        identifier = f"{999 - number}"
        found = {
            "created": created,
            "number": number,
            **({} if parent is None else {"parent": f"{999 - parent}"}),
        }
        return snapshot.Snapshot(identifier, tmp_path / identifier, found)

    second = "2030-01-01T12:00:00"
    chain = [one(0, None, f"{second}Z"), one(1, 0, f"{second}.900Z"), one(2, 1, f"{second}Z")]
    fork = one(3, 0, "2030-01-01T12:00:01Z")
    orphan = one(4, 77, "2029-01-01T00:00:00Z")
    assert snapshot.in_order([fork, *reversed(chain), orphan]) == [orphan, *chain, fork]
    assert snapshot.in_order([chain[2], chain[0]]) == [chain[0], chain[2]]


def test_the_list_says_what_each_version_changed_and_which_is_current(
    three: tuple[Path, list[str]],
) -> None:
    out, made = three
    retention.cite(out, made[0])
    text = say("list", root=out)
    assert text.exit_code == 0
    lines = text.stdout.splitlines()
    assert [line[4:].split()[0] for line in lines[1:]] == made
    assert [line[:2] for line in lines[1:]] == [" c", "  ", "* "]
    assert lines[1].endswith("first")
    assert lines[2].endswith("+2 −2")
    assert lines[3].endswith("+1 −0")
    rows = json.loads(say("list", "--format", "json", root=out).stdout)
    assert [row["id"] for row in rows] == made
    assert [row["parent"] for row in rows] == [None, made[0], made[1]]
    assert [row["made_by"] for row in rows] == ["build", "build", "write"]
    assert [row["changed"] for row in rows] == [
        None,
        {"added": 2, "removed": 2},
        {"added": 1, "removed": 0},
    ]
    assert [row["current"] for row in rows] == [False, False, True]
    assert [row["cited"] for row in rows] == [True, False, False]


def test_show_tells_the_manifest_in_words_or_as_it_is(three: tuple[Path, list[str]]) -> None:
    out, made = three
    words = say("show", root=out).stdout
    assert f"version   {made[2]}  current" in words
    assert f"after     {made[1]}" in words
    assert "1 written" in words
    assert "<https://example.org/notes> 1" in words
    assert "by a write" in words
    assert json.loads(say("show", made[0], "--format", "json", root=out).stdout)["id"] == made[0]
    assert "nothing: the first" in say("show", made[0], root=out).stdout


def test_a_version_is_found_by_the_beginning_of_its_id(three: tuple[Path, list[str]]) -> None:
    out, made = three
    assert history.find(out, made[0][:-2]).id == made[0]
    for name, words in (
        ("2030", "is the beginning of 3 versions"),
        ("x", "has no version x"),
        ("", "has no"),
    ):
        result = say("show", name, root=out)
        assert result.exit_code == 2
        assert words in result.stderr


def test_a_folder_without_versions_is_an_empty_list(tmp_path: Path) -> None:
    assert len(say("list", root=tmp_path / "none").stdout.splitlines()) == 1
    assert say("show", root=tmp_path / "none").exit_code == 2
    assert say("verify", root=tmp_path / "none").exit_code == 0


# Checking, and making current


def test_verify_names_the_damaged_file_and_ends_with_1(three: tuple[Path, list[str]]) -> None:
    out, made = three
    whole = say("verify", root=out)
    assert (whole.exit_code, whole.stdout) == (0, "".join(f"{one}  whole\n" for one in made))
    (out / made[0] / "text.db").write_bytes(b"x")
    (out / made[1] / "manifest.json").write_text("{}")
    found = say("verify", root=out)
    assert found.exit_code == 1
    assert f"{made[0]}  DAMAGED: {out / made[0] / 'text.db'} is not as it was written" in found.stdout
    assert f"{made[1]}  DAMAGED: {out / made[1] / 'manifest.json'} is damaged" in found.stdout
    assert f"{made[2]}  whole" in found.stdout
    assert say("verify", made[2], root=out).exit_code == 0
    assert say("verify", made[1], root=out).exit_code == 1
    shutil.rmtree(out / made[2])
    assert "leads to a version that is not there" in say("verify", root=out).stdout


def test_activate_makes_a_version_current_and_refuses_a_damaged_one(three: tuple[Path, list[str]]) -> None:
    out, made = three
    assert say("activate", made[0], root=out).stdout == f"current is {made[0]}\n"
    assert snapshot.current_id(out) == made[0]
    (out / made[1] / "text.db").write_bytes(b"x")
    refused = say("activate", made[1], root=out)
    assert refused.exit_code == 2
    assert "text.db is not as it was written" in refused.stderr
    assert snapshot.current_id(out) == made[0]
    assert say("activate", made[1], "--force", root=out).exit_code == 0
    assert snapshot.current_id(out) == made[1]


def test_activate_waits_for_who_publishes(three: tuple[Path, list[str]]) -> None:
    out, made = three
    command = [
        Path(sys.executable).with_name("renkei-kg"),
        "snapshots",
        "activate",
        made[0],
        "--snapshots",
        out,
    ]
    with snapshot.publishing(out):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)
        assert snapshot.current_id(out) == made[2]
    assert process.wait(20) == 0
    assert snapshot.current_id(out) == made[0]


# Comparing


def test_diff_tells_what_changed_by_entity(three: tuple[Path, list[str]]) -> None:
    out, made = three
    assert say("diff", made[0], made[1], root=out).stdout.splitlines() == [
        "<https://example.org/kg/id/a>  “Second”",
        "  ~ <https://example.org/kg/id/size>: 1 → 2  (a)",
        '  ~ rdfs:label: "First"@en → "Second"@en  (a)',
        f"2 quads added, 2 removed: {made[0]} → {made[1]}",
    ]
    assert say("diff", made[1], root=out).stdout.splitlines()[:2] == [
        "<a:n>",
        '  + <a:b>: "x"  (<https://example.org/notes>)',
    ]
    assert say("diff", made[0], made[0], root=out).stdout.startswith("0 quads added, 0 removed")


def test_diff_as_a_patch_makes_the_one_version_of_the_other(three: tuple[Path, list[str]]) -> None:
    out, made = three
    first, last = (history.find(out, one) for one in (made[0], made[2]))
    lines = say("diff", made[0], made[2], "--format", "nquads", root=out).stdout.splitlines()
    assert (lines[0], lines[-1]) == ("TX .", "TC .")
    before, after = (_named(store) for store in history.stores(first, last))
    for line in lines[1:-1]:
        (quad,) = parse(line[2:], format=RdfFormat.N_QUADS)
        if line.startswith("D "):
            before.remove(quad)
        else:
            assert line.startswith("A ")
            before.add(quad)
    assert _canonical(before) == _canonical(after)


def test_what_a_blank_node_says_is_told_of_the_entity_that_leads_to_it(small: Small) -> None:
    project = small(**{"data/a.ttl": DATA.format(label="A", size=1, number=1)})
    out = project.root / "out"
    first = pipeline.build(project, out, quiet, now=NOON)
    text = DATA.format(label="A", size=1, number=2)
    (project.data / "a.ttl").write_text(text + '[] :name "another" . :b :has [ :name "new" ] .')
    second = pipeline.build(project, out, quiet, now=NOON)
    lines = say("diff", first.id, second.id, root=out).stdout.splitlines()
    has = "<https://example.org/kg/id/has>"
    assert f"  ~ {has}/<https://example.org/kg/id/number>: 1 → 2  (a)" in lines
    assert f'  + {has}/<https://example.org/kg/id/name>: "new"  (a)' in lines
    assert any(line.startswith("_:") for line in lines)


def test_a_list_is_told_by_its_members(small: Small) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:in> ( 1 2 3 ) ; <a:of> ( 1 2 ) ."})
    out = project.root / "out"
    first = pipeline.build(project, out, quiet, now=NOON)
    (project.data / "a.ttl").write_text("<a:a> <a:in> ( 1 4 2 5 ) ; <a:of> ( 2 1 ) .")
    second = pipeline.build(project, out, quiet, now=NOON)
    assert say("diff", first.id, second.id, root=out).stdout.splitlines()[:3] == [
        "<a:a>",
        "  ~ <a:in>[]: 3 → 4, 5  (a)",
        "  ~ <a:of>[]: in another order  (a)",
    ]


def _named(store: Store) -> set[Quad]:
    return {q for g in store.named_graphs() for q in store.quads_for_pattern(None, None, None, g)}


def _canonical(quads: set[Quad]) -> set[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


NODES = st.sampled_from([NamedNode("a:x"), NamedNode("a:y"), *(BlankNode(f"b{n}") for n in range(4))])
VALUES = NODES | st.sampled_from([Literal("1"), Literal("2")])
QUADS = st.builds(
    Quad, NODES, st.sampled_from([NamedNode("a:p"), NamedNode("a:q")]), VALUES, st.just(NamedNode("a:g"))
)


def _store(quads: set[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


@given(st.sets(QUADS, max_size=8), st.sets(QUADS, max_size=8))
@settings(max_examples=150, deadline=None)
def test_taking_and_adding_the_difference_gives_the_other_graph(one: set[Quad], other: set[Quad]) -> None:
    found = between(_store(one), _store(other))
    assert set(found.removed) <= one
    assert _canonical((one - set(found.removed)) | set(found.added)) == _canonical(other)


@given(st.sets(QUADS, max_size=8))
@settings(max_examples=60, deadline=None)
def test_other_labels_of_blank_nodes_are_no_difference(quads: set[Quad]) -> None:
    names = {BlankNode(f"b{n}"): BlankNode(f"b{(n + 1) % 4}") for n in range(4)}
    other = {
        Quad(names.get(q.subject, q.subject), q.predicate, names.get(q.object, q.object), q.graph_name)
        for q in quads
    }
    found = between(_store(quads), _store(other))
    assert (found.removed, found.added) == ((), ())


def test_a_quoted_triple_and_a_default_graph_of_its_own_are_compared() -> None:
    quoted = Triple(NamedNode("a:s"), NamedNode("a:p"), BlankNode("x"))
    one = {Quad(NamedNode("a:r"), NamedNode("a:says"), quoted, NamedNode("a:g"))}
    other = {Quad(NamedNode("a:s"), NamedNode("a:p"), Literal("1"))}
    found = between(_store(one), _store(one | other), own_before=True, own_after=True)
    assert (found.removed, set(found.added)) == ((), other)
    assert found.added[0].graph_name == DefaultGraph()
    found = between(_store(one), _store(other), own_after=True)
    assert (set(found.removed), set(found.added)) == (one, other)
    told = changelist.entities(found, _store(one), _store(other), "a:", "en")
    assert [entity.name for entity in told] == ["<a:r>", "<a:s>"]


def test_many_changes_take_time_in_proportion() -> None:
    def many(count: int, name: str) -> set[Quad]:
        return {
            Quad(NamedNode(f"a:{name}{n}"), NamedNode("a:p"), Literal(str(n)), NamedNode("a:g"))
            for n in range(count)
        }

    found = between(_store(many(20_000, "x") | many(5, "y")), _store(many(20_000, "x") | many(3, "z")))
    assert found.counts() == {"added": 3, "removed": 5}


# Keeping


def test_prune_keeps_the_newest_the_current_and_the_cited(three: tuple[Path, list[str]]) -> None:
    out, made = three
    assert say("cite", made[0], root=out).stdout == f"{made[0]} is cited\n"
    later = change(out, "INSERT DATA { GRAPH <https://example.org/notes> { <a:m> <a:b> 'y' } }", NOON)
    say("activate", made[1], root=out)
    dry = say("prune", "--keep", "1", "--dry-run", root=out)
    assert f"would go  {made[2]}" in dry.stdout
    assert (out / made[2]).exists()
    pruned = say("prune", "--keep", "1", root=out).stdout
    assert pruned.splitlines() == [
        f"kept     {made[0]}  cited",
        f"kept     {made[1]}  current",
        f"removed  {made[2]}",
        "1 versions removed",
    ]
    assert [one.id for one in snapshot.list_snapshots(out)] == [made[0], made[1], later]
    assert say("verify", root=out).exit_code == 0  # files shared by hard links stay whole
    say("cite", made[0], "--undo", root=out)
    assert f"removed  {made[0]}" in say("prune", "--keep", "1", root=out).stdout


def test_prune_keeps_what_is_young_and_what_the_settings_say(
    three: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, made = three
    assert retention.superfluous(out, 1, 2, NOON + timedelta(days=1)) == []
    old = retention.superfluous(out, 1, 2, NOON + timedelta(days=3))
    assert [one.id for one in old] == made[:2]
    assert "0 versions removed" in say("prune", root=out).stdout
    monkeypatch.setenv("RENKEI_KEEP_VERSIONS", "2")
    assert f"removed  {made[0]}" in say("prune", root=out).stdout


def test_a_version_that_is_held_is_not_pruned(three: tuple[Path, list[str]]) -> None:
    out, made = three
    with holding.hold(out / made[0]):
        said = say("prune", "--keep", "1", root=out).stdout
        assert f"kept     {made[0]}  open in a server" in said
        assert f"removed  {made[1]}" in said
    assert f"removed  {made[0]}" in say("prune", "--keep", "1", root=out).stdout
    with pytest.raises(holding.Gone, match="not a snapshot any more"):
        holding.hold(out / made[0])


def test_what_is_not_there_cannot_be_cited(three: tuple[Path, list[str]]) -> None:
    out, _ = three
    assert say("cite", "2029", root=out).exit_code == 2
    with pytest.raises(snapshot.SnapshotError, match="is not a snapshot"):
        retention.cite(out, "nothing")
    assert retention.cited(out) == frozenset()
