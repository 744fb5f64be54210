"""Servers that tests may write to: over an empty snapshot, with a token."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from renkei_kg.write import version
from tests.serving import Server, serving

BASE = "http://localhost/"
TOKEN = "token-for-the-tests-of-writing"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@contextmanager
def writable(folder: Path, **settings: object) -> Iterator[Server]:
    """A server over a new empty snapshot in ``folder``; ``settings`` are those of ``serving``."""
    version.empty(folder, BASE, datetime.now(UTC))
    with serving(folder, write_token=TOKEN, **settings) as server:
        yield server
