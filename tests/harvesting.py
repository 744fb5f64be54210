"""Harvesters of our own that ask a portal as those of CKAN and SHIRASAGI do.

Theirs are under the AGPL and need their whole portal around them, so that what they ask, in which order, what
they make of it and when they stop is written down here anew from reading them:

- ``Ckan``: CKANHarvester of ckan/ckanext-harvest (``ckanext/harvest/harvesters/ckanharvester.py``).
- ``Shirasagi``: the two importers of shirasagi/shirasagi (``app/models/concerns/opendata/harvest/``,
  ``ckan_api_importer.rb`` and ``shirasagi_api_importer.rb``).
- ``Dcat``: DCATRDFHarvester of ckan/ckanext-dcat (``ckanext/dcat/harvesters/base.py``, ``rdf.py``), as far as it
  asks.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.serving import Answer, Server

Object = dict[str, Any]


class Portal:
    """What a harvester asks, and in which order it asked."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.asked: list[str] = []

    def get(self, target: str, method: str = "GET") -> Answer:
        """The answer to a request without any headers of its own."""
        self.asked.append(target if method == "GET" else f"{method} {target}")
        return self.server.fetch(target, method=method)


@dataclass
class Ckan:
    """CKANHarvester: pages of a search, by id, until a page has no dataset that is new.

    ``include``, ``exclude`` are names of organisations that its configuration may have. It does not look at the
    status of an answer, only for ``result.results``.
    """

    portal: Portal
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    rows: int = 100
    most_pages: int = 20

    def gather(self, last: datetime | None = None) -> list[Object]:
        """The datasets that it would import; with the time of its ``last`` job, those changed since an hour
        before that, or nothing. A search that fails is followed by one for everything."""
        terms = [" OR ".join(f"organization:{one}" for one in self.include)] if self.include else []
        terms += [f"-organization:{one}" for one in self.exclude]
        if last is None:
            return self._search(terms)
        since = (last - timedelta(hours=1)).replace(tzinfo=None).isoformat()
        return self._search([*terms, f"metadata_modified:[{since}Z TO *]"])

    def _search(self, terms: list[str]) -> list[Object]:
        found: dict[str, Object] = {}
        for page in range(self.most_pages):
            asked = {"rows": str(self.rows), "start": str(page * self.rows), "sort": "id asc"}
            if terms:
                asked["fq"] = " ".join(terms)
            answer = self.portal.get(f"/api/3/action/package_search?{urlencode(asked)}")
            results = json.loads(answer.body).get("result", {}).get("results", [])
            new = [one for one in results if one["id"] not in found]
            if not new:
                return list(found.values())
            found.update((one["id"], one) for one in new)
        raise AssertionError("the portal's pages do not end")

    def organization(self, package: Object) -> Object:
        """The organisation of a dataset, as it would create it: asked by the id that the dataset names."""
        answer = self.portal.get(f"/api/3/action/organization_show?id={package['owner_org']}")
        found: Object = json.loads(answer.body)["result"]
        left_out = ("packages", "created", "users", "groups", "tags", "extras", "display_name", "type")
        return {name: value for name, value in found.items() if name not in left_out}


@dataclass
class Taken:
    """What SHIRASAGI has of a dataset: its page, and its files by their ids with the state they were taken in."""

    name: str
    text: str
    updated: datetime
    files: dict[str, Object] = field(default_factory=dict)


@dataclass
class Shirasagi:
    """SHIRASAGI's importers: the list, then each dataset of it; a file only when its state is another one.

    ``short`` is for another SHIRASAGI, else for CKAN. What is in the list no more is deleted: ``datasets`` is
    what there is after a run, ``downloaded`` the files that the last run took.
    """

    portal: Portal
    short: bool = False
    datasets: dict[str, Taken] = field(default_factory=dict)
    downloaded: list[str] = field(default_factory=list)

    def run(self) -> None:
        """One import."""
        self.downloaded = []
        path = "/api" if self.short else "/api/action"
        seen = set()
        for name in self._result(f"{path}/package_list"):
            said = self._result(f"{path}/package_show?id={name}")
            identifier = said["uuid" if self.short else "id"]
            self.datasets[identifier] = self._dataset(said, self.datasets.get(identifier))
            seen.add(identifier)
        self.datasets = {identifier: one for identifier, one in self.datasets.items() if identifier in seen}

    def _result(self, target: str) -> Any:
        answer = self.portal.get(target)
        assert answer.status == 200, (target, answer.status)
        said = json.loads(answer.body)
        assert said["success"] is True, said
        return said["result"]

    def _dataset(self, said: Object, known: Taken | None) -> Taken:
        names = ("name", "text", "updated") if self.short else ("title", "notes", "metadata_modified")
        name, text, updated = (said[one] for one in names)
        datetime.fromisoformat(said["created" if self.short else "metadata_created"])
        taken = Taken(name, text, datetime.fromisoformat(updated))
        old = known.files if known else {}
        for one in said["resources"]:
            identifier = one["uuid" if self.short else "id"]
            taken.files[identifier] = self._file(one, old.get(identifier))
        return taken

    def _file(self, said: Object, known: Object | None) -> Object:
        before = known or {}
        if self.short:
            # A file without a revision is never taken: nothing equals nothing.
            same = before.get("revision_id") == said.get("revision_id")
        else:
            state = [name for name in ("revision_id", "last_modified") if before.get(name)]
            same = any(before[name] == said.get(name) for name in state)
        if same:
            return before
        url = urlsplit(said["url"])
        name = said["filename"] if self.short else said["name"] + PurePosixPath(url.path).suffix
        # A file on another host is only linked; one in HTML too.
        assert url.hostname == "127.0.0.1"
        assert said["format"].lower() not in ("html", "htm", "")
        self.downloaded.append(name)
        return {**said, "filename": name, "content": self.portal.get(url.path).body}


@dataclass
class Dcat:
    """DCATRDFHarvester: HEAD, and GET alone where HEAD is 400 or 405; the media type up to its parameters."""

    portal: Portal
    most: int = 50 * 1024 * 1024

    def fetch(self, target: str) -> tuple[str, bytes]:
        """The media type and the content of a catalogue."""
        head = self.portal.get(target, "HEAD")
        if head.status not in (400, 405):
            assert head.status == 200, (target, head.status)
            assert int(head.headers.get("content-length", "0")) <= self.most
        answer = self.portal.get(target)
        assert answer.status == 200
        assert len(answer.body) <= self.most
        return answer.headers["content-type"].partition(";")[0], answer.body
