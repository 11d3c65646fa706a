"""A small HTTP/1.1 server for the made-up carrier: answers in one packet, and breaks off on demand.

Not Flask on waitress: those would not let a fault reset a connection, which is half of what a fake
carrier is for.
"""

import base64
import json
import logging
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

log = logging.getLogger(__name__)

MAX_BODY = 1_000_000
_ABORT = struct.pack("ii", 1, 0)
"""SO_LINGER on, no seconds: closing sends RST and not FIN."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    body: bytes
    user: tuple[str, str]

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` 0 breaks the connection off."""

    status: int
    json: Any = None
    kind: str = "application/json"
    content: bytes = b""
    location: str = ""


Application = Callable[[Request], Reply]


class Server(ThreadingHTTPServer):
    """Serves `application` on a thread of its own until closed, and forgets no connection."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], application: Application) -> None:
        self.application = application
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop: what is being answered is broken off."""
        self.shutdown()
        with self._lock:
            left = tuple(self._open)
        for connection in left:
            _quietly(lambda gone=connection: gone.shutdown(socket.SHUT_RDWR))  # type: ignore[misc]  # mypy infers no type for a lambda with a default
        self.server_close()
        self._thread.join(timeout=5)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, *_: Any) -> None:
        error = sys.exception()
        if not isinstance(error, OSError):  # a caller who hung up is no news
            log.error("the made-up carrier failed", exc_info=error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "MadeUpTwilio"
    sys_version = ""
    disable_nagle_algorithm = True
    # Head and body leave together; in two packets each call would cost 40 ms.
    wbufsize = -1
    server: Server

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            self._write(Reply(413))
            return
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            body=self.rfile.read(length),
            user=_basic(self.headers.get("Authorization", "")),
        )
        self._write(self.server.application(request))

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815  # http.server names them

    def _write(self, reply: Reply) -> None:
        if reply.status == 0:
            self._abort()
            return
        body = reply.content if reply.json is None else json.dumps(reply.json).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        if reply.location:
            self.send_header("Location", reply.location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _abort(self) -> None:
        self.close_connection = True
        _quietly(lambda: self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server names it
        """Nothing: a line would show numbers."""


def _quietly(act: Callable[[], object]) -> None:
    try:
        act()
    except OSError:
        log.debug("a connection was gone before it was closed")


def _basic(header: str) -> tuple[str, str]:
    try:
        user, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except ValueError:
        return "", ""
    return user, password
