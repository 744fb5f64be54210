"""Load in a closed loop: a number of connections, each asking again as soon as it has its answer.

wrk makes the load, from one thread. It counts only what is answered within its time, and whole seconds; so
queries that take long are asked from threads of Python, which wait for the last answer.
"""

import contextlib
import http.client
import json
import shutil
import socket
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from benchmarks.servers import HOST, Server

WRK = "wrk"
REPORT = Path(__file__).parent / "report.lua"
SLOW = 0.1  # seconds: from here on Python's own cost is below a hundredth
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Load:
    """Answers in a second, the median of their latency in seconds, and how many requests failed."""

    rate: float
    latency: float
    failed: int


def load(server: Server, query: str, accept: str, connections: int, seconds: int, expected: float) -> Load:
    """Asks for ``seconds`` by what fits; ``expected`` is how long one answer takes, as far as is known.

    Raises OSError when no answer comes.
    """
    if shutil.which(WRK) is None or expected > SLOW:
        return by_threads(server, query, accept, connections, seconds)
    return by_wrk(server, query, accept, connections, seconds)


def by_wrk(server: Server, query: str, accept: str, connections: int, seconds: int) -> Load:
    """Load from wrk, in whole seconds. Raises OSError."""
    done = subprocess.run(
        [
            *(WRK, "-t1", f"-c{connections}", f"-d{seconds}s", f"--timeout={ANSWER_SECONDS}s"),
            *("-s", str(REPORT), "-H", f"Accept: {accept}"),
            f"http://{HOST}:{server.port}{server.target(query)}",
        ],
        capture_output=True,
        text=True,
        timeout=seconds + ANSWER_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise OSError(f"wrk: {done.stderr.strip()}")
    said = json.loads(done.stdout.strip().splitlines()[-1])
    good = said["requests"] - said["failed"]
    return Load(good / said["microseconds"] * 1e6, said["median"] / 1e6, said["failed"])


def by_threads(server: Server, query: str, accept: str, connections: int, seconds: float) -> Load:
    """Load from threads of this process; each asks once at least. Raises OSError."""
    target = server.target(query)
    started = time.perf_counter()

    def ask() -> tuple[list[float], int]:
        taken: list[float] = []
        failed = 0
        connection = http.client.HTTPConnection(HOST, server.port, timeout=ANSWER_SECONDS)
        with contextlib.closing(connection):
            while not taken or time.perf_counter() - started < seconds:
                before = time.perf_counter()
                try:
                    connection.request("GET", target, headers={"Accept": accept})
                    response = connection.getresponse()
                    response.read()
                    failed += response.status != HTTPStatus.OK
                except http.client.HTTPException:  # an answer that breaks off at the server's time limit
                    failed += 1
                    connection.close()
                taken.append(time.perf_counter() - before)
        return taken, failed

    with ThreadPoolExecutor(connections) as pool:
        done = [future.result() for future in [pool.submit(ask) for _ in range(connections)]]
    ended = time.perf_counter() - started
    taken = [one for many, _ in done for one in many]
    failed = sum(count for _, count in done)
    return Load((len(taken) - failed) / ended, statistics.median(taken), failed)


def first_byte(server: Server, query: str, accept: str) -> tuple[float, float]:
    """Seconds until the first byte of an answer's body, and until its end. Raises OSError."""
    lines = (
        f"GET {server.target(query)} HTTP/1.1",
        f"Host: {HOST}",
        f"Accept: {accept}",
        "Connection: close",
    )
    request = "".join(f"{line}\r\n" for line in (*lines, ""))
    with socket.create_connection((HOST, server.port), timeout=ANSWER_SECONDS) as connection:
        started = time.perf_counter()
        connection.sendall(request.encode())
        head = b""
        while not head.partition(b"\r\n\r\n")[2]:
            part = connection.recv(1 << 16)
            if not part:
                raise OSError("the answer has no body")
            head += part
        first = time.perf_counter() - started
        while connection.recv(1 << 20):
            pass
        return first, time.perf_counter() - started
