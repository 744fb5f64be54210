"""Holding a snapshot that is read, so that it is not pruned.

Apart from ``snapshot.py`` so that a worker, which starts while somebody waits, loads no more than this.
"""

import fcntl
import os
from pathlib import Path
from typing import IO

from renkei_kg.errors import RenkeiError

MANIFEST = "manifest.json"


class Gone(RenkeiError):
    """The snapshot to hold is not there any more."""


def hold(folder: Path) -> IO[bytes]:
    """Keeps the snapshot in ``folder`` from being pruned until the file that this gives is closed, or the
    process ends. Raises Gone."""
    try:
        file = (folder / MANIFEST).open("rb")
        fcntl.flock(file, fcntl.LOCK_SH)
        if (folder / MANIFEST).stat().st_ino == os.fstat(file.fileno()).st_ino:
            return file
        file.close()
    except OSError as error:
        raise Gone(f"{folder} is not a snapshot any more: {error.strerror or error}.") from None
    raise Gone(f"{folder} is not the same snapshot any more.")


def held(file: IO[bytes]) -> bool:
    """Whether somebody holds the snapshot whose manifest ``file`` is. If nobody does, nobody can until it is
    closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
