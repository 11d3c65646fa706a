"""Tells a mailbox in another process what to do: list mails, write one, answer one."""

import smtplib
from typing import Any
from urllib.parse import urlsplit

import waitress
from flask import Flask, Response, abort, jsonify, request

from gateway.demo import mailbox_programs
from gateway.demo.mailbox import KeptMail, Mailbox, Wire


def app(mailbox: Mailbox) -> Flask:
    """`GET /mails?to=ADDRESS`, `POST /write`, `POST /reply`, `POST /fail`, all in JSON."""
    routes = Flask(__name__, static_folder=None)

    @routes.get("/mails")
    def mails() -> Response:
        return jsonify([_record(mail) for mail in mailbox.mails(request.args.get("to", ""))])

    @routes.post("/write")
    def write() -> Response:
        asked = _asked("from", "to", "subject", "text")
        message_id = mailbox.write(
            asked["from"], asked["to"], asked["subject"], asked["text"], name=asked.get("name", "")
        )
        return jsonify(message_id=message_id)

    @routes.post("/reply")
    def reply() -> Response:
        asked = _asked("id", "text")
        mail = mailbox.mail(int(asked["id"]))
        if mail is None or asked.get("program", "gmail") not in mailbox_programs.PROGRAMS:
            abort(404)
        wishes = {key: asked[key] for key in ("program", "language", "name") if key in asked}
        return jsonify(
            message_id=mailbox.reply(mail, asked["text"], sender=asked.get("from", ""), **wishes)
        )

    @routes.post("/fail")
    def fail() -> Response:
        asked = _asked("to", "reply")
        mailbox.fail(
            asked["to"],
            asked["reply"],
            at=asked.get("at", "rcpt"),
            times=int(asked.get("times", 1)),
        )
        return jsonify(failing=asked["to"])

    @routes.errorhandler(smtplib.SMTPException)
    def not_taken(error: smtplib.SMTPException) -> tuple[Response, int]:
        return jsonify(error=type(error).__name__, said=str(error)), 502

    return routes


def server(mailbox: Mailbox, host: str, port: int) -> Any:
    """A server of the app, bound and not yet running."""
    return waitress.create_server(app(mailbox), host=host, port=port, threads=4)


def wire_of(url: str) -> Wire | None:
    """The wire of `lmtp://host:port` or `smtp://host:port`; None of nothing."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("lmtp", "smtp") or not parts.hostname:
        raise ValueError("not lmtp://host:port or smtp://host:port")
    lmtp = parts.scheme == "lmtp"
    return Wire(parts.hostname, parts.port or (24 if lmtp else 25), lmtp)


def _asked(*needed: str) -> dict[str, Any]:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or not all(name in asked for name in needed):
        abort(400)
    return asked


def _record(mail: KeptMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "to": mail.recipient,
        "envelope_sender": mail.sender,
        "from": str(mail.message["From"] or ""),
        "reply_to": str(mail.message["Reply-To"] or ""),
        "subject": mail.subject,
        "message_id": str(mail.message["Message-ID"] or ""),
        "text": mail.text,
        "html": mail.html,
        "raw": mail.raw.decode("utf-8", "replace"),
    }
