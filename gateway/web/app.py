"""The Flask app: what every answer has in common, whichever blueprint gives it.

Errors under `/api` are problems (RFC 9457), elsewhere one short line of plain text; nobody outside
ever sees a traceback, and no log line has a body, a query or a path with somebody's token in it.
"""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Flask, Request, Response, request
from werkzeug.exceptions import HTTPException

from gateway.web import problems
from gateway.web.problems import Problem

MAX_BODY: Final = 65_536
API: Final = "/api/"

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

log = logging.getLogger("gateway.web")


def create_app(blueprints: Sequence[Blueprint], *, max_body: int = MAX_BODY) -> Flask:
    """The app of these blueprints. A page that needs more sets the header itself."""
    app = Flask("gateway.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = max_body
    app.config["MAX_FORM_MEMORY_SIZE"] = max_body
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _our_fault)
    app.after_request(_finish)
    return app


def _problem(problem: Problem) -> Response:
    return problems.answer(problem, request)


def _http_error(error: HTTPException) -> Response:
    if request.path.startswith(API):
        return problems.from_http(error, request)
    headers = [(name, value) for name, value in error.get_headers(None) if name == "Allow"]
    return _plain(HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR), headers)


def _our_fault(error: Exception) -> Response:
    log.error("%s %s failed", request.method, _rule(request), exc_info=error)
    if request.path.startswith(API):
        return problems.answer(Problem("our-fault"), request)
    return _plain(HTTPStatus.INTERNAL_SERVER_ERROR, [])


def _plain(status: HTTPStatus, headers: list[tuple[str, str]]) -> Response:
    return Response(f"{status.phrase}\n", status, headers, content_type="text/plain; charset=utf-8")


def _finish(response: Response) -> Response:
    own = {name.lower() for name, _ in response.headers}
    response.headers.extend([pair for pair in HEADERS.items() if pair[0].lower() not in own])
    tell(request.method, _rule(request), response.status_code)
    return response


def tell(method: str, rule: str, status: int) -> None:
    """The log line of a request: its rule, for its path may hold a token."""
    log.info("%s %s %d", method, rule, status)


def _rule(asked: Request) -> str:
    """The rule that a request met: unlike its path, it holds no token."""
    return asked.url_rule.rule if asked.url_rule else "-"
