"""The kiosk's HTTP API: JSON in, one call of the desk, JSON out.

A kiosk names itself by its device token, a member by the session they opened there. A command runs
once for each Idempotency-Key, so a kiosk that lost an answer asks again and is told the same.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Final

from flask import Blueprint, Response, request

from gateway.core.desk import Asking, Desk, Device, Session
from gateway.core.errors import Busy, KeyReused, Refused
from gateway.core.ports import Clock
from gateway.core.wording.catalogue import LANGUAGES, N_, translator
from gateway.web import answers, bodies, openapi, problems
from gateway.web.answers import SESSION_HEADER
from gateway.web.limits import Buckets
from gateway.web.problems import Problem
from gateway.web.routes import KEY_PATTERN, MAX_CURSOR, MAX_WORD, ROUTES, Json, Route

TICKET_HEADER: Final = "Gateway-Ticket"
KEY_HEADER: Final = "Idempotency-Key"

KEPT: Final = N_("Kept. Whose badge this is will be asked whether it is theirs; then it is posted.")

_MAX_TOKEN: Final = 256
_MAX_ID: Final = 9
_REFUSALS: Final = {
    "wrong_sign_in": "wrong-sign-in",
    "locked": "locked",
    "shut_out": "shut-out",
    "weak_pin": "weak-pin",
    "needs_session": "needs-session",
}


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who asks: a kiosk, and the member signed in there where the route asks for one."""

    device: Device
    session: Session | None = None

    @property
    def member(self) -> Session:
        """The session of a route that has one: the guard has seen to it."""
        assert self.session is not None
        return self.session


def blueprint(
    desk: Desk,
    *,
    organisation: str,
    sms_number: str,
    clock: Clock,
    rate: float = 20,
    burst: int = 60,
) -> Blueprint:
    """`/api/v1` over `desk`; each kiosk may ask `rate` times a second, `burst` times at once."""
    api = _Api(desk, organisation, sms_number, clock, Buckets(clock, rate=rate, burst=burst))
    routes = Blueprint("api", __name__, url_prefix="/api/v1")
    for route in ROUTES:
        view = api.open(route) if route.public else api.guarded(route)
        routes.add_url_rule(route.path, route.name, view, methods=[route.method])
    routes.after_request(answers.compressed)
    return routes


