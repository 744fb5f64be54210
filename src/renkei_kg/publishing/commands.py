"""``renkei-kg publish`` and ``renkei-kg engine``. Only this module prints and exits."""

import asyncio
import fcntl
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from renkei_kg.config import Settings
from renkei_kg.plainly import plainly, settings, snapshots_folder, snapshots_option

URL = "URL"


@click.command()
@click.argument("version", default="current")
@click.option("--to", metavar=URL, help="The engine's SPARQL endpoint. [default: RENKEI_ENGINE]")
@click.option(
    "--update", metavar=URL, help="Where it takes updates. [default: RENKEI_ENGINE_UPDATE, else --to]"
)
@click.option("--graphs", metavar=URL, help="Its graph store. [default: RENKEI_ENGINE_GRAPHS]")
@click.option("--prune", is_flag=True, help="Then take older versions away from the store.")
@click.option(
    "--keep", default=2, show_default=True, type=click.IntRange(1), help="How many versions --prune leaves."
)
@click.option("--loaded", is_flag=True, help="Graphs may be there by other means: send what is not right.")
@click.option(
    "--dump",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.nq",
    help="Only write what a loader of the engine's own would load.",
)
@snapshots_option
@plainly
def publish(
    version: str,
    to: str | None,
    update: str | None,
    graphs: str | None,
    prune: bool,
    keep: int,
    loaded: bool,
    dump: Path | None,
    snapshots: Path | None,
) -> None:
    """Bring VERSION to a SPARQL engine, check it there, and make it the one that servers read.

    Credentials are settings (RENKEI_ENGINE_USER and so on). A publication that was broken off goes on where
    it was when it is asked for again; until its end servers read the version before. docs/engines.md has the
    addresses of each engine.
    """
    from renkei_kg.publishing.target import PublishingError
    from renkei_kg.versions import history

    given = _settings(to, update, graphs)
    if not given.engine_graphs:
        raise PublishingError(
            "there is no graph store to publish to: give --graphs URL or RENKEI_ENGINE_GRAPHS "
            "(docs/engines.md has those of each engine)."
        )
    folder = snapshots_folder(snapshots)
    found = history.find(folder, version)
    with (folder / ".publishing").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PublishingError(f"another publication from {folder} runs: wait for its end.") from None
        asyncio.run(_publish(given, found, keep if prune else 0, loaded=loaded, dump=dump))


async def _publish(given: Settings, found: Any, keep: int, *, loaded: bool, dump: Path | None) -> None:
    from datetime import UTC, datetime

    from renkei_kg.engine.remote.link import Link
    from renkei_kg.publishing.publisher import Publisher
    from renkei_kg.publishing.target import Target

    link = Link(replace(given, engine_timeout=""))
    await link.start()
    try:
        publisher = Publisher(Target(link), found.manifest["base"], _say)
        if dump is not None:
            await publisher.dump(found, dump)
            return
        await publisher.publish(found, datetime.now(UTC), loaded=loaded)
        if keep:
            await publisher.prune(keep)
    finally:
        await link.stop()


@click.group()
def engine() -> None:
    """Look at a SPARQL engine that RENKEI_ENGINE could name."""


@engine.command()
@click.argument("url", required=False)
@plainly
def probe(url: str | None) -> None:
    """Say what the engine at URL can do, and what it cannot. [default: RENKEI_ENGINE]"""
    found = asyncio.run(_probe(_settings(url, None, None)))
    yes = {True: "yes", False: "no", None: "not known before something is published to it"}
    click.echo(f"formats given rightly        {', '.join(sorted(found.native)) or 'none'}")
    click.echo(f"GeoSPARQL functions          {len(found.functions)}")
    click.echo(f"merges default graphs        {yes[found.merges]}")
    click.echo(f"own default graph is union   {yes[found.union]}")
    click.echo(f"describes with blank nodes   {yes[found.describes]}")
    click.echo(f"paths with two open ends     {yes[found.open_paths]}")
    click.echo(f"GRAPH ?g {{}} finds graphs     {yes[found.empty_groups]}")
    click.echo(f"triple terms                 {yes[found.triple_terms]}")
    click.echo(f"is told the time of a query  {yes[found.timeout]}")
    for sentence in found.sentences():
        click.echo(sentence)


async def _probe(given: Settings) -> Any:
    from renkei_kg.engine.remote.capabilities import find
    from renkei_kg.engine.remote.link import Link

    link = Link(given)
    await link.start()
    try:
        return await find(link, 10)
    finally:
        await link.stop()


def _settings(to: str | None, update: str | None, graphs: str | None) -> Settings:
    """The settings, with the addresses that are given. Raises SettingError."""
    found = settings()
    if to is not None and to != found.engine:
        found = replace(found, engine=to, engine_update="", engine_graphs="")
    if update is not None:
        found = replace(found, engine_update=update)
    if graphs is not None:
        found = replace(found, engine_graphs=graphs)
    if not found.engine:
        raise click.UsageError("Say which engine: give its URL, or set RENKEI_ENGINE.")
    return found


def _say(line: str) -> None:
    click.echo(line, err=True)
