"""Every kind of page, in both languages: no violation of WCAG 2.2 AA that axe-core can see, no sideways scrolling
on the narrowest screens, and something to read without scripts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.kinds import FIXED, THINGS, path
from tests.serving import Server

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
KINDS = (*FIXED, *THINGS)
LANGUAGES = ("ja", "en")
NARROW = {"width": 320, "height": 640}
pages = pytest.mark.parametrize("language", LANGUAGES)


def violations(page: Any) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    assert found["passes"], "axe has looked at nothing"
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['html'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pages
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_no_barrier_and_fits_a_narrow_screen(
    kind: str, language: str, visit: Callable[..., Any], server: Server
) -> None:
    page = visit().open(path(server, kind, language))
    assert page.locator("html").get_attribute("lang") == language
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} pixels too wide"


@pytest.mark.parametrize("kind", ["home", "map", "query", "project"])
def test_a_dark_page_has_no_barrier(kind: str, visit: Callable[..., Any], server: Server) -> None:
    page = visit(color_scheme="dark").open(path(server, kind, "ja"))
    assert violations(page) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_can_be_read_without_scripts(kind: str, visit: Callable[..., Any], server: Server) -> None:
    page = visit(java_script_enabled=False).open(path(server, kind, "ja"))
    assert page.locator("h1").count() == 1
    assert len(page.locator("main").inner_text()) > 40
    for name in ("title", "description", "site_name", "locale"):
        (told,) = page.locator(f'meta[property="og:{name}"]').all()
        assert told.get_attribute("content"), name


def test_a_page_is_printed_without_what_is_for_the_screen(visit: Callable[..., Any], server: Server) -> None:
    page = visit(color_scheme="dark").open(path(server, "project", "ja"))
    for_screens = page.locator("header form[role=search], nav.site, header .switch, .behind")
    assert for_screens.first.is_visible()
    page.emulate_media(media="print")
    assert for_screens.count() > 2
    assert not any(one.is_visible() for one in for_screens.all())
    assert page.locator("h1").is_visible()
    colours = page.evaluate(
        "(style => [style.color, style.backgroundColor])(getComputedStyle(document.body))"
    )
    assert colours[0] == "rgb(0, 0, 0)"
    assert colours[1] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
