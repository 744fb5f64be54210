"""docs/tutorial.md from an empty folder to a served graph: each of its commands is run, and answers as it says."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.serving import serving

PAGE = (Path(__file__).parents[1] / "docs/tutorial.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
BASH = shutil.which("bash") or "/bin/bash"
PORT = "8080"


def _whole(lines: list[str]) -> bool:
    """Whether these lines are a command to its end: no here-document, quotation or continuation is open."""
    if "<<'END'" in lines[0]:
        return lines[-1] == "END"
    return "".join(lines).count("'") % 2 == 0 and not lines[-1].endswith("\\")


def commands() -> list[tuple[str, str]]:
    """Each command of the page with what it answers."""
    found = []
    for block in CONSOLE.findall(PAGE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            end = next(n for n in range(1, len(lines) + 1) if _whole(lines[:n]))
            found.append(("\n".join(lines[:end]), "\n".join(lines[end:])))
    return found


def pattern(expected: str) -> re.Pattern[str]:
    """Matches an answer as the page shows it: ``…`` is anything."""
    return re.compile(re.escape(expected.strip()).replace("…", "(?s:.*)"))


class Learner:
    """Who follows the page: the folder they are in, and the server once they have started it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack, self.url = folder, stack, ""

    def follow(self, command: str) -> str:
        """Runs one command and gives what it prints."""
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ")
            return ""
        if command.startswith("renkei-kg serve"):
            self.url = self.stack.enter_context(serving(self.folder / "build/snapshots")).url
            return ""
        done = subprocess.run(
            [
                BASH,
                "-o",
                "pipefail",
                "-c",
                command.replace(f"localhost:{PORT}", self.url.removeprefix("http://")),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=self.folder,
            env={"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "LANG": "C.UTF-8"},
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    with ExitStack() as stack:
        yield Learner(tmp_path_factory.mktemp("tutorial"), stack)


@pytest.mark.parametrize(("command", "expected"), commands(), ids=lambda text: text[:50])
def test_a_command_of_the_tutorial_answers_as_it_says(learner: Learner, command: str, expected: str) -> None:
    said = learner.follow(command)
    assert pattern(expected).fullmatch(said.strip()), said


def test_the_tutorial_goes_all_the_way() -> None:
    told = [command for command, _ in commands()]
    for step in ("init", "validate", "import --template", "import projects", "build", "serve"):
        assert any(command.startswith(f"renkei-kg {step}") for command in told), step
    assert sum(command.startswith("curl ") for command in told) == 2
