"""Prints how well messy tables are matched: ``python -m tests.reconcile [SNAPSHOTS]``."""

import sys
from pathlib import Path

from tests.reconcile.messy import OFFERED, TABLES, Score, score
from tests.serving import serving


def main(snapshots: Path) -> None:
    """Serves a folder of snapshots for as long as it takes."""
    with serving(snapshots) as server:
        for table in TABLES:
            tell(table.name, score(server, table))


def tell(name: str, found: Score) -> None:
    """What came out otherwise than it should, and the shares."""
    for one in found.answered:
        if not one.is_right:
            best = ", ".join(f"{c['id'].rpartition('/id/')[2]} {c['score']}" for c in one.candidates[:3])
            wanted = " ".join(sorted(one.row.answers)) or "nothing"
            taken = one.matched or "nothing"
            sys.stdout.write(
                f"{one.row.query} ({one.row.why}): {wanted}; taken: {taken}; best: {best or 'none'}\n"
            )
    sys.stdout.write(
        f"{name}: {len(found.answered)} rows, precision {found.precision:.3f}, recall {found.recall:.3f}, "
        f"among the first {OFFERED} {found.offered:.3f}, ambiguous rows {found.ambiguous:.3f}, "
        f"rows without an answer {found.refused:.3f}\n\n"
    )


main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/snapshots"))
