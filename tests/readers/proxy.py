"""nginx as the documents have it: ``deploy/nginx.conf`` with the ports of a test, without root, in a folder."""

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.watching import eventually
from tests.serving import Site

CONFIGURATION = Path(__file__).parents[2] / "deploy/nginx.conf"
PORTS = (8080, 8081, 8082, 8083, 8090)
STOP_SECONDS = 20


@dataclass(frozen=True)
class Proxy(Site):
    """An nginx that runs: its port, and the folder of its logs, cache and temporary files."""

    folder: Path


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on."""
    with suppress(OSError):
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
        ports = [one.getsockname()[1] for one in sockets]
        for one in sockets:
            one.close()
        return ports
    raise AssertionError("there are no free ports")


@contextmanager
def proxying(folder: Path, ports: Sequence[int]) -> Iterator[Proxy]:
    """nginx on the first of ``ports``, over three readers and a writer on the others."""
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"])
    nginx = shutil.which("nginx", path=path)
    assert nginx is not None, "nginx is not installed: tests/readers/install.sh gets it"
    known = dict(zip(map(str, PORTS), map(str, ports), strict=True))
    text = re.sub(r"(?<=127\.0\.0\.1:)\d+", lambda found: known[found[0]], CONFIGURATION.read_text())
    folder.mkdir()
    file = folder / "nginx.conf"
    # As many workers as there are processors would be for nothing here.
    file.write_text(text.replace("worker_processes auto", "worker_processes 1"))
    if os.getuid() == 0:
        file.write_text(f"user root;\n{file.read_text()}")  # the folder of a test is its user's alone
    with (folder / "stderr").open("wb") as errors:
        process = subprocess.Popen([nginx, "-p", folder, "-c", file, "-e", "error.log"], stderr=errors)
    try:
        proxy = Proxy(ports[0], folder)
        eventually(10, lambda: process.poll() is not None or _listens(proxy.port))
        assert process.poll() is None, (folder / "stderr").read_text()
        yield proxy
    finally:
        process.send_signal(signal.SIGQUIT)
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
