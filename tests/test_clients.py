"""The examples of docs/clients.md: the document shows the files as they are, and each does what it says."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest

from tests.serving import Answer, Server, serving

ROOT = Path(__file__).parents[1]
CLIENTS = ROOT / "clients"
PYTHON = ROOT / ".venv-clients/bin/python"
PAGE = (ROOT / "docs/clients.md").read_text(encoding="utf-8")
SHOWN = {
    name: (text, said)
    for name, text, said in re.findall(
        r"^\*\*\[(\S+)\]\(\.\./clients/\1\)\*\*\n```\w+\n(.*?)^```\n(?:```text\n(.*?)^```\n)?",
        PAGE,
        re.M | re.S,
    )
}
SHEETS = re.findall(r"`http://127\.0\.0\.1:8080(/\S+)` \|$", PAGE, re.M)
MARK = "\ufeff".encode()
SECONDS = 120
AREAS = ("オホーツク", "十勝", "道北", "道南", "道央広域", "釧路・根室")
LAYERS = {"regions": ("Multi Polygon", 14), "municipalities": ("Point", 179), "assets": ("Point", 9)}


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, client_queries=1000) as one:
        yield one


def program(name: str) -> str:
    """Where a program is that ``make clients`` has put on this machine."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:{ROOT / '.venv/bin'}")
    assert found, f"{name} is not there. `make clients` gets what the examples need."
    return found


