"""Since when what is published is as it is: each file by its checksum, each dataset by its description.

A build that finds a file or a description as it was in the version before keeps the time that this gives for
it, so that a time changes when the bytes do, and not with every build; harvesters fetch by it. It is said in
the manifest (``since``), since no version needs to be kept for it.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from pyoxigraph import NamedNode, Store

from renkei_kg.namespaces import DCAT, RDF
from renkei_kg.reserved import CATALOGUE

FOLDERS: Final = ("files/", "dumps/")
Manifest = Mapping[str, Any]


def descriptions(store: Store, base: str) -> dict[str, str]:
    """The SHA-256 of all that the catalogue says of each dataset and of what belongs to it, by its IRI."""
    graph = NamedNode(base + CATALOGUE)
    said = sorted(store.quads_for_pattern(None, None, None, graph), key=str)
    named = [quad.subject for quad in said if (quad.predicate, quad.object) == (RDF.type, DCAT.Dataset)]
    found = {}
    for node in named:
        if isinstance(node, NamedNode):
            own = (node.value, f"{node.value}/")
            lines = [
                f"{one} .\n"
                for one in said
                if isinstance(one.subject, NamedNode)
                and (one.subject.value == own[0] or one.subject.value.startswith(own[1]))
            ]
            found[node.value] = hashlib.sha256("".join(lines).encode()).hexdigest()
    return found


def since(manifest: Manifest, parent: Manifest) -> dict[str, str]:
    """Since when each file and each dataset's description in ``manifest`` is as it is. ``parent`` is the
    manifest of the version before, empty when there is none."""
    before, known, now = digests(parent), parent.get("since", {}), manifest["created"]
    return {
        name: known.get(name, parent.get("created", now)) if before.get(name) == digest else now
        for name, digest in digests(manifest).items()
    }


def digests(manifest: Manifest) -> dict[str, str]:
    """The SHA-256 of each file that is published, by its path, and of each description, by its IRI."""
    files: Mapping[str, Mapping[str, Any]] = manifest.get("files", {})
    found = {name: str(one["sha256"]) for name, one in files.items() if name.startswith(FOLDERS)}
    return {**found, **manifest.get("descriptions", {})}
