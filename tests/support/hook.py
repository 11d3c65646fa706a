"""A webhook on a real port that checks what it is sent, and answers as it is told."""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from gateway.channels.sms.webhook import Webhook
from gateway.demo.twilio import AUTH_TOKEN, NUMBER
from gateway.web.server import WebServer
from tests.support.sms import LEO

SERVICE = "MG" + "0" * 32
"""A messaging service of the carrier that calls."""


def create(api: Any, body: str = "OK", to: str = LEO, **more: Any) -> Any:
    """A message through twilio-python."""
    return api.messages.create(to=to, body=body, **({"from_": NUMBER} | more))


class Hook:
    """`answers` are the statuses still to give; then it is 200."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.answers: list[int] = []
        self.signed: list[bool] = []
        self._changed = threading.Condition()
        app = Flask("hook")
        app.config["MAX_CONTENT_LENGTH"] = 65_536
        app.add_url_rule("/<path:rest>", view_func=self._take, methods=["POST"])
        self._server = WebServer(app, "127.0.0.1", 0, threads=4)

    def _take(self, rest: str) -> Response:
        raw, kind = request.get_data(), request.content_type or ""
        carrier = Webhook(self.url, (AUTH_TOKEN,))
        target = request.environ["REQUEST_URI"]
        fields = carrier.fields(raw, kind)
        header = request.headers.get("X-Twilio-Signature")
        with self._changed:
            self.signed.append(carrier.signed(target, raw, kind, fields, header))
            self.forms.append({name: values[0] for name, values in fields.items()})
            self.headers.append(dict(request.headers))
            self.paths.append(target)
            self._changed.notify_all()
            return Response(status=self.answers.pop(0) if self.answers else 200)

    @property
    def url(self) -> str:
        host, port = self._server.address
        return f"http://{host}:{port}"

    def wait(self, enough: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(enough, 5), self.forms

    def __enter__(self) -> "Hook":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
