"""Pages: every one is reached from the first and is well made; its language, its frame, what it is served with."""

import html
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

import html5rdf
import pytest
from pyoxigraph import NamedNode, Store

import renkei_kg.web
from renkei_kg import snapshot
from renkei_kg.web import statics, words
from renkei_kg.web.linked.addresses import Addresses
from tests.crawling import Client, links
from tests.serving import Server, serving

WEB = Path(renkei_kg.web.__file__).parent
# A class of a property of a class, and the like: most of all pages, and all of one kind.
SMALL = re.compile(
    r"/dataset/[^/]+/(?:[^/]+/){2,}[^/]+|/page/(?:claim|evidence|geometry|municipality|position-selector|quote-selector|target)/.*"
)
# Words whose names are put together from what they are for.
MADE_UP = (
    "api.action.",
    "api.short.",
    "editor.",
    "status.",
    "certainty.",
    "findings.",
    "project.",
    "unsure.",
    "means.",
    "asset.",
    "finding.",
    "shape.",
)
# Pages of every template, in both languages, are looked at closely.
KINDS = [
    "/",
    "/map",
    "/map?area=doo&show=assets",
    "/browse",
    "/browse/classes",
    "/browse?class=rk:Municipality&page=2",
    "/browse?kind=Project&area=doo&q=%E8%A6%B3%E5%85%89",
    "/search?q=xqzj+%E7%82%AD%E9%89%84%E6%B8%AF",
    "/query",
    "/queries",
    "/queries/near-hakodate?metres=90000",
    "/queries/ask-hiyama-jomon",
    "/search",
    "/search?q=%E7%82%AD%E9%89%84%E6%B8%AF",
    "/search?q=%22",
    "/page/project/tantetsuko",
    "/page/initiative/kita-hokkaido-2024",
    "/page/certainty/high?page=2",
    "/page/municipality/014621",
    "/page/subprefecture/sorachi",
    "/page/area/doo?page=2",
    "/page/bureau/soya",
    "/page/theme/adventure-travel",
    "/page/concept-scheme/themes",
    "/page/asset/hidaka-sanmyaku-erimo",
    "/page/actor/municipalities",
    "/page/designation/world-heritage-jomon",
    "/page/document/renkei-projects-fy2024",
    "/page/page/renkei-projects-fy2024-1",
    "/page/geometry/subprefecture-sorachi",
    "/page/evidence/tantetsuko-title",
    "/page/nothing",
    "/catalog",
    "/dataset/renkei",
    "/dataset/projects",
    "/dataset/renkei/versions",
    "/dataset/renkei/file/renkei.nq.html",
    "/graph/policy.html",
    "/about",
    "/ontology.html",
    "/shapes.html",
    "/snapshots",
    "/sparql?query=SELECT+*+%7B+%3Fs+a+%3Fo+%7D+LIMIT+3",
    "/sparql?query=nonsense",
]


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots) as found:
        yield found


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with closing(Client(server)) as found:
        yield found


@pytest.fixture(scope="module")
def ours(snapshots: Path) -> set[str]:
    """Every IRI below the base that any statement has, or that names a graph; without fragments."""
    current = snapshot.open_current(snapshots)
    base = current.manifest["base"]
    store = Store.read_only(str(current.store))
    terms = (term for quad in store for term in (quad.subject, quad.predicate, quad.object, quad.graph_name))
    iris = {term.value for term in terms if isinstance(term, NamedNode) and term.value.startswith(base)}
    return {iri.partition("#")[0] for iri in iris}


def test_pages_that_one_client_asks_at_once_wait_for_each_other_and_none_is_refused(snapshots: Path) -> None:
    """Each asks some seven queries side by side."""
    pages = [f"/page/project/anzen-anshin?lang={one}&n={n}" for n in range(6) for one in words.LANGUAGES]
    with serving(snapshots, client_queries=4, cache_mb=0) as server, ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(server.fetch, pages))
    assert {answer.status for answer in answers} == {200}, {answer.body[:300] for answer in answers}


def test_every_page_is_reached_from_the_first_one(client: Client, snapshots: Path, ours: set[str]) -> None:
    """Follows every link within the host. Links that ask for another form of what is on the page anyway
    (rel=nofollow), other languages and formats, pages of other versions, municipalities, evidence and the
    smallest parts of the dataset are followed now and then."""
    seen, waiting = {"/"}, ["/"]
    sampled: Counter[str] = Counter()
    failed: list[str] = []

    def visit(path: str) -> list[str]:
        answer = client.get(path, Accept_Language="ja")
        if answer.status == 303:
            return [answer.headers["location"]]
        if answer.status != 200:
            failed.append(f"{answer.status} {path}")
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return []
        found = links(answer.body.decode(), client.server.url + path)
        return [target for target, attributes in found if _is_followed(target, attributes, sampled)]

    while waiting:
        waiting = [one for one in waiting if not SMALL.match(one) or crc32(one.encode()) % 6 == 0]
        reached = {target for found in client.all(visit, waiting) for target in found}
        waiting = sorted(reached - seen)
        seen |= reached
    assert not failed, failed
    manifest = snapshot.open_current(snapshots).manifest
    addresses = Addresses(manifest["base"], documents={*manifest["graphs"], *manifest["datasets"]})
    pages = {addresses.page(iri) for iri in ours}
    assert sorted(page for page in pages if page not in seen) == []