def run(server: Server, *command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs an example against the server; it has to end well."""
    environment = {**os.environ, "RENKEI_URL": server.url, "HOME": str(cwd)}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_document_shows_the_files_as_they_are() -> None:
    assert {name: text for name, (text, _) in SHOWN.items()} == {
        name: (CLIENTS / name).read_text(encoding="utf-8") for name in SHOWN
    }
    kept = {path.name for path in CLIENTS.iterdir() if path.is_file()}
    others = {"install.sh", "package.json", "package-lock.json", "requirements.in", "requirements.txt"}
    assert kept == {*SHOWN, *others, "renkei.ipynb"}


@pytest.mark.parametrize("name", [name for name, (_, said) in SHOWN.items() if said])
def test_an_example_prints_what_the_document_says(server: Server, tmp_path: Path, name: str) -> None:
    by = {".py": [str(PYTHON), "-W", "error"], ".mjs": ["node"], ".sh": ["sh"]}[Path(name).suffix]
    done = run(server, program(by[0]), *by[1:], CLIENTS / name, cwd=tmp_path)
    assert done.stdout.strip() == SHOWN[name][1].strip()
    assert not done.stderr


def test_what_is_not_run_says_so() -> None:
    """Of the files shown without output one is read by another, one runs in a browser (tests/browser), and
    one says that it is not run."""
    unprinted = {name for name, (_, said) in SHOWN.items() if not said}
    assert unprinted == {"bicycles.ttl", "fetch.html", "table.R"}
    section = PAGE.split("\n## R\n")[1].split("**[table.R]")[0]
    assert "not run by the tests" in section


@pytest.mark.parametrize("target", SHEETS)
def test_a_spreadsheet_gets_a_table(server: Server, target: str) -> None:
    """Fetched as spreadsheets do it, without saying what they accept."""
    answer = server.fetch(target)
    assert answer.status == 200
    if urlsplit(target).path.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(answer.body))
        codes = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
        assert "011002" in codes  # as text
        return
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.body.startswith(MARK) == target.endswith("bom=1")
    header, *rows = csv.reader(io.StringIO(answer.body.decode("utf-8-sig")))
    assert rows
    assert all(len(row) == len(header) for row in rows)


def test_each_way_of_a_spreadsheet_is_tried() -> None:
    assert len(SHEETS) == len(re.findall(r"^\|.*`http://127\.0\.0\.1:8080/[^|]*\|$", PAGE, re.M)) >= 7
    assert any(target.endswith("bom=1") for target in SHEETS)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("downloaded", [False, True], ids=["served", "downloaded"])
def test_gdal_reads_a_layer(server: Server, tmp_path: Path, layer: str, downloaded: bool) -> None:
    """What QGIS reads files with: the layer, its geometry, and its fields with Japanese text in them."""
    answer = _get(server, f"/files/{layer}.geojson")
    path = tmp_path / f"{layer}.geojson"
    path.write_bytes(answer.body)
    source = str(path) if downloaded else f"/vsicurl/{server.url}/files/{layer}.geojson"
    told = run(server, program("ogrinfo"), "-ro", "-al", source, cwd=tmp_path).stdout
    geometry, count = LAYERS[layer]
    assert f"Layer name: {layer}\n" in told
    assert f"\nGeometry: {geometry}\n" in told
    assert f"\nFeature Count: {count}\n" in told
    assert 'ID["EPSG",4326]' in told
    features = json.loads(answer.body)["features"]
    assert len(features) == count
    for feature in features:
        assert f"name_ja (String) = {feature['properties']['name_ja']}\n" in told


def _get(server: Server, target: str) -> Answer:
    answer = server.fetch(target)
    assert answer.status == 200, target
    return answer


@pytest.fixture(scope="module")
def executed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What the cells of the notebook put out when it is executed, by the cell's id."""
    folder = tmp_path_factory.mktemp("notebook")
    command = program(str(PYTHON.with_name("jupyter-execute")))
    run(server, command, CLIENTS / "renkei.ipynb", f"--output={folder / 'executed.ipynb'}", cwd=folder)
    notebook = json.loads((folder / "executed.ipynb").read_text(encoding="utf-8"))
    return {cell["id"]: cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"}


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = json.loads((CLIENTS / "renkei.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_the_notebook_counts_what_the_endpoint_counts(
    server: Server, executed: dict[str, list[dict[str, Any]]]
) -> None:
    query = """PREFIX rk: <https://w3id.org/renkei/ontology#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?name (COUNT(DISTINCT ?project) AS ?n) {
            ?project a rk:Project ; rk:area/rdfs:label ?name FILTER(LANG(?name) = "ja")
        } GROUP BY ?name"""
    rows = json.loads(server.ask(query).body)["results"]["bindings"]
    counted = {row["name"]["value"]: int(row["n"]["value"]) for row in rows}
    assert sorted(counted) == sorted(f"{name}連携地域" for name in AREAS)
    shown = "".join(executed["areas"][0]["data"]["text/plain"])
    assert {
        name: int(number) for name, number in re.findall(r"^(\S+連携地域)\s+(\d+)$", shown, re.M)
    } == counted
    legend = "".join(executed["map"][0]["data"]["image/svg+xml"])
    for name, number in counted.items():
        assert f"<!-- {name}（{number}件） -->" in legend


@pytest.mark.parametrize(
    ("cell", "words", "least"),
    [
        ("map", ["連携地域（色）と、振興局ごとのプロジェクトの数（丸）", "\n石狩", "\nオホーツク"], 14 * 2),
        ("chart", ["観光", "環境・脱炭素", "道央広域連携地域"], 6 * 8),
    ],
)
def test_the_notebook_draws(
    executed: dict[str, list[dict[str, Any]]], cell: str, words: list[str], least: int
) -> None:
    """One figure and no warning; its shapes are there in six colours, and its words in glyphs of a font that
    has them all (the glyph 0 of a font stands for those that it has not)."""
    assert [output["output_type"] for output in executed[cell] if "data" not in output] == []
    (picture,) = [
        output["data"]["image/svg+xml"] for output in executed[cell] if "image/svg+xml" in output["data"]
    ]
    drawn = "".join(picture)
    filled = re.findall(r"style=\"fill: (#[0-9a-f]{6})", drawn)
    assert len(filled) >= least
    assert len({colour for colour in filled if colour not in ("#ffffff", "#000000")}) == len(AREAS)
    for word in words:
        assert f"<!-- {word.strip()} -->" in drawn
    assert 'id="IPAexGothic-' in drawn
    assert 'id="IPAexGothic-0"' not in drawn


def test_examples_are_pinned_and_name_no_registry() -> None:
    lock = json.loads((CLIENTS / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages)
    requirements = (CLIENTS / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in requirements
    assert requirements.count("==") <= requirements.count("--hash=sha256:")


def test_each_package_of_the_examples_has_its_reason() -> None:
    lines = (CLIENTS / "requirements.in").read_text(encoding="utf-8").splitlines()
    names = {line for line in lines if line and not line.startswith("#")}
    names |= json.loads((CLIENTS / "package.json").read_text(encoding="utf-8"))["dependencies"].keys()
    section = (
        (ROOT / "docs/dependencies.md").read_text(encoding="utf-8").split("## Examples for clients\n")[1]
    )
    reasons = {
        name: reason
        for packages, reason in re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.M)
        for name in packages.split(", ")
        if packages != "package"
    }
    assert reasons.keys() == names
