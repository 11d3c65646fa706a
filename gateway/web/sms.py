"""Twilio's webhooks over HTTP: a text is thanked for once it is kept, and not before.

What a request says and whether it is signed is the carrier's business (`gateway.channels.sms`);
here are the answers. Twilio shows every one but 2xx to the operator and repeats the request.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import quote

from flask import Blueprint, Flask, Request, Response, request
from flask.sansio.blueprints import BlueprintSetupState

from gateway.core.envelope import DeliveryReport, Inbound
from gateway.core.ports import Intake
from gateway.web.carriers import Stop, body, kept_or_unavailable, refusals
from gateway.web.straight import NOT_KEPT, Straight, wire_target

log = logging.getLogger(__name__)

_DELIVERY = "I-Twilio-Idempotency-Token"
"""The same over all tries of one delivery, whatever they are called."""

_XML = "text/xml; charset=utf-8"
_THANKS = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

Fields = Mapping[str, Sequence[str]]


class CarrierWebhook(Protocol):
    """How a carrier's requests are read: `gateway.channels.sms.webhook.Webhook` for Twilio."""

    def fields(self, raw: bytes, content_type: str) -> Fields: ...

    def signed(
        self, target: str, raw: bytes, content_type: str, fields: Fields, header: str | None
    ) -> bool: ...

    def inbound(self, fields: Fields, raw: bytes, delivery: str) -> Inbound: ...

    def report(self, fields: Fields, outbound: str) -> DeliveryReport: ...


def blueprint(intake: Intake, carrier: CarrierWebhook) -> Blueprint:
    """`POST /sms/inbound` and `POST /sms/status`."""
    sms = Blueprint("sms", __name__, url_prefix="/sms")

    @sms.post("/inbound")
    def inbound() -> Response:
        fields, raw = _received(carrier)
        message = carrier.inbound(fields, raw, request.headers.get(_DELIVERY, ""))
        with kept_or_unavailable(sms.name, message.external_id):
            if (error := request.environ.get(NOT_KEPT)) is not None:
                raise error
            intake.receive(message)
        return Response(_THANKS, content_type=_XML)

    @sms.post("/status")
    def status() -> Response:
        fields, _ = _received(carrier)
        told = carrier.report(fields, request.args.get("m", ""))
        with kept_or_unavailable(sms.name, told.external_id):
            intake.report(told)
        return Response(_THANKS, content_type=_XML)

    def before(state: BlueprintSetupState) -> None:
        assert isinstance(state.app, Flask)
        path, answer = f"{sms.url_prefix}/inbound", (_XML, _THANKS.encode())
        straight = Straight(state.app, path, intake, carrier, answer)
        state.app.wsgi_app = straight  # type: ignore[method-assign]  # as Flask would have it

    sms.record_once(before)
    refusals(sms)
    return sms


def _received(carrier: CarrierWebhook) -> tuple[Fields, bytes]:
    """The fields and the body of a request that the carrier has signed."""
    raw, content_type = body("sms"), request.content_type or ""
    header = request.headers.get("X-Twilio-Signature")
    fields = carrier.fields(raw, content_type) if header else {}
    if not carrier.signed(raw_target(request), raw, content_type, fields, header):
        log.warning("sms webhook refused: %s signature", "bad" if header else "no")
        raise Stop(403)
    return fields, raw


def raw_target(received: Request) -> str:
    """The path and query as they came over the wire, no `%27` decoded and no `?` lost."""
    target = wire_target(received.environ)
    if target:
        return target
    path = quote(received.root_path.rstrip("/") + received.path)
    query = received.query_string.decode("latin-1")
    return f"{path}?{query}" if query else path
