"""What can be asked of a writer: an update, a write of one graph, or that a write is taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from renkei_kg.snapshot import Snapshot
from renkei_kg.write import errors, reverting
from renkei_kg.write.documents import Document
from renkei_kg.write.rules import ANY, Rules

Condition = Callable[[Snapshot], None]


def _always(_: Snapshot) -> None:
    """The condition of a write that has none."""


@dataclass(frozen=True)
class UpdateJob:
    """An update, and the condition (raises PreconditionFailed) that the current snapshot has to meet. ``by``
    is the name of the token, ``allowed`` the graphs that it is for, ``reason`` why the client does this."""

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    condition: Condition = _always
    documents: tuple[Document, ...] = ()
    by: str = ""
    reason: str = ""
    allowed: tuple[str, ...] = ()

    def check(self, current: Snapshot) -> None:
        """Raises WriteError when it cannot be done to ``current``."""
        self.condition(current)

    def request(self, current: Snapshot) -> dict[str, Any]:
        """What the process is told."""
        return {
            "kind": "update",
            "text": self.text,
            "base": current.manifest["base"],
            "using": self.using,
            "using_named": self.using_named,
        }


@dataclass(frozen=True)
class GraphJob:
    """``put``, ``post`` or ``delete`` of a graph, None being the default graph; ``base`` is that of the
    documents' relative IRIs, the data's own if it is empty. The rest is as in UpdateJob."""

    kind: str
    graph: str | None
    base: str
    documents: tuple[Document, ...] = ()
    condition: Condition = _always
    by: str = ""
    reason: str = ""
    allowed: tuple[str, ...] = ()

    def check(self, current: Snapshot) -> None:
        """Raises WriteError when it cannot be done to ``current``."""
        Rules.of(current.manifest, self.allowed).check(self.graph)
        if self.kind == "delete" and self.graph is not None and self.graph not in current.manifest["graphs"]:
            raise errors.GraphMissing(f"There is no graph <{self.graph}>.")
        self.condition(current)

    def request(self, current: Snapshot) -> dict[str, Any]:
        """What the process is told."""
        return {"kind": self.kind, "graph": self.graph, "base": self.base or current.manifest["base"]}


@dataclass(frozen=True)
class RevertJob:
    """The write that made ``version`` taken back; ``force`` does what is still possible of it."""

    version: Snapshot
    force: bool = False
    documents: tuple[Document, ...] = ()
    by: str = ""
    reason: str = ""
    allowed: tuple[str, ...] = ANY

    def check(self, current: Snapshot) -> None:
        """Raises RevertRefused when there is no write to take back."""
        reverting.check(self.version, current)

    def request(self, _: Snapshot) -> dict[str, Any]:
        """What the process is told."""
        return {
            "kind": "revert",
            "version": str(self.version.path.resolve()),
            "reverts": self.version.id,
            "force": self.force,
        }


Job = UpdateJob | GraphJob | RevertJob
