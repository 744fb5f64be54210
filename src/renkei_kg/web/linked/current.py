"""The version of the data that a request is answered from, and what the server remembers of versions."""

from collections.abc import Callable
from typing import Final, TypeVar

from flask import current_app

from renkei_kg.engine.contract import VersionMissing
from renkei_kg.web import layout
from renkei_kg.web.linked.resources import ByVersion, Linked
from renkei_kg.web.linked.view import View, manifest

ROUNDS: Final = 3
Made = TypeVar("Made")


def linked() -> Linked:
    """What the pages of this server remember."""
    found: Linked = current_app.extensions["linked"]
    return found


def remembered(make: Callable[[View], Made], view: View) -> Made:
    """What is made of a version, once for each of those asked last. Raises EngineError."""
    known: dict[Callable[[View], Made], ByVersion[Made]] = current_app.extensions.setdefault("remembered", {})
    return known.setdefault(make, ByVersion(make)).of(view)


def answered(answer: Callable[[View], Made], version: str = "") -> Made:
    """What is made wholly from one version: from the one named, else from the one served. Raises EngineError,
    VersionMissing when it is not kept."""
    asker = current_app.extensions["asker"]
    folder = current_app.extensions["settings"].snapshots
    for attempt in range(ROUNDS):
        try:
            name = version or asker.version()
            view = View(asker, name, manifest(folder, name), layout.client(), kept=bool(version))
            return answer(view)
        except VersionMissing:
            # The version served may have been replaced and pruned since it was named.
            if version or attempt == ROUNDS - 1:
                raise
    raise AssertionError
