"""What an operator sees of a server: its memory, its worker processes, its numbers."""

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.serving import Server

NUMBER = re.compile(r"^(\w+)(?:\{[^}]*\})? ([0-9.e+]+)$", re.MULTILINE)


def resident(pid: int) -> float:
    """The memory that a process has, in megabytes."""
    return _status(pid, "VmRSS") / 1024


def _status(pid: int, name: str) -> int:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def children(pid: int) -> dict[int, str]:
    """The processes that a process has started and that are there: their states by their ids."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _, _, rest = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")
            state, parent = rest.split()[:2]
            if int(parent) == pid:
                found[int(stat.parent.name)] = state
    return found


def alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pid: int) -> None:
    """Ends a process of a server under test as the kernel would when memory runs out."""
    os.kill(pid, signal.SIGKILL)


def numbers(server: Server) -> dict[str, float]:
    """The server's metrics by name; of several with labels the sum."""
    found: dict[str, float] = {}
    for label, value in NUMBER.findall(server.fetch("/metrics").body.decode()):
        name = label.removesuffix("_total")
        found[name] = found.get(name, 0.0) + float(value)
    return found


def engine(server: Server, *names: str) -> tuple[int, ...]:
    """Some of the engine's numbers."""
    found = numbers(server)
    return tuple(int(found[f"renkei_engine_{name}"]) for name in names)


def patience(seconds: float) -> float:
    """What ``seconds`` of a machine that has time may take on one that others want something of too."""
    return seconds * max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


def eventually(seconds: float, condition: Callable[[], object]) -> float:
    """Waits until a condition holds; gives how long that took. Fails after ``seconds``, with patience."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < patience(seconds), "it has not come to hold"
        time.sleep(0.03)
    return time.monotonic() - started


def idle(server: Server) -> bool:
    """Whether no query runs or waits, and the workers are as many as at the beginning."""
    running = engine(server, "running", "slow", "waiting", "parked")
    return running == (0, 0, 0, 0)
