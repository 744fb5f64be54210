"""Which version was the current one at a moment, in seconds as HTTP has them."""

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from renkei_kg.snapshot import Snapshot

SECOND = timedelta(seconds=1)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Timeline:
    """From which moment on which version was current, oldest first; one may be there several times."""

    moments: tuple[datetime, ...]
    versions: tuple[str, ...]

    def back_from(self, moment: datetime) -> Iterator[str]:
        """The version that was current in the second of ``moment``, then those before it, each once."""
        end = bisect.bisect_right(self.moments, moment.replace(microsecond=0) + SECOND - timedelta.resolution)
        yield from dict.fromkeys(reversed(self.versions[:end]))


def created(version: Snapshot) -> datetime:
    """When a version was made; before all others when its manifest does not say."""
    try:
        moment = datetime.fromisoformat(version.manifest["created"])
    except (KeyError, TypeError, ValueError):
        return NEVER
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def moment(time: datetime) -> str:
    """A time in whole seconds (RFC 3339)."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def timeline(
    ordered: Iterable[Snapshot],
    activations: Sequence[tuple[datetime, str]] = (),
    current: tuple[datetime, str] | None = None,
) -> Timeline:
    """The times of versions that stand in their order (``snapshot.in_order``): each was current from when it
    was made, and again from its ``activations``.

    A clock that was put back does not change the order. ``current`` is the version that is current now and
    when the link to it was made, which counts when nothing else tells of it.
    """
    known: list[tuple[datetime, str]] = []
    for version in ordered:
        latest = known[-1][0] if known else NEVER
        known.append((max(created(version), latest), version.id))
    kept = {identifier for _, identifier in known}
    known = sorted(
        [*known, *(one for one in activations if one[1] in kept)],
        key=lambda one: one[0],
    )
    if current is not None and current[1] in kept and known[-1][1] != current[1]:
        known.append((max(current[0], known[-1][0]), current[1]))
    return Timeline(tuple(moment for moment, _ in known), tuple(identifier for _, identifier in known))
