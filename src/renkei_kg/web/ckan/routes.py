"""``/api``: CKAN's Action API at ``/api/3/action/NAME`` and ``/api/action/NAME``, SHIRASAGI's own form at
``/api/package_list`` and ``/api/package_show``, and a page that says what this is.

An answer is ``{"help": …, "success": true, "result": …}``. What cannot be answered has ``"success": false``
and an ``error``, with the status that CKAN gives it and whatever the cause: a harvester must not take a
failure for an empty catalogue, and delete what it had.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, request

from renkei_kg.engine.contract import EngineError
from renkei_kg.web import cache as caching
from renkei_kg.web import layout, statics
from renkei_kg.web.catalog import model
from renkei_kg.web.ckan import actions, shirasagi
from renkei_kg.web.ckan.actions import Action, Asked, Portal
from renkei_kg.web.ckan.errors import ActionError, bad_request
from renkei_kg.web.linked.current import answered
from renkei_kg.web.linked.view import View
from renkei_kg.web.negotiate import HTML, Format
from renkei_kg.web.problems import Problem, from_engine
from renkei_kg.web.sparql import described
from renkei_kg.web.versionview import choose

PATH: Final = "/api"
POSTING: Final = ("/api/3/action/", "/api/action/", "/api/package_")
VERSION: Final = 3
JSON: Final = Format("json", "application/json")
CONTENT_TYPE: Final = "application/json; charset=utf-8"
SHOWN_MOST: Final = 80

blueprint = Blueprint("ckan", __name__)


@blueprint.get("/api")
def api() -> Response:
    """What this is: a page, or for programs the version of the API."""
    return version() if choose(JSON, HTML) is JSON else answered(_page)


@blueprint.get("/api/3")
def version() -> Response:
    """The version of the API, as CKAN tells it."""
    headers = {"ETag": statics.tag("ckan", str(VERSION)), "Vary": "Accept, Accept-Language, Accept-Encoding"}
    return _sent({"version": VERSION}, headers=headers)


@blueprint.route("/api/3/action/<name>", methods=["GET", "POST"])
@blueprint.route("/api/action/<name>", methods=["GET", "POST"])
def action(name: str) -> Response:
    """The answer to an action of CKAN's API."""
    return _answer(name, actions.ACTIONS, "/api/3/action/help_show?name={name}")


@blueprint.route("/api/package_list", methods=["GET", "POST"], endpoint="short_list")
@blueprint.route("/api/package_show", methods=["GET", "POST"], endpoint="short_show")
def short() -> Response:
    """The answer to SHIRASAGI's own form."""
    return _answer(request.path.rpartition("/")[2], shirasagi.ACTIONS, "/api#api.short.{name}")


def _answer(name: str, known: Mapping[str, Action], about: str) -> Response:
    """The answer to an action, of whatever outcome."""
    said = {"help": layout.origin() + about.format(name=quote(name[:SHOWN_MOST], safe=""))}
    try:
        if name not in known:
            raise bad_request(
                f"Action name not known: {name[:SHOWN_MOST]}. {layout.origin()}{PATH} lists them."
            )
        return answered(partial(_result, known[name], Asked(_parameters()), said))
    except ActionError as error:
        return _failed(said, error)
    except (EngineError, Problem) as error:
        problem = from_engine(error) if isinstance(error, EngineError) else error
        kind = "Not Found Error" if problem.status == 404 else "Internal Server Error"
        return _failed(said, ActionError(problem.status, kind, message=problem.detail), problem.headers)


def _result(act: Action, asked: Asked, said: Mapping[str, Any], view: View) -> Response:
    """What an action gives of a version, unless the client has it. Raises ActionError, EngineError."""
    headers = described(view.version, CONTENT_TYPE)
    origin, query = layout.origin(), request.query_string.decode("latin-1")
    if request.method == "POST":
        headers["Cache-Control"] = "no-store"
    else:
        headers["ETag"] = statics.tag(view.version, origin, request.path, query)
        if caching.names(request.headers.get("If-None-Match"), headers["ETag"]):
            return layout.unchanged(headers)
    result = act(Portal(model.of(view, origin), origin), asked)
    return _sent({**said, "success": True, "result": result}, headers=headers)


def _parameters() -> dict[str, Any]:
    """What a request asks, by a JSON object, a form or the query string; values that come several times are a
    list. Raises ActionError."""
    body = request.get_data(cache=True)
    if body.lstrip()[:1] not in (b"{", b"[") and (request.form or request.args or not body):
        every = (request.form or request.args).to_dict(flat=False)
        return {name: values[0] if len(values) == 1 else values for name, values in every.items()}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"The body is not JSON: {error}. Send an object with the parameters.") from None
    if not isinstance(found, dict):
        raise bad_request("The body is JSON, but not an object with the parameters.")
    return found


def _failed(said: Mapping[str, Any], error: ActionError, more: Mapping[str, str] | None = None) -> Response:
    headers = {"Cache-Control": "no-store", **(more or {})}
    return _sent({**said, "success": False, "error": error.error}, error.status, headers)


def _sent(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
    return Response(
        body.encode("utf-8", "replace"), status, {**(headers or {}), "Content-Type": CONTENT_TYPE}
    )


def _page(view: View) -> Response:
    """The page about the API, with an address to try for each action."""
    page = layout.this_page(view.version)
    portal = Portal(model.of(view, page.origin), page.origin)
    named = _examples(portal)
    listed = [
        (name, named.get(name, f"/api/3/action/{name}"), f"api.action.{name}") for name in actions.ACTIONS
    ]
    short = [
        (name, named.get(f"short.{name}", f"/api/{name}"), f"api.short.{name}") for name in shirasagi.ACTIONS
    ]
    return layout.show("api.html", page, "api", actions=listed, short=short)


def _examples(portal: Portal) -> dict[str, str]:
    """Addresses to try of the actions that need to be told of what; empty where there is none."""
    package = portal.packages[0] if portal.packages else {"resources": []}
    file = package["resources"][0] if package["resources"] else {}
    asked = {
        "package_show": ("id", package.get("name")),
        "resource_show": ("id", file.get("id")),
        "organization_show": ("id", portal.organization["name"]),
        "group_show": ("id", None),
        "help_show": ("name", "package_show"),
    }
    found = {
        name: f"/api/3/action/{name}?{key}={value}" if value else "" for name, (key, value) in asked.items()
    }
    short = f"/api/package_show?id={package['id']}" if "id" in package else ""
    return {**found, "short.package_show": short}
