"""Write tokens: made by the real command, shown to a real server that never restarts."""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from renkei_kg import snapshot
from renkei_kg.cli import main
from renkei_kg.web import reason
from renkei_kg.web.exchange import Request
from renkei_kg.web.problems import Problem
from renkei_kg.write import tokens, version
from renkei_kg.write.errors import NotAllowed
from renkei_kg.write.rules import ANY, Rules, covers
from tests.serving import COMMAND, Answer, Server, serving
from tests.writing import BASE, BEARER, TOKEN, change

EX = "http://example.org/"
NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
NAMES = iter(f"token-{number}" for number in range(1000))
Shown = dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty snapshot, whose default graph is its own."""
    root = tmp_path_factory.mktemp("tokens")
    version.empty(root, BASE, datetime.now(UTC))
    return root


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """A server that the operator may write to, and whoever has a token in the file."""
    with serving(folder, write_token=TOKEN) as started:
        yield started


@pytest.fixture(scope="module")
def compiled(snapshots: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own graph, copied so that it may be written to."""
    copy = tmp_path_factory.mktemp("compiled") / "snapshots"
    shutil.copytree(snapshots, copy, symlinks=True)
    return copy


@pytest.fixture(scope="module")
def compiled_server(compiled: Path) -> Iterator[Server]:
    with serving(compiled, write_token=TOKEN) as started:
        yield started


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["tokens", *arguments], env={"RENKEI_SNAPSHOTS": str(root)})


def shown(secret: str) -> Shown:
    return {"Authorization": f"Bearer {secret}"}


def made(root: Path, *graphs: str, name: str = "", more: tuple[str, ...] = ()) -> Shown:
    """The header of a new token for ``graphs``."""
    options = [word for graph in graphs for word in ("--graph", graph)]
    result = run(root, "add", name or next(NAMES), *options, *more)
    assert result.exit_code == 0, result.output
    return shown(result.stdout.strip())


def update(server: Server, text: str, headers: Shown, **more: str) -> Answer:
    return server.post(f"PREFIX : <{EX}> {text}", kind="update", **headers, **more)


def put(server: Server, iri: str, headers: Shown, method: str = "PUT") -> Answer:
    body = None if method == "DELETE" else b"<> <http://example.org/p> 1 ."
    kind = {} if body is None else {"Content_Type": "text/turtle"}
    return server.fetch(f"/graphs?graph={quote(iri, safe='')}", body, method=method, **kind, **headers)


def graphs(server: Server) -> set[str]:
    return {one["graph"] for one in json.loads(server.fetch("/graphs").body)["graphs"]}


def current(server: Server) -> str:
    return server.ask("ASK {}").headers["renkei-snapshot"]


def not_allowed(answer: Answer, *words: str) -> None:
    """The answer to a write beyond what a token is for (RFC 6750, section 3.1)."""
    assert answer.status == 403, answer.body
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    for word in words:
        assert word in answer.problem["detail"]


def invalid(answer: Answer, words: str) -> None:
    """The answer to a token that is none, or none any more (RFC 6750, section 3.1)."""
    assert answer.status == 401, answer.body
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith('Bearer realm="Renkei KG", error="invalid_token", error_description="')
    assert words in challenge


def edit(root: Path, name: str, **members: Any) -> None:
    """Changes what the file says of a token, as no command does."""
    file = root / ".tokens.json"
    said = json.loads(file.read_text())
    (one,) = [one for one in said["tokens"] if one["name"] == name]
    one.update(members)
    file.write_text(json.dumps(said))


# A server and its file


