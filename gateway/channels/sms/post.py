"""One form to a carrier over a connection that is kept: sent at most once, by a thread's own line.

A text is one small request, and twilio-python (with requests under it) takes five times as long to
make it as the standard library. What decides is the same as in `wire`: the certificates and the
proxy that requests finds in the environment; behind a proxy requests itself does it.
"""

import http.client
import select
import ssl
import threading
import time
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy

from gateway.channels.sms.wire import Wire
from gateway.hearing import Hearing

MOST_OCTETS = 1_000_000
"""Of an answer; a carrier's has a few hundred."""

_FORM = "application/x-www-form-urlencoded"


class NeverConnected(Exception):
    """The wire was surely not touched. Says what kind of error it was."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the carrier answered."""

    status: int
    body: bytes


class _Line(http.client.HTTPConnection):
    """Closes with the thread that it was made for."""

    def __del__(self) -> None:
        self.close()


class _SafeLine(http.client.HTTPSConnection):
    """The same, secured."""

    def __del__(self) -> None:
        self.close()


class Poster:
    """Posts forms to one carrier. Threads may share it: each has a connection of its own."""

    def __init__(self, url: str, account: tuple[str, str], timeout: float, wire: Wire) -> None:
        self._url = url.rstrip("/")
        self._account = account
        self._timeout = timeout
        self._wire = wire
        parts = urlsplit(self._url)
        self._host, self._port = parts.hostname or "", parts.port
        self._path = parts.path.encode("ascii")
        verify, self._behind_proxy = self._surroundings()
        self._tls = _trusting(verify) if parts.scheme == "https" else None
        login = b64encode(":".join(account).encode()).decode()
        self._head = (
            f"Host: {parts.netloc.rpartition('@')[2]}\r\n"
            f"Authorization: Basic {login}\r\n"
            "Accept: application/json\r\n"
            f"Content-Type: {_FORM}\r\n"
        ).encode("ascii")
        self._local = threading.local()

    def post(self, path: str, form: str) -> Told:
        """Send an encoded `form` once. Raises `NeverConnected`; on all else it may have arrived."""
        if self._behind_proxy:
            return self._through_wire(path, form)
        line = self._line()
        try:
            line.sock.settimeout(self._timeout)
            # In one piece: http.client would send the head apart, and make it anew each time.
            body = form.encode("ascii")
            line.sock.sendall(
                b"POST %b%b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n%b"
                % (self._path, path.encode("ascii"), self._head, len(body), body)
            )
            heard: Any = Hearing(line.sock, time.monotonic() + self._timeout, 2 * MOST_OCTETS)
            with http.client.HTTPResponse(heard, method="POST") as answer:
                answer.begin()
                if answer.status < 200:  # http.client passes over 100 alone, and the rest follows
                    raise http.client.UnknownProtocol(f"an interim {answer.status}")
                told = Told(answer.status, answer.read(MOST_OCTETS))
                ends = answer.will_close or not answer.isclosed()  # or longer than any answer
        except BaseException:
            line.close()
            raise
        if ends:
            line.close()
        return told

    def _line(self) -> http.client.HTTPConnection:
        """This thread's connection, open: a new one where the carrier has hung up meanwhile."""
        line: http.client.HTTPConnection | None = getattr(self._local, "line", None)
        if line is None:
            line = self._local.line = self._new()
        if line.sock is not None and _has_ended(line):
            line.close()
        if line.sock is None:
            try:
                line.connect()
            except OSError as error:
                line.close()
                raise NeverConnected(type(error).__name__) from None
        return line

    def _new(self) -> http.client.HTTPConnection:
        if self._tls is None:
            return _Line(self._host, self._port, timeout=self._timeout)
        return _SafeLine(self._host, self._port, timeout=self._timeout, context=self._tls)

    def _surroundings(self) -> tuple[bool | str, bool]:
        """Which certificates are trusted, and whether a proxy stands between."""
        with requests.Session() as session:
            session.trust_env = self._wire.looks_around
            found = session.merge_environment_settings(self._url, {}, None, None, None)
        verify: bool | str = found["verify"]
        return verify, select_proxy(self._url, found["proxies"]) is not None

    def _through_wire(self, path: str, form: str) -> Told:
        answer = self._wire.request(
            "POST",
            f"{self._url}{path}",
            data=form,
            headers={"Content-Type": _FORM, "Accept": "application/json"},
            auth=self._account,
        )
        return Told(answer.status_code, answer.text.encode())


def _has_ended(line: http.client.HTTPConnection) -> bool:
    """Whether an idle connection was closed, or says something nobody asked for."""
    poll = select.poll()
    poll.register(line.sock, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))


def _trusting(verify: bool | str) -> ssl.SSLContext:
    where = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    return ssl.create_default_context(cafile=where)
