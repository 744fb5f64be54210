"""The commands in docs/writing.md give what it shows."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.serving import serving
from tests.writing import TOKEN

PAGE = (Path(__file__).parents[1] / "docs/writing.md").read_text(encoding="utf-8")


def commands() -> list[tuple[str, str]]:
    """Each command of the page and what it shows as its output."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    found = []
    for block in blocks:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines(keepends=True)
            size = next((n for n in range(1, len(lines)) if not lines[n].startswith("    ")), len(lines))
            found.append(("".join(lines[:size]), "".join(lines[size:])))
    return found


def test_the_curl_commands_give_what_the_page_shows(snapshots: Path, tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text("<a> <b> 1 .")
    (tmp_path / "two.nt").write_text('<http://example.org/a> <http://example.org/b> "2" .')
    curls = [pair for pair in commands() if pair[0].startswith("curl ")]
    assert len(curls) == 9
    copy = tmp_path / "snapshots"
    shutil.copytree(snapshots, copy, symlinks=True)
    with serving(copy, write_token=TOKEN) as server:
        for command, shown in curls:
            there = command.replace("localhost:8080", f"localhost:{server.port}")
            done = subprocess.run(  # noqa: S602  # the page's own commands, for a shell
                there,
                shell=True,
                cwd=tmp_path,
                env={**os.environ, "TOKEN": TOKEN, "no_proxy": "localhost"},
                capture_output=True,
                check=True,
                text=True,
                timeout=60,
            )
            pattern = re.escape(shown.replace("localhost:8080", f"localhost:{server.port}"))
            said = done.stdout.replace("\r\n", "\n")
            assert re.fullmatch(pattern.replace("…", ".+"), said), (command, said)


def test_the_empty_store_is_made_by_the_command_shown(tmp_path: Path) -> None:
    ((command, shown),) = [pair for pair in commands() if pair[0].startswith("renkei-kg empty")]
    here = Path(sys.executable).with_name("renkei-kg")
    done = subprocess.run(
        [here, *command.split()[1:]], cwd=tmp_path, capture_output=True, check=True, text=True, timeout=60
    )
    assert re.fullmatch(re.escape(shown).replace("…", ".+"), done.stdout)
    assert (tmp_path / "trial/current/manifest.json").is_file()
    wrong = subprocess.run(
        [here, "empty", "--out", "trial", "--base", "nowhere"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert wrong.returncode == 2
    assert "http(s) IRI" in wrong.stderr