def test_the_life_of_a_token_while_the_server_runs(tmp_path: Path) -> None:
    version.empty(tmp_path, BASE, datetime.now(UTC))
    insert = "INSERT DATA { GRAPH :life { :a :b %d } }"
    with serving(tmp_path) as server:
        nobody = update(server, insert % 1, shown("renkei_x"))
        assert (nobody.status, "only reads" in nobody.problem["detail"]) == (403, True)
        assert "www-authenticate" not in nobody.headers
        assert b"SPARQL11Update" not in server.fetch("/sparql", Accept="text/turtle").body
        first = made(tmp_path, name="first")
        assert update(server, insert % 1, first).status == 200
        assert b"SPARQL11Update" in server.fetch("/sparql", Accept="text/turtle").body
        second = made(tmp_path, name="second")
        assert run(tmp_path, "revoke", "first").exit_code == 0
        gone = update(server, insert % 2, first)
        invalid(gone, "is revoked")
        assert "revoked" in gone.problem["detail"]
        assert update(server, insert % 3, second).status == 200
        # Its name may be given again; the old secret stays what it was.
        again = made(tmp_path, name="first")
        assert update(server, insert % 4, again).status == 200
        invalid(update(server, insert % 5, first), "is revoked")
        assert run(tmp_path, "revoke", "first").exit_code == 0
        invalid(update(server, insert % 6, again), "is revoked")
        (tmp_path / ".tokens.json").unlink()
        assert update(server, insert % 7, second).status == 403
        found = server.ask(f"SELECT ?o {{ GRAPH <{EX}life> {{ ?s ?p ?o }} }}", accept="text/csv")
        assert sorted(found.body.split()) == [b"1", b"3", b"4", b"o"]


def test_a_token_that_expires_is_told_so_and_nobody_else_is(server: Server, folder: Path) -> None:
    for end in ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00+09:00"):
        name = next(NAMES)
        token = made(folder, name=name, more=("--expires", "1d"))
        assert update(server, "INSERT DATA { GRAPH :end { :a :b 1 } }", token).status == 200
        edit(folder, name, expires=end)
        ended = update(server, "CLEAR ALL", token)
        invalid(ended, "has expired")
        assert "expired" in ended.problem["detail"]
        assert name not in ended.body.decode() + repr(ended.headers)
        assert f"{name}  expired" in run(folder, "list").stdout
    unknown = update(server, "CLEAR ALL", shown(f"{tokens.MARK}{'A' * 43}"))
    invalid(unknown, "no token of this server")
    assert unknown.body == update(server, "CLEAR ALL", {}).body


