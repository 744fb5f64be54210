"""A ready-made graph published as a snapshot: store, counts, text index, description and manifest."""

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Store

from renkei_kg import __version__, checksums, snapshot
from renkei_kg.compile.describe import Described, describe
from renkei_kg.holding import MANIFEST
from renkei_kg.loading.account import Account
from renkei_kg.loading.checking import Checked, check
from renkei_kg.loading.filling import fill
from renkei_kg.loading.indexer import indexing
from renkei_kg.loading.reading import LoadError, Source
from renkei_kg.loading.settling import Sums, counts, settle
from renkei_kg.reserved import STATISTICS, written_graphs
from renkei_kg.union import Union

# Triples up to which a graph is described class by class: some seconds, and memory for each thing.
DESCRIBED: Final = 200_000

Progress = Callable[[str], None]


class Refused(LoadError):
    """The shapes found violations; ``checked`` says what. Nothing was published."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        super().__init__(
            f"{checked.violations} violations of the shapes; the graph was not published (--no-check lets "
            "it pass)."
        )


@dataclass(frozen=True)
class Wanted:
    """What is to be made of the files: the base of their IRIs, the dataset's name, the named graph for
    triples that are in none (else they stay in the default graph alone), and which parts; and whether what
    was written over HTTP to the current version may be left behind."""

    base: str
    name: str = "loaded"
    graph: str | None = None
    check: bool = False
    texts: bool = False
    describe: bool = False
    trusted: bool = False
    leave_written: bool = True


def load(
    files: list[Path],
    out: Path,
    wanted: Wanted,
    progress: Progress = lambda _: None,
    account: Account | None = None,
) -> snapshot.Snapshot:
    """Publishes files as the current snapshot in folder ``out``, and returns it. ``account`` gets what each
    step took.

    Raises LoadError when a file cannot be loaded, Refused when it breaks the shapes, and SnapshotError when
    the folder cannot be written; what was published stays then as it was.
    """
    for number, path in enumerate(files):
        Source(path, number, wanted.base, True).format  # noqa: B018  # to fail before the work
    account = account or Account()
    moment = datetime.now(UTC).replace(microsecond=0)
    with snapshot.publishing(out):
        if not wanted.leave_written:
            _refuse_written(out)
        folder = snapshot.temporary(out, f"{moment:%Y%m%dT%H%M%SZ}-load")
        try:
            return _made(files, out, folder, wanted, moment, progress, account)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _made(
    files: list[Path],
    out: Path,
    folder: Path,
    wanted: Wanted,
    moment: datetime,
    progress: Progress,
    account: Account,
) -> snapshot.Snapshot:
    path = folder / "store"
    store = Store(str(path))
    with Sums(path) as sums:
        digests = fill(
            store,
            files,
            folder,
            wanted.base,
            wanted.graph,
            account,
            sums.merging,
            trusted=wanted.trusted,
        )
        _tell(progress, account, "load", ", ".join(file.name for file in files))
        with account.step("merge"):
            sizes = settle(store)
            triples = sizes.pop("")
    _tell(progress, account, "merge", f"{triples} triples in {len(sizes)} graphs")
    with account.step("check"):
        checked = check(store, wanted.base, triples, wanted=wanted.check)
    _tell(progress, account, "check", _found(checked))
    if checked.violations:
        raise Refused(checked)
    described = wanted.describe and triples <= DESCRIBED
    if described:
        with account.step("describe"):
            _describe(store, wanted)
            sizes = counts(store)
            triples = sizes.pop("")
        _tell(progress, account, "describe", "in VoID")
    elif wanted.describe:
        progress(f"not described in VoID: more than {DESCRIBED:,} triples")
    store.flush()
    del store
    index = indexing(path, folder / snapshot.TEXT_INDEX, wanted.base, account)
    with account.step("publish"), index if wanted.texts else nullcontext(lambda: None) as texts:
        identity = (
            digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()
        )
        identifier = snapshot.unused(out, f"{moment:%Y%m%dT%H%M%SZ}-{identity[:12]}")
        written = checksums.of_files(folder, ("store",), sums.of_file)
        number = texts()
        if number is not None:
            written |= checksums.of_files(folder, (snapshot.TEXT_INDEX,))
        manifest = {
            "id": identifier,
            "created": moment.isoformat().replace("+00:00", "Z"),
            "content_sha256": identity,
            "dataset": f"{wanted.base}dataset/{wanted.name}",
            "base": wanted.base,
            "version": __version__,
            "software": software(),
            "quads": triples + sum(sizes.values()),
            "triples": triples,
            "graphs": sizes,
            **({} if number is None else {"texts": number}),
            **_ancestry(out),
            "sources": dict(zip(_names(files), digests, strict=True)),
            **({"report": checked.counts} if checked.checked else {}),
            "loaded": {**checked.told(), "described": described, "text_index": number is not None},
            "files": written,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8")
        made = snapshot.publish(out, folder, identifier, counted=True)
    _tell(progress, account, "publish", identifier)
    return made


def _names(files: list[Path]) -> list[str]:
    """What files are called: by their paths when two have the same name."""
    names = [file.name for file in files]
    return names if len(set(names)) == len(names) else [file.as_posix() for file in files]


def software() -> dict[str, str]:
    """The versions of what makes a snapshot of ready-made files."""
    return {"renkei-kg": __version__, "pyoxigraph": version("pyoxigraph")}


def _refuse_written(out: Path) -> None:
    """Raises LoadError when the current snapshot in ``out`` holds graphs that were written over HTTP, which
    only a build takes over."""
    try:
        current = snapshot.open_current(out)
    except snapshot.SnapshotError:
        return
    if written := written_graphs(current.manifest):
        raise LoadError(
            f"{len(written)} graphs of the current version in {out} were written over HTTP, such as "
            f"<{written[0]}>, and would not be in the new one: "
            "give another folder with --out, or drop them first."
        )


def _ancestry(out: Path) -> dict[str, object]:
    """The snapshot that is the current one now."""
    try:
        return snapshot.child_of(snapshot.open_current(out))
    except snapshot.SnapshotError:
        return {}


def _describe(store: Store, wanted: Wanted) -> None:
    """Describes the graph in ``graph/void``."""
    of = Described(NamedNode(f"{wanted.base}dataset/{wanted.name}"), wanted.base, f"{wanted.base}sparql")
    describe(Union(store), of, NamedNode(wanted.base + STATISTICS))


def _found(checked: Checked) -> str:
    found = ", ".join(f"{count} {name}s" for name, count in checked.counts.items() if count)
    return f"{checked.said}: {found or 'nothing found'}" if checked.checked else checked.said


def _tell(progress: Progress, account: Account, step: str, said: str) -> None:
    progress(f"{step:<9}{account.seconds[step]:5.1f} s  {said}")
