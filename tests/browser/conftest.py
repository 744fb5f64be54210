"""A real browser on a real server: Chromium without a screen, which may talk to that server and to nobody else."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, sync_playwright

from tests.serving import Server, serving

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 30_000  # milliseconds


def _runs(path: str) -> bool:
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, client_queries=1000) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name)) and _runs(path)), None)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


class Visitor:
    """Someone with a browser: what their pages asked of other hosts and what scripts complained of is noted."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context, self.server = context, server
        self.outside: list[str] = []
        self.complaints: list[str] = []
        context.set_default_timeout(PATIENCE)
        context.route("**/*", self._pass)

    def _pass(self, route: Route, request: Request) -> None:
        if urlsplit(request.url).netloc == f"127.0.0.1:{self.server.port}" or request.url.startswith("data:"):
            route.continue_()
        else:
            self.outside.append(request.url)
            route.abort()

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{path}: {error}"))
        page.on(
            "console",
            lambda said: self.complaints.append(f"{path}: {said.text}") if said.type == "error" else None,
        )
        response = page.goto(self.server.url + path)
        assert response is not None
        assert response.status == 200, path
        return page


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; in the end none of their pages may have asked another host, or failed in a script."""
    visitors: list[Visitor] = []

    def make(**settings: object) -> Visitor:
        context = browser.new_context(
            **{"locale": "ja-JP", "viewport": {"width": 1280, "height": 900}, **settings}
        )
        visitors.append(Visitor(context, server))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [url for visitor in visitors for url in visitor.outside] == []
    assert [said for visitor in visitors for said in visitor.complaints] == []
