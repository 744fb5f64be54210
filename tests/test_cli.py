"""The command line: what it prints, how it ends, and that no input however clumsy meets a traceback."""

import fcntl
import io
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse

from renkei_kg import snapshot
from renkei_kg.cli import main
from renkei_kg.project import Project

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("renkei-kg")
Small = Callable[..., Project]
COMMANDS = tuple(main.commands)
SELECT = "SELECT * { ?s ?p ?o }"
SOURCES = sorted(
    str(path.relative_to(ROOT))
    for folder in ("data", "ontology", "shapes", "queries")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".ttl", ".rq", ".csv", ".geojson", ".txt")
)


def run(*arguments: str | Path, **more: object) -> Result:
    environment = {"LC_ALL": "C.UTF-8", "RENKEI_SNAPSHOTS": None, **more.pop("env", {})}
    return CliRunner().invoke(main, [str(a) for a in arguments], env=environment, **more)


def process(*arguments: str | Path, **more: object) -> "subprocess.CompletedProcess[bytes]":
    options = {"capture_output": True, "timeout": 120, **more}
    return subprocess.run([COMMAND, *arguments], check=False, **options)


def plain(result: Result, code: int = 2) -> str:
    """What a failed command said: one message on standard error, nothing else, no traceback."""
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


# Help


