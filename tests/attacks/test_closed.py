"""Where the system cannot keep workers from the network, that is said, once, and not found out later."""

import sys
from pathlib import Path

from tests.attacks.watching import children, eventually, kill
from tests.serving import serving

# As on a machine whose calls are not known: the kernel names another one to programs of this personality(2).
ELSEWHERE = "import ctypes, os, sys; assert ctypes.CDLL(None).personality(8) >= 0; os.execv(sys.argv[1], sys.argv[1:])"
SAID = "seccomp is not available"


def test_a_server_without_seccomp_says_so_once(snapshots: Path) -> None:
    with serving(snapshots, through=[sys.executable, "-c", ELSEWHERE]) as server:
        before = children(server.pid)
        for worker in before:
            kill(worker)
        eventually(5, lambda: len(children(server.pid).keys() - before) == 3)
        assert server.ask("ASK {}").status == 200
        assert server.log.read_text().count(SAID) == 1
        assert "SERVICE" in server.log.read_text()


def test_nothing_is_said_where_it_is_there_or_not_wanted(snapshots: Path) -> None:
    for services in ("", "http://127.0.0.1:1/"):
        with serving(snapshots, services=services) as server:
            assert server.ask("ASK {}").status == 200
            assert SAID not in server.log.read_text()
