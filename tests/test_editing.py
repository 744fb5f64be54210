"""The commands in docs/editing.md, one after the other, give what it shows."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.serving import COMMAND, serving
from tests.writing import TOKEN

PAGE = (Path(__file__).parents[1] / "docs/editing.md").read_text(encoding="utf-8")
MARK = "=== the next command ==="


def commands() -> list[tuple[str, str]]:
    """Each command of the page and what it shows as its output."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines(keepends=True)
            size = next((n for n in range(1, len(lines)) if not lines[n].startswith("    ")), len(lines))
            found.append(("".join(lines[:size]), "".join(lines[size:])))
    return found


def test_the_commands_give_what_the_page_shows(snapshots: Path, tmp_path: Path) -> None:
    """In one shell, as some set what later ones use."""
    known = commands()
    assert len(known) == 17
    copy = tmp_path / "snapshots"
    shutil.copytree(snapshots, copy, symlinks=True)
    environment = {
        **os.environ,
        "PATH": f"{COMMAND.parent}:{os.environ['PATH']}",
        "RENKEI_SNAPSHOTS": str(copy),
        "LC_ALL": "C.UTF-8",
        "no_proxy": "localhost",
    }
    with serving(copy, write_token=TOKEN) as server:
        lines = [line.replace("localhost:8080", f"localhost:{server.port}") for line, _ in known]
        done = subprocess.run(
            ["/bin/bash"],
            input="".join(f"{line}\necho '{MARK}'\n" for line in lines),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            check=True,
            text=True,
            timeout=300,
        )
    said = done.stdout.split(f"{MARK}\n")
    assert len(said) == len(known) + 1
    for (command, shown), output in zip(known, said, strict=False):
        pattern = re.escape(shown).replace("…", ".*")
        assert re.fullmatch(pattern, output), (command, output)
