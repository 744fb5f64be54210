"""Every setting of the server, in one frozen value read from ``RENKEI_*`` variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from renkei_kg.errors import RenkeiError


class SettingError(RenkeiError):
    """A variable holds a value that its setting cannot take; the message names both."""


def _path(default: str, meaning: str) -> Any:
    return field(default=Path(default), metadata={"meaning": meaning})


def _number(default: int, meaning: str, least: int, most: int) -> Any:
    return field(default=default, metadata={"meaning": meaning, "least": least, "most": most})


def _text(meaning: str, *, default: str = "", secret: bool = False, shortest: int = 0) -> Any:
    facts = {"meaning": meaning, "shortest": shortest}
    return field(default=default, repr=not secret, metadata=facts)


@dataclass(frozen=True)
class Settings:
    """The settings, each read from ``RENKEI_`` and its name in capitals; see ``docs/operations.md``."""

    snapshots: Path = _path("build/snapshots", "The folder of snapshots; `current` in it is served.")

    keep_versions: int = _number(50, "Versions that `snapshots prune` keeps, the newest ones.", 1, 1_000_000)
    keep_days: int = _number(
        0, "Days that `snapshots prune` keeps every version for. 0: their number alone counts.", 0, 100_000
    )

    query_seconds: int = _number(
        30, "How long one query may take, answer delivered, before it ends.", 1, 3600
    )
    quick_milliseconds: int = _number(
        300,
        "After this a query counts as slow: it gets less of the processor, and one of the slow places.",
        10,
        60_000,
    )
    workers: int = _number(2, "Queries that may run at full speed at once.", 1, 64)
    slow_workers: int = _number(2, "Slow queries that may run at once, beside the quick ones.", 1, 64)
    parked: int = _number(
        4, "Slow queries that may be held still until a slow place is free; one more is refused.", 0, 64
    )
    queue: int = _number(
        64, "Queries that may wait for their turn; one more is told to come again.", 0, 10_000
    )
    wait_seconds: int = _number(10, "How long a query may wait for its turn, or be held still.", 1, 600)
    client_queries: int = _number(
        32, "Queries that one client address may have under way or waiting at once.", 1, 10_000
    )
    worker_memory_mb: int = _number(2048, "The address space of one worker, in megabytes.", 256, 65_536)
    archive_workers: int = _number(
        2, "Workers kept at hand on versions that are not the current one. 0: none.", 0, 64
    )
    archive_seconds: int = _number(
        20, "How long such a worker is kept after its last query; for so long its version stays.", 1, 3600
    )
    result_mb: int = _number(
        1024, "The largest answer, in megabytes; a larger one is an error. 0: no limit.", 0, 1_000_000
    )
    result_rows: int = _number(
        0,
        "The most rows of an answer; one with more is an error. 0: no limit. A limit costs time.",
        0,
        1_000_000_000,
    )
    text_hits: int = _number(
        10_000,
        "The most hits of a text search that gives no limit of its own; more are an error.",
        1,
        1_000_000,
    )
    cited_mb: int = _number(
        1024, "Disk for the answers that citations keep, in megabytes. 0: none are kept.", 0, 10_000_000
    )
    cited_answer_mb: int = _number(16, "The largest answer that a citation keeps, in megabytes.", 1, 1024)
    cited_client: int = _number(
        100, "Answers that citations keep for one client address in a day.", 1, 1_000_000
    )
    links: int = _number(20_000, "Short links to queries that are kept. 0: none.", 0, 10_000_000)
    links_client: int = _number(
        50, "Short links that are made for one client address in a day.", 1, 1_000_000
    )
    services: str = _text("Endpoints that SERVICE may ask, as IRIs with spaces between. Empty: none.")

    request_bytes: int = _number(1_000_000, "The largest request body, in bytes.", 1000, 1_000_000_000)
    header_bytes: int = _number(
        65_536, "The largest request line with its headers, in bytes.", 4096, 10_000_000
    )
    header_seconds: int = _number(10, "How long a client may take to send its request.", 1, 600)
    idle_seconds: int = _number(15, "How long a connection may stay open between requests.", 1, 3600)
    connections: int = _number(2000, "Connections open at once; one more is told to come again.", 1, 100_000)
    stop_seconds: int = _number(
        10, "How long answers under way may take to end when the server stops.", 1, 600
    )
    trusted_proxies: str = _text(
        "Addresses of proxies, with spaces between, whose X-Forwarded-For says who the client is and whose "
        "X-Forwarded-Proto says how it came; Host they pass on."
    )

    public_url: str = _text(
        "The address that citations give, up to where `/cite` would follow. Empty: as the server is asked."
    )
    tiles: str = _text(
        "Tiles under the map: a URL with `{z}`, `{x}` and `{y}`, a space, and whose they are. Empty: none."
    )
    cache_mb: int = _number(
        128, "Memory for answers that are kept, in megabytes. 0: none are kept.", 0, 100_000
    )
    access_log: str = _text("Where the access log goes: a file, `-` for standard error, or empty for none.")
    log_queries: int = _number(0, "1: the access log holds the text of queries, not only their hash.", 0, 1)
    share: int = _number(
        0, "1: other servers may fetch whole versions, store and all (`snapshots fetch`).", 0, 1
    )
    write_token: str = _text(
        "The operator's own token to write, named `operator` (at least 16 characters). Empty: there is none.",
        secret=True,
        shortest=16,
    )
    tokens: str = _text("The file of `renkei-kg tokens`. Empty: `.tokens.json` in the folder of snapshots.")

    engine: str = _text(
        "The SPARQL endpoint that answers queries, as a URL. Empty: the snapshot's own store does."
    )
    engine_update: str = _text(
        "Where `publish` sends updates to that engine, as a URL. Empty: to the endpoint itself."
    )
    engine_graphs: str = _text("Where `publish` sends graphs to: the URL of its Graph Store Protocol.")
    engine_user: str = _text("The user that the engine knows the server by. Empty: none.")
    engine_password: str = _text("That user's password.", secret=True)
    engine_digest: int = _number(
        0, "1: user and password are shown by HTTP Digest and not by Basic authentication.", 0, 1
    )
    engine_token: str = _text("A bearer token that is shown to the engine instead.", secret=True)
    engine_headers: str = _text(
        "More header fields for the engine, one a line, as `Name: value`.", secret=True
    )
    engine_timeout: str = _text(
        "The parameter that tells the engine how long a query may take, with `{milliseconds}` or `{seconds}` "
        "in it. Empty: it is not told."
    )
    engine_queries: int = _number(16, "Queries that the engine is asked at once.", 1, 1000)
    engine_local: int = _number(
        1,
        "1: what the engine cannot evaluate is answered from the snapshot's own store. 0: it is an error.",
        0,
        1,
    )

    @property
    def token_file(self) -> Path:
        """The file that write tokens are kept in."""
        return Path(self.tokens) if self.tokens else self.snapshots / ".tokens.json"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings that the variables give; what is not set has its default. Raises SettingError."""
        values: dict[str, Any] = {}
        for item in fields(cls):
            text = environment.get(variable(item.name))
            if text is not None:
                values[item.name] = _read(item.name, text, item.default, item.metadata)
        return cls(**values)


def variable(name: str) -> str:
    """The name of the environment variable of a setting."""
    return f"RENKEI_{name.upper()}"


def _read(name: str, text: str, default: object, limits: Mapping[str, Any]) -> object:
    if isinstance(default, Path):
        if not text:
            raise SettingError(f"{variable(name)} is empty: give the path of a folder.")
        return Path(text)
    if isinstance(default, str):
        shortest = limits["shortest"]
        if shortest and text and (len(text) < shortest or not text.isascii() or not text.isprintable()):
            raise SettingError(
                f"{variable(name)} cannot be used: give at least {shortest} printable ASCII characters."
            )
        return text
    least, most = limits["least"], limits["most"]
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingError(
            f"{variable(name)}={text!r} cannot be used: give a whole number from {least} to {most}."
        )
    return int(text)
