"""Every setting of the server, in one frozen value read from ``RENKEI_*`` variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from renkei_kg.errors import RenkeiError


class SettingError(RenkeiError):
    """A variable holds a value that its setting cannot take; the message names both."""


def _setting(default: Any, meaning: str, *, least: int = 0, most: int | None = None) -> Any:
    return field(default=default, metadata={"meaning": meaning, "least": least, "most": most})


@dataclass(frozen=True)
class Settings:
    """The settings, each read from ``RENKEI_`` and its name in capitals; see ``docs/operations.md``."""

    snapshots: Path = _setting(Path("build/snapshots"), "The folder of snapshots; `current` in it is served.")
    workers: int = _setting(
        2, "Worker processes that evaluate queries, each in its own memory.", least=1, most=64
    )
    query_seconds: int = _setting(
        30, "How long one query may take, answer delivered, before it is ended.", least=1, most=3600
    )
    worker_memory_mb: int = _setting(
        2048, "The address space of one worker, in megabytes.", least=256, most=65536
    )
    queue: int = _setting(
        32, "Queries that may wait for a worker; one more is told to come again.", most=10000
    )
    request_bytes: int = _setting(
        1_000_000, "The largest request body, in bytes.", least=1000, most=1_000_000_000
    )

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
    least, most = limits["least"], limits["most"]
    allowed = f"a whole number from {least} to {most}" if most is not None else f"a number from {least}"
    if (
        not text.isascii()
        or not text.isdigit()
        or int(text) < least
        or (most is not None and int(text) > most)
    ):
        raise SettingError(f"{variable(name)}={text!r} cannot be used: give {allowed}.")
    return int(text)
