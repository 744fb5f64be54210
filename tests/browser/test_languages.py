"""No string of one language stands on the page of the other, unless it says so (WCAG 2.2, 3.1.2)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.kinds import FIXED, THINGS, path
from tests.serving import Server

# What stands in code is no language's; a run of four Latin words is English.
FOREIGN = """([language, form]) => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const wanted = new RegExp(form, "u");
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent;
        const element = walker.currentNode.parentElement;
        if (element.closest("script, style, pre, code, textarea, .cm-editor")) continue;
        if (wanted.test(text) && element.closest("[lang]").lang === language) found.push(text.trim());
    }
    for (const element of document.querySelectorAll("[title], [aria-label], [placeholder], [alt]")) {
        for (const name of ["title", "aria-label", "placeholder", "alt"]) {
            const text = element.getAttribute(name) ?? "";
            if (wanted.test(text) && element.closest("[lang]").lang === language) found.push(`${name}: ${text}`);
        }
    }
    return found;
}"""
JAPANESE = r"[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]"
ENGLISH = r"\b[A-Za-z']+ [A-Za-z']+ [A-Za-z']+ [A-Za-z']+\b"


@pytest.mark.parametrize("kind", [*FIXED, *THINGS])
@pytest.mark.parametrize(("language", "form"), [("en", JAPANESE), ("ja", ENGLISH)])
def test_what_is_of_the_other_language_says_so(
    kind: str, language: str, form: str, visit: Callable[..., Any], server: Server
) -> None:
    page = visit().open(path(server, kind, language))
    assert page.evaluate(FOREIGN, [language, form]) == []
