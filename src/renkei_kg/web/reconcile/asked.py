"""What a client asks for, read from JSON (specification 0.2, sections 4.1 and 7.3), and the limits of it."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from renkei_kg.namespaces import ONTOLOGY, PREFIXES
from renkei_kg.web.linked.addresses import THINGS
from renkei_kg.web.linked.description import is_iri
from renkei_kg.web.problems import Problem

BATCH: Final = 50
USUAL: Final = 10
MOST_CANDIDATES: Final = 50
MOST_PROPERTIES: Final = 20
MOST_VALUES: Final = 20
# Each may be the name of a thing, which has to be looked for.
MOST_VALUES_IN_BATCH: Final = 500
MOST_IDS: Final = 500
STRICTNESS: Final = ("any", "all", "should")
LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
PREFIXED: Final = re.compile(r"([a-z]+):(?!//)(.+)")
WHOLE: Final = re.compile("[0-9]{1,9}")
LOCAL: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(frozen=True)
class Given:
    """A value of a property that is asked for: text, and the identifier when it is an entity."""

    text: str
    id: str = ""


@dataclass(frozen=True)
class Clue:
    """A property and its values, any of which may be the entity's. ``property`` is its IRI; empty when what
    was asked for can be none."""

    asked: str
    property: str
    values: tuple[Given, ...]


@dataclass(frozen=True)
class Sought:
    """One reconciliation query."""

    query: str
    types: tuple[str, ...] = ()
    strict: str = "any"
    limit: int = USUAL
    clues: tuple[Clue, ...] = ()


@dataclass(frozen=True)
class Column:
    """A property to extend data with. ``most`` values of it, 0 for all; of texts those in ``language``, all
    of them where that is empty."""

    asked: str
    property: str
    language: str = ""
    most: int = 0


@dataclass(frozen=True)
class Wanted:
    """A data extension query: identifiers and properties, as they were asked for."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def term(name: str) -> str:
    """The IRI of a class or property by its IRI, prefix (``rk:code``), or as a term of the ontology
    (``code``); empty when it can be none of these."""
    name = name.strip()
    prefixed = PREFIXED.fullmatch(name)
    if prefixed and prefixed[1] in PREFIXES:
        name = PREFIXES[prefixed[1]] + prefixed[2]
    elif LOCAL.fullmatch(name):
        name = ONTOLOGY + name
    return name if is_iri(name) else ""


def thing(name: str, base: str) -> str:
    """The IRI of a thing by its IRI or from behind the base (``municipality/011002``)."""
    name = name.strip()
    return name if ":" in name else f"{base}{THINGS}{name}"


def batch(text: str) -> dict[str, Sought]:
    """A reconciliation query batch. Raises Problem 400, 413."""
    queries = _object(text, "queries")
    if len(queries) > BATCH:
        raise Problem(
            413,
            f"The batch has {len(queries)} queries: send at most {BATCH} at once.",
            {"limit": "batchSize", "most": BATCH},
        )
    found = {key: _sought(key, one) for key, one in queries.items()}
    values = sum(len(clue.values) for one in found.values() for clue in one.clues)
    if values > MOST_VALUES_IN_BATCH:
        told = f"The batch has {values} values of properties: send at most {MOST_VALUES_IN_BATCH} at once."
        raise Problem(413, told, {"limit": "values"})
    return found


