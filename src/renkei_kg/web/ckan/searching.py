"""The part of Solr's query language that harvesters send in ``fq``, ``q`` and ``sort``.

Terms are ``field:value``, ``-field:value``, ``field:"a value"``, ``field:(a OR b)`` and, of times,
``field:[FROM TO TO]`` with ``*`` for an open end; ``OR`` joins its neighbours before the rest is joined by
and, which is what CKANHarvester means by what it sends. Whatever else is asked is an error that says what can
be asked, never an answer to another question.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Final

from renkei_kg.folding import fold
from renkei_kg.web.ckan.errors import bad_search

Package = Mapping[str, Any]
Test = Callable[[Package], bool]

TOKEN: Final = re.compile(
    r'\s*(?P<sign>[-+]?)(?:(?P<field>[A-Za-z_]+):)?(?P<value>"(?:[^"\\]|\\.)*"|[\[{][^\]}]*[\]}]|\(|[^\s()\[\]{}"]+)|\s*(?P<end>\))'
)
RANGE: Final = re.compile(r"([\[{])\s*(\S+)\s+TO\s+(\S+)\s*([\]}])")
ALL: Final = ("*", "*:*", "")
LONGEST: Final = 2000
MOST_GROUPS: Final = 20


def _names(*path: str) -> Callable[[Package], set[str]]:
    """The values that a member of a package has, or of the objects that it holds."""

    def values(package: Package) -> set[str]:
        found: list[Any] = [package]
        for name in path:
            found = [
                inner
                for one in found
                if one.get(name) is not None
                for inner in (one[name] if isinstance(one[name], list) else [one[name]])
            ]
        return {str(one).casefold() for one in found}

    return values


EXACT: Final[Mapping[str, Callable[[Package], set[str]]]] = {
    "id": _names("id"),
    "name": _names("name"),
    "organization": lambda one: _names("organization", "name")(one) | _names("owner_org")(one),
    "owner_org": _names("owner_org"),
    "groups": _names("groups", "name"),
    "tags": _names("tags", "name"),
    "res_format": _names("resources", "format"),
    "license_id": _names("license_id"),
    "state": _names("state"),
    "type": _names("type"),
    "dataset_type": _names("type"),
}
TIMES: Final = ("metadata_created", "metadata_modified")
TEXTS: Final = ("title", "notes")
SORTS: Final[Mapping[str, Callable[[Package], Any]]] = {
    "id": lambda one: one["id"],
    "name": lambda one: one["name"],
    "title": lambda one: one["title"],
    "title_string": lambda one: one["title"],
    "metadata_created": lambda one: one["metadata_created"],
    "metadata_modified": lambda one: one["metadata_modified"],
    "score": lambda _: 0,
}
USUAL: Final = "score desc, metadata_modified desc"
FIELDS: Final = ", ".join(f"{name}:" for name in (*EXACT, *TIMES, *TEXTS))
SUPPORTED: Final = f"The fields are {FIELDS} with OR, - and, of times, [FROM TO TO]."


def search(packages: Iterable[Package], q: str, fq: Iterable[str], sort: str) -> list[Package]:
    """The packages that a search finds, in its order. Raises ActionError."""
    tests = [query(one) for one in fq]
    tests.append(query(q, words=True))
    return ordered([one for one in packages if all(test(one) for test in tests)], sort)


def ordered(packages: list[Package], sort: str) -> list[Package]:
    """Packages in an order such as ``name asc, metadata_modified desc``. Raises ActionError."""
    for part in reversed([part.split() for part in sort.split(",")]):
        name, way = (*part, "asc")[:2] if part else ("", "")
        if name not in SORTS or way.lower() not in ("asc", "desc") or len(part) > 2:
            raise bad_search(f"sort={sort!r} is no order: give {', '.join(SORTS)}, each with asc or desc.")
        packages = sorted(packages, key=SORTS[name], reverse=way.lower() == "desc")
    return packages


def query(text: str, *, words: bool = False) -> Test:
    """Whether a package is what a query asks for; words without a field are looked for in its texts, if they
    may stand there at all. Raises ActionError."""
    if text.strip() in ALL:
        return lambda _: True
    if len(text) > LONGEST or text.count("(") > MOST_GROUPS:
        raise bad_search(f"A query may have {LONGEST} characters and {MOST_GROUPS} groups in ( ).")
    test, rest = _group(text, "", words=words)
    if rest:
        raise bad_search(f"There is a ) too many in {text!r}.")
    return test


def _group(text: str, field: str, *, words: bool, inside: bool = False) -> tuple[Test, str]:
    """The test of a row of terms up to its end, or to the ) that closes it, and what is left of the text."""
    every: list[list[Test]] = []
    joined = negated = False
    while text.strip():
        token = TOKEN.match(text)
        if token is None:
            raise bad_search(f"{text.strip()[:80]!r} is not understood. {SUPPORTED}")
        text = text[token.end() :]
        if token["end"]:
            if not inside:
                return _all(every), ")"
            return _all(every), text
        value, named = token["value"], token["field"] or field
        if token["field"] is None and value in ("AND", "OR", "NOT", "&&", "||"):
            joined, negated = joined or value in ("OR", "||"), negated or value == "NOT"
            continue
        if value == "(":
            test, text = _group(text, named, words=words, inside=True)
        else:
            test = _term(named, value, words=words)
        if negated != (token["sign"] == "-"):
            test = partial(_not, test)
        if joined and every:
            every[-1].append(test)
        else:
            every.append([test])
        joined = negated = False
    if inside:
        raise bad_search("A ( is not closed.")
    return _all(every), ""


def _all(every: list[list[Test]]) -> Test:
    """Of each inner list one is true, and so of all lists."""
    return lambda package: all(any(test(package) for test in some) for some in every)


def _not(test: Test, package: Package) -> bool:
    return not test(package)


def _term(field: str, value: str, *, words: bool) -> Test:
    """The test of one term. Raises ActionError."""
    if value in ALL and (not field or field in (*EXACT, *TIMES, *TEXTS)):
        return (lambda _: True) if not field else partial(_has, field)
    if field in TIMES:
        return partial(_between, field, *_ends(value))
    plain = re.sub(r"\\(.)", r"\1", value[1:-1] if value[0] == '"' else value)
    if value[0] in "[{" or (value[0] != '"' and re.search(r"(?<!\\)[*?~^]", value)):
        raise bad_search(f"{value!r} is not supported here: give whole values. {SUPPORTED}")
    if field in EXACT:
        return lambda package: plain.casefold() in EXACT[field](package)
    if field in TEXTS or (not field and words):
        wanted = _folded(plain)
        return lambda package: wanted in _folded(_text(package, field))
    what = f"The field {field!r} is not supported." if field else f"{value!r} has no field."
    raise bad_search(f"{what} {SUPPORTED}")


def _has(field: str, package: Package) -> bool:
    return bool(EXACT[field](package)) if field in EXACT else bool(package.get(field))


@lru_cache(maxsize=512)
def _folded(text: str) -> str:
    return fold(text)


def _text(package: Package, field: str) -> str:
    """What is searched for words: one member, or all that describes a package."""
    if field:
        return str(package.get(field) or "")
    texts = [package["name"], package["title"], package["notes"]]
    texts += [one["name"] for one in package["tags"]]
    texts += [one["value"] for one in package["extras"] if one["key"] in ("title_en", "notes_en")]
    texts += [
        text for one in package["resources"] for text in (one["name"], one["description"], one["format"])
    ]
    return "\n".join(text for text in texts if text)


def _ends(value: str) -> tuple[datetime | None, datetime | None, str]:
    """The ends of a range of times and its brackets: ``[`` takes its end in, ``{`` leaves it out. Raises
    ActionError."""
    found = RANGE.fullmatch(value)
    if found is None:
        raise bad_search(f"{value!r} is no range of times: write [2026-01-01T00:00:00Z TO *].")
    return _moment(found[2]), _moment(found[3]), found[1] + found[4]


def _moment(text: str) -> datetime | None:
    if text == "*":
        return None
    try:
        return utc(text)
    except ValueError:
        raise bad_search(f"{text!r} is no time: write it as 2026-01-01T00:00:00Z, or * for any.") from None


def utc(text: str) -> datetime:
    """The instant that a text in ISO 8601 names; one without an offset is in UTC, as CKAN has them. Raises
    ValueError."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _between(
    field: str, first: datetime | None, last: datetime | None, brackets: str, package: Package
) -> bool:
    when = utc(package[field])
    after = first is None or when > first or (brackets[0] == "[" and when == first)
    before = last is None or when < last or (brackets[1] == "]" and when == last)
    return after and before