def test_who_shows_no_token_is_only_told_how(server: Server) -> None:
    for headers in ({}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer"}):
        answer = update(server, "CLEAR ALL", headers)
        assert answer.status == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="Renkei KG"'


def test_a_damaged_file_lets_nobody_in_but_the_operator(tmp_path: Path) -> None:
    version.empty(tmp_path / "s", BASE, datetime.now(UTC))
    file = tmp_path / "elsewhere.json"
    environment = {"RENKEI_TOKENS": str(file)}
    result = CliRunner().invoke(main, ["tokens", "add", "one"], env=environment)
    token, whole = shown(result.stdout.strip()), file.read_text()
    insert = "INSERT DATA { GRAPH :d { :a :b %d } }"
    with serving(tmp_path / "s", tokens=file, write_token=TOKEN) as server:
        assert update(server, insert % 1, token).status == 200
        for number, text in enumerate(("", DAMAGED[0], DAMAGED[-1]), 1):
            file.write_text(text)
            answer = update(server, insert % 2, token)
            assert (answer.status, answer.headers["retry-after"]) == (503, "60")
            assert str(file) not in answer.body.decode()
            assert update(server, insert % 2, {}).status == 401
            assert update(server, insert % 3, BEARER).status == 200
            logged = server.log.read_text().count(f"{file} is damaged")
            assert 1 <= logged <= number
        file.write_text(whole)
        assert update(server, insert % 4, token).status == 200
    (tmp_path / "no").write_text("")
    with serving(tmp_path / "s", tokens=tmp_path / "no/file") as server:
        assert update(server, insert % 5, token).status == 403


WHOLE = {"name": "a", "sha256": "0" * 64, "graphs": ["*"], "made": "2030-01-01T00:00:00Z", "expires": None}


def _file(**members: Any) -> str:
    return json.dumps({"version": 1, "tokens": [{**WHOLE, "revoked": None, **members}]})


DAMAGED = [
    "[" * 100_000,
    "[]",
    '{"version": 1}',
    '{"version": 2, "tokens": []}',
    json.dumps({"version": 1, "tokens": [WHOLE]}),
    _file(graphs=[]),
    _file(graphs=["nothing"]),
    _file(sha256="A" * 64),
    _file(name="a b"),
    _file(made="yesterday"),
    _file(expires="2030-01-01T00:00:00"),
    _file(expires=5),
]


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_file_is_said_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / ".tokens.json"
    file.write_text(text)
    for command in (["list"], ["add", "two"], ["revoke", "a"]):
        done = run(tmp_path, *command)
        assert done.exit_code == 2
        assert done.stderr.startswith(f"renkei-kg: {file} is damaged: ")
    assert file.read_text() == text


def test_a_file_of_a_newer_version_says_what_is_needed(tmp_path: Path) -> None:
    (tmp_path / ".tokens.json").write_text('{"version": 2, "holders": []}')
    assert "needs a newer renkei-kg" in run(tmp_path, "list").stderr


def test_the_operators_token_writes_everything_as_ever(server: Server, folder: Path) -> None:
    """As conformance tests need it: with a file of tokens beside it or not."""
    made(folder, f"{EX}only")
    text = "DROP ALL ; INSERT DATA { :a :b 1 . GRAPH :any { :a :b 2 } } ; CREATE GRAPH :empty ; CLEAR DEFAULT"
    assert update(server, text, BEARER).status == 200
    assert graphs(server) == {f"{EX}any", f"{EX}empty"}
    assert put(server, f"{EX}put", BEARER).status == 201


# What a token is for


@pytest.mark.parametrize(
    ("patterns", "graph", "meant"),
    [
        (("*",), "a:b", True),
        (("*",), None, True),
        (("a:b",), "a:b", True),
        (("a:b",), "a:bc", False),
        (("a:b*",), "a:b", True),
        (("a:b*",), "a:bc", True),
        (("a:b*",), "a:B", False),
        (("a:b*",), None, False),
        (("a:c", "a:b*"), "a:bc", True),
        ((), "a:b", False),
        ((), None, False),
    ],
)
def test_which_graphs_patterns_mean(patterns: tuple[str, ...], graph: str | None, meant: bool) -> None:
    assert covers(patterns, graph) is meant


def test_a_token_for_one_graph_and_one_for_those_below_a_name(server: Server, folder: Path) -> None:
    exact, below = made(folder, f"{EX}notes"), made(folder, f"{EX}notes/*", "urn:道:*")
    for iri, token, other in (
        (f"{EX}notes", exact, below),
        (f"{EX}notes/1", below, exact),
        ("urn:道:南", below, exact),
    ):
        not_allowed(put(server, iri, other), f"may not write the graph <{iri}>")
        assert put(server, iri, token).status == 201
        not_allowed(put(server, iri, other, "POST"), iri)
        not_allowed(put(server, iri, other, "DELETE"), iri)
        assert put(server, iri, token, "POST").status == 200
        assert put(server, iri, token, "DELETE").status == 200
    not_allowed(put(server, f"{EX}notes2", below), f"It may write <{EX}notes/*>, <urn:道:*>.")
    not_allowed(server.fetch("/graphs?default", b"", method="PUT", **exact), "the default graph")
    # What is refused is refused before it is looked whether there is such a graph.
    not_allowed(put(server, f"{EX}nothing", exact, "DELETE"))


def test_a_graph_posted_to_the_store_needs_a_token_for_its_new_name(server: Server, folder: Path) -> None:
    before = current(server)
    body, kind = b"<> <http://example.org/p> 1 .", {"Content_Type": "text/turtle"}
    refused = server.fetch("/graphs", body, **kind, **made(folder, f"{EX}*"))
    not_allowed(refused, f"<{server.url}/graphs/", f"<{EX}*>")
    assert "location" not in refused.headers
    assert current(server) == before
    answer = server.fetch("/graphs", body, **kind, **made(folder, f"{server.url}/graphs/*"))
    assert answer.status == 201
    assert answer.headers["location"] in graphs(server)


BEYOND = [
    "INSERT DATA { GRAPH :mine/1 { :x :y 1 } GRAPH :other { :x :y 1 } }",
    "INSERT DATA { GRAPH :mine/1 { :x :y 1 } } ; INSERT DATA { GRAPH :other { :x :y 1 } }",
    "DELETE DATA { GRAPH :other { :not :there 1 } }",
    "INSERT { GRAPH ?g { :x :y 1 } } WHERE { VALUES ?g { :mine/1 :other } }",
    "INSERT { GRAPH ?g { :x :y 1 } } WHERE { VALUES ?g { :mine/1 :unheard-of } }",
    "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    "WITH :other DELETE { ?s ?p ?o } INSERT { GRAPH :mine/1 { ?s ?p ?o } } WHERE { ?s ?p ?o }",
    "INSERT DATA { :x :y 1 }",
    "CREATE GRAPH :unheard-of",
    "CREATE SILENT GRAPH :other",
    "DROP GRAPH :other",
    "DROP SILENT GRAPH :unheard-of",
    "CLEAR GRAPH :other",
    "CLEAR DEFAULT",
    "CLEAR ALL",
    "CLEAR NAMED",
    "DROP ALL",
    "DROP NAMED",
    "COPY :mine TO :other",
    "MOVE :other TO :mine",
    "MOVE :mine TO :other",
    "ADD :mine TO DEFAULT",
]


START = "DROP ALL ; INSERT DATA { :x :y 0 . GRAPH :mine { :x :y 0 } GRAPH :other { :x :y 0 } }"


def test_an_update_beyond_what_its_token_is_for_is_refused(tmp_path: Path) -> None:
    prefixes = f"PREFIX : <{EX}> "
    version.empty(tmp_path, BASE, NOW)
    before = change(tmp_path, prefixes + START)
    for text in BEYOND:
        with pytest.raises(NotAllowed, match=re.escape(f"It may write <{EX}mine*>.")):
            change(tmp_path, prefixes + text.replace(":mine/1", f"<{EX}mine/1>"), allowed=(f"{EX}mine*",))
    assert snapshot.current_id(tmp_path) == before


def test_an_update_of_two_graphs_one_of_them_not_allowed_changes_nothing(
    server: Server, folder: Path
) -> None:
    token = made(folder, f"{EX}mine*")
    assert update(server, START, BEARER).status == 200
    before = current(server)
    for text in BEYOND[1:5:2]:
        answer = update(server, text.replace(":mine/1", f"<{EX}mine/1>"), token)
        not_allowed(answer, f"<{EX}other>", f"It may write <{EX}mine*>.")
    assert current(server) == before
    copy = f"COPY :other TO <{EX}mine/copy> ; ADD DEFAULT TO :mine ; DELETE WHERE {{ GRAPH :mine {{ ?s ?p 0 }} }}"
    assert update(server, copy, token).status == 200


def test_operations_on_all_graphs_are_looked_at_graph_by_graph(server: Server, folder: Path) -> None:
    """What they change is what counts, an empty graph that goes included."""
    token = made(folder, f"{EX}mine*")
    assert update(server, "DROP ALL ; CREATE GRAPH :other", BEARER).status == 200
    insert = "INSERT DATA { GRAPH :mine { :x :y 0 } } ; CREATE GRAPH :mine2"
    assert update(server, insert, token).status == 200
    not_allowed(update(server, "DROP ALL", token), f"<{EX}other>")
    not_allowed(update(server, "DROP NAMED", token), f"<{EX}other>")
    assert graphs(server) == {f"{EX}mine", f"{EX}mine2", f"{EX}other"}
    assert update(server, "DROP GRAPH :other", BEARER).status == 200
    assert update(server, "DROP ALL", token).status == 200
    assert graphs(server) == set()


def test_a_token_for_compiled_graphs_writes_none(compiled_server: Server, compiled: Path) -> None:
    token = made(compiled, "https://w3id.org/renkei/*")
    notes = "https://w3id.org/renkei/notes"
    assert put(compiled_server, notes, token).status == 201
    answer = put(compiled_server, "https://w3id.org/renkei/graph/projects/doo", token)
    assert (answer.status, "data/projects/doo.ttl" in answer.problem["detail"]) == (403, True)
    refused = update(compiled_server, "DROP ALL", token)
    assert (refused.status, "compiled" in refused.problem["detail"]) == (403, True)
    not_allowed(put(compiled_server, f"{EX}x", token), f"<{EX}x>")
    assert update(compiled_server, "DELETE WHERE { GRAPH ?g { ?s :p 1 } }", token).status == 200


RESERVED = ["evidence", "inferred", "void", "shapes/mine", "shapes/a/b"]


@pytest.mark.parametrize("name", [f"graph/{name}" for name in RESERVED] + [".well-known/sparql-examples"])
def test_a_name_that_a_build_wants_is_refused_at_once(server: Server, name: str) -> None:
    before = current(server)
    answer = put(server, BASE + name, BEARER)
    assert answer.status == 403
    assert f"<{BASE}{name}> is kept for what the build makes" in answer.problem["detail"]
    assert current(server) == before


def test_an_update_cannot_make_such_a_graph_either(server: Server) -> None:
    text = f"INSERT {{ GRAPH ?g {{ :a :b 1 }} }} WHERE {{ BIND(<{BASE}graph/void> AS ?g) }}"
    answer = update(server, text, BEARER)
    assert (answer.status, "the build makes" in answer.problem["detail"]) == (403, True)


def test_the_history_is_the_servers_own(server: Server) -> None:
    answer = put(server, f"{BASE}graph/history", BEARER)
    assert (answer.status, "history of writes" in answer.problem["detail"]) == (403, True)


def test_other_names_are_free() -> None:
    rules = Rules.of({"base": BASE, "graphs": {}, "compiled_graphs": []}, ANY)
    for name in ("graph/notes", "graph/shapes", "void", "graph/evidence/x", "x/graph/void", "history"):
        rules.check(BASE + name)
    rules.check("https://elsewhere.example.org/graph/void")


def test_a_graph_whose_name_was_reserved_later_can_still_be_dropped() -> None:
    name = f"{BASE}graph/shapes/old"
    manifest = {"base": BASE, "graphs": {name: 1}, "compiled_graphs": [], "default_graph": "own"}
    Rules.of(manifest, ANY).check(name)


# The command


def test_a_secret_is_shown_once_and_kept_nowhere(tmp_path: Path) -> None:
    environment = {**os.environ, "RENKEI_SNAPSHOTS": str(tmp_path / "new")}
    arguments = ["tokens", "add", "editor", "--graph", f"{EX}a/*", "--graph", f"{EX}b", "--expires", "90d"]
    done = subprocess.run(
        [COMMAND, *arguments], env=environment, capture_output=True, check=True, text=True, timeout=60
    )
    secret = done.stdout.removesuffix("\n")
    assert secret.startswith("renkei_")
    assert len(secret) == len("renkei_") + 43  # 32 bytes in base64
    assert secret not in done.stderr
    assert f"{EX}a/* {EX}b until 20" in done.stderr
    file = tmp_path / "new/.tokens.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret not in file.read_text()
    assert secret.removeprefix("renkei_") not in file.read_text()
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    for form in ("text", "json"):
        listed = run(tmp_path / "new", "list", "--format", form)
        assert "editor" in listed.stdout
        assert secret not in listed.output
        assert json.loads(file.read_text())["tokens"][0]["sha256"] not in listed.output


def test_what_commands_say_to_programs(tmp_path: Path) -> None:
    end = (datetime.now(UTC) + timedelta(days=40)).strftime("%Y-%m-%d")
    added = json.loads(run(tmp_path, "add", "a", "--expires", end, "--format", "json").stdout)
    assert added.keys() == {"name", "graphs", "made", "expires", "revoked", "state", "token"}
    assert (added["graphs"], added["expires"]) == (["*"], f"{end}T23:59:59Z")
    assert run(tmp_path, "revoke", "a").stdout == "a is revoked\n"
    run(tmp_path, "add", "b", "--graph", "urn:b")
    first, second = json.loads(run(tmp_path, "list", "--format", "json").stdout)
    assert (first["name"], first["state"], first["made"]) == ("a", "revoked", added["made"])
    assert first["revoked"] >= first["made"]
    assert (second["name"], second["state"], second["graphs"]) == ("b", "valid", ["urn:b"])
    head, *lines = run(tmp_path, "list").stdout.splitlines()
    assert head.split() == ["name", "state", "made", "expires", "graphs"]
    assert [line.split()[:2] for line in lines] == [["a", "revoked"], ["b", "valid"]]


def test_the_commands_of_the_page_give_what_it_shows(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs/operations.md").read_text(encoding="utf-8")
    block = re.search(r"## Write tokens.*?```console\n(.*?)```", page, re.DOTALL)
    assert block
    commands = re.findall(r"^\$ renkei-kg tokens (.*)\n((?:[^$].*\n)+)", block[1], re.MULTILINE)
    assert [command.split()[0] for command, _ in commands] == ["add", "list", "revoke"]
    for command, output in commands:
        said = " ".join(run(tmp_path, *shlex.split(command)).output.split())
        assert re.fullmatch(re.escape(" ".join(output.split())).replace("…", r"\S+"), said), said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "known"], "there is a token 'known' already"),
        (["add", "operator"], "cannot be the name"),
        (["add", "a b"], "cannot be the name"),
        (["add", ""], "cannot be the name"),
        (["add", "x" * 65], "cannot be the name"),
        (["add", "a/b"], "cannot be the name"),
        (["add", "n", "--graph", "notes"], "'notes' names no graphs"),
        (["add", "n", "--graph", ""], "names no graphs"),
        (["add", "n", "--graph", "http://a/ b"], "names no graphs"),
        (["add", "n", "--graph", "http://a/*/b"], "names no graphs"),
        (["add", "n", "--graph", "http://a/**"], "names no graphs"),
        (["add", "n", "--graph", "https://example.org*"], "beyond one host"),
        (["add", "n", "--graph", "https://*"], "beyond one host"),
        (["add", "n", "--graph", "https:*"], "beyond one host"),
        (["add", "n", "--expires", "soon"], "no time for a token to end"),
        (["add", "n", "--expires", "0d"], "no time for a token to end"),
        (["add", "n", "--expires", "2030-02-30"], "no time for a token to end"),
        (["add", "n", "--expires", "9999-12-31T23:59:59-09:00"], "no time for a token to end"),
        (["add", "n", "--expires", "2020-01-01"], "is past"),
        (["revoke", "nobody"], "there is no token 'nobody' to revoke; there are known."),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(tmp_path: Path, arguments: list[str], words: str) -> None:
    made(tmp_path, name="known")
    before = (tmp_path / ".tokens.json").read_bytes()
    done = run(tmp_path, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("renkei-kg: ")
    assert words in done.stderr
    assert (tmp_path / ".tokens.json").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(tmp_path / "file", "add", "a")
    assert done.exit_code == 2
    assert "cannot write" in done.stderr
    assert "Nothing was changed" in done.stderr


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1d", NOW + timedelta(days=1)),
        ("2030-01-01", datetime(2030, 1, 1, 23, 59, 59, tzinfo=UTC)),
        ("2030-01-02T00:00", datetime(2030, 1, 2, tzinfo=UTC)),
        ("2030-01-02T00:00+09:00", datetime(2030, 1, 1, 15, tzinfo=UTC)),
    ],
)
def test_when_a_token_ends(text: str, moment: datetime) -> None:
    assert tokens.until(text, NOW) == moment
    token = tokens.Token("a", "", ANY, NOW, moment)
    assert token.state(moment - timedelta(seconds=1)) == "valid"
    assert token.state(moment) == "expired"


