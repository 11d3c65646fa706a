"""A web door by itself, for `bench.inbound`: ours, or the least that could be called one.

`python -m bench.door gateway PORT`: our webhook, with nothing that delivers beside it, of the
installation that the environment tells of. `python -m bench.door bare PORT URL`: a handler in
Flask that checks the signature by twilio's own validator, writes two rows by SQLAlchemy Core into
the database of this URL and commits. Both stand on the same server with as many threads, and on the
same disk. Ours runs as
`gateway web` does; the bare one as Python comes, and as `tuned` in a process that is set as ours.
A server by name behind all that (`bench.servers`) is another than ours: one process that serves, as
many threads.
"""

import signal
import sys
import threading
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, event, insert
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has none

from bench import servers
from bench.installation import TOKEN
from gateway.cli.serve import settle_in
from gateway.config import Settings
from gateway.web.app import MAX_BODY
from gateway.web.server import WebServer
from gateway.wiring import WEB_THREADS, install

BARE, TUNED = "bare", "tuned"

_THANKS = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def main(kind: str, port: int, database: str = "", other: str = "") -> None:
    if other:
        servers.serve(other, lambda: _app(kind, port, database), port, WEB_THREADS)
        return
    server = WebServer(_app(kind, port, database), "127.0.0.1", port, threads=WEB_THREADS)
    server.start()
    if kind != BARE:
        settle_in()
    print("ready", flush=True)
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    over.wait()
    server.stop()


def _app(kind: str, port: int, database: str) -> Flask:
    return _bare(port, database) if kind in (BARE, TUNED) else install(Settings.load()).app()


def _bare(port: int, database: str) -> Flask:
    if database.startswith("sqlite"):
        engine = create_engine(database, connect_args={"timeout": 30})
        event.listen(engine, "connect", _as_ours)
    else:
        engine = create_engine(database, pool_size=WEB_THREADS)  # none waits for a connection
    tables = MetaData()
    came_in = Table(
        "inbox",
        tables,
        Column("id", Integer, primary_key=True),
        Column("sid", Text, unique=True),
        Column("sender", Text),
        Column("body", Text),
    )
    owed = Table(
        "outbox",
        tables,
        Column("id", Integer, primary_key=True),
        Column("recipient", Text),
        Column("body", Text),
    )
    tables.create_all(engine)
    validator, url = RequestValidator(TOKEN), f"http://127.0.0.1:{port}/sms/inbound"
    app = Flask("bare")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY

    @app.post("/sms/inbound")
    def inbound() -> Response:
        form = request.form
        if not validator.validate(url, form, request.headers.get("X-Twilio-Signature", "")):
            return Response(status=403)
        with engine.begin() as connection:
            connection.execute(
                insert(came_in).values(
                    sid=form["MessageSid"], sender=form["From"], body=form["Body"]
                )
            )
            connection.execute(insert(owed).values(recipient=form["From"], body="OK"))
        return Response(_THANKS, mimetype="text/xml")

    return app


def _as_ours(connection: Any, _record: Any) -> None:
    """What is thanked for is on the disk."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
