"""``renkei-kg snapshots fetch`` and ``checksum``. Only this module prints and exits."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from renkei_kg.plainly import plainly, settings, snapshots_folder, snapshots_option

if TYPE_CHECKING:
    from renkei_kg.fetching.fetcher import Fetcher, Wanted

CURRENT = "current"


@click.command()
@click.argument("url", metavar="URL")
@click.argument("identifier", metavar="[ID]", default=CURRENT)
@click.option("--sha256", "pinned", metavar="HEX", default="", help="What `snapshots checksum` says there.")
@click.option(
    "--follow", type=click.IntRange(1, 86400), metavar="SECONDS", help="Look again every so often, for ever."
)
@click.option("--prune", is_flag=True, help="With --follow: remove old versions, as `snapshots prune` does.")
@click.option(
    "--most-gb", default=64, show_default=True, type=click.IntRange(1), help="The largest version to take."
)
@snapshots_option
@plainly
def fetch(
    url: str,
    identifier: str,
    pinned: str,
    follow: int | None,
    prune: bool,
    most_gb: int,
    snapshots: Path | None,
) -> None:
    """Take a version from the server at URL (which has RENKEI_SHARE=1) and make it the current one here.

    Every file is held against its checksum before anything changes. What is here already is not fetched
    again, and what was broken off goes on where it was.
    """
    from renkei_kg.fetching.fetcher import GIB, Fetcher, Wanted
    from renkei_kg.fetching.source import Source

    if follow and (identifier != CURRENT or pinned):
        raise click.UsageError("--follow takes what is current there: give no ID and no --sha256.")
    if prune and not follow:
        raise click.UsageError("--prune goes with --follow; `snapshots prune` is there for the rest.")
    fetcher = Fetcher(snapshots_folder(snapshots), Source(url))
    wanted = Wanted(identifier, pinned.lower(), most_gb * GIB)
    if follow:
        _follow(fetcher, wanted, follow, snapshots_folder(snapshots) if prune else None)
    else:
        _look(fetcher, wanted, "")


@click.command()
@click.argument("identifier", metavar="ID", default=CURRENT)
@snapshots_option
@plainly
def checksum(identifier: str, snapshots: Path | None) -> None:
    """Print the SHA-256 that stands for all files of a version, for `snapshots fetch --sha256`."""
    from renkei_kg.fetching import listing
    from renkei_kg.versions import history

    click.echo(listing.of(history.find(snapshots_folder(snapshots), identifier)).checksum)


def _follow(fetcher: "Fetcher", wanted: "Wanted", seconds: int, pruned: Path | None) -> None:
    """Fetches what is new until the process is told to stop; what fails is said and tried again."""
    from renkei_kg.errors import RenkeiError

    tag, said = "", ""
    with _told_to_stop() as stop:
        while True:
            try:
                tag = _look(fetcher, wanted, tag)
                said = ""
                if pruned is not None:
                    _prune(pruned)
            except (RenkeiError, OSError) as error:
                if str(error) != said:
                    click.echo(f"renkei-kg: {error}", err=True)
                tag, said = "", str(error)
            if stop.wait(seconds):
                return


def _look(fetcher: "Fetcher", wanted: "Wanted", tag: str) -> str:
    """Fetches what is wanted unless it still has ``tag``. Gives the tag that it has."""
    looked = fetcher.look(wanted, tag)
    if looked is None:
        return tag
    made = fetcher.take(looked[0])
    click.echo(f"current is {made.version}: {made.came} bytes fetched, {made.linked} were here")
    return looked[1]


def _prune(root: Path) -> None:
    from datetime import UTC, datetime

    from renkei_kg.versions import retention

    values = settings()
    if retention.superfluous(root, values.keep_versions, values.keep_days, datetime.now(UTC)):
        retention.prune(root, values.keep_versions, values.keep_days, datetime.now(UTC))


@contextlib.contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, in place of what they did before. A version under way is finished
    or, on a second signal, left for the next time."""
    stop = threading.Event()

    def told(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