def test_tokens_made_at_once_are_all_kept(tmp_path: Path) -> None:
    (tmp_path / ".tokens.json.new").write_text("of somebody who was killed")
    file = tmp_path / ".tokens.json"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: tokens.add(file, f"t{n}", (), None, NOW), range(40)))
    kept = {token.name: token.sha256 for token in tokens.read(file)}
    assert {token.name: tokens.hash_of(secret) for secret, token in found} == kept
    assert len(kept) == 40


def test_a_file_that_is_elsewhere_stays_there(tmp_path: Path) -> None:
    (tmp_path / "link").mkdir()
    (tmp_path / "link/.tokens.json").symlink_to(tmp_path / "real.json")
    made(tmp_path / "link")
    assert (tmp_path / "link/.tokens.json").is_symlink()
    assert len(tokens.read(tmp_path / "real.json")) == 1


# Secrets


def test_a_wrong_secret_takes_as_many_comparisons_as_a_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [tokens.Token(f"t{n}", tokens.hash_of(f"secret {n}"), ANY, NOW) for n in range(9)]
    compared: list[tuple[str, str]] = []
    really = tokens.hmac.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return bool(really(one, other))

    monkeypatch.setattr(tokens.hmac, "compare_digest", compare)
    for secret, name in (("secret 0", "t0"), ("secret 8", "t8"), ("secret", None), ("", None), ("é", None)):
        compared.clear()
        found = tokens.find(known, secret)
        assert (found and found.name) == name
        assert len(compared) == len(known)
        assert {len(one) for pair in compared for one in pair} == {64}


