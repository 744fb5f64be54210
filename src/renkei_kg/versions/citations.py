"""How data is cited: what a citation says, and the same as BibTeX, as CSL-JSON and as a line of text.

What the data is called and who stands for it is what the graph of the version says of its own dataset.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from renkei_kg.namespaces import DCTERMS, FOAF, RDFS, SCHEMA, SKOS

NAMES = (FOAF["name"], SKOS.prefLabel, RDFS.label, SCHEMA["name"])
# What stands for itself in no text of TeX. A brace that is only escaped would still count as one in BibTeX.
SPECIAL = {
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    **{character: f"\\{character}" for character in "#$%&_"},
}
# What a link gives that asks the query again; the other is of a query that asks for the time or for chance.
AGAIN = (
    "the link asks the query again; what the query leaves open, such as the order of rows, may differ",
    "the link asks the query again, and its answer is another one each time",
)
AGAIN_JA = (
    "リンク先では同じクエリを改めて実行する。行の順序など、クエリが定めない点は異なることがある",
    "リンク先では同じクエリを改めて実行する。回答は毎回変わる",
)
Texts = Mapping[str, str]


def question(dataset: str) -> str:
    """The query for what a dataset says of itself. ``dataset`` is its IRI."""
    names = "|".join(str(name) for name in NAMES)
    return f"""SELECT ?role ?agent ?name {{
    {{ <{dataset}> {DCTERMS.title} ?name BIND("title" AS ?role) }}
    UNION {{
        VALUES (?property ?role) {{ ({DCTERMS.creator} "creator") ({DCTERMS.publisher} "publisher") }}
        <{dataset}> ?property ?agent
        OPTIONAL {{ ?agent {names} ?name }}
    }}
}}"""


@dataclass(frozen=True)
class Work:
    """A dataset as its version describes it: texts by language, and the number of the release."""

    iri: str
    release: str
    titles: Texts
    creators: tuple[Texts, ...]
    publishers: tuple[Texts, ...]

    @classmethod
    def of(cls, iri: str, release: str, rows: Iterable[Mapping[str, Mapping[str, str]]]) -> "Work":
        """From the solutions of ``question`` (SPARQL 1.1 Query Results JSON Format, section 3.2)."""
        found: dict[str, dict[str, dict[str, str]]] = {"title": {}, "creator": {}, "publisher": {}}
        for row in sorted(rows, key=repr):
            agent = row.get("agent")
            name = row.get("name") or agent
            if name is not None:
                who = "" if agent is None else agent["value"]
                texts = found[row["role"]["value"]].setdefault(who, {})
                texts.setdefault(name.get("xml:lang", ""), name["value"])
        creators, publishers = (
            tuple(texts for _, texts in sorted(found[role].items())) for role in ("creator", "publisher")
        )
        return cls(iri, release, found["title"].get("", {}), creators, publishers)

    @classmethod
    def said(cls, values: Mapping[str, Any]) -> "Work":
        """From what ``told`` gives."""
        creators, publishers = (tuple(values[name]) for name in ("creators", "publishers"))
        return cls(values["iri"], values["release"], values["titles"], creators, publishers)

    def told(self) -> dict[str, Any]:
        """As a value for JSON."""
        return {
            "iri": self.iri,
            "release": self.release,
            "titles": dict(self.titles),
            "creators": [dict(one) for one in self.creators],
            "publishers": [dict(one) for one in self.publishers],
        }

    def title(self, language: str) -> str:
        """What it is called; if it has no title, its IRI."""
        return best(self.titles, language) or self.iri

    def authors(self, language: str) -> list[str]:
        """Who has made it; if that is not said, who publishes it."""
        return [best(one, language) for one in self.creators or self.publishers]

    def publisher(self, language: str) -> str:
        """Who publishes it; empty if that is not said."""
        return ", ".join(best(one, language) for one in self.publishers)


@dataclass(frozen=True)
class Citation:
    """A dataset in one version, or a part of it, at a URL.

    ``part`` names an entity that is cited by itself. ``query`` is the SHA-256 of a query, whose answer is
    cited then: in ``media_type``, and with ``answer`` as the SHA-256 of its bytes where these are kept.
    """

    work: Work
    version: str
    url: str
    accessed: date
    key: str
    part: str = ""
    query: str = ""
    media_type: str = ""
    answer: str = ""
    varies: bool = False

    @property
    def issued(self) -> date:
        """The day on which the version was made; its id begins with it."""
        return date.fromisoformat(self.version[:8])

    @property
    def edition(self) -> str:
        """The release and the version."""
        return f"{self.work.release} ({self.version})" if self.work.release else self.version

    def title(self, language: str) -> str:
        """What is cited, in words: the dataset, or a part and then the dataset."""
        whole = self.work.title(language)
        if not self.part:
            return whole
        return f"{self.part}（{whole}）" if language == "ja" else f"{self.part} ({whole})"

    def note(self, language: str) -> str:
        """Which answer it is, if it is one, and what the link may be relied upon for."""
        if not self.query:
            return ""
        checksum = f", SHA-256 {self.answer}" if self.answer else ""
        what, again = {
            "ja": (f"SPARQL クエリ (SHA-256 {self.query}) への回答 ({self.media_type}{checksum})", AGAIN_JA),
            "en": (
                f"Answer to the SPARQL query with SHA-256 {self.query} ({self.media_type}{checksum})",
                AGAIN,
            ),
        }[language]
        return what if self.answer else f"{what}; {again[self.varies]}"


def best(texts: Texts, language: str) -> str:
    """The text in a language, or else in none, in English, or in the first of others."""
    for name in (language, "", "en", *sorted(texts)):
        if name in texts:
            return texts[name]
    return ""


def text(citation: Citation, language: str) -> str:
    """A citation as a line of text."""
    authors = citation.work.authors(language)
    title, note = citation.title(language), citation.note(language)
    year, accessed = citation.issued.year, f"{citation.accessed:%Y-%m-%d}"
    if language == "ja":
        parts = [f"{'、'.join(authors)}. " if authors else "", f"{title}. {year}. 版 {citation.edition}. "]
        return "".join([*parts, f"{note}. " if note else "", f"{citation.url} （参照 {accessed}）"])
    parts = [f"{'; '.join(authors)} ({year}): {title}." if authors else f"{title} ({year})."]
    parts += [f"Version {citation.edition}.", *([f"{note}."] if note else [])]
    return " ".join([*parts, f"{citation.url} (accessed {accessed})"])


def bibtex(citation: Citation, language: str) -> str:
    """A citation as an entry that BibTeX and biblatex read.

    ``@misc`` is a type of both, ``@dataset`` one of biblatex only. A second pair of braces keeps the names of
    bodies from being taken apart and the letters of titles as they are.
    """
    work = citation.work
    values = {
        "author": " and ".join(f"{{{tex(name)}}}" for name in work.authors(language)),
        "title": f"{{{tex(citation.title(language))}}}",
        "year": f"{citation.issued.year}",
        "publisher": tex(work.publisher(language)),
        "version": tex(citation.edition),
        "url": citation.url,
        "urldate": f"{citation.accessed}",
        "note": tex(citation.note(language)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in values.items() if value]
    return "@misc{" + ",\n".join([citation.key, *lines]) + "\n}\n"


def tex(value: str) -> str:
    """A text so that TeX shows it as it is and BibTeX finds its braces in pairs."""
    tidy = re.sub(r"[\x00-\x20\x7f]+", " ", value).strip(" ")
    return "".join(SPECIAL.get(character, character) for character in tidy)


def csl(citation: Citation, language: str) -> str:
    """A citation as CSL-JSON: a list of one item."""
    work = citation.work
    authors = [{"literal": name} for name in work.authors(language)]
    custom = {
        "dataset": work.iri,
        "snapshot": citation.version,
        "query-sha256": citation.query,
        "media-type": citation.media_type,
        "answer-sha256": citation.answer,
    }
    item = {
        "type": "dataset",
        "id": citation.key,
        "title": citation.title(language),
        "author": authors,
        "issued": _parts(citation.issued),
        "accessed": _parts(citation.accessed),
        "publisher": work.publisher(language),
        "version": citation.edition,
        "URL": citation.url,
        "language": language,
        "note": citation.note(language),
        "custom": {name: value for name, value in custom.items() if value},
    }
    return json.dumps([{k: v for k, v in item.items() if v}], ensure_ascii=False, indent=2) + "\n"


def _parts(day: date) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]}
