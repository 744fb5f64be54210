"""What people come for, done in a real browser from beginning to end."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.kinds import FIXED, THINGS, path
from tests.serving import Server

WEIGHT = 150_000  # bytes, compressed, of a page with all that it loads, but for the editor


def test_from_home_by_the_map_to_a_project_and_its_evidence(visit: Callable[..., Any]) -> None:
    page = visit().open("/?lang=ja")
    page.locator("svg a", has_text="後志").first.click()
    expect(page).to_have_url(re.compile("/page/subprefecture/shiribeshi"))
    page.locator("main a[href*='/page/project/']").first.click()
    expect(page).to_have_url(re.compile("/page/project/"))
    marked = page.locator("mark").first
    expect(marked).to_be_visible()
    assert marked.inner_text().strip()


def test_a_search_in_kana_finds_what_is_written_in_kanji(visit: Callable[..., Any]) -> None:
    page = visit().open("/?lang=ja")
    page.locator("#site-search").fill("とうやこ")
    page.locator("#site-search").press("Enter")
    expect(page).to_have_url(re.compile("/search"))
    expect(page.locator("main")).to_contain_text("洞爺湖")


def test_suggestions_come_while_one_types_and_are_taken_with_the_keyboard(visit: Callable[..., Any]) -> None:
    page = visit().open("/?lang=ja")
    field = page.locator("#site-search")
    field.press_sequentially("ちとせ", delay=30)
    options = page.locator("[role=option]")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    wanted = options.first.inner_text().split("\n")[0].strip()
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.locator("h1")).to_contain_text(wanted[:3])


def test_the_language_is_changed_on_the_very_page(visit: Callable[..., Any], server: Server) -> None:
    page = visit().open(path(server, "project", "ja"))
    before = page.url.partition("?")[0]
    page.locator("header a[hreflang=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.partition("?")[0] == before
    page.locator("header nav a[href^='/map']").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_an_example_is_opened_in_the_editor_and_run(visit: Callable[..., Any]) -> None:
    page = visit().open("/queries/world-heritage?lang=ja")
    expect(page.locator("main table").first).to_be_visible()
    page.locator("main a[href^='/query']").first.click()
    expect(page.locator(".cm-content")).to_be_visible()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("main table tbody tr").first).to_be_visible()


def test_an_answer_with_places_is_drawn_on_a_map(visit: Callable[..., Any]) -> None:
    page = visit().open("/query?example=tantetsuko-map&lang=ja#view=map")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("path.place")).to_have_count(12)


def test_a_mistake_is_marked_where_it_is(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.open("/query?lang=ja&query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+LIMIT+5")
    expect(page.locator(".cm-content")).to_be_visible()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cm-lintRange-error, .cm-lint-marker-error").first).to_be_visible()
    # The browser itself reports every answer that is a failure; here one was asked for.
    visitor.complaints = [said for said in visitor.complaints if "400" not in said]


def test_the_map_is_filtered_without_a_mouse(visit: Callable[..., Any]) -> None:
    page = visit().open("/map?lang=ja")
    expect(page.locator(".leaflet-container")).to_be_visible()
    chosen = page.locator("select[name=area]")
    chosen.focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("area="))


@pytest.mark.parametrize("kind", ["home", "project", "area", "query"])
def test_the_first_stop_of_the_keyboard_leads_past_the_menu(
    kind: str, visit: Callable[..., Any], server: Server
) -> None:
    page = visit().open(path(server, kind, "ja"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('header.site')")


@pytest.mark.parametrize("kind", [kind for kind in (*FIXED, *THINGS) if kind not in ("query", "example")])
def test_a_page_is_light(kind: str, visit: Callable[..., Any], server: Server) -> None:
    visitor = visit()
    session_page = visitor.context.new_page()
    devtools = visitor.context.new_cdp_session(session_page)
    devtools.send("Network.enable")
    taken: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: taken.append(event["encodedDataLength"]))
    session_page.goto(server.url + path(server, kind, "ja"), wait_until="networkidle")
    assert taken, "nothing was seen to be loaded"
    assert sum(taken) < WEIGHT, f"{kind} takes {sum(taken):.0f} bytes"
