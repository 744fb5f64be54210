"""What the commands share: how they fail, and where they find settings and snapshots."""

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from renkei_kg.config import Settings
from renkei_kg.errors import RenkeiError

EXIT_VIOLATIONS = 1
EXIT_ERROR = 2
EXIT_INTERRUPTED = 128 + signal.SIGINT
EXIT_NO_READER = 128 + signal.SIGPIPE


project_option = click.option(
    "--project",
    "root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder",
    help="The project folder: it holds renkei.toml and data/.",
)

snapshots_option = click.option(
    "--snapshots",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of snapshots. [default: RENKEI_SNAPSHOTS or build/snapshots]",
)


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Shows what went wrong as one message on standard error and ends with the exit code for it."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            try:
                return command(*args, **kwargs)
            finally:
                sys.stdout.flush()
        except RenkeiError as error:
            click.echo(f"renkei-kg: {error}", err=True)
            sys.exit(EXIT_ERROR)
        except KeyboardInterrupt:
            click.echo("renkei-kg: stopped.", err=True)
            sys.exit(EXIT_INTERRUPTED)
        except BrokenPipeError:
            # Whoever read the output, such as head, has had enough. Python would flush once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(EXIT_NO_READER)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"renkei-kg: {where}{error.strerror or error}", err=True)
            sys.exit(EXIT_ERROR)

    return wrapped


def settings() -> Settings:
    """The settings that the environment gives."""
    return Settings.from_environment(os.environ)


def snapshots_folder(given: Path | None) -> Path:
    """The folder of snapshots: the one given, or the setting's."""
    return given if given is not None else settings().snapshots


def language() -> str:
    """ja when the locale is Japanese, else en."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "ja" if value.startswith("ja") else "en"
    return "en"