def test_help_names_every_command_and_the_exit_codes() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert {"build", "validate", "query", "export", "serve"} <= set(COMMANDS)
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\w", result.stdout, re.MULTILINE)
    assert "Exit codes: 0 done" in result.stdout
    assert run("--version").stdout.startswith("renkei-kg, version ")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself_and_its_options(name: str) -> None:
    result = run(name, "-h")
    assert result.exit_code == 0
    for parameter in main.commands[name].params:
        if parameter.param_type_name == "option":
            assert getattr(parameter, "help", None), (name, parameter.name)
    assert result.stdout.startswith(f"Usage: main {name} ")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["query", "--nonsense"], ["query"], ["query", "-e", "ASK {}", __file__]]
)
def test_a_wrong_use_ends_with_2_and_says_how_to_get_help(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Try 'main" in result.stderr


# build


def test_build_shows_each_step_and_says_what_it_made(small: Small) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 ."})
    result = run("build", "--project", project.root, "--out", project.root / "out")
    assert result.exit_code == 0
    steps = [line.split()[0] for line in result.stderr.splitlines()]
    assert steps == ["load", "infer", "catalog", "validate", "describe", "write"]
    made = snapshot.open_current(project.root / "out")
    assert result.stdout.splitlines() == [
        f"snapshot {made.path}",
        f"{made.manifest['triples']} triples in {len(made.manifest['graphs'])} graphs",
        f"content sha256 {made.manifest['content_sha256']}",
    ]


BROKEN_SHAPE = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<a:Shape> a sh:NodeShape ; sh:targetSubjectsOf <a:b> ; sh:property <a:Few> .
<a:Few> a sh:PropertyShape ; sh:path <a:b> ; sh:maxCount 1 ; sh:message "one only"@en , "一つだけ"@ja .
"""


def test_build_stops_at_a_violation_and_the_old_snapshot_stays(small: Small) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 ."})
    out = project.root / "out"
    assert run("build", "--project", project.root, "--out", out).exit_code == 0
    first = snapshot.current_id(out)
    (project.root / "shapes/s.ttl").write_text(BROKEN_SHAPE, encoding="utf-8")
    (project.data / "a.ttl").write_text("<a:a> <a:c> 1 .\n<a:a>\n   <a:b> 1 , 2 .")
    for language, message in (("en_GB.UTF-8", "one only"), ("ja_JP.UTF-8", "一つだけ")):
        arguments = ("build", "--project", project.root, "--out", out)
        result = run(*arguments, env={"LC_ALL": language})
        assert result.exit_code == 1
        assert f"{project.data}/a.ttl:3: Violation: a:a a:b: {message}" in result.stdout.splitlines()
        assert result.stderr.endswith("renkei-kg: 1 violations; the graph was not published.\n")
    assert [one.id for one in snapshot.list_snapshots(out)] == [first] == [snapshot.current_id(out)]


@pytest.mark.parametrize("out", ["/dev/null", "/dev/null/x", "/proc/nowhere"])
def test_build_says_at_once_that_a_folder_cannot_be_written(small: Small, out: str) -> None:
    said = plain(run("build", "--project", small().root, "--out", out))
    assert said.startswith(f"renkei-kg: cannot publish in {out}: ")


def test_build_without_a_project_says_where_one_is_expected(tmp_path: Path) -> None:
    said = plain(run("build", "--project", tmp_path, "--out", tmp_path / "out"))
    assert said == (
        f"renkei-kg: {tmp_path} has no renkei.toml. Run the command in a project folder, "
        "or name one with --project.\n"
    )
    assert not (tmp_path / "out").exists()


def test_ctrl_c_ends_a_build_quietly_and_leaves_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [COMMAND, "build", "--project", ROOT, "--out", tmp_path / "out"], stderr=subprocess.PIPE, text=True
    ) as building:
        assert building.stderr is not None
        assert building.stderr.readline().startswith("load")
        building.send_signal(signal.SIGINT)
        rest = building.stderr.read()
        assert building.wait(30) == 130
    assert rest.endswith("renkei-kg: stopped.\n")
    assert "Traceback" not in rest
    assert [p.name for p in (tmp_path / "out").iterdir()] == [".lock"]


# validate: a broken copy of each file of the project


def broken_syntax(name: str, text: str) -> tuple[str, int]:
    """A copy of a source that is malformed, and the line on which it is."""
    lines = text.split("\n")
    if name.endswith(".ttl"):
        at = next(n for n, line in enumerate(lines) if line.endswith((" ;", " .")) and line[0] not in "@#")
        lines[at] += " ]"
    elif name.endswith(".rq"):
        at = next(n for n, line in enumerate(lines) if re.search(r"\bWHERE\b|^(SELECT|ASK)\b", line))
        lines[at] += " { ?broken }"
    elif name.endswith(".csv"):
        at = 2
        lines[at] += ",one cell too many"
    elif name.endswith(".geojson"):
        at = next(n for n, line in enumerate(lines) if '"properties"' in line)
        lines[at] = lines[at].replace('"properties"', 'properties"')
    else:
        at = -1
        lines.append("one more line")
    return "\n".join(lines), at + 1


@pytest.mark.parametrize("name", SOURCES)
def test_validate_says_where_a_broken_copy_is_malformed(tmp_path: Path, name: str) -> None:
    copy = tmp_path / Path(name).name
    text, line = broken_syntax(name, (ROOT / name).read_text(encoding="utf-8"))
    copy.write_text(text, encoding="utf-8")
    said = plain(run("validate", copy, "--as", name, "--project", ROOT))
    place = re.match(rf"renkei-kg: {re.escape(str(copy))}(?::(\d+))?(?::(\d+))?: ", said)
    assert place, said
    if line:
        assert int(place[1]) - line in (0, 1), said
        assert place[2], said


WRONG = {
    "data/regions/municipalities.csv": (",City,", ",Metropolis,"),
    "data/regions/subprefectures.csv": (",doo,", ",nowhere,"),
    "data/assets/facts.csv": (",stated,", ",perhaps,"),
    "data/links/municipalities-by-sa.csv": ("\n012033,", "\n990000,"),
    "data/regions/former-names.csv": ("\n012025,", "\n990001,"),
}
EMPTIED = {
    "data/regions/subprefectures.geojson": ('"sorachi"', '""'),
    "data/links/e-stat.csv": ("municipality/011002,", ","),
}
DATA = [name for name in SOURCES if name.startswith("data/") and name.endswith((".ttl", ".csv", ".geojson"))]
SHAPED = [
    name for name in SOURCES if name in DATA or (name.startswith("ontology/") and name.endswith(".ttl"))
]
SHAPED = [name for name in SHAPED if name not in EMPTIED]
NODE = """
<https://example.org/id/project/{name}>
    a <https://w3id.org/renkei/ontology#BureauProject> .
"""


def test_every_table_has_its_wrong_copy() -> None:
    assert sorted({**WRONG, **EMPTIED}) == [name for name in DATA if not name.endswith(".ttl")]


@pytest.mark.parametrize("name", EMPTIED)
def test_validate_says_which_row_of_a_copy_says_nothing(tmp_path: Path, name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    at = text.index(EMPTIED[name][0])
    copy = tmp_path / Path(name).name
    copy.write_text(text.replace(*EMPTIED[name], 1), encoding="utf-8")
    said = plain(run("validate", copy, "--as", name, "--project", ROOT))
    line = text[:at].count("\n") + 1
    assert re.match(rf"renkei-kg: {copy}:{line}: \S+ makes nothing of this row", said), said


@pytest.fixture(scope="module")
def wrong_report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int], Result]:
    """One validation of copies of all data files, each well formed and wrong in one place: the lines of the
    faults, and what was said."""
    folder = tmp_path_factory.mktemp("wrong")
    lines = {}
    for name in SHAPED:
        text = (ROOT / name).read_text(encoding="utf-8")
        if name in WRONG:
            before, after = WRONG[name]
            at = text.index(before)
            text = text[:at] + after + text[at + len(before) :]
            lines[name] = (text[:at] + before[:1].strip(",")).count("\n") + 1
        else:
            lines[name] = text.count("\n") + 2
            text += NODE.format(name=name.replace("/", "-"))
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    result = run("validate", "--project", ROOT, *(folder / name for name in SHAPED))
    return folder, lines, result


@pytest.mark.parametrize("name", SHAPED)
def test_validate_says_where_a_copy_breaks_a_shape(
    wrong_report: tuple[Path, dict[str, int], Result], name: str
) -> None:
    folder, lines, result = wrong_report
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    found = [line for line in result.stdout.splitlines() if line.startswith(f"{folder / name}:")]
    places = {int(line.removeprefix(f"{folder / name}:").split(":")[0]) for line in found}
    assert lines[name] in places, result.stdout


def wrong_meaning(name: str, text: str) -> tuple[str, int | None]:
    """A copy of something other than data that is well formed and cannot be right, and its line if it has one."""
    if name.startswith("shapes/"):
        line = text.count("\n") + 3
        return text + (
            "\n<https://example.org/Shape> a <http://www.w3.org/ns/shacl#NodeShape> ;\n"
            '    <http://www.w3.org/ns/shacl#severity> "grave" ;\n'
            "    <http://www.w3.org/ns/shacl#targetClass> <https://w3id.org/renkei/ontology#Project> ;\n"
            "    <http://www.w3.org/ns/shacl#minCount> 1 .\n"
        ), line
    if name.startswith("queries/"):
        return text.replace("# title (en)", "# titel (en)"), 1
    return "ASK {}", None


REPRESENTATIVES = [
    "shapes/project.ttl",
    *(name for name in SOURCES if name.endswith(".rq")),
]


@pytest.mark.parametrize("name", REPRESENTATIVES)
def test_validate_says_where_a_copy_of_something_else_is_wrong(tmp_path: Path, name: str) -> None:
    copy = tmp_path / Path(name).name
    text, line = wrong_meaning(name, (ROOT / name).read_text(encoding="utf-8"))
    copy.write_text(text, encoding="utf-8")
    result = run("validate", copy, "--as", name, "--project", ROOT)
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output
    assert f"{copy}{f':{line}' if line else ''}: " in result.output


def test_validate_of_a_project_with_warnings_only_ends_with_0() -> None:
    result = run("validate", "--project", ROOT / "tests/prefecture")
    assert result.exit_code == 0
    assert re.search(r"data/all.ttl:\d+: Warning: <subprefecture/chuhoku> geo:hasGeometry: ", result.stdout)
    assert re.search(r"^\d+ findings: 0 violation, [1-9]\d* warning, ", result.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("files", "arguments", "words"),
    [
        (["nowhere.ttl"], [], "the project has no one file of that name"),
        (["a.ttl"], ["--as", "data/nowhere.ttl"], "--as data/nowhere.ttl: the project has no such file"),
        (["a.ttl", "b.ttl"], ["--as", "data/a.ttl"], "--as goes with exactly one FILE"),
    ],
)
def test_validate_says_when_the_place_of_a_file_cannot_be_told(
    small: Small, tmp_path: Path, files: list[str], arguments: list[str], words: str
) -> None:
    project = small(**{"data/a.ttl": ""})
    (tmp_path / "copies").mkdir()
    for name in files:
        (tmp_path / "copies" / name).write_text("")
    copies = [tmp_path / "copies" / name for name in files]
    assert words in plain(run("validate", *copies, *arguments, "--project", project.root))


def test_validate_takes_a_file_of_the_project_as_it_is(small: Small) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 ."})
    assert run("validate", project.data / "a.ttl", "--project", project.root).exit_code == 0


def test_a_broken_copy_through_the_real_command(tmp_path: Path) -> None:
    copy = tmp_path / "doo.ttl"
    copy.write_text("<a:a>\n  nonsense .", encoding="utf-8")
    done = process("validate", copy, "--project", ROOT)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"renkei-kg: {copy}:2:3: ")
    assert done.stderr.count(b"\n") == 1


# query


@pytest.fixture(scope="module")
def asked(snapshots: Path) -> Callable[..., Result]:
    def ask(query: str, *arguments: str) -> Result:
        return run("query", "-e", query, *arguments, "--snapshots", snapshots)

    return ask


Asked = Callable[..., Result]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "query: is empty"),
        (" \n", "query: is empty"),
        ("nothing", "not a SPARQL query"),
        ("INSERT DATA { <a:a> <a:b> 1 }", "query: is an update; a snapshot is only read"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT *\n{ ?s ?p }\n", "query:2:9: is not valid SPARQL"),
        ("SELECT * { ?s foo:bar ?o }", "query:1:21: is not valid SPARQL: Prefix not found"),
        ("SELECT (<urn:f>(1) AS ?x) {}", "query: cannot be answered: The custom function <urn:f>"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(asked: Asked, query: str, words: str) -> None:
    said = plain(asked(query))
    assert words in said
    assert said.startswith("renkei-kg: ")


def test_a_query_file_of_any_make_is_read(snapshots: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    for content in (b"\xef\xbb\xbfASK {}", b"ASK\r\n{\r\n}\r\n", "ASK { FILTER('北' = \"北\") }".encode()):
        path.write_bytes(content)
        assert run("query", path, "--snapshots", snapshots).stdout == "true\n"
        assert run("query", "-", "--snapshots", snapshots, input=content).stdout == "true\n"


@pytest.mark.parametrize(
    ("content", "place"),
    [(b"\xff\xfeA", "1:1"), (b"ASK {\n \x93\xfa }", "2:2"), (b"SELECT *\r\n{ ?s ?p }\r\n", "2:9")],
)
def test_a_query_file_that_cannot_be_read_has_its_place(
    snapshots: Path, tmp_path: Path, content: bytes, place: str
) -> None:
    path = tmp_path / "q.rq"
    path.write_bytes(content)
    said = plain(run("query", path, "--snapshots", snapshots))
    assert said.startswith(f"renkei-kg: {path}:{place}: ")


def test_ask_says_true_or_false_and_both_are_answers(asked: Asked) -> None:
    for arguments in ([], ["--format", "csv"], ["--format", "tsv"], ["--format", "table"]):
        assert (asked("ASK {}", *arguments).exit_code, asked("ASK {}", *arguments).stdout) == (0, "true\n")
        no = asked("ASK { FILTER(false) }", *arguments)
        assert (no.exit_code, no.stdout) == (0, "false\n")
    assert asked("ASK { FILTER(false) }", "--format", "json").stdout == '{"head":{},"boolean":false}\n'


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_solutions_of_every_format_are_read_by_another_reader(asked: Asked, form: str) -> None:
    result = asked("SELECT ?p ?l { ?p a <https://w3id.org/renkei/ontology#Project> ; "
                   "<http://www.w3.org/2000/01/rdf-schema#label> ?l }", "--format", form)  # fmt: skip
    assert result.exit_code == 0
    rows = rdflib.query.Result.parse(io.BytesIO(result.stdout_bytes), format=form)
    assert len(rows) == 2 * 32  # a label in two languages for each project
    assert any("「炭鉄港」" in str(row) for row in rows)


GRAPH_FORMATS = {
    "turtle": "turtle",
    "ttl": "turtle",
    "nt": "nt11",
    "rdf": "xml",
    "jsonld": "json-ld",
    "nq": "nquads",
    "trig": "trig",
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own readers
@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_graphs_of_every_format_are_read_by_another_reader(asked: Asked, form: str) -> None:
    query = (
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <https://w3id.org/renkei/graph/projects/tokachi> { ?s ?p ?o } }"
    )
    result = asked(query, "--format", form)
    assert result.exit_code == 0
    (count,) = asked(query.replace("CONSTRUCT { ?s ?p ?o }", "SELECT (COUNT(*) AS ?n)")).stdout.split()[1:]
    graph = rdflib.Dataset(default_union=True).parse(data=result.stdout_bytes, format=GRAPH_FORMATS[form])
    assert len(graph) == int(count) > 50


@pytest.mark.parametrize(
    ("query", "form", "words"),
    [
        (SELECT, "turtle", "--format turtle is not one for SELECT and ASK: choose json, xml, csv, tsv"),
        (SELECT, "nonsense", "--format nonsense is not one for SELECT and ASK"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "csv", "--format csv is not one for CONSTRUCT and DESCRIBE"),
    ],
)
def test_a_format_that_does_not_fit_is_said_with_those_that_do(
    asked: Asked, query: str, form: str, words: str
) -> None:
    assert words in plain(asked(query, "--format", form))


@pytest.mark.parametrize("name", ["query", "export"])
def test_without_a_snapshot_the_command_says_to_build_one(tmp_path: Path, name: str) -> None:
    arguments = ["-e", "ASK {}"] if name == "query" else []
    said = plain(run(name, *arguments, "--snapshots", tmp_path / "none"))
    assert said == f"renkei-kg: {tmp_path}/none has no current snapshot: run renkei-kg build first.\n"
    (tmp_path / "file").write_text("")
    result = run(name, *arguments, "--snapshots", tmp_path / "file")
    assert result.exit_code == 2
    assert "is a file" in result.stderr


@pytest.mark.parametrize("damage", ["manifest", "store"])
def test_a_damaged_snapshot_is_said(snapshots: Path, tmp_path: Path, damage: str) -> None:
    shutil.copytree(snapshots, tmp_path / "copy", symlinks=True)
    current = tmp_path / "copy" / "current"
    (current / "manifest.json" if damage == "manifest" else current / "store/CURRENT").write_text("{}")
    for arguments in (["query", "-e", "ASK {}"], ["export"]):
        said = plain(run(*arguments, "--snapshots", tmp_path / "copy"))
        assert "build the snapshot again" in said


def test_a_setting_that_cannot_be_used_is_said() -> None:
    assert "RENKEI_SNAPSHOTS is empty" in plain(run("query", "-e", "ASK {}", env={"RENKEI_SNAPSHOTS": ""}))


def test_a_query_searches_texts(asked: Asked) -> None:
    query = """PREFIX text: <https://w3id.org/renkei/text#> PREFIX rk: <https://w3id.org/renkei/ontology#>
    SELECT DISTINCT ?p { ?p text:query "炭鉄港" ; a rk:CooperationProject }"""
    result = asked(query)
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["p", "https://w3id.org/renkei/id/project/tantetsuko"]
    said = plain(asked(query.replace('"炭鉄港"', "?words")))
    assert re.match(r"renkei-kg: query:2:\d+: ", said)


# Tables on a terminal


def columns(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode Standard Annex #11)."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


TABLE = """SELECT ?ja ?en ?n { VALUES (?ja ?en ?n) {
  ("北海道" "Hokkaido" 1) ("ｶﾅ" "half" 22) ("" "nothing" 333) ("「炭鉄港」" "long" 4) } }"""


def test_a_table_lines_up_whatever_the_width_of_its_characters(asked: Asked) -> None:
    lines = asked(TABLE, "--format", "table").stdout.splitlines()
    assert lines[-1] == "4 rows"
    assert len({columns(line) for line in lines[:-1]}) == 1
    bars = [[columns(line[:at]) for at, c in enumerate(line) if c in "│┌┬┐├┼┤└┴┘"] for line in lines[:-1]]
    assert len(set(map(tuple, bars))) == 1
    assert len(lines) == 9


def test_a_table_of_real_answers_lines_up_within_the_width_of_a_cell(asked: Asked) -> None:
    query = """PREFIX rk: <https://w3id.org/renkei/ontology#>
    SELECT ?project ?text { ?i rk:project ?project ; rk:officialText ?text }"""
    lines = asked(query, "--format", "table").stdout.splitlines()[:-1]
    assert len({columns(line) for line in lines}) == 1
    assert columns(lines[0]) <= 2 * 60 + 7


def test_a_table_shows_no_character_that_a_terminal_obeys(asked: Asked) -> None:
    shown = asked(r'SELECT ("\u001b[31mred\u0007\u202E\ttab\nline" AS ?x) {}', "--format", "table").stdout
    assert r"\x1b[31mred\x07\x202e tab" in shown
    assert all(c.isprintable() or c == "\n" for c in shown)
    lines = shown.splitlines()[:-1]
    assert len({columns(line) for line in lines}) == 1


def test_tables_of_nothing(asked: Asked) -> None:
    assert asked("SELECT * {}", "--format", "table").stdout == "1 row\n"
    assert asked("SELECT ?x { FILTER(false) }", "--format", "table").stdout.endswith("0 rows\n")
    bound = asked("SELECT ?x ?y { BIND(<urn:a> AS ?x) }", "--format", "table").stdout
    assert "│ <urn:a> │   │" in bound


def on_a_terminal(*arguments: str | Path, width: int = 80) -> tuple[str, int]:
    """What a command shows on a terminal of its own, and its exit code."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    with subprocess.Popen(
        [COMMAND, *arguments], stdin=slave, stdout=slave, stderr=slave, env=environment
    ) as running:
        os.close(slave)
        shown = b""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if select.select([master], [], [], 0.2)[0]:
                try:
                    chunk = os.read(master, 65536)
                except OSError:  # the terminal is closed
                    break
                shown += chunk
            elif running.poll() is not None:
                break
        code = running.wait(10)
    os.close(master)
    return shown.decode().replace("\r\n", "\n"), code


