"""The files of a snapshot that people and their programs open: tables as CSV with metadata (CSVW), as one
Excel workbook and as GeoJSON, the vocabulary in Turtle, and all of it, the dumps too, compressed.

``tables`` are made by queries kept beside what their columns are; ``csvw``, ``geojson`` and ``workbook``
write them. Files stand in ``files/`` of a snapshot, dumps in ``dumps/``; no two have the same name.
"""

import gzip
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from renkei_kg.compile.dumps import share_alike
from renkei_kg.compile.files import about, csvw, geojson, tables, vocabulary, words, workbook
from renkei_kg.compile.files.tables import Made
from renkei_kg.project import Project

FOLDER: Final = "files"
DUMPS: Final = "dumps"
GZIP: Final = "application/gzip"
LEVEL: Final = 6
PACKERS: Final = 2
TURTLE: Final = "text/turtle"
CSV: Final = "text/csv"
METADATA: Final = "application/csvm+json"
GEOJSON: Final = "application/geo+json"
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSVW: Final = "http://www.w3.org/TR/tabular-metadata/"
RFC7946: Final = "https://www.rfc-editor.org/rfc/rfc7946"
RDF_FORMATS: Final = {
    "nq": "application/n-quads",
    "trig": "application/trig",
    "ttl": TURTLE,
    "jsonld": "application/ld+json",
}


@dataclass(frozen=True)
class File:
    """A file that a version is published with: what a catalogue says of it.

    ``path`` is its place in the snapshot, ``dataset`` the short name of the dataset that it is of (empty for
    the whole), ``media_type`` that of its content once it is not ``compressed``. ``conforms_to`` are IRIs of
    standards, ``described_by`` the path of the metadata of its columns, ``licence`` its own where that is not
    the dataset's.
    """

    path: str
    dataset: str
    media_type: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    compressed: str = ""
    conforms_to: tuple[str, ...] = ()
    described_by: str = ""
    licence: str = ""

    @property
    def name(self) -> str:
        """The name that it is served under."""
        return self.path.rpartition("/")[2]


def published(project: Project, store: Store) -> list[File]:
    """The files that the build of a project comes to, in order: none of a table that would be empty."""
    return _announced(project, store, _made(store))


def _made(store: Store) -> list[Made]:
    return [tables.make(table, store) for table in tables.tables()]


def _announced(project: Project, store: Store, made: Iterable[Made]) -> list[File]:
    found = [file for one in made if one.rows for file in _of_table(one)]
    if found:
        found.append(File(f"{FOLDER}/{project.name}.xlsx", "", EXCEL, *words.told("workbook")))
    found += [
        File(f"{FOLDER}/{name}.ttl", "ontology", TURTLE, *words.told(name))
        for name in vocabulary.DOCUMENTS
        if vocabulary.graphs(project, store, name)
    ]
    found += _dumps(project, store)
    return [one for file in found for one in _with_compressed(file)]


def _of_table(made: Made) -> Iterator[File]:
    table = made.table
    path = f"{FOLDER}/{table.name}"
    metadata = f"{path}.csv-metadata.json"
    told = table.titles, table.descriptions
    yield File(f"{path}.csv", table.dataset, CSV, *told, conforms_to=(CSVW,), described_by=metadata)
    yield File(metadata, table.dataset, METADATA, *words.told("metadata", of=table.titles))
    if geojson.located(made):
        of = words.told("geojson", of=table.titles, also=table.descriptions)
        yield File(f"{path}.geojson", table.dataset, GEOJSON, *of, conforms_to=(RFC7946,))


def _dumps(project: Project, store: Store) -> Iterator[File]:
    for extension, media_type in RDF_FORMATS.items():
        yield File(f"{DUMPS}/{project.name}.{extension}", "", media_type, *words.told(extension))
    licences = share_alike(store)
    if licences:
        path = f"{DUMPS}/{project.name}-by-sa.ttl"
        yield File(path, "", TURTLE, *words.told("by-sa"), licence=min(licences.values()))


def _with_compressed(file: File) -> Iterator[File]:
    yield file
    if file.media_type not in (EXCEL, METADATA):
        yield File(
            f"{file.path}.gz",
            file.dataset,
            file.media_type,
            *words.told("gzip", of=file.titles, also=file.descriptions),
            compressed=GZIP,
            conforms_to=file.conforms_to,
            described_by=file.described_by,
            licence=file.licence,
        )


def write(store: Store, project: Project, folder: Path) -> list[Made]:
    """Makes the files of a project's graph in ``folder`` of a snapshot, where its dumps are already.

    Returns the tables as they came out, those without a row too. Raises SourceError, OSError.
    """
    known = about.about(project, store)
    every = _made(store)
    made = {one.table.name: one for one in every if one.rows}
    for name, one in made.items():
        _put(folder, f"{name}.csv", csvw.text(one).encode())
        _put(folder, f"{name}.csv-metadata.json", csvw.metadata(one, made, known.licence).encode())
        if geojson.located(one):
            _put(folder, f"{name}.geojson", geojson.text(one, known.licence).encode())
    if made:
        _put(folder, f"{project.name}.xlsx", workbook.content(list(made.values()), known))
    for name in vocabulary.DOCUMENTS:
        graphs = vocabulary.graphs(project, store, name)
        if graphs:
            _put(folder, f"{name}.ttl", vocabulary.turtle(store, graphs))
    with ThreadPoolExecutor(PACKERS) as pool:
        announced = _announced(project, store, every)
        packing = [pool.submit(_pack, folder / file.path) for file in announced if file.compressed]
        for done in packing:
            done.result()
    return every


def told(made: Iterable[Made]) -> dict[str, Any]:
    """What a manifest says of tables: what they were made by, how many rows they have, and which were left
    out, each with the columns that it lacks."""
    return {
        "sha256": tables.digest(),
        "rows": {one.table.name: len(one.rows) for one in made if one.rows},
        "left_out": {one.table.name: one.left_out for one in made if one.left_out},
    }


def _put(folder: Path, name: str, content: bytes) -> None:
    (folder / FOLDER).mkdir(exist_ok=True)
    (folder / FOLDER / name).write_bytes(content)


def _pack(packed: Path) -> None:
    """Compresses a file beside it, the same bytes whenever it is done."""
    with (
        packed.with_suffix("").open("rb") as plain,
        packed.open("wb") as sink,
        gzip.GzipFile("", "wb", LEVEL, sink, mtime=0) as packing,
    ):
        shutil.copyfileobj(plain, packing)
