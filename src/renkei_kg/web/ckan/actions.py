"""The actions, by their names in CKAN's Action API (docs.ckan.org/en/latest/api): those that read, and that
harvesters and other clients ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from renkei_kg import __version__
from renkei_kg.web.catalog.values import Catalogue
from renkei_kg.web.ckan import packages as made
from renkei_kg.web.ckan.errors import invalid, not_found
from renkei_kg.web.ckan.licences import licence
from renkei_kg.web.ckan.searching import USUAL, search

ROWS: Final = 10
MOST_ROWS: Final = 1000
TRUE: Final = ("true", "yes", "t", "y", "1", "on")
Object = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What an action is asked: its parameters, by a query string, a form or a JSON object."""

    values: Mapping[str, Any]

    def text(self, name: str, default: str = "") -> str:
        """A parameter that is a text. Raises ActionError."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, (list, dict)):
            raise invalid(name, "Give one value.")
        return str(value)

    def needed(self, name: str) -> str:
        """A parameter that has to be given. Raises ActionError."""
        found = self.text(name)
        if not found:
            raise invalid(name, "Missing value")
        return found

    def number(self, name: str, default: int) -> int:
        """A parameter that is a whole number from 0. Raises ActionError."""
        text = self.text(name).strip()
        if not text:
            return default
        if not text.isascii() or not text.removeprefix("-").isdigit():
            raise invalid(name, "Invalid integer")
        if text[0] == "-" or len(text) > 9:
            raise invalid(name, "Must be a natural number")
        return int(text)

    def flag(self, name: str) -> bool:
        """A parameter that is true or false."""
        return self.text(name).lower() in TRUE

    def texts(self, name: str) -> list[str]:
        """A parameter that may come several times, or as a list."""
        value = self.values.get(name)
        if value is None:
            return []
        return [str(one) for one in value] if isinstance(value, list) else [str(value)]


@dataclass(frozen=True)
class Portal:
    """What actions tell of: the catalogue in CKAN's words, at the address ``origin``."""

    catalogue: Catalogue
    origin: str

    @cached_property
    def packages(self) -> list[Object]:
        """Every dataset, in the order of the catalogue."""
        return made.packages(self.catalogue)

    @cached_property
    def organization(self) -> Object:
        """The one organisation."""
        return made.organization(self.catalogue)

    def package(self, name: str) -> Object:
        """The dataset of a name or id. Raises ActionError."""
        found = [one for one in self.packages if name in (one["id"], one["name"])]
        if not found:
            raise not_found(f"dataset {name[:80]}")
        return found[0]


def package_list(portal: Portal, asked: Asked) -> list[str]:
    """The names of all datasets; `limit` and `offset` take a part."""
    return _part(sorted(one["name"] for one in portal.packages), asked)


def package_show(portal: Portal, asked: Asked) -> Object:
    """A dataset with its files, by `id`: its name or its UUID."""
    return portal.package(asked.text("name_or_id") or asked.needed("id"))


def package_search(portal: Portal, asked: Asked) -> Object:
    """Datasets by words (`q`) and filters (`fq`), a page of `rows` (10; 1000 at most) from `start` on, in the
    order of `sort`."""
    start, rows = asked.number("start", 0), min(asked.number("rows", ROWS), MOST_ROWS)
    sort = asked.text("sort") or USUAL
    filters = [*asked.texts("fq"), *asked.texts("fq_list")]
    found = search(portal.packages, asked.text("q"), filters, sort)
    shown = found[start : start + rows]
    return {"count": len(found), "facets": {}, "search_facets": {}, "sort": sort, "results": shown}


def organization_list(portal: Portal, asked: Asked) -> list[Any]:
    """The publisher, as the one organisation; with `all_fields`, whole."""
    listed = [_organization(portal)] if asked.flag("all_fields") else [portal.organization["name"]]
    return _part(listed, asked)