def test_on_a_terminal_a_query_shows_a_table_that_fits_it(snapshots: Path) -> None:
    query = """PREFIX rk: <https://w3id.org/renkei/ontology#>
    SELECT ?project ?text { ?i rk:project ?project ; rk:officialText ?text } LIMIT 3"""
    shown, code = on_a_terminal("query", "-e", query, "--snapshots", snapshots)
    lines = shown.splitlines()
    assert code == 0
    assert lines[0].startswith("┌")
    assert lines[-1] == "3 rows"
    assert len({columns(line) for line in lines[:-1]}) == 1
    assert columns(lines[0]) <= 80


def test_on_a_terminal_a_graph_is_turtle_and_a_chosen_format_is_kept(snapshots: Path) -> None:
    construct = "CONSTRUCT { <urn:a> <urn:b> 1 } WHERE {}"
    assert on_a_terminal("query", "-e", construct, "--snapshots", snapshots)[0].endswith(
        "<urn:a> <urn:b> 1 .\n"
    )
    arguments = ("query", "-e", "SELECT (1 AS ?x) {}", "--format", "csv", "--snapshots", snapshots)
    assert on_a_terminal(*arguments)[0].split() == ["x", "1"]


# export


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own readers
@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_a_named_graph_is_exported_in_every_format(snapshots: Path, form: str) -> None:
    result = run("export", "--graph", "projects/doo", "--format", form, "--snapshots", snapshots)
    assert result.exit_code == 0
    graph = rdflib.Dataset(default_union=True).parse(data=result.stdout_bytes, format=GRAPH_FORMATS[form])
    manifest = snapshot.open_current(snapshots).manifest
    assert len(graph) == manifest["graphs"]["https://w3id.org/renkei/graph/projects/doo"]


@pytest.mark.parametrize("form", ["nq", "trig", "jsonld", "turtle", "nt", "rdf"])
def test_the_whole_snapshot_is_exported_in_every_format(snapshots: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / "out"
    assert run("export", "--format", form, "-o", path, "--snapshots", snapshots).exit_code == 0
    reader = RdfFormat.from_extension({"turtle": "ttl"}.get(form, form))
    assert reader
    manifest = snapshot.open_current(snapshots).manifest
    expected = sum(manifest["graphs"].values()) if reader.supports_datasets else manifest["triples"]
    assert len(set(parse(path=str(path), format=reader))) == expected


def test_the_whole_graph_is_read_by_another_reader(snapshots: Path) -> None:
    result = run("export", "--format", "nt", "--snapshots", snapshots)
    graph = rdflib.Graph().parse(data=result.stdout_bytes, format="nt11")
    assert len(graph) == snapshot.open_current(snapshots).manifest["triples"]


@pytest.mark.parametrize("graph", ["nowhere", " :<>", "a:<>", "https://example.org/", ""])
def test_a_graph_that_is_not_there_is_said_with_those_that_are(
    snapshots: Path, tmp_path: Path, graph: str
) -> None:
    kept = tmp_path / "kept"
    kept.write_text("as it was")
    said = plain(run("export", "--graph", graph, "-o", kept, "--snapshots", snapshots))
    assert "there is no graph <" in said
    assert "\n  https://w3id.org/renkei/graph/projects/doo\n" in said
    assert kept.read_text() == "as it was"


@pytest.mark.parametrize(
    ("output", "words"),
    [("/nowhere/x", "/nowhere/x: No such file or directory"), ("/dev/full", "No space left")],
)
def test_an_output_that_cannot_be_written_is_said(snapshots: Path, output: str, words: str) -> None:
    assert words in plain(run("export", "-o", output, "--snapshots", snapshots))
    assert "choose turtle" in plain(run("export", "--format", "xls", "-o", output, "--snapshots", snapshots))


# Pipes and processes


@pytest.mark.parametrize(
    "arguments", [["export", "--format", "nt"], ["export", "--format", "jsonld"], ["query", "-e", SELECT]]
)
def test_a_reader_that_has_had_enough_ends_the_command_quietly(snapshots: Path, arguments: list[str]) -> None:
    with subprocess.Popen(
        [COMMAND, *arguments, "--snapshots", snapshots], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(30) == 141


def test_a_full_disk_behind_standard_output_is_said(snapshots: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        for query in (SELECT, "ASK {}"):
            done = process(
                "query", "-e", query, "--snapshots", snapshots,
                capture_output=False, stdout=full, stderr=subprocess.PIPE,
            )  # fmt: skip
            assert done.returncode == 2
            assert done.stderr == b"renkei-kg: No space left on device\n"


def test_a_terminal_that_knows_only_ascii_gets_utf_8(snapshots: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = process("query", "-e", 'SELECT ("北" AS ?x) {}', "--snapshots", snapshots, env=environment)
    assert (done.returncode, done.stdout.decode()) == (0, "x\r\n北\r\n")


def test_a_report_in_japanese_is_shown_even_where_it_cannot_be_spelled(small: Small) -> None:
    project = small(**{"data/a.ttl": "<a:a> <a:b> 1 , 2 .", "shapes/s.ttl": BROKEN_SHAPE})
    environment = {**os.environ, "LC_ALL": "ja_JP.ascii", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = process("validate", "--project", project.root, env=environment)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"Violation: a:a a:b: " in done.stdout


def test_serve_without_a_snapshot_and_with_a_wrong_port(tmp_path: Path) -> None:
    done = process("serve", "--snapshots", tmp_path, "--port", "0")
    assert done.returncode == 2
    assert b"run renkei-kg build first" in done.stderr
    assert b"Traceback" not in done.stderr
    for port in ("http", "-1", "65536"):
        assert run("serve", "--port", port).exit_code == 2
