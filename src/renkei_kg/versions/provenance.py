"""How a version came about, in PROV-O (https://www.w3.org/TR/prov-o/), told from its manifest alone.

A version is an entity, ``<base>snapshots/<id>``, that a build or a write generated. What belongs to it alone
has an IRI with its own as the beginning, so that no blank node is needed. Versioning is told in the words of
DCAT 3 too (https://www.w3.org/TR/vocab-dcat-3/#dataset-versions), quality in those of SHACL and DQV.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from renkei_kg.namespaces import DCTERMS, PREFIXES, RDF, RDFS, SCHEMA, SH, SKOS, VOID, XSD, Namespace

PROV: Final = Namespace(PREFIXES["prov"])
DCAT: Final = Namespace(PREFIXES["dcat"])
DQV: Final = Namespace("http://www.w3.org/ns/dqv#")
PATCH_FILE: Final = "patch.nq"
REPORT_FILE: Final = "report/report.ttl"
ACTIONS: Final = {"put": "ReplaceAction", "post": "AddAction", "delete": "DeleteAction"}
KINDS: Final = {
    "update": "更新",
    "put": "グラフの置き換え",
    "post": "グラフへの追加",
    "delete": "グラフの削除",
    "revert": "取り消し",
}
METRICS: Final = {
    "violation": ("違反の数", "number of violations"),
    "warning": ("警告の数", "number of warnings"),
    "info": ("情報の数", "number of remarks"),
}
Manifest = Mapping[str, Any]


def version_iri(identifier: str, base: str) -> str:
    """The IRI of a version."""
    return f"{base}snapshots/{identifier}"


def agent_iri(name: str, base: str) -> str:
    """The IRI of who writes, known by the name of a token."""
    return f"{base}snapshots#by={quote(name, safe='')}"


def triples(manifest: Manifest, base: str) -> Iterator[Triple]:
    """What made the version that a manifest belongs to, and of what."""
    version = _Version(manifest, base)
    yield from version.entity()
    yield from version.write() if manifest.get("written") else version.build()


class _Version:
    """One version: the IRIs that belong to it, and what is said of them."""

    def __init__(self, manifest: Manifest, base: str) -> None:
        self.manifest, self.base = manifest, base
        self.iri = version_iri(manifest["id"], base)
        self.node = NamedNode(self.iri)
        self.created = Literal(manifest["created"], datatype=XSD.dateTime) if "created" in manifest else None
        self.files: Mapping[str, Mapping[str, Any]] = manifest.get("files", {})

    def part(self, name: str) -> NamedNode:
        """Something that belongs to this version alone."""
        return NamedNode(f"{self.iri}#{quote(name, safe='/=:._-')}")

    def other(self, identifier: str, path: str = "") -> NamedNode:
        """Another version, or what is below it."""
        return NamedNode(version_iri(identifier, self.base) + path)

    def entity(self) -> Iterator[Triple]:
        """The version as a version of the dataset."""
        manifest, node = self.manifest, self.node
        yield Triple(node, RDF.type, PROV.Entity)
        yield Triple(node, RDF.type, DCAT.Dataset)
        yield from _labels(node, f"版 {manifest['id']}", f"Version {manifest['id']}")
        yield Triple(node, DCTERMS.identifier, Literal(manifest["id"]))
        if self.created is not None:
            yield Triple(node, PROV.generatedAtTime, self.created)
            yield Triple(node, DCTERMS.created, self.created)
        yield Triple(node, DCAT.version, Literal(manifest["id"]))
        if "dataset" in manifest:
            dataset = NamedNode(manifest["dataset"])
            yield Triple(node, PROV.specializationOf, dataset)
            yield Triple(node, DCAT.isVersionOf, dataset)
        if "triples" in manifest:
            yield Triple(node, VOID.triples, Literal(manifest["triples"]))
        if parent := manifest.get("parent"):
            yield Triple(node, PROV.wasRevisionOf, self.other(parent))
            yield Triple(node, DCAT.previousVersion, self.other(parent))
            yield from self.patch()

    def patch(self) -> Iterator[Triple]:
        """What it changed of its parent: as a document, and how many statements came and went."""
        patch = NamedNode(f"{self.iri}/patch")
        yield Triple(patch, RDF.type, PROV.Entity)
        yield from _labels(
            patch, f"版 {self.manifest['id']} の差分", f"Changes made by version {self.manifest['id']}"
        )
        yield Triple(patch, PROV.wasDerivedFrom, self.node)
        yield from self._file(patch, PATCH_FILE)
        counts = self.manifest.get("changed") or {}
        for name, words in (("added", "加わった文"), ("removed", "除かれた文")):
            if name in counts:
                part = self.part(name)
                yield from self._statements(part, counts[name])
                yield from _labels(part, words, f"statements {name}")
                yield Triple(patch, DCTERMS.hasPart, part)

    def build(self) -> Iterator[Triple]:
        """The build that made it: from which sources, by which software, found to be how good."""
        activity = self.part("build")
        yield from self._activity(activity, ("ビルド", "Build"), SCHEMA.CreateAction)
        for path, digest in self.manifest.get("sources", {}).items():
            source = self.part(f"source/{path}")
            yield Triple(activity, PROV.used, source)
            yield Triple(source, RDF.type, PROV.Entity)
            yield Triple(source, RDFS.label, Literal(path))
            yield Triple(source, SCHEMA.sha256, Literal(digest))
        yield from self._report(activity)

    def write(self) -> Iterator[Triple]:
        """The write that made it of its parent: who, why and how, and what it took back."""
        said: Mapping[str, Any] = self.manifest.get("write") or {}
        kind, by = said.get("kind", "update"), said.get("by", "")
        activity = self.part("write")
        words = (KINDS.get(kind, kind), kind.capitalize())
        yield from self._activity(activity, words, SCHEMA[ACTIONS.get(kind, "UpdateAction")])
        if started := said.get("started", self.manifest.get("created")):
            yield Triple(activity, PROV.startedAtTime, Literal(started, datatype=XSD.dateTime))
        if by:
            agent = NamedNode(agent_iri(by, self.base))
            yield Triple(activity, PROV.wasAssociatedWith, agent)
            yield Triple(self.node, PROV.wasAttributedTo, agent)
            yield Triple(agent, RDF.type, PROV.Agent)
            yield Triple(agent, RDFS.label, Literal(by))
        if said.get("reason"):
            yield Triple(activity, DCTERMS.description, Literal(said["reason"]))
        if parent := self.manifest.get("parent"):
            yield Triple(activity, PROV.used, self.other(parent))
            yield Triple(activity, PROV.generated, NamedNode(f"{self.iri}/patch"))
            yield Triple(activity, PROV.generated, self.part("added"))
            yield Triple(activity, PROV.invalidated, self.part("removed"))
        yield from self._graphs(said.get("graphs") or {})
        if reverted := said.get("reverts"):
            yield Triple(activity, PROV.used, self.other(reverted, "/patch"))
            yield Triple(activity, PROV.invalidated, self.other(reverted, "/patch"))

    def _activity(self, activity: NamedNode, words: tuple[str, str], kind: NamedNode) -> Iterator[Triple]:
        yield Triple(self.node, PROV.wasGeneratedBy, activity)
        yield Triple(activity, RDF.type, PROV.Activity)
        yield Triple(activity, RDF.type, kind)
        yield from _labels(activity, *words)
        yield Triple(activity, PROV.generated, self.node)
        ended = (self.manifest.get("write") or {}).get("ended")
        if ended is not None:
            yield Triple(activity, PROV.endedAtTime, Literal(ended, datatype=XSD.dateTime))
        elif self.created is not None:
            yield Triple(activity, PROV.endedAtTime, self.created)
        for name, number in self.manifest.get("software", {}).items():
            agent = self.part(f"software/{name}")
            yield Triple(activity, PROV.wasAssociatedWith, agent)
            yield Triple(agent, RDF.type, PROV.SoftwareAgent)
            yield Triple(agent, RDF.type, SCHEMA.SoftwareApplication)
            yield Triple(agent, RDFS.label, Literal(f"{name} {number}"))
            yield Triple(agent, SCHEMA.name, Literal(name))
            yield Triple(agent, SCHEMA.softwareVersion, Literal(number))

    def _graphs(self, graphs: Mapping[str, Mapping[str, int]]) -> Iterator[Triple]:
        """How much of each graph a write changed."""
        for iri, counts in graphs.items():
            for name in ("added", "removed"):
                part = self.part(f"{name}={iri}")
                yield from self._statements(part, counts.get(name, 0))
                yield Triple(part, DCTERMS.isPartOf, NamedNode(iri))
                yield Triple(self.part(name), VOID.subset, part)

    def _report(self, activity: NamedNode) -> Iterator[Triple]:
        """The validation report (SHACL, section 3.6) with the number of its results by severity."""
        counts = self.manifest.get("report")
        if counts is None and REPORT_FILE not in self.files:
            return
        report = NamedNode(f"{self.iri}/{REPORT_FILE}")
        yield Triple(activity, PROV.generated, report)
        yield Triple(report, RDF.type, PROV.Entity)
        yield Triple(report, RDF.type, SH.ValidationReport)
        yield from _labels(report, "検証レポート", "Validation report")
        yield from self._file(report, REPORT_FILE)
        if counts is None:
            return
        yield Triple(report, SH.conforms, Literal(not any(counts.values())))
        for name, (ja, en) in METRICS.items():
            metric, measured = NamedNode(f"{self.base}snapshots#{name}s"), self.part(f"{name}s")
            yield Triple(metric, RDF.type, DQV.Metric)
            yield Triple(metric, SKOS.prefLabel, Literal(ja, language="ja"))
            yield Triple(metric, SKOS.prefLabel, Literal(en, language="en"))
            yield Triple(measured, RDF.type, DQV.QualityMeasurement)
            yield Triple(measured, DQV.computedOn, self.node)
            yield Triple(measured, DQV.isMeasurementOf, metric)
            yield Triple(measured, DQV.value, Literal(int(counts.get(name, 0))))
            yield Triple(measured, PROV.wasDerivedFrom, report)

    def _statements(self, part: NamedNode, count: int) -> Iterator[Triple]:
        yield Triple(part, RDF.type, PROV.Entity)
        yield Triple(part, VOID.triples, Literal(int(count)))

    def _file(self, node: NamedNode, name: str) -> Iterator[Triple]:
        """The checksum and size of a document that is kept as a file."""
        if name in self.files:
            yield Triple(node, SCHEMA.sha256, Literal(self.files[name]["sha256"]))
            yield Triple(node, DCAT.byteSize, Literal(self.files[name]["bytes"]))


def _labels(node: NamedNode, ja: str, en: str) -> Iterator[Triple]:
    yield Triple(node, RDFS.label, Literal(ja, language="ja"))
    yield Triple(node, RDFS.label, Literal(en, language="en"))
