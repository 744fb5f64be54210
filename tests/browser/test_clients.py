"""The example of a page that asks the endpoint from elsewhere: from another site, and opened as a file."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.serving import Server

CLIENTS = Path(__file__).parents[2] / "clients"
QUERY = """PREFIX rk: <https://w3id.org/renkei/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT DISTINCT ?name { ?project a rk:Project ; rdfs:label ?name ; rk:asset/a rk:Product
        FILTER(LANG(?name) = "ja") } ORDER BY ?name"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the library has it
        """Says nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """Another site, with the examples on it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(CLIENTS))) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()
        thread.join()


@pytest.mark.parametrize("place", ["site", "file"])
def test_a_page_of_another_site_asks(browser: Browser, server: Server, elsewhere: str, place: str) -> None:
    rows = json.loads(server.ask(QUERY).body)["results"]["bindings"]
    with closing(browser.new_page()) as page:
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(f"{elsewhere if place == 'site' else CLIENTS.as_uri()}/fetch.html?server={server.url}")
        page.locator("#found li").nth(len(rows) - 1).wait_for()
        shown = page.locator("#found li").all_inner_texts()
    assert [line.partition("：")[0] for line in shown] == [row["name"]["value"] for row in rows]
    assert rows
    assert all(line.partition("：")[2] for line in shown)
    assert complaints == []