def organization_show(portal: Portal, asked: Asked) -> Object:
    """The organisation of an `id`: its name or its UUID; its datasets too, with `include_datasets`."""
    name, owner = asked.needed("id"), portal.organization
    if name not in (owner["id"], owner["name"]):
        raise not_found(f"organization {name[:80]}")
    found = {**_organization(portal), "users": [], "tags": [], "groups": [], "extras": []}
    return {**found, "packages": portal.packages} if asked.flag("include_datasets") else found


def _organization(portal: Portal) -> Object:
    owner = portal.organization
    shown = {"display_name": owner["title"], "image_display_url": "", "num_followers": 0}
    return {**owner, **shown, "package_count": len(portal.packages)}


def group_list(_: Portal, asked: Asked) -> list[Any]:
    """Groups: there are none."""
    return _part([], asked)


def group_show(_: Portal, asked: Asked) -> Object:
    """A group of an `id`: there are none."""
    raise not_found(f"group {asked.needed('id')[:80]}")


def tag_list(portal: Portal, asked: Asked) -> list[Any]:
    """The keywords; those with `query` in them; with `all_fields`, whole."""
    query = asked.text("query").casefold()
    every = {one["name"]: one for package in portal.packages for one in package["tags"]}
    found = [every[name] for name in sorted(every) if query in name.casefold()]
    return found if asked.flag("all_fields") else [one["name"] for one in found]


def license_list(portal: Portal, _: Asked) -> list[Object]:
    """The licences of datasets and files, as CKAN's register has them."""
    every = [one.licence for one in portal.catalogue.datasets]
    every += [file.licence for one in portal.catalogue.datasets for file in one.files]
    known = [licence(iri) for iri in dict.fromkeys(every) if iri]
    return [
        {
            "id": one.id,
            "title": one.title,
            "url": one.iri,
            "status": "active",
            "od_conformance": "approved" if one.is_open else "not reviewed",
            "is_okd_compliant": one.is_open,
            "is_generic": False,
            "domain_content": True,
            "domain_data": True,
            "domain_software": False,
        }
        for one in known
    ]


def resource_show(portal: Portal, asked: Asked) -> Object:
    """A file, by its `id`: its UUID."""
    name = asked.needed("id")
    for package in portal.packages:
        for one in package["resources"]:
            if one["id"] == name:
                found: Object = one
                return found
    raise not_found(f"resource {name[:80]}")


def site_read(_: Portal, __: Asked) -> bool:
    """Whether the site may be read: it may."""
    return True


def status_show(portal: Portal, _: Asked) -> Object:
    """What the site is. It is no CKAN, so it has no version of CKAN."""
    return {
        "site_title": made.text(portal.catalogue.titles),
        "site_description": made.text(portal.catalogue.descriptions),
        "site_url": portal.origin,
        "locale_default": "ja",
        "ckan_version": None,
        "software": f"renkei-kg {__version__}",
        "extensions": [],
        "error_emails_to": None,
    }


def help_show(_: Portal, asked: Asked) -> str:
    """What an action does, by its `name`."""
    name = asked.needed("name")
    if name not in ACTIONS:
        raise not_found(f"action {name[:80]}")
    return help_of(name)


def _part(every: list[Any], asked: Asked) -> list[Any]:
    """The part of a list that `limit` and `offset` ask for."""
    first = asked.number("offset", 0)
    return every[first : first + asked.number("limit", len(every))]


Action = Callable[[Portal, Asked], Any]
ACTIONS: Final[Mapping[str, Action]] = {
    one.__name__: one
    for one in (
        *(package_list, package_show, package_search, resource_show),
        *(organization_list, organization_show, group_list, group_show),
        *(tag_list, license_list, site_read, status_show, help_show),
    )
}


def help_of(name: str) -> str:
    """What an action does, in a sentence."""
    return " ".join((ACTIONS[name].__doc__ or "").split())
