"""The kiosk's HTTP API: JSON in, one call of the desk, JSON out.

A kiosk names itself by its device token, a member by the session they opened there. A command runs
once for each Idempotency-Key, so a kiosk that lost an answer asks again and is told the same.
"""

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from gateway.core import codec
from gateway.core.envelope import Received
from gateway.core.errors import Busy, KeyReused, Refused
from gateway.core.ports import Clock, Desk, Device, Session
from gateway.core.wording.catalogue import LANGUAGES
from gateway.web import bodies, openapi, problems
from gateway.web.limits import Buckets
from gateway.web.problems import Problem
from gateway.web.routes import KEY_PATTERN, MAX_WORD, ROUTES, Json, Route

SESSION_HEADER: Final = "Gateway-Session"
KEY_HEADER: Final = "Idempotency-Key"
COMPRESS_FROM: Final = 1_024

_MAX_TOKEN: Final = 256
_REFUSALS: Final = {
    "wrong_sign_in": "wrong-sign-in",
    "locked": "locked",
    "weak_pin": "weak-pin",
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
    routes.after_request(_compressed)
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
        return lambda **parts: _json(view(**parts), route.status)

    def guarded(self, route: Route) -> Callable[..., Response]:
        """The view of a route that a known kiosk may ask, and a member where it says so."""
        view: Callable[[_Caller], Json | None] = getattr(self, route.name)

        def asked() -> Response:
            caller = self._caller(route)
            try:
                return _json(view(caller), route.status)
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
            "member": signed.member,
            "language": signed.language,
            "unread": signed.unread,
            "urgent": signed.urgent,
            "groups": [{"slug": slug, "title": title} for slug, title in signed.groups],
            "must_choose_pin": signed.must_choose_pin,
            "seconds": signed.seconds,
        }

    def sign_out(self, caller: _Caller) -> None:
        self._desk.sign_out(caller.device, _token(SESSION_HEADER))

    def choose_pin(self, caller: _Caller) -> None:
        self._desk.choose_pin(caller.member, bodies.text(bodies.read(request), "pin", MAX_WORD))

    def run(self, caller: _Caller) -> Json:
        key = request.headers.get(KEY_HEADER, "")
        if not re.fullmatch(KEY_PATTERN, key):
            raise Problem("no-key")
        body = bodies.read(request)
        language = bodies.text(body, "language", MAX_WORD) or caller.member.language
        if language not in LANGUAGES:
            raise Problem("malformed")
        command = bodies.command(body, language)
        try:
            return _received(self._desk.run(caller.device, caller.member, key, command, language))
        except KeyReused:
            raise Problem("key-reused") from None
        except Busy:
            raise Problem("busy", seconds=1) from None

    def _caller(self, route: Route) -> _Caller:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        known = scheme.lower() == "bearer" and 0 < len(token) <= _MAX_TOKEN
        device = self._desk.device(token.strip()) if known else None
        if device is None:
            raise Problem("unknown-device")
        if wait := self._buckets.take(device.id):
            raise Problem("too-many-requests", seconds=wait)
        if not route.session:
            return _Caller(device)
        session = self._desk.session(device, _token(SESSION_HEADER))
        if session is None:
            raise Problem("session-over")
        return _Caller(device, session)


def _token(header: str) -> str:
    given = request.headers.get(header, "")
    return given if len(given) <= _MAX_TOKEN else ""


def _received(received: Received) -> Json:
    result = received.result
    told: Json | None = None
    if isinstance(result, Refused):
        told = {"is": "Refused", "reason": result.reason}
    elif result is not None:
        told = codec.encode(result)
    return {"state": received.state, "result": told, "words": received.words}


def _problem(refusal: Refused) -> Exception:
    """The problem of a refusal by the desk; one that we do not know is a bug, and stays one."""
    kind = _REFUSALS.get(refusal.reason)
    if kind is None:
        return RuntimeError(f"no problem for {refusal.reason}")
    seconds = refusal.details.get("seconds", 0)
    return Problem(kind, seconds=seconds if isinstance(seconds, int) else 0)


def _json(body: Json | None, status: int) -> Response:
    if body is None:
        return Response(status=status)
    text = json.dumps(body, ensure_ascii=False) + "\n"
    return Response(text, status, content_type="application/json")


def _compressed(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    plain = response.get_data()
    if len(plain) > COMPRESS_FROM and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(plain, mtime=0))
        response.content_encoding = "gzip"
    return response
