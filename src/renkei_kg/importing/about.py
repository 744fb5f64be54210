"""What stands beside an imported table: the words of the sheet, kept as a document, and the Turtle that says
whose they are, with what else the rows need that the sources do not have yet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from renkei_kg.importing import values
from renkei_kg.importing.assets import Scheme
from renkei_kg.importing.header import Table
from renkei_kg.importing.names import Names
from renkei_kg.importing.origin import Origin
from renkei_kg.importing.reading import Book
from renkei_kg.namespaces import RDF, VOID

ROWS_OF_A_PAGE: Final = 100
PAGE_BREAK: Final = "\n\n\n"
PREFIXES: Final = """@base <{base}id/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rk: <https://w3id.org/renkei/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@dataclass(frozen=True)
class Words:
    """The words of a sheet: each row as one line of CSV, and which rows stand on which page."""

    lines: tuple[str, ...]

    @classmethod
    def of(cls, table: Table) -> "Words":
        """All rows of the sheet, from its first."""
        return cls(tuple(_line(row) for row in table.sheet.rows))

    def text(self) -> str:
        """The document: pages of ``ROWS_OF_A_PAGE`` rows, with blank lines between."""
        return (PAGE_BREAK + "\n").join("\n".join(page) for page in self.pages()) + "\n"

    def pages(self) -> list[tuple[str, ...]]:
        """The lines of each page."""
        return [self.lines[at : at + ROWS_OF_A_PAGE] for at in range(0, len(self.lines), ROWS_OF_A_PAGE)]

    def quotes(self, name: str, numbers: Iterable[int]) -> Iterator[dict[str, str]]:
        """The words of rows, each with its name in IRIs, its page and, where several rows of a page say the
        same, which of them it is."""
        for number in numbers:
            page, place = divmod(number - 1, ROWS_OF_A_PAGE)
            line = values.line(self.lines[number - 1])
            dense = "".join(line.split())
            before = "".join("".join(one.split()) for one in self.pages()[page][:place])
            whole = "".join("".join(one.split()) for one in self.pages()[page])
            quote = {"row": str(number), "page": f"{name}-{page}", "quote": line}
            if _times(whole, dense) > 1:
                quote["occurrence"] = str(_times(before + dense, dense))
            yield {**quote, "evidence": f"{name}-{number}"}


def _times(text: str, words: str) -> int:
    """How often words stand in a text, overlapping ones too, as evidence is counted."""
    count, at = 0, text.find(words)
    while at >= 0:
        count, at = count + 1, text.find(words, at + 1)
    return count


def _line(row: Sequence[str]) -> str:
    """A row as one line of CSV; an empty one has its commas, as blank lines part pages."""
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow([" ".join(cell.split()) for cell in row])
    return written.getvalue() or ","


def turtle(
    name: str,
    book: Book,
    table: Table,
    words: Words,
    sha256: str,
    origin: Origin,
    names: Names,
    more: Sequence[str],
) -> str:
    """The Turtle beside a table: its document, the pages of that, and ``more`` descriptions."""
    base = names.project.base
    parts = [PREFIXES.format(base=base)]
    parts.append(
        "# The table as it was handed over, and what its rows need that the other sources do not have.\n"
    )
    parts.append(_document(name, book, table, sha256, origin))
    for number, page in enumerate(words.pages()):
        first = number * ROWS_OF_A_PAGE + 1
        last = first + len(page) - 1
        parts.append(
            f"<page/{name}-{number}>\n    a rk:DocumentPage ;\n"
            f"    rdfs:label {text(f'{origin.title} {first}～{last}行目', 'ja')} ,\n"
            f"        {text(f'{origin.title_en}, rows {first} to {last}', 'en')} ;\n"
            f"    rk:document <document/{name}> ;\n    rk:pageNumber {number} .\n"
        )
    if origin.by.ja:
        first_row = f"    rk:evidence <evidence/{name}-{table.rows[0][0]}> .\n"
        kana = f"    rk:kana {text(origin.by.kana, 'ja-Hrkt')} ;\n" if origin.by.kana else ""
        source = f"    dcterms:source <{origin.url}> .\n" if origin.url else first_row
        parts.append(
            f"<{origin.by.path}>\n    a rk:Organisation ;\n"
            f"    rdfs:label {text(origin.by.ja, 'ja')} , {text(origin.by.en, 'en')} ;\n{kana}{source}"
        )
    dataset = f"{base}dataset/{names.project.name}"
    if VOID.Dataset in names.values(dataset, RDF.type):
        parts.append(f"<{dataset}> dcterms:source <document/{name}> .\n")
    if origin.licence != names.licence():
        parts += [
            f"<{base}graph/imports/{name}/{graph}>\n"
            f"    dcterms:title {text(origin.title, 'ja')} , {text(origin.title_en, 'en')} ;\n"
            f"    dcterms:license <{origin.licence}> .\n"
            for graph in ("rows", "table")
        ]
    return "\n".join([*parts, *more])


