"""When an older version was made the current one again: a log beside the versions.

That a version became current when it was made needs no entry. The log only says what no manifest can, one
line for each time: the moment, the id and a full stop, without which a crash has cut the line short.
"""

import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

LOG: Final = ".activations"
LINE: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z ([0-9A-Za-z-]+) \.")


def note(root: Path, identifier: str, moment: datetime) -> None:
    """Adds an entry, of which a crash leaves all or a line that nobody reads.

    The version is current whether it can be noted or not; the time of the link ``current`` tells as much
    until the next one is made.
    """
    line = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {identifier} .\n"
    with suppress(OSError), (root / LOG).open("a+b") as file:
        if file.tell() and not _ends(file.fileno(), file.tell()):
            line = f"\n{line}"
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def _ends(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"


def noted(root: Path) -> list[tuple[datetime, str]]:
    """The entries, oldest first; none in a folder without a log."""
    try:
        text = (root / LOG).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found = (LINE.fullmatch(line) for line in text.splitlines())
    return [(datetime.fromisoformat(one[1]).replace(tzinfo=UTC), one[2]) for one in found if one]
