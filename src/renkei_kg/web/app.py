"""The application: Flask's pages behind the front that answers queries."""

import logging
from functools import partial
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from renkei_kg.config import Settings
from renkei_kg.engine.contract import Engine, EngineError
from renkei_kg.web import (
    cite,
    files,
    graphs,
    layout,
    openapi,
    pages,
    problems,
    querypages,
    results,
    sharing,
    site,
    statics,
    tongues,
    updates,
    versionpages,
)
from renkei_kg.web.asking import Asker
from renkei_kg.web.authorising import Authority
from renkei_kg.web.catalog import pages as catalog
from renkei_kg.web.ckan import datalist
from renkei_kg.web.ckan import routes as ckan
from renkei_kg.web.description import Description
from renkei_kg.web.exchange import Application
from renkei_kg.web.finding import pages as finding
from renkei_kg.web.front import Front
from renkei_kg.web.geo import pages as geo
from renkei_kg.web.linked import routes
from renkei_kg.web.linked.resources import Linked
from renkei_kg.web.project import pages as project
from renkei_kg.web.queries import linking
from renkei_kg.web.queries.described import Described
from renkei_kg.web.reconcile import manifest
from renkei_kg.web.reconcile import routes as reconcile
from renkei_kg.web.reference import pages as reference
from renkei_kg.web.serving import Serving
from renkei_kg.write.writer import Writer

THREADS = 8
log = logging.getLogger(__name__)


def create_app(settings: Settings, engine: Engine) -> Front:
    """The ASGI application over an engine."""
    asker = Asker(settings, engine)
    flask = create_pages(settings, asker)
    behind = cast("Application", WSGIMiddleware(cast("Any", flask.wsgi_app), workers=THREADS))
    serving = Serving(settings, engine, behind, _page(flask))
    writer, authority = Writer(settings, engine.refresh), Authority(settings)
    serving.describe = Description(settings, engine, authority.writable)
    serving.update = partial(updates.update, writer, authority)
    serving.starting += [writer.prepare] if authority.writable() else []
    serving.stopping += [writer.stop, flask.extensions["differences"].stop]
    serving.routes[graphs.PATH] = graphs.GraphStore(serving, writer, authority)
    serving.routes[cite.PATH] = cite.Cite(serving, cite.page_of(flask))
    serving.routes[linking.PATH] = linking.Linking(serving)
    serving.routes[openapi.PATH] = Described(settings, asker, flask.extensions["gallery"])
    serving.routes |= dict.fromkeys(files.LABELS, files.Files(settings.snapshots, engine))
    shared = sharing.Sharing(settings.snapshots, engine, allowed=bool(settings.share))
    serving.routes |= dict.fromkeys(sharing.LABELS, shared)
    serving.naming = lambda path: files.label(path) or sharing.label(path)
    serving.trees = frozenset({graphs.PATH})
    serving.posting = ckan.POSTING
    serving.posted = frozenset({manifest.PATH})
    return Front(serving, asker)


def create_pages(settings: Settings, asker: Asker) -> Flask:
    """The pages, as a Flask application that asks by ``asker``."""
    app = Flask(__name__, static_folder=None)
    layout.install(app)
    app.extensions |= {"asker": asker, "settings": settings, "linked": Linked()}
    app.config["MAX_CONTENT_LENGTH"] = settings.request_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.request_bytes
    tongues.register(app)
    app.register_blueprint(pages.blueprint)
    querypages.install(app, settings)
    results.install(app, settings)
    versionpages.install(app, settings)
    app.register_blueprint(statics.blueprint)
    finding.install(app)
    reconcile.install(app)
    geo.install(app, settings)
    project.install()
    reference.install(app)
    catalog.install(app)
    app.register_blueprint(ckan.blueprint)
    app.register_blueprint(datalist.blueprint)
    app.register_blueprint(site.blueprint)
    app.register_blueprint(routes.blueprint)
    page = _page(app)

    def answered(problem: problems.Problem) -> Response:
        shown = partial(page, page=layout.this_page())
        status, headers, body = problems.answer(problem, request.headers.get("Accept"), shown)
        return Response(body, status, headers)

    @app.errorhandler(problems.Problem)
    def problem(error: problems.Problem) -> Response:
        return answered(error)

    @app.errorhandler(EngineError)
    def engine_error(error: EngineError) -> Response:
        return answered(problems.from_engine(error))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        methods = getattr(error, "valid_methods", None) or ()
        headers = {"Allow": ", ".join(sorted(methods))} if methods else {}
        return answered(problems.Problem(error.code or 500, error.description or "", headers=headers))

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        log.error("fault while answering %s %r", request.method, request.path, exc_info=error)
        return answered(problems.Problem(500, "This is a fault of the server; it has been noted."))

    return app


def _page(app: Flask) -> Any:
    """How a problem is shown to a browser; needs no request."""
    template = app.jinja_env.get_template("problem.html")
    return lambda problem, page: template.render(problem=problem, page=page)
