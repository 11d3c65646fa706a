"""Kannel's webhooks over HTTP: below a path that only Kannel knows, and that no log of ours shows.

What a call says is the carrier's business (`gateway.channels.sms.kannel`); here are the answers.
Thanks have no words, or Kannel would text them to the sender.
"""

import logging
from typing import Protocol

from flask import Blueprint, Response, request

from gateway.core.envelope import DeliveryReport, Inbound
from gateway.core.ports import Intake
from gateway.web.carriers import Stop, body, kept_or_unavailable, refusals

log = logging.getLogger(__name__)


class KannelCalls(Protocol):
    """How Kannel's calls are read: `gateway.channels.sms.kannel.webhook.KannelWebhook`."""

    def knows(self, secret: str, peer: str) -> bool: ...

    def inbound(self, query: bytes, body: bytes, content_type: str, time: str) -> Inbound: ...

    def report(self, query: bytes) -> DeliveryReport: ...


def blueprint(intake: Intake, carrier: KannelCalls) -> Blueprint:
    """`/sms/kannel/SECRET/inbound`, for `post-url` and `get-url`, and `.../status` for reports."""
    kannel = Blueprint("kannel", __name__, url_prefix="/sms/kannel/<secret>")

    @kannel.route("/inbound", methods=["GET", "POST"])
    def inbound(secret: str) -> Response:
        _check(carrier, secret)
        content, kind = body(kannel.name), request.headers.get("Content-Type", "")
        time = request.headers.get("X-Kannel-Time", "")
        message = carrier.inbound(request.query_string, content, kind, time)
        with kept_or_unavailable(kannel.name, message.external_id):
            intake.receive(message)
        return _thanks()

    @kannel.route("/status", methods=["GET", "POST"])
    def status(secret: str) -> Response:
        _check(carrier, secret)
        told = carrier.report(request.query_string)
        with kept_or_unavailable(kannel.name, f"report on {told.outbound_id}"):
            intake.report(told)
        return _thanks()

    refusals(kannel)
    return kannel


def _check(carrier: KannelCalls, secret: str) -> None:
    # HEAD comes with GET in Flask; a call that wants no answer is nobody's.
    if request.method == "HEAD" or not carrier.knows(secret, request.remote_addr or ""):
        log.warning("kannel webhook refused: not Kannel's secret, or not its network")
        raise Stop(403)


def _thanks() -> Response:
    return Response(status=200, mimetype="text/plain")
