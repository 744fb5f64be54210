"""The application: routes, health, and what every response carries."""

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from renkei_kg.config import Settings
from renkei_kg.engine.contract import Engine, EngineError, Query
from renkei_kg.web import pages, problems, sparql

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Renkei-Snapshot, Retry-After",
    "Access-Control-Max-Age": "86400",
}
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(settings: Settings, engine: Engine) -> Flask:
    """The WSGI application over an engine."""
    app = Flask(__name__)
    app.extensions["engine"] = engine
    app.extensions["settings"] = settings
    app.config["MAX_CONTENT_LENGTH"] = settings.request_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.request_bytes
    app.register_blueprint(sparql.blueprint)
    app.register_blueprint(pages.blueprint)

    @app.get("/health")
    def health() -> tuple[Response, int]:
        """200 when a query is answered, else 503."""
        try:
            with engine.query(Query("ASK { ?s ?p ?o }"), "application/sparql-results+json", 10) as result:
                healthy = b"true" in b"".join(result)
                version = result.snapshot
        except EngineError as error:
            return jsonify(status="unavailable", detail=str(error)), 503
        status = "ok" if healthy else "empty"
        return jsonify(status=status, snapshot=version), 200 if healthy else 503

    @app.errorhandler(problems.Problem)
    def problem(error: problems.Problem) -> Response:
        return problems.answer(error)

    @app.errorhandler(EngineError)
    def engine_error(error: EngineError) -> Response:
        return problems.answer(problems.from_engine(error))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        headers = (
            {"Allow": ", ".join(sorted(error.valid_methods or ()))} if hasattr(error, "valid_methods") else {}
        )
        return problems.answer(problems.Problem(error.code or 500, error.description or "", headers=headers))

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        app.logger.error("fault while answering %s %s", request.method, request.path, exc_info=error)
        return problems.answer(problems.Problem(500, "This is a fault of the server; it has been noted."))

    @app.after_request
    def always(response: Response) -> Response:
        response.headers.update(SECURITY)
        response.headers.update(CORS)
        return response

    return app