class _Api:
    """The views, one for each row of `ROUTES`, under its name."""

    def __init__(
        self, desk: Desk, organisation: str, sms_number: str, clock: Clock, buckets: Buckets
    ) -> None:
        self._desk = desk
        self._organisation = organisation
        self._sms_number = sms_number
        self._clock = clock
        self._buckets = buckets
        self._description = openapi.document(ROUTES)

    def open(self, route: Route) -> Callable[..., Response]:
        """The view of a route that anybody may ask."""
        view: Callable[..., Json] = getattr(self, route.name)
        return lambda **parts: answers.of_json(view(**parts), route.status)

    def guarded(self, route: Route) -> Callable[..., Response]:
        """The view of a route that a known kiosk may ask, and a member where it says so."""
        view: Callable[..., Json | bytes | None] = getattr(self, route.name)

        def asked(**parts: str) -> Response:
            caller = self._caller(route)
            try:
                return answers.answer(view(caller, **parts), route)
            except Refused as refusal:
                raise _problem(refusal) from None

        return asked

    def openapi(self) -> Json:
        return self._description

    def problem(self, kind: str) -> Json:
        if kind not in problems.KINDS:
            raise Problem("not-found")
        return problems.record(kind, problems.language_of(request))

    def kiosk(self, caller: _Caller) -> Json:
        return {
            "site": caller.device.site,
            "organisation": self._organisation,
            "sms_number": self._sms_number,
            "languages": list(LANGUAGES),
            "time": self._clock().isoformat(),
        }

    def sign_in(self, caller: _Caller) -> Json:
        body = bodies.read(request)
        code = bodies.text(body, "code", MAX_WORD)
        badge, pin = bodies.text(body, "badge", MAX_WORD), bodies.text(body, "pin", MAX_WORD)
        if bool(code) == bool(badge):
            raise Problem("malformed")
        signed = self._desk.sign_in(caller.device, badge=badge, pin=pin, code=code)
        return {
            "session": signed.token,
            "id": signed.member_id,
            "member": signed.member,
            "language": signed.language,
            "unread": signed.unread,
            "urgent": signed.urgent,
            "groups": [{"slug": slug, "title": title} for slug, title in signed.groups],
            "must_choose_pin": signed.must_choose_pin,
            "seconds": signed.seconds,
            "ticket": signed.ticket,
            "questions": [{"id": one, "words": words} for one, words in signed.questions],
        }

    def sign_out(self, caller: _Caller) -> None:
        self._desk.sign_out(caller.device, _token(SESSION_HEADER))

    def choose_pin(self, caller: _Caller) -> None:
        self._desk.choose_pin(caller.member, bodies.text(bodies.read(request), "pin", MAX_WORD))

    def run(self, caller: _Caller) -> Json:
        body = bodies.read(request)
        asking = _asking(body, caller.member.language)
        with _once():
            return answers.received(self._desk.run(caller.device, caller.member, asking))

    def deposit(self, caller: _Caller) -> Json:
        body = bodies.read(request)
        asking = _asking(body, problems.language_of(request))
        badge = bodies.text(body, "badge", MAX_WORD)
        if not badge:
            raise Problem("malformed")
        with _once():
            self._desk.deposit(caller.device, badge, asking)
        return {"state": "held", "words": translator(asking.language).gettext(KEPT)}

    def feed(self, caller: _Caller) -> Json:
        told = self._desk.feed(caller.device, caller.session, _cursor())
        return {
            "cursor": told.cursor,
            "full": told.full,
            "more": told.more,
            "groups": [asdict(group) for group in told.groups],
            "posts": [answers.feed_post(post) for post in told.posts],
            "gone": list(told.gone),
        }

    def photo(self, caller: _Caller, media: str) -> bytes:
        known = media.isascii() and media.isdecimal() and len(media) <= _MAX_ID
        content = self._desk.photo(caller.member, int(media)) if known else None
        if content is None:
            raise Problem("not-found")
        return content

    def _caller(self, route: Route) -> _Caller:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        known = scheme.lower() == "bearer" and 0 < len(token) <= _MAX_TOKEN
        device = self._desk.device(token.strip()) if known else None
        if device is None:
            raise Problem("unknown-device")
        if wait := self._buckets.take(device.id):
            raise Problem("too-many-requests", seconds=wait)
        anonymous = route.session_too and SESSION_HEADER not in request.headers
        if anonymous or not (route.session or route.session_too):
            return _Caller(device)
        if route.ticket and SESSION_HEADER not in request.headers:
            session = self._desk.ticket(device, _token(TICKET_HEADER))
        else:
            session = self._desk.session(device, _token(SESSION_HEADER))
        if session is None:
            raise Problem("session-over")
        return _Caller(device, session)


def _asking(body: Json, language: str) -> Asking:
    """What is asked under an idempotency key."""
    key = request.headers.get(KEY_HEADER, "")
    if not re.fullmatch(KEY_PATTERN, key):
        raise Problem("no-key")
    language = bodies.text(body, "language", MAX_WORD) or language
    if language not in LANGUAGES:
        raise Problem("malformed")
    return Asking(
        key,
        bodies.command(body),
        language,
        written=bodies.time(body, "written"),
        fingerprint=bodies.fingerprint(body),
        answers=bodies.number(body, "answers"),
    )


@contextmanager
def _once() -> Iterator[None]:
    """The problems of a key that was used before."""
    try:
        yield
    except KeyReused:
        raise Problem("key-reused") from None
    except Busy:
        raise Problem("busy", seconds=1) from None


def _token(header: str) -> str:
    given = request.headers.get(header, "")
    return given if len(given) <= _MAX_TOKEN else ""


def _cursor() -> str:
    """The cursor that was sent; one that cannot be ours is as good as none."""
    given = request.args.get("cursor", "")
    return given if len(given) <= MAX_CURSOR and given.isascii() else ""


def _problem(refusal: Refused) -> Exception:
    """The problem of a refusal by the desk; one that we do not know is a bug, and stays one."""
    kind = _REFUSALS.get(refusal.reason)
    if kind is None:
        return RuntimeError(f"no problem for {refusal.reason}")
    seconds = refusal.details.get("seconds", 0)
    return Problem(kind, seconds=seconds if isinstance(seconds, int) else 0)
