"""Folders that take long to make: made once in a run, also when several processes share its tests."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder as ``make`` fills it, of this process alone, so that its tests may do with it what they like."""
    own = factory.mktemp(name)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        make(own)
        return own
    made = factory.getbasetemp().parent / name
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            making = made.with_suffix(".making")
            making.mkdir()
            make(making)
            making.rename(made)
    shutil.copytree(made, own, symlinks=True, dirs_exist_ok=True)
    return own
