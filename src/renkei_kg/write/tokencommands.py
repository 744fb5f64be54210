"""The commands of ``renkei-kg tokens``: tokens to write with made, listed and revoked."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from renkei_kg.plainly import plainly, settings, snapshots_folder, snapshots_option

COLUMNS = ("name", "state", "made", "expires", "graphs")
json_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)


@click.group()
def tokens() -> None:
    """The tokens to write with: make, list and revoke them. A running server follows at once.

    They are kept in RENKEI_TOKENS or, if that is not set, in .tokens.json in the folder of snapshots.
    """


@tokens.command()
@click.argument("name")
@click.option(
    "--graph",
    "graphs",
    metavar="IRI",
    multiple=True,
    help="A graph that it may write or, with * behind it, all whose IRIs begin so; several times for more. "
    "[default: every graph]",
)
@click.option(
    "--expires", "end", metavar="WHEN", help="Days such as 90d, or its last day such as 2030-12-31."
)
@json_option
@snapshots_option
@plainly
def add(name: str, graphs: tuple[str, ...], end: str | None, form: str, snapshots: Path | None) -> None:
    """Make a token and show its secret, which is shown only now and kept nowhere.

    \b
    renkei-kg tokens add editor --graph 'https://example.org/notes/*' --expires 90d
    """
    from renkei_kg.write import tokens as kept

    now = _now()
    expires = None if end is None else kept.until(end, now)
    secret, made = kept.add(_file(snapshots), name, graphs, expires, now)
    if form == "json":
        _json({**_row(made, now), "token": secret})
        return
    click.echo(secret)
    row = made.row()
    until = f"until {row['expires']}" if row["expires"] else "until it is revoked"
    click.echo(f"This is the token {name!r}: keep it now, it is not shown again.", err=True)
    click.echo(f"It may write {_graphs(row)} {until}.", err=True)


@tokens.command("list")
@json_option
@snapshots_option
@plainly
def list_tokens(form: str, snapshots: Path | None) -> None:
    """List the tokens, oldest first: what each may write and until when. Never a secret."""
    from renkei_kg.write import tokens as kept

    now = _now()
    known = sorted(kept.read(_file(snapshots)), key=lambda token: token.made)
    rows = [_row(token, now) for token in known]
    if form == "json":
        _json(rows)
        return
    _table([(r["name"], r["state"], r["made"], r["expires"] or "never", _graphs(r)) for r in rows])


@tokens.command()
@click.argument("name")
@snapshots_option
@plainly
def revoke(name: str, snapshots: Path | None) -> None:
    """End a token for good. What was written with it stays."""
    from renkei_kg.write import tokens as kept

    kept.revoke(_file(snapshots), name, _now())
    click.echo(f"{name} is revoked")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _file(snapshots: Path | None) -> Path:
    return replace(settings(), snapshots=snapshots_folder(snapshots)).token_file


def _row(token: Any, now: datetime) -> dict[str, Any]:
    return {**token.row(), "state": token.state(now)}


def _graphs(row: dict[str, Any]) -> str:
    return "every graph" if "*" in row["graphs"] else " ".join(row["graphs"])


def _table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    for line in (COLUMNS, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
