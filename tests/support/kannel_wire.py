"""Kannel's sendsms made up: remembers each request, answers as told, or breaks off."""

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

ACCEPTED = (202, "0: Accepted for delivery")


@dataclass(frozen=True)
class Sent:
    """One request, as it came."""

    target: str
    headers: dict[str, str]
    body: bytes


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Quiet: who asked has hung up, as a test wished."""


class FakeKannel:
    """`answer` is given to all; with `silent`, or `seconds` of waiting, what came is kept first."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.answer = ACCEPTED
        self.silent = False
        self.seconds = 0.0
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/cgi-bin/sendsms"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        kannel = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kannel.sent.append(Sent(self.path, dict(self.headers), body))
                time.sleep(kannel.seconds)
                if kannel.silent:
                    return
                status, said = kannel.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler
