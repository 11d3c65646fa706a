"""Thousands of webhooks as Twilio signs them, straight and through a proxy that rewrites them.

Each is accepted as it was signed, and refused with one of its bytes changed. The signatures are
made by twilio-python; nothing of ours takes part in making them.
"""

import http.client
import io
import random
import string
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import quote, quote_plus, unquote_to_bytes

import pytest
from flask import Flask
from twilio.request_validator import (  # type: ignore[import-untyped]  # it has no types
    RequestValidator,
)
from werkzeug.datastructures import MultiDict
from werkzeug.test import run_wsgi_app

from gateway.channels.sms.webhook import Webhook
from gateway.web import sms
from gateway.web.app import create_app
from gateway.web.server import WebServer
from tests.support.sizes import sized
from tests.support.sms import LEO, FakeIntake

STRAIGHT = 2_500
PROXIED = sized(10_000, 1_000)
TOKENS = ("the-next-token", "the-token-so-far")
FORM, JSON = "application/x-www-form-urlencoded; charset=UTF-8", "application/json"
PUBLIC_URLS = (
    "https://sms.example",
    "https://sms.example:8443",
    "https://carrier:s3cr%20t@sms.example",
    "https://carrier:secret@sms.example:8443",
    "https://sms.example/gateway",
    "http://[2001:db8::7]",
)
STRANGE = "aZ09 +&=%?#/;:@'\"~_.-éèçœ€ßñжשع日😀👨‍👩‍👧\u00a0\u200b\n\r\t\\<>"


@dataclass(frozen=True)
class Request:
    """One webhook: where to, what in it, and its signature."""

    public_url: str
    target: str
    body: bytes
    kind: str
    signature: str


def words(seed: random.Random, most: int) -> str:
    return "".join(seed.choices(STRANGE, k=seed.randrange(most)))


def encoded(seed: random.Random, text: str) -> str:
    """Percent-encoded as one sender or another does it: `+` or `%20`, `%c3` or `%C3`."""
    plain = quote_plus(text) if seed.random() < 0.5 else quote(text, safe=seed.choice(["", "'~:"]))
    return plain.lower() if seed.random() < 0.2 and text.islower() else plain


def query(seed: random.Random) -> str:
    if seed.random() < 0.3:
        return seed.choice(["", "?"])
    pairs = [
        encoded(seed, words(seed, 6)) + seed.choice(["=", "", "="]) + encoded(seed, words(seed, 9))
        for _ in range(seed.randrange(1, 5))
    ]
    return "?" + seed.choice(["&", "&", "&&"]).join(pairs)


def signed(seed: random.Random) -> Request:
    """A webhook of Twilio's, with what nobody expects in its fields and its query."""
    public_url, target = seed.choice(PUBLIC_URLS), "/sms/inbound" + query(seed)
    fields = [("MessageSid", f"SM{seed.getrandbits(64):x}"), ("From", LEO), ("FromCity", "")]
    fields += [("Body", words(seed, 60)), ("AddOns", '{"status": "successful"}')]
    for _ in range(seed.randrange(5)):
        name = words(seed, 8) or "x"
        fields += [(name, words(seed, 12)) for _ in range(seed.choice([1, 1, 2, 3]))]
    seed.shuffle(fields)
    if seed.random() < 0.1:
        return _json(seed, public_url, target)
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields)
    header = sign(seed, public_url, target, MultiDict(fields))
    return Request(public_url, target, body.encode(), FORM, header)


def _json(seed: random.Random, public_url: str, target: str) -> Request:
    letters = "".join(seed.choices(string.ascii_letters, k=seed.randrange(40)))
    raw = f'{{"MessageSid": "SM{seed.getrandbits(64):x}", "From": "{LEO}", "Body": "{letters}"}}'
    joint = "&" if "?" in target else "?"
    target += f"{joint}bodySHA256={sha256(raw.encode()).hexdigest()}"
    return Request(public_url, target, raw.encode(), JSON, sign(seed, public_url, target, {}))


def sign(
    seed: random.Random, public_url: str, target: str, params: MultiDict[str, str] | dict[str, str]
) -> str:
    fragment = seed.choice(["", "", "#rc=5&rp=all"])
    validator = RequestValidator(seed.choice(TOKENS))
    return str(validator.compute_signature(public_url + target + fragment, params))