def wanted(text: str) -> Wanted:
    """A data extension query. Raises Problem 400, 413."""
    query = _object(text, "extend")
    ids, properties = query.get("ids"), query.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise Problem(400, "extend: give ids, an array of identifiers.")
    if not isinstance(properties, list):
        raise Problem(400, "extend: give properties, an array of objects with an id.")
    if len(ids) > MOST_IDS or len(properties) > MOST_PROPERTIES:
        sent, most = f"{len(ids)} ids and {len(properties)} properties", f"{MOST_IDS} and {MOST_PROPERTIES}"
        raise Problem(413, f"extend has {sent}: send at most {most}.", {"limit": "extend"})
    return Wanted(tuple(ids), tuple(map(_column, properties)))


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_refused)
    except RecursionError:
        raise Problem(400, f"{name} is nested too deeply.") from None
    except ValueError as error:
        raise Problem(400, f"{name} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise Problem(400, f"{name} is to be a JSON object.")
    if LONE_SURROGATE.search(json.dumps(found, ensure_ascii=False)):
        raise Problem(400, f"{name} has half of a character (a lone surrogate).")
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")


def _sought(key: str, query: Any) -> Sought:
    where = f"Query {key!r}"
    if not isinstance(query, dict):
        raise Problem(400, f"{where} is no object.")
    text = query.get("query")
    if text is not None and not isinstance(text, str):
        raise Problem(400, f"{where}: query is to be a string.")
    properties = query.get("properties") or []
    if not isinstance(properties, list) or len(properties) > MOST_PROPERTIES:
        raise Problem(400, f"{where}: properties is to be an array of at most {MOST_PROPERTIES} objects.")
    if text is None and not properties:
        raise Problem(400, f"{where} has neither query nor properties: give one of them (section 4.1).")
    strict = query.get("type_strict") or STRICTNESS[0]
    if strict not in STRICTNESS:
        raise Problem(400, f"{where}: type_strict is one of {', '.join(STRICTNESS)}.")
    clues = tuple(_clue(where, one) for one in properties)
    return Sought((text or "").strip(), _types(where, query), strict, _limit(where, query), clues)


def _types(where: str, query: dict[str, Any]) -> tuple[str, ...]:
    types = query.get("type") or []
    types = types if isinstance(types, list) else [types]
    # OpenRefine sends identifiers; a type as the specification's model has it is an object with an id.
    found = [one.get("id") if isinstance(one, dict) else one for one in types]
    if not all(isinstance(one, str) for one in found):
        raise Problem(400, f"{where}: type is to be an identifier or an array of them.")
    return tuple(term(one) for one in found if one)


def _limit(where: str, query: dict[str, Any]) -> int:
    limit = query.get("limit")
    if limit is None:
        return USUAL
    whole = isinstance(limit, int) or (isinstance(limit, float) and limit.is_integer())
    if isinstance(limit, bool) or not whole or limit < 1:
        raise Problem(400, f"{where}: limit is to be a positive integer.")
    return min(int(limit), MOST_CANDIDATES)


def _clue(where: str, clue: Any) -> Clue:
    pid = clue.get("pid") if isinstance(clue, dict) else None
    if not isinstance(pid, str) or "v" not in clue:
        raise Problem(400, f"{where}: each of properties is to be an object with pid and v.")
    values = clue["v"] if isinstance(clue["v"], list) else [clue["v"]]
    if len(values) > MOST_VALUES:
        raise Problem(400, f"{where}: property {pid!r} has more than {MOST_VALUES} values.")
    return Clue(
        pid, term(pid), tuple(one for one in (_given(where, value) for value in values) if one.text or one.id)
    )


def _given(where: str, value: Any) -> Given:
    if isinstance(value, bool):
        return Given("true" if value else "false")
    if isinstance(value, str | int | float):
        return Given(str(value).strip())
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        name = value.get("name")
        return Given(name.strip() if isinstance(name, str) else "", value["id"])
    raise Problem(400, f"{where}: a value is a string, a number, a boolean or an object with an id.")


def _column(column: Any) -> Column:
    name = column.get("id") if isinstance(column, dict) else None
    if not isinstance(name, str):
        raise Problem(400, "extend: each of properties is to be an object with an id.")
    settings = column.get("settings") or {}
    if not isinstance(settings, dict):
        raise Problem(400, f"extend: the settings of {name!r} are to be an object.")
    language, most = settings.get("language") or "", settings.get("limit") or 0
    most = int(most) if isinstance(most, str) and WHOLE.fullmatch(most) else most
    if not isinstance(language, str) or isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise Problem(400, f"extend: of {name!r}, language is to be a tag and limit a whole number.")
    return Column(name, term(name), language, most)
