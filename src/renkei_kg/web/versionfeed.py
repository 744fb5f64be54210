"""The versions as an Atom feed (RFC 4287), in pages as RFC 5005, section 3, has them."""

import re
from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

from renkei_kg.versions.history import Version
from renkei_kg.versions.provenance import version_iri
from renkei_kg.versions.timeline import NEVER, created, moment
from renkei_kg.web.versiondata import url

ATOM: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml"
# What XML 1.0 cannot hold (section 2.2).
IMPOSSIBLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WORDS: Final = {
    "ja": {
        "title": "連携KG：データの版",
        "subtitle": "新しい版ができるたびに加わります。",
        "site": "連携KG",
        "build": "ビルドによる版",
        "write": "書き込みによる版",
        "by": "{by} の書き込みによる版",
        "changed": "{added} 件の文が加わり、{removed} 件の文が除かれました。",
        "holds": "{triples} 件のトリプルがあります。",
    },
    "en": {
        "title": "Renkei KG: versions of the data",
        "subtitle": "Each new version of the data is added here.",
        "site": "Renkei KG",
        "build": "Version by a build",
        "write": "Version by a write",
        "by": "Version written by {by}",
        "changed": "{added} statements were added and {removed} removed.",
        "holds": "It holds {triples} triples.",
    },
}


def feed(versions: Iterable[Version], links: Iterable[tuple[str, str]], origin: str, language: str) -> bytes:
    """The feed of versions, the newest first; ``links`` are its relations to other documents."""
    words = WORDS[language]
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    shown = list(versions)
    base = shown[0].snapshot.manifest["base"] if shown else f"{origin}/"
    _text(root, "id", f"{base}snapshots")
    _text(root, "title", words["title"])
    _text(root, "subtitle", words["subtitle"])
    _text(root, "updated", max((_when(one) for one in shown), default=moment(NEVER)))
    _text(ET.SubElement(root, "author"), "name", words["site"])
    for relation, address in links:
        kind = MEDIA_TYPE if relation != "alternate" else "text/html"
        ET.SubElement(root, "link", {"rel": relation, "type": kind, "href": address})
    for one in shown:
        _entry(root, one, origin, words)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _entry(root: ET.Element, version: Version, origin: str, words: dict[str, str]) -> None:
    one, manifest = version.snapshot, version.snapshot.manifest
    said = manifest.get("write") or {}
    by = said.get("by", "")
    entry = ET.SubElement(root, "entry")
    _text(entry, "id", version_iri(one.id, manifest["base"]))
    made = words["by" if by else "write"] if manifest.get("written") else words["build"]
    _text(entry, "title", f"{made.format(by=by)} – {one.id}")
    _text(entry, "published", _when(version))
    _text(entry, "updated", _when(version))
    if by:
        _text(ET.SubElement(entry, "author"), "name", by)
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": f"{origin}{url(one.id)}"})
    if one.parent:
        related = {"rel": "related", "type": "text/html", "href": f"{origin}{url(one.id, '/changes')}"}
        ET.SubElement(entry, "link", related)
    counts = manifest.get("changed")
    sentences = [
        said.get("reason", ""),
        words["changed"].format(**counts) if counts else "",
        words["holds"].format(triples=manifest["triples"]),
    ]
    _text(entry, "summary", " ".join(filter(None, sentences)))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = IMPOSSIBLE.sub("�", text)


def _when(version: Version) -> str:
    return moment(created(version.snapshot))
