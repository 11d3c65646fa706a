"""A signed text goes past Flask: what it needs, and nothing else.

Finding its rule, pushing contexts and building a response cost a tenth of all that a text costs.
Whatever else comes to the same address is Flask's, with its body put back: what is refused, and in
which words, is said in one place (`gateway.web.sms`).
"""

import io
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Flask

from gateway.core.ports import Intake
from gateway.web.app import HEADERS, tell
from gateway.web.carriers import MAX_BODY
from gateway.web.clocked import clocked_by

if TYPE_CHECKING:
    from gateway.web.sms import CarrierWebhook

NOT_KEPT: Final = "gateway.not_kept"
"""The error with which a text was not kept, among what Flask is given: it is not tried again."""

Environ = dict[str, Any]
Start = Callable[..., Any]


class Straight:
    """WSGI before an app's own: `POST` of `path` is a text that `carrier` has signed."""

    def __init__(
        self,
        app: Flask,
        path: str,
        intake: Intake,
        carrier: "CarrierWebhook",
        answer: tuple[str, bytes],
    ) -> None:
        self._app = app
        self._flask: Callable[[Environ, Start], Iterable[bytes]] = app.wsgi_app
        self._path = path
        self._intake = intake
        self._carrier = carrier
        kind, self._body = answer
        own = {"Content-Type": kind, "Content-Length": str(len(self._body))}
        self._headers = [*own.items(), *HEADERS.items()]

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        is_ours = environ.get("PATH_INFO") == self._path and not environ.get("SCRIPT_NAME")
        if not is_ours or environ.get("REQUEST_METHOD") != "POST":
            return self._flask(environ, start_response)
        began = time.perf_counter()
        if not self._took(environ):
            return self._flask(environ, start_response)
        clocked = clocked_by(self._app)
        if clocked is not None:
            clocked.count(self._path, 200, time.perf_counter() - began)
        tell("POST", self._path, 200)
        start_response("200 OK", list(self._headers))
        return [self._body]

    def _took(self, environ: Environ) -> bool:
        """Whether it was a signed text, and is kept."""
        raw, target = _body(environ), wire_target(environ)
        header = environ.get("HTTP_X_TWILIO_SIGNATURE")
        if raw is None or not header or not target:
            return False
        content_type = environ.get("CONTENT_TYPE") or ""
        delivery = environ.get("HTTP_I_TWILIO_IDEMPOTENCY_TOKEN") or ""
        try:
            fields = self._carrier.fields(raw, content_type)
            if not self._carrier.signed(target, raw, content_type, fields, header):
                return False
            message = self._carrier.inbound(fields, raw, delivery)
        except Exception:  # noqa: BLE001  # Flask meets it again, and answers it
            return False
        try:
            self._intake.receive(message)
        except Exception as error:  # noqa: BLE001  # whatever went wrong, the row is not there
            environ[NOT_KEPT] = error
            return False
        return True


def wire_target(environ: Environ) -> str:
    """The path and query as they came over the wire; "" where the server does not tell."""
    target = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or "")
    if target.startswith(("http://", "https://")):  # a proxy's absolute form
        return "/" + target.split("://", 1)[1].partition("/")[2]
    return target


def _body(environ: Environ) -> bytes | None:
    """A body of a known length that we take; it is put back for who reads it again."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    if not length.isdecimal() or len(length) > len(str(MAX_BODY)) or int(length) > MAX_BODY:
        return None
    raw: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(raw)
    return raw if len(raw) == int(length) else None