def changed(seed: random.Random, request: Request) -> Request:
    """With one byte of the query, the body or the signature another one."""
    where = seed.choice(["target", "body", "signature"])
    if where == "signature":  # the last letters carry bits that base64 leaves unused
        return replace(
            request, signature=_other(seed, request.signature, len(request.signature) - 3)
        )
    if where == "body":
        text = request.body.decode()
        return replace(request, body=_other(seed, text, len(text)).encode())
    path, mark, rest = request.target.partition("?")
    if not rest:
        return replace(request, target=f"{path}?q")
    return replace(request, target=path + mark + _other(seed, rest, len(rest)))


def _other(seed: random.Random, text: str, within: int) -> str:
    """No hexadecimal digit: `%2f` and `%2F` are two spellings of one byte."""
    place = seed.randrange(within)
    letter = seed.choice([letter for letter in "xyzXYZ" if letter != text[place]])
    return text[:place] + letter + text[place + 1 :]


@pytest.fixture(scope="module")
def intake() -> FakeIntake:
    return FakeIntake()


@pytest.fixture(scope="module")
def apps(intake: FakeIntake) -> dict[str, Flask]:
    return {url: create_app([sms.blueprint(intake, Webhook(url, TOKENS))]) for url in PUBLIC_URLS}


def answered(app: Flask, request: Request) -> int:
    """The status of the app's answer to what a server made of this request."""
    path, _, rest = request.target.partition("?")
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": rest,
        "REQUEST_URI": request.target,
        "SERVER_NAME": "inside",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "inside:8080",
        "HTTP_X_TWILIO_SIGNATURE": request.signature,
        "CONTENT_TYPE": request.kind,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
    }
    _, status, _ = run_wsgi_app(app.wsgi_app, environ)
    return int(status[:3])


def test_what_twilio_signed_is_accepted_and_one_byte_of_difference_is_not(
    apps: dict[str, Flask], intake: FakeIntake
) -> None:
    seed = random.Random(20261122)
    kept = len(intake.inbound)
    for turn in range(1, STRAIGHT + 1):
        request = signed(seed)
        assert answered(apps[request.public_url], request) == 200, request
        other = changed(seed, request)
        assert answered(apps[request.public_url], other) == 403, (request, other)
        assert len(intake.inbound) == kept + turn


class Proxy(BaseHTTPRequestHandler):
    """Passes a request on under another host and scheme, as a company's front door does."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    behind: ClassVar[tuple[str, int]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        onward = http.client.HTTPConnection(*self.behind, timeout=10)
        headers = {name: value for name, value in self.headers.items() if name != "Host"}
        headers["X-Forwarded-Host"] = self.headers["Host"]
        headers["X-Forwarded-Proto"] = "gopher"  # nobody is to believe it
        try:
            onward.request("POST", self.path, body, headers)
            answer = onward.getresponse()
            self.send_response(answer.status)
            self.send_header("Content-Length", "0")
            self.end_headers()
        finally:
            onward.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Silent."""


@contextmanager
def proxied(app: Flask) -> Iterator[tuple[str, int]]:
    server = WebServer(app, "127.0.0.1", 0, threads=4)
    server.start()
    handler = type("Here", (Proxy,), {"behind": server.address})
    front = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=front.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield "127.0.0.1", front.server_address[1]
    finally:
        front.shutdown()
        thread.join()
        front.server_close()
        server.stop()


@pytest.mark.timeout(300)  # twenty thousand requests, on a machine that may be busy
def test_through_a_proxy_that_rewrites_host_and_scheme(
    apps: dict[str, Flask], intake: FakeIntake
) -> None:
    seed = random.Random(20261123)
    every = [signed(seed) for _ in range(PROXIED)]
    kept = len(intake.inbound)
    for public_url, app in apps.items():
        mine = [request for request in every if request.public_url == public_url]
        pairs = [(request, changed(seed, request)) for request in mine]
        with proxied(app) as address, ThreadPoolExecutor(4) as pool:
            parts = pool.map(lambda part: _posted(address, part), [pairs[i::4] for i in range(4)])
            assert [status for part in parts for status in part] == [(200, 403)] * len(mine)
    assert len(intake.inbound) == kept + PROXIED


def _posted(
    address: tuple[str, int], pairs: list[tuple[Request, Request]]
) -> list[tuple[int, int]]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    try:
        return [(_post(connection, one), _post(connection, other)) for one, other in pairs]
    finally:
        connection.close()


def _post(connection: http.client.HTTPConnection, request: Request) -> int:
    headers = {"X-Twilio-Signature": request.signature, "Content-Type": request.kind}
    connection.request("POST", request.target, request.body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status
