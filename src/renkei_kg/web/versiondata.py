"""What the pages of versions say, for programs: rows of the list, descriptions in RDF, changes as text."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pyoxigraph import NamedNode, Triple

from renkei_kg.namespaces import FOAF, RDF, RDFS, VOID
from renkei_kg.versions.catalogue import Listing
from renkei_kg.versions.history import Version
from renkei_kg.versions.provenance import DCAT, PATCH_FILE, triples, version_iri

PATH: Final = "/snapshots"
REPORTS: Final = ("report/report.ttl", "report/report.ja.txt", "report/report.en.txt")
DUMPS: Final = "dumps/"
FILES: Final = "files/"
Manifest = Mapping[str, Any]


def url(identifier: str, below: str = "") -> str:
    """The address of a version, or of what is below it."""
    return f"{PATH}/{identifier}{below}"


def files(manifest: Manifest) -> dict[str, Mapping[str, Any]]:
    """The files of a version that anyone may have, with their sizes and checksums: report, dumps and tables.
    A version that a write made has those of the build before it, which do not tell of it."""
    kept: Mapping[str, Mapping[str, Any]] = manifest.get("files", {})
    own = (DUMPS, FILES) if "files_of" not in manifest else ()
    return {name: kept[name] for name in kept if name in REPORTS or name.startswith(own)}


def comparable(listing: Listing, version: Version) -> bool:
    """Whether there is something to say of what a version changed: its parent is kept, or its patch."""
    parent = version.snapshot.parent
    if parent is None:
        return False
    return listing.find(parent) is not None or (version.snapshot.path / PATCH_FILE).is_file()


def row(listing: Listing, version: Version, origin: str) -> dict[str, Any]:
    """A version as JSON lists it."""
    identifier = version.snapshot.id
    said = version.snapshot.manifest.get("write") or {}
    found = {
        **version.row(),
        **{name: said[name] for name in ("by", "kind", "reason", "reverts") if said.get(name)},
        "url": origin + url(identifier),
        "endpoint": origin + url(identifier, "/sparql"),
    }
    if comparable(listing, version):
        found["changes"] = origin + url(identifier, "/changes")
        found["patch"] = origin + url(identifier, "/patch")
    return found


def description(
    listing: Listing, manifests: Iterable[Manifest], origin: str, *, whole: bool
) -> Iterator[Triple]:
    """Versions in RDF: how they came about, and where they are asked and found. ``whole`` says that these are
    versions of a list, which are then linked from the dataset."""
    for manifest in manifests:
        base, identifier = manifest["base"], manifest["id"]
        node = NamedNode(version_iri(identifier, base))
        yield from triples(manifest, base)
        yield Triple(node, FOAF.page, NamedNode(origin + url(identifier)))
        yield Triple(node, VOID.sparqlEndpoint, NamedNode(origin + url(identifier, "/sparql")))
        for name in files(manifest):
            if name.startswith(DUMPS) and not name.endswith(".gz"):
                yield Triple(node, VOID.dataDump, NamedNode(origin + url(identifier, f"/{name}")))
        if whole and "dataset" in manifest:
            dataset, list_node = NamedNode(manifest["dataset"]), NamedNode(f"{base}snapshots")
            yield Triple(dataset, DCAT.hasVersion, node)
            yield Triple(list_node, RDF.type, DCAT.Catalog)
            yield Triple(list_node, RDFS.seeAlso, NamedNode(origin + PATH))
            yield Triple(list_node, DCAT.dataset, node)
            if listing.current is not None and listing.current.snapshot.id == identifier:
                yield Triple(dataset, DCAT.hasCurrentVersion, node)


def as_text(changes: Manifest) -> str:
    """A list of changes as ``renkei-kg snapshots diff`` shows it."""
    lines = []
    for entity in changes["entities"]:
        lines.append(f"{entity['name']}  {entity['label']}".rstrip())
        lines += [f"  {line(change)}" for change in entity["changes"]]
    if changes["left_out"]:
        lines.append(f"… and {changes['left_out']} more entities")
    lines.append(f"{changes['added']} quads added, {changes['removed']} removed")
    return "\n".join(lines) + "\n"


def line(change: Manifest) -> str:
    """A change as a line of text."""
    if change["reordered"]:
        return f"~ {change['property']}: in another order  ({change['graph']})"
    parts = [", ".join(values) for values in (change["removed"], change["added"]) if values]
    return f"{sign(change)} {change['property']}: {' → '.join(parts)}  ({change['graph']})"


def sign(change: Manifest) -> str:
    """``~`` changed, ``+`` came, ``-`` went."""
    if change["reordered"] or (change["removed"] and change["added"]):
        return "~"
    return "+" if change["added"] else "-"
