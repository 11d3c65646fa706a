"""Every no of the HTTP API, as RFC 9457 asks: a type that programs read, words that people read.

A view raises `Problem("locked", seconds=30)`; the app turns it into `application/problem+json` in
the language that the request accepts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Request, Response
from werkzeug.exceptions import HTTPException

from gateway.core.wording.catalogue import LANGUAGES, N_, SOURCE, translator

CONTENT_TYPE: Final = "application/problem+json"
BASE: Final = "/api/v1/problems/"
"""Where each type is described; the last word of a type is its kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of problem: its status, and its words as msgids. `{seconds}` may be in `detail`."""

    status: int
    title: str
    detail: str


KINDS: Final[Mapping[str, Kind]] = {
    "malformed": Kind(
        400,
        N_("The request cannot be read"),
        N_("Send one JSON object as the API's description says."),
    ),
    "no-key": Kind(
        400,
        N_("The Idempotency-Key is missing"),
        N_("Send a key of 8 to 64 letters, digits and hyphens, a new one for each command."),
    ),
    "not-from-outside": Kind(
        400,
        N_("This command is not asked for from outside"),
        N_("It is only run as the answer to a question."),
    ),
    "unknown-device": Kind(
        401,
        N_("This kiosk is not known"),
        N_("Ask an operator to give it a new device token."),
    ),
    "wrong-sign-in": Kind(
        401,
        N_("Wrong badge, PIN or code"),
        N_("Please try again, or send CODE by SMS to get a one-time code."),
    ),
    "session-over": Kind(
        401,
        N_("You are signed out"),
        N_("Please sign in again."),
    ),
    "needs-session": Kind(
        403,
        N_("For this, the member must be signed in"),
        N_("A ticket only hands in what was written before."),
    ),
    "not-found": Kind(
        404,
        N_("There is nothing here"),
        N_("Check the address."),
    ),
    "wrong-method": Kind(
        405,
        N_("This address is not asked like that"),
        N_("Use one of the methods that the API's description names."),
    ),
    "busy": Kind(
        409,
        N_("Still working on it"),
        N_("An earlier request is still running: ask again in a moment, under the same key."),
    ),
    "too-large": Kind(
        413,
        N_("This is too much at once"),
        N_("Send less in one request."),
    ),
    "weak-pin": Kind(
        422,
        N_("This PIN is too easy"),
        N_("Choose six digits that nobody would guess."),
    ),
    "key-reused": Kind(
        422,
        N_("This key was used for another command"),
        N_("Send a new Idempotency-Key with each command."),
    ),
    "too-long": Kind(
        422,
        N_("This text is too long"),
        N_("Write at most 4,000 characters."),
    ),
    "locked": Kind(
        429,
        N_("Too many wrong tries"),
        N_("Please wait {seconds} s, then try again."),
    ),
    "shut-out": Kind(
        403,
        N_("This badge is locked"),
        N_("Too many wrong PINs. Ask your animator to have it opened, or send CODE by SMS."),
    ),
    "too-many-requests": Kind(
        429,
        N_("Too many requests"),
        N_("Please wait {seconds} s, then try again."),
    ),
    "our-fault": Kind(
        500,
        N_("Something went wrong on our side"),
        N_("Please try again; nothing is done twice under the same key."),
    ),
}

_BY_STATUS: Final = {404: "not-found", 405: "wrong-method", 413: "too-large", 500: "our-fault"}
_CHALLENGES: Final = {
    "unknown-device": "Bearer",
    "wrong-sign-in": "Gateway-Session",
    "session-over": "Gateway-Session",
}


class Problem(Exception):
    """A no to a caller of the API. `kind` is one of `KINDS`."""

    def __init__(self, kind: str, *, seconds: int = 0) -> None:
        super().__init__(kind)
        self.kind = kind
        self.seconds = seconds


def language_of(request: Request) -> str:
    """The language that the caller accepts best; English where they do not say."""
    for asked, quality in request.accept_languages:  # the best first
        code = asked.replace("_", "-").partition("-")[0].lower()
        if code in LANGUAGES and quality > 0:
            return code
    return SOURCE


def record(kind: str, language: str, *, seconds: int = 0) -> dict[str, object]:
    """The members of a problem, in words of `language`."""
    t, told = translator(language), KINDS[kind]
    return {
        "type": BASE + kind,
        "title": t.gettext(told.title),
        "status": told.status,
        "detail": t.gettext(told.detail).format(seconds=seconds),
    }


def answer(problem: Problem, request: Request) -> Response:
    """The HTTP answer to a problem."""
    language = language_of(request)
    body = record(problem.kind, language, seconds=problem.seconds)
    response = Response(
        json.dumps(body, ensure_ascii=False) + "\n",
        KINDS[problem.kind].status,
        content_type=CONTENT_TYPE,
    )
    response.content_language.add(language)
    response.vary.add("Accept-Language")
    if problem.seconds:
        response.headers["Retry-After"] = str(problem.seconds)
    if problem.kind in _CHALLENGES:
        response.headers["WWW-Authenticate"] = _CHALLENGES[problem.kind]
    return response


def from_http(error: HTTPException, request: Request) -> Response:
    """The problem behind an error of the framework, with the headers that belong to it."""
    code = error.code or 500
    usual = "our-fault" if code >= 500 else "malformed"
    response = answer(Problem(_BY_STATUS.get(code, usual)), request)
    for name, value in error.get_headers(None):
        if name == "Allow":
            response.headers[name] = value
    return response