def _is_followed(target: str, attributes: dict[str, str], sampled: Counter[str]) -> bool:
    path, arguments = urlsplit(target).path, dict(parse_qsl(urlsplit(target).query))
    kind, often = "", 1
    if "nofollow" in attributes.get("rel", ""):
        kind, often = f"nofollow {path.split('/')[1]}", 60
    elif "hreflang" in attributes or "lang" in arguments:
        kind, often = "language", 60
    elif attributes.get("rel") == "alternate" or "type" in attributes:
        kind, often = f"format {path.rpartition('.')[2]}", 60
    elif re.match(r"/snapshots/[^/]+/.", path):
        kind, often = "version", 20
    sampled[kind] += 1
    return sampled[kind] % often == 1 or often == 1


class Looker(HTMLParser):
    """What a page says of itself, as far as tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_title = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("path", KINDS)
def test_a_page_is_well_made(client: Client, path: str, language: str) -> None:
    answer = client.get(path + ("&" if "?" in path else "?") + f"lang={language}")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = answer.body.decode()
    parser = html5rdf.HTMLParser()
    parser.parse(text)
    assert parser.errors == []
    page = Looker(text)
    ids = page.values("id")
    assert [one for one, number in Counter(ids).items() if number > 1] == []
    assert [attributes.get("lang") for attributes in page.all("html")] == [language]
    for tag in ("h1", "main"):
        assert len(page.all(tag)) == 1, tag
    assert text.partition("</head>")[0].count("<title>") == 1
    assert page.title.strip()
    for landmark in ("header", "nav", "footer"):
        assert page.all(landmark), landmark
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        for name in page.values(attribute):
            assert set(name.split()) <= set(ids), (attribute, name)
    labelled = set(page.values("for"))
    for tag in ("input", "select", "textarea"):
        for attributes in page.all(tag):
            assert attributes.get("type") == "hidden" or attributes.get("id") in labelled, attributes
    for name in {value.partition("#")[2] for value in page.values("href") if value.startswith("#")}:
        assert html.unescape(name) in ids
    assert page.all("a")[0].get("href") == "#page-content"


@pytest.mark.parametrize("path", KINDS)
def test_a_page_needs_nothing_that_the_policy_forbids(client: Client, path: str) -> None:
    page = Looker(client.get(path).body.decode())
    assert page.values("style") == []
    assert page.all("style") == []
    assert all("src" in a or a.get("type") == "application/ld+json" for a in page.all("script"))
    assert [name for _, attributes in page.elements for name in attributes if name.startswith("on")] == []
    loaded = [
        *page.values("src"),
        *(a["href"] for a in page.all("link") if a.get("rel") in ("stylesheet", "icon")),
    ]
    assert loaded
    assert all(address and address.startswith("/static/") for address in loaded)


@pytest.mark.parametrize(
    ("target", "header", "language"),
    [
        ("/", None, "ja"),
        ("/", "en", "en"),
        ("/", "en-GB,en;q=0.9,ja;q=0.5", "en"),
        ("/", "fr, ja;q=0.4, en;q=0.3", "ja"),
        ("/", "fr", "ja"),
        ("/?lang=en", "ja", "en"),
        ("/?lang=ja", "en", "ja"),
        ("/?lang=fr", "en", "en"),
        ("/page/project/tantetsuko?lang=en", "ja", "en"),
    ],
)
def test_the_language_of_a_page(client: Client, target: str, header: str | None, language: str) -> None:
    answer = client.get(target, **({"Accept_Language": header} if header else {}))
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.body.decode()
    assert "accept-language" in answer.headers["vary"].lower()


@pytest.mark.parametrize("path", [one for one in KINDS if "nonsense" not in one])
def test_the_switch_leads_to_the_very_same_page(client: Client, path: str) -> None:
    page = Looker(client.get(path, Accept_Language="ja").body.decode())
    (other,) = [a["href"] for a in page.all("a") if a.get("hreflang") == "en"]
    assert other is not None
    there, here = urlsplit(other), urlsplit(path)
    assert there.path == here.path
    assert sorted(parse_qsl(there.query)) == sorted([*parse_qsl(here.query), ("lang", "en")])
    found = {a["hreflang"]: a["href"] for a in page.all("link") if "hreflang" in a}
    assert set(found) == {"ja", "en", "x-default"}
    assert str(found["en"]).endswith(other)


def test_links_keep_the_language_that_the_address_names(client: Client) -> None:
    path = "/page/project/tantetsuko"
    for target, kept in ((f"{path}?lang=en", True), (path, False)):
        page = Looker(client.get(target, Accept_Language="en").body.decode())
        links_ = [
            str(a["href"])
            for a in page.all("a")
            if "hreflang" not in a and "rel" not in a and "type" not in a
        ]
        inside = [
            one
            for one in links_
            if one.startswith("/") and one not in ("/graphs", "/context.jsonld", "/openapi.json")
        ]
        assert len(inside) > 20
        assert all(("lang=en" in one) is kept for one in inside), inside


def test_static_files_may_be_kept_for_ever(client: Client) -> None:
    page = Looker(client.get("/").body.decode())
    addresses = [str(a["href"]) for a in page.all("link") if a.get("rel") == "stylesheet"]
    address = next(one for one in addresses if one.startswith("/static/style."))
    packed = client.get(address, Accept_Encoding="br")
    answer = client.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert sha256(answer.body).hexdigest()[:16] in address
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-encoding"] == "br"
    assert len(packed.body) < len(answer.body) / 2
    again = client.get(address, If_None_Match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    old = client.get("/static/style.0123456789abcdef.css")
    assert (old.status, old.body) == (200, answer.body)
    assert "immutable" not in old.headers["cache-control"]
    assert client.get("/static/nothing.css").status == 404
    assert client.get("/static/..%2fapp.py").status == 404


def test_a_page_is_sent_compressed_the_first_time_already(client: Client) -> None:
    answer = client.get("/page/project/jomon?lang=en", Accept_Encoding="br, gzip")
    assert answer.headers["content-encoding"] == "br"
    assert len(answer.body) < 10_000


def test_head_has_what_get_has_and_leaves_get_its_body(server: Server) -> None:
    target = "/page/project/okhotsk-teichaku"
    head = server.fetch(target, method="HEAD", Accept="text/html")
    get = server.fetch(target, Accept="text/html")
    assert (head.status, head.body) == (200, b"")
    assert get.body
    for name in ("etag", "content-type", "content-length", "link", "vary"):
        assert head.headers[name] == get.headers[name]


def test_a_problem_is_told_in_the_language_of_the_page(client: Client) -> None:
    for language, told in (("ja", "見つかりません"), ("en", "Not found")):
        answer = client.get("/page/project/tantetsko", Accept_Language=language)
        assert answer.status == 404
        assert told in answer.body.decode()
        assert "/page/project/tantetsuko" in answer.body.decode()
    wrong = client.get("/sparql?query=nonsense&lang=en", Accept_Language="ja")
    assert (wrong.status, "The request cannot be read" in wrong.body.decode()) == (400, True)


def test_a_list_of_a_class_has_pages_and_the_query_behind_it(client: Client) -> None:
    first = client.get("/browse?class=rk:Municipality&lang=ja").body.decode()
    second = client.get("/browse?class=rk:Municipality&lang=ja&page=2").body.decode()
    things = [re.findall(r'<li><a href="(/page/municipality/[0-9]+)', page) for page in (first, second)]
    assert [len(one) for one in things] == [100, 79]
    assert len(set(things[0]) | set(things[1])) == 179
    (rows,) = [target for target, a in links(first, client.server.url) if a.get("type") == "text/csv"]
    table = client.get(rows, accept="text/csv").body.decode().splitlines()
    assert [one.split(",")[0].rpartition("/")[2] for one in table[1:]] == [
        one.rpartition("/")[2] for one in (*things[0], *things[1])
    ]
    for wrong, status in (("rk:Nothing", 404), ("no%20iri", 400), ("rk:Municipality&page=3", 404)):
        assert client.get(f"/browse?class={wrong}").status == status


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("%E7%82%AD%E9%89%84%E6%B8%AF", "/page/asset/tantetsuko"),
        ("%E3%81%9D%E3%82%89%E3%81%A1", "/page/subprefecture/sorachi"),
        ("adventure%20travel", "/page/theme/adventure-travel"),
    ],
)
def test_a_search_finds_what_is_typed(client: Client, typed: str, path: str) -> None:
    assert f'href="{path}"' in client.get(f"/search?q={typed}").body.decode()


def test_every_word_is_there_in_both_languages_and_is_used() -> None:
    sources = [p for p in WEB.rglob("*") if p.suffix in (".py", ".html") and not p.name.startswith("words")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r"""\bt\(\s*["']([a-z][a-z.-]*[a-z])["']""", text))
    assert used <= set(words.WORDS)
    for key, both in words.WORDS.items():
        assert len(both) == len(words.LANGUAGES), key
        assert all(one.strip() and "  " not in one for one in both), key
        filled = [set(re.findall(r"\{[a-z]+\}", one)) for one in both]
        assert filled[0] == filled[1], key
        assert re.search(rf"""["']{re.escape(key)}["']""", text) or key.startswith(MADE_UP), key


def test_all_static_files_are_offered_by_their_hash() -> None:
    assert inspect.isfunction(statics.static)
    for name, file in statics.files().items():
        assert sha256((statics.FOLDER / name).read_bytes()).hexdigest().startswith(file.digest)
