"""The commands of ``renkei-kg snapshots``: the versions of a folder listed, compared, checked and kept."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from renkei_kg.plainly import EXIT_VIOLATIONS, language, plainly, settings, snapshots_folder, snapshots_option

COLUMNS = ("", "version", "made", "by", "quads", "answers", "changed")
MOST_REASON = 1000
json_option = click.option(
    "--format",
    "name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)


def _reason(_: click.Context, __: click.Parameter, value: str) -> str:
    if len(value) > MOST_REASON or not value.isprintable():
        raise click.BadParameter(f"give one line of at most {MOST_REASON} characters.")
    return value


@click.group()
def snapshots() -> None:
    """The published versions: list, show, compare, check, cite and prune them.

    ID is a version's id, or as much of its beginning as no other has, or 'current'.
    """


@snapshots.command("list")
@json_option
@snapshots_option
@plainly
def list_versions(name: str, snapshots: Path | None) -> None:
    """List the versions, oldest first. * is the current one, c a cited one.

    answers counts those that citations keep.
    """
    from renkei_kg.versions import history

    known = history.versions(snapshots_folder(snapshots))
    if name == "json":
        _json([{**one.row(), "kept_answers": one.kept_answers} for one in known])
        return
    rows = [
        (
            f"{'*' if one.current else ' '}{'c' if one.cited else ' '}",
            one.snapshot.id,
            row["created"],
            row["made_by"],
            str(row["quads"]),
            str(one.kept_answers or ""),
            one.changed,
        )
        for one, row in ((one, one.row()) for one in known)
    ]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    for line in (COLUMNS, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


@snapshots.command()
@click.argument("identifier", metavar="ID", default="current")
@json_option
@snapshots_option
@plainly
def show(identifier: str, name: str, snapshots: Path | None) -> None:
    """Show what a version is: its manifest, in words or as JSON."""
    from renkei_kg.versions import history

    root = snapshots_folder(snapshots)
    found = history.find(root, identifier)
    if name == "json":
        _json(found.manifest)
        return
    version = next(one for one in history.versions(root) if one.snapshot.path == found.path)
    click.echo(history.words(version), nl=False)


@snapshots.command()
@click.argument("identifiers", metavar="[ID]...", nargs=-1)
@snapshots_option
@plainly
def verify(identifiers: tuple[str, ...], snapshots: Path | None) -> None:
    """Check versions, or all: every file and kept answer against its checksum, and that the store opens.

    Exit code 1 when one is damaged.
    """
    from renkei_kg.versions import history

    damaged = False
    for name, fault in history.damages(snapshots_folder(snapshots), identifiers):
        damaged = damaged or fault is not None
        click.echo(f"{name}  {'whole' if fault is None else f'DAMAGED: {fault}'}")
    if damaged:
        sys.exit(EXIT_VIOLATIONS)


@snapshots.command()
@click.argument("identifier", metavar="ID")
@click.option("--force", is_flag=True, help="Activate it although it is damaged.")
@snapshots_option
@plainly
def activate(identifier: str, force: bool, snapshots: Path | None) -> None:
    """Make a version the current one, in a single step. A running server follows."""
    from renkei_kg import snapshot
    from renkei_kg.versions import history

    root = snapshots_folder(snapshots)
    with snapshot.publishing(root):
        found = history.find(root, identifier)
        if not force:
            snapshot.verify(found)
        snapshot.activate(root, found.id)
    click.echo(f"current is {found.id}")


@snapshots.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B", default="current")
@click.option(
    "--format",
    "name",
    type=click.Choice(["text", "nquads"]),
    default="text",
    show_default=True,
    help="By entity, or as lines of N-Quads that begin with D (removed) or A (added), which is an RDF Patch.",
)
@snapshots_option
@plainly
def diff(before: str, after: str, name: str, snapshots: Path | None) -> None:
    """Show what makes version B of version A.

    The text leaves out the graphs of statistics and of the history of writes, which always change.
    """
    from renkei_kg.asking import CONTROL
    from renkei_kg.versions import changelist, history

    root = snapshots_folder(snapshots)
    first, second = history.find(root, before), history.find(root, after)
    found = history.difference(first, second)
    if name == "nquads":
        for line in found.patch():
            sys.stdout.buffer.write(f"{line}\n".encode())
        return
    told = history.told(found, second)
    base = second.manifest["base"]
    for entity in changelist.entities(told, *history.stores(first, second), base, language()):
        for line in entity.lines():
            click.echo(CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", line))
    click.echo(f"{len(told.added)} quads added, {len(told.removed)} removed: {first.id} → {second.id}")


@snapshots.command()
@click.option("--keep", type=click.IntRange(1), help="Versions to keep. [default: RENKEI_KEEP_VERSIONS]")
@click.option(
    "--keep-days",
    type=click.IntRange(0),
    help="Days to keep every version for. [default: RENKEI_KEEP_DAYS]",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@snapshots_option
@plainly
def prune(keep: int | None, keep_days: int | None, dry_run: bool, snapshots: Path | None) -> None:
    """Remove old versions, never the current one, a cited one or one that a server has open."""
    from datetime import UTC, datetime

    from renkei_kg.versions import retention

    values = settings()
    done = retention.prune(
        snapshots_folder(snapshots),
        values.keep_versions if keep is None else keep,
        values.keep_days if keep_days is None else keep_days,
        datetime.now(UTC),
        dry=dry_run,
    )
    for identifier, reason in done.spared:
        click.echo(f"kept     {identifier}  {reason}")
    for identifier in done.removed:
        click.echo(f"{'would go' if dry_run else 'removed'}  {identifier}")
    click.echo(f"{len(done.removed)} versions {'would be ' if dry_run else ''}removed")


@snapshots.command()
@click.argument("identifier", metavar="ID")
@click.option("--undo", is_flag=True, help="Take the mark away.")
@snapshots_option
@plainly
def cite(identifier: str, undo: bool, snapshots: Path | None) -> None:
    """Mark a version as cited, so that it is never pruned."""
    from renkei_kg.versions import history, retention

    root = snapshots_folder(snapshots)
    found = history.find(root, identifier).id
    (retention.uncite if undo else retention.cite)(root, found)
    click.echo(f"{found} is {'not cited any more' if undo else 'cited'}")


@snapshots.command()
@click.argument("identifier", metavar="ID")
@click.option("--reason", default="", callback=_reason, help="Why, in one line, for the history.")
@click.option("--force", is_flag=True, help="Do what is still possible where it was changed again since.")
@snapshots_option
@plainly
def revert(identifier: str, reason: str, force: bool, snapshots: Path | None) -> None:
    """Take back the write that made a version, as a new version. A running server follows.

    Exit code 1 when shapes find that the data would break its rules without it.
    """
    from renkei_kg.versions import history
    from renkei_kg.write import errors, tokens
    from renkei_kg.write.jobs import RevertJob
    from renkei_kg.write.making import Maker

    root, values = snapshots_folder(snapshots), settings()
    found = history.find(root, identifier)
    maker = Maker(root, values.query_seconds, values.worker_memory_mb)
    try:
        written = maker.make(RevertJob(found, force, by=tokens.OPERATOR, reason=reason))
    except errors.ShapesViolated as error:
        click.echo("\n".join(error.lines(language())))
        click.echo(f"renkei-kg: {error}", err=True)
        sys.exit(EXIT_VIOLATIONS)
    if written.version == written.parent.id:
        click.echo(f"nothing that {found.id} changed is left to take back")
    else:
        click.echo(f"{written.version} takes back {found.id}: +{written.added} −{written.removed}")


def _json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