def _document(name: str, book: Book, table: Table, sha256: str, origin: Origin) -> str:
    where = f"シート「{table.sheet.name}」" if table.sheet.name else f"文字コードは{table.sheet.encoding}"
    where_en = f"sheet {table.sheet.name}" if table.sheet.name else f"encoding {table.sheet.encoding}"
    kept_ja = f"{book.name}（{where}、SHA-256は{book.sha256}）の表を、一行を一行のCSVとして残したもの。"
    kept_en = f"The table of {book.name} ({where_en}, SHA-256 {book.sha256}), each row as one line of CSV."
    lines = [
        f"<document/{name}>",
        "    a rk:SourceDocument ;",
        f"    rdfs:label {text(origin.title, 'ja')} ,",
        f"        {text(origin.title_en, 'en')} ;",
        f"    skos:note {text(kept_ja, 'ja')} ,",
        f"        {text(kept_en, 'en')} ;",
        f"    dcterms:creator <{origin.by.path}> ;",
        f"    dcterms:publisher <{origin.by.path}> ;",
        f"    dcterms:license <{origin.licence}> ;",
    ]
    if origin.date:
        kind = {10: "date", 7: "gYearMonth", 4: "gYear"}[len(origin.date)]
        lines.append(f'    dcterms:issued "{origin.date}"^^xsd:{kind} ;')
    if origin.url:
        lines.append(f"    dcterms:source <{origin.url}> ;")
    return "\n".join(
        [
            *lines,
            '    dcterms:language "ja" ;',
            '    dcterms:format "text/csv; charset=utf-8" ;',
            f'    rk:file "imports/{name}/source.txt" ;',
            f'    rk:sha256 "{sha256}"^^xsd:hexBinary .\n',
        ]
    )


def fiscal_years(name: str, years: dict[str, int], names: Names) -> Iterator[str]:
    """The fiscal years that the sources do not have yet, each with the row that speaks of it."""
    for year, row in sorted(years.items()):
        if names.described(f"fiscal-year/{year}"):
            continue
        start, end = f"{year}-04-01", f"{int(year) + 1}-03-31"
        label = f"{values.era_year(int(year))}年度（{year}年度）"
        yield (
            f"<fiscal-year/{year}>\n    a rk:FiscalYear ;\n"
            f"    rdfs:label {text(label, 'ja')} , {text(f'Fiscal year {year}', 'en')} ;\n"
            f'    rk:startDate "{start}"^^xsd:date ;\n    rk:endDate "{end}"^^xsd:date ;\n'
            f"    time:hasBeginning <instant/{start}> ;\n    time:hasEnd <instant/{end}> ;\n"
            f"    rk:evidence <evidence/{name}-{row}> .\n"
        )
        for day in (start, end):
            yield f'<instant/{day}>\n    a time:Instant ;\n    time:inXSDDate "{day}"^^xsd:date .\n'


def schemes(found: Sequence[Scheme], names: Names) -> Iterator[str]:
    """The schemes of designations that the sources do not have yet."""
    missing = [one for one in found if not names.described(f"designation-scheme/{one.slug}")]
    if missing and not names.described("concept-scheme/designation-schemes"):
        yield (
            "<concept-scheme/designation-schemes>\n    a skos:ConceptScheme ;\n"
            '    rdfs:label "指定制度の種類"@ja , "Designation schemes"@en .\n'
        )
    for one in missing:
        yield (
            f"<designation-scheme/{one.slug}>\n    a rk:DesignationScheme ;\n"
            f"    rdfs:label {text(one.ja, 'ja')} , {text(one.en, 'en')} ;\n"
            f"    skos:definition {text(one.definition_ja, 'ja')} , {text(one.definition_en, 'en')} ;\n"
            "    skos:inScheme <concept-scheme/designation-schemes> .\n"
        )


def text(words: str, language: str) -> str:
    """A literal of Turtle."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"@{language}'
