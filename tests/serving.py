"""A real server for tests: started by its own command on a free port, asked over HTTP, ended by a signal."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

COMMAND = Path(sys.executable).with_name("renkei-kg")
START_SECONDS = 30
STOP_SECONDS = 30
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/sparql")


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers by their names in lower case, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The members of a problem (RFC 9457); fails when the answer is none or names another status."""
        assert self.headers.get("content-type") == "application/problem+json", (self.status, self.body[:200])
        said: dict[str, Any] = json.loads(self.body)
        assert said["status"] == self.status
        assert said["title"]
        assert said["detail"]
        return said


@dataclass(frozen=True)
class Site:
    """What answers over HTTP at a port of this machine."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fetch(
        self,
        target: str,
        body: bytes | None = None,
        *,
        method: str = "",
        source: str = "127.0.0.1",
        seconds: float = 60,
        **headers: str,
    ) -> Answer:
        """One request on a connection of its own, from the address ``source``."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=seconds, source_address=(source, 0)
        )
        with closing(connection):
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method or ("GET" if body is None else "POST"), target, body, names)
            with connection.getresponse() as response:
                found = {name.lower(): value for name, value in response.getheaders()}
                return Answer(response.status, found, response.read())

    def ask(self, query: str, *, accept: str = "application/json", **more: Any) -> Answer:
        """The answer to a query sent by GET; ``more`` goes to ``fetch``."""
        return self.fetch(f"/sparql?{urlencode({'query': query})}", Accept=accept, **more)

    def post(self, text: str, *, kind: str = "query", **more: Any) -> Answer:
        """The answer to a query or update sent as a body; ``more`` goes to ``fetch``."""
        headers = {"Content_Type": f"application/sparql-{kind}", "Accept": "application/json"}
        return self.fetch("/sparql", text.encode(), **{**headers, **more})


@dataclass(frozen=True)
class Server(Site):
    """A server that runs: its port, its process, and the file that its standard error goes to."""

    process: subprocess.Popen[str]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid


@contextmanager
def serving(
    snapshots: Path, *, exit_code: int = 0, through: Sequence[str] = (), port: int = 0, **settings: object
) -> Iterator[Server]:
    """A server over the current one of ``snapshots``; ``settings`` are those of Settings, by name. It is
    started by the command ``through``, if one is given.

    At the end it is told to stop, has to end with ``exit_code``, and may have logged no traceback.
    """
    variables = {f"RENKEI_{name.upper()}": str(value) for name, value in settings.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RENKEI_")}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "stderr"
        with (
            log.open("wb") as errors,
            subprocess.Popen(
                [*through, COMMAND, "serve", "--port", str(port)],
                env={**kept, "RENKEI_SNAPSHOTS": str(snapshots), **variables},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            try:
                yield Server(_port(process, log), process, log)
            except BaseException:
                process.kill()
                sys.stderr.write(log.read_text(errors="replace"))
                raise
            process.send_signal(signal.SIGTERM)
            try:
                code = process.wait(STOP_SECONDS)
            finally:
                process.kill()
        said = log.read_text(errors="replace")
        assert "Traceback" not in said, said
        assert code == exit_code, (code, said)


def _port(process: subprocess.Popen[str], log: Path) -> int:
    """The port that a server says it listens on, once it is ready."""
    assert process.stdout is not None
    line = process.stdout.readline()
    found = ADDRESS.search(line)
    assert found, (line, log.read_text(errors="replace"))
    return int(found[1])
