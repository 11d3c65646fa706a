"""Twilio's webhooks over HTTP: a text is thanked for once it is kept, and not before.

What a request says and whether it is signed is the carrier's business (`gateway.channels.sms`);
here are the answers. Twilio shows every one but 2xx to the operator and repeats the request.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import quote

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.core.envelope import DeliveryReport, Inbound
from gateway.core.errors import NotAccepted
from gateway.core.ports import Intake

log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
_THANKS = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

Fields = Mapping[str, Sequence[str]]


class CarrierWebhook(Protocol):
    """How a carrier's requests are read: `gateway.channels.sms.webhook.Webhook` for Twilio."""

    def fields(self, raw: bytes, content_type: str) -> Fields: ...

    def signed(
        self, target: str, raw: bytes, content_type: str, fields: Fields, header: str | None
    ) -> bool: ...

    def inbound(self, fields: Fields, raw: bytes) -> Inbound: ...

    def report(self, fields: Fields, outbound: str) -> DeliveryReport: ...


class _Stop(Exception):
    """The request ends here, with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def blueprint(intake: Intake, carrier: CarrierWebhook) -> Blueprint:
    """`POST /sms/inbound` and `POST /sms/status`."""
    sms = Blueprint("sms", __name__, url_prefix="/sms")

    @sms.post("/inbound")
    def inbound() -> Response:
        fields, raw = _received(carrier)
        message = carrier.inbound(fields, raw)
        with _kept_or_unavailable(message.external_id):
            intake.receive(message)
        return Response(_THANKS, mimetype="text/xml")

    @sms.post("/status")
    def status() -> Response:
        fields, _ = _received(carrier)
        told = carrier.report(fields, request.args.get("m", ""))
        with _kept_or_unavailable(told.external_id):
            intake.report(told)
        return Response(_THANKS, mimetype="text/xml")

    @sms.errorhandler(_Stop)
    def stopped(stop: _Stop) -> Response:
        return Response(status=stop.status)

    @sms.errorhandler(NotAccepted)
    def not_accepted(refusal: NotAccepted) -> Response:
        log.warning("sms webhook refused: %s", refusal)
        return Response(str(refusal), status=400, mimetype="text/plain")

    return sms


@contextmanager
def _kept_or_unavailable(sid: str) -> Iterator[None]:
    """What was not kept is not thanked for: the carrier has to bring it again."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  # whatever went wrong, the row is not there
        # Its kind alone: what a database says of an error quotes the values, so the text as well.
        log.error("sms %s was not kept: %s", sid, type(error).__name__)
        raise _Stop(503) from None


def _received(carrier: CarrierWebhook) -> tuple[Fields, bytes]:
    """The fields and the body of a request that the carrier has signed."""
    raw, content_type = _body(), request.content_type or ""
    header = request.headers.get("X-Twilio-Signature")
    fields = carrier.fields(raw, content_type) if header else {}
    if not carrier.signed(raw_target(request), raw, content_type, fields, header):
        log.warning("sms webhook refused: %s signature", "bad" if header else "no")
        raise _Stop(403)
    return fields, raw


def _body() -> bytes:
    request.max_content_length = MAX_BODY
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        log.warning("sms webhook refused: more than %s bytes", MAX_BODY)
        raise _Stop(413) from None


def raw_target(received: Request) -> str:
    """The path and query as they came over the wire, no `%27` decoded and no `?` lost."""
    environ = received.environ
    target = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or "")
    if target.startswith(("http://", "https://")):  # a proxy's absolute form
        return "/" + target.split("://", 1)[1].partition("/")[2]
    if target:
        return target
    path = quote(received.root_path.rstrip("/") + received.path)
    query = received.query_string.decode("latin-1")
    return f"{path}?{query}" if query else path