def test_no_secret_is_logged_or_answered(server: Server, folder: Path) -> None:
    name = next(NAMES)
    token = made(folder, f"{EX}mine", name=name)
    secret = token["Authorization"].removeprefix("Bearer ")
    answers = [
        update(server, text, token) for text in ("CLEAR GRAPH :mine", "CLEAR GRAPH :x", "CLEAR", "LOAD :x")
    ]
    run(folder, "revoke", name)
    answers.append(update(server, "CLEAR ALL", token))
    assert [answer.status for answer in answers] == [200, 403, 400, 403, 401]
    for content in (
        *(answer.body + repr(answer.headers).encode() for answer in answers),
        server.log.read_bytes(),
    ):
        assert secret.encode() not in content
        assert tokens.hash_of(secret).encode() not in content


# Reasons


def sent(value: bytes) -> Request:
    return Request("POST", "/sparql", b"", {"renkei-reason": value.decode("latin-1")})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"", ""),
        (b"  a typo  ", "a typo"),
        ("枝幸の綴り".encode(), "枝幸の綴り"),
        (quote("枝幸の綴り").encode(), "枝幸の綴り"),
        (f"UTF-8''{quote('枝幸の綴り')}".encode(), "枝幸の綴り"),
        (f"utf-8'ja'{quote('枝幸')}".encode(), "枝幸"),
        (b"UTF-8''100%25%20done", "100% done"),
        (b"100% done", "100% done"),
        (b"it's UTF-8'", "it's UTF-8'"),
        ("é".encode() * 1000, "é" * 1000),
        (quote("😀" * 1000).encode(), "😀" * 1000),
    ],
)
def test_a_reason_is_read_as_it_was_meant(value: bytes, text: str) -> None:
    assert reason.of(sent(value)) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("é".encode("latin-1"), "is not UTF-8"),
        (b"%E9", "is not UTF-8"),
        (b"UTF-8''100%", "not percent-encoded"),
        ("UTF-8''é".encode(), "not percent-encoded"),
        (b"x" * 1001, "1001 characters"),
        (b"a\tb", "control character"),
        (b"a%0Ab", "control character"),
        (b"a%00b", "control character"),
        (quote("a\u2028b").encode(), "control character"),
        ("a\x85b".encode(), "control character"),
    ],
)
def test_a_reason_that_cannot_be_kept_is_refused(value: bytes, words: str) -> None:
    with pytest.raises(Problem) as refused:
        reason.of(sent(value))
    assert refused.value.status == 400
    assert words in refused.value.detail


def test_a_version_says_with_which_token_and_why_it_was_written(server: Server, folder: Path) -> None:
    name = next(NAMES)
    token = made(folder, f"{EX}why", name=name)
    insert = "INSERT DATA { GRAPH :why { :a :b %d } }"

    def said() -> tuple[str, str]:
        write = snapshot.open_current(folder).manifest["write"]
        return write["by"], write["reason"]

    latin = "枝幸".encode().decode("latin-1")  # as which http.client sends it
    assert update(server, insert % 1, token, Renkei_Reason=quote("😀" * 1000)).status == 200
    assert said() == (name, "😀" * 1000)
    assert put(server, f"{EX}why", {**token, "Renkei_Reason": latin}).status == 204
    assert said() == (name, "枝幸")
    assert update(server, insert % 2, BEARER).status == 200
    assert said() == ("operator", "")


def test_a_reason_that_cannot_be_kept_stops_a_write(server: Server) -> None:
    insert = "INSERT DATA { GRAPH :why { :a :b 3 } }"
    for text in ("x" * 1001, "%00"):
        before = current(server)
        assert update(server, insert, BEARER, Renkei_Reason=text).status == 400
        assert put(server, f"{EX}why", {**BEARER, "Renkei_Reason": text}).status == 400
        assert update(server, insert, {}, Renkei_Reason=text).status == 401
        assert current(server) == before
    allowed = server.fetch("/sparql", method="OPTIONS").headers["access-control-allow-headers"]
    assert "Renkei-Reason" in allowed
