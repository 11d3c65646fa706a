"""Carriers that only count: faster than what is measured, each a process of its own.

`python -m bench.sinks smtp PORT`, `... plain PORT` (SMTP without PIPELINING) or `... twilio PORT`;
a third word is the address to listen on, a fourth the milliseconds that each answer takes, a fifth
the file to note in when a message was taken (monotonic, as of this machine) and to whom it goes.
`GET /count` on the last, and `HELP` on the others, tell how many messages were taken and when the
last one was.
"""

import asyncio
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import TextIO
from urllib.parse import parse_qs

_END, _LINE, _HEAD = b"\r\n.\r\n", b"\r\n", b"\r\n\r\n"


class Count:
    """Messages taken, and the time of the last one (seconds, monotonic of this machine)."""

    def __init__(self, notes: TextIO | None = None) -> None:
        self.taken = 0
        self.last = 0.0
        self.notes = notes

    def one(self, recipient: str = "") -> int:
        self.taken += 1
        self.last = time.monotonic()
        if self.notes:
            self.notes.write(f"{self.last} {recipient}\n")
        return self.taken

    def json(self) -> bytes:
        return json.dumps({"taken": self.taken, "last": self.last}).encode()


class _Wire(asyncio.Protocol):
    """Answers whatever is whole by now in one write, at once or after `latency` seconds."""

    def __init__(self, count: Count, latency: float) -> None:
        self.count = count
        self._latency = latency
        self._heard = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say(self.greeting())

    def data_received(self, octets: bytes) -> None:
        answers, self._heard = self.answers(self._heard + octets)
        if not answers:
            return
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._say, answers)
        else:
            self._say(answers)

    def greeting(self) -> bytes:
        return b""

    def answers(self, heard: bytes) -> tuple[bytes, bytes]:
        """What to answer, and what of `heard` is not whole yet."""
        raise NotImplementedError  # each kind of sink says its own

    def _say(self, words: bytes) -> None:
        if words and self._transport is not None and not self._transport.is_closing():
            self._transport.write(words)
            if words.startswith(b"221"):
                self._transport.close()


class Smtp(_Wire):
    """Takes every mail."""

    def __init__(self, count: Count, latency: float, *, pipelining: bool = True) -> None:
        super().__init__(count, latency)
        offers = b"250-PIPELINING\r\n" if pipelining else b""
        self._offers = b"250-sink\r\n" + offers + b"250-8BITMIME\r\n250 SMTPUTF8\r\n"
        self._in_text = False
        self._recipient = ""

    def greeting(self) -> bytes:
        return b"220 sink ESMTP\r\n"

    def answers(self, heard: bytes) -> tuple[bytes, bytes]:
        said, place = [], 0
        while True:
            mark = _END if self._in_text else _LINE
            end = heard.find(mark, place)
            if end < 0:
                return b"".join(said), heard[place:]
            if self._in_text:
                self._in_text = False
                self.count.one(self._recipient)
                said.append(b"250 2.0.0 taken\r\n")
            else:
                said.append(self._answer(heard[place : place + 4].upper()))
                if self.count.notes and heard.startswith(b"RCPT TO:<", place):
                    self._recipient = heard[place + 9 : heard.index(b">", place)].decode()
            place = end + len(mark)

    def _answer(self, verb: bytes) -> bytes:
        if verb in (b"MAIL", b"RCPT", b"RSET"):
            return b"250 2.0.0 ok\r\n"
        if verb == b"DATA":
            self._in_text = True
            return b"354 go on\r\n"
        if verb in (b"EHLO", b"LHLO"):
            return self._offers
        if verb == b"HELP":
            return b"214 %b\r\n" % self.count.json()
        return b"221 bye\r\n" if verb == b"QUIT" else b"250 2.0.0 ok\r\n"


class Twilio(_Wire):
    """Takes every message: 201 with a SID, on a kept connection."""

    def answers(self, heard: bytes) -> tuple[bytes, bytes]:
        said, place = [], 0
        while (end := heard.find(_HEAD, place)) >= 0:
            head = heard[place:end]
            whole = end + len(_HEAD) + _content_length(head)
            if len(heard) < whole:
                break
            place = whole
            body, status = self.count.json(), b"200 OK"
            if b"/Messages.json" in head.split(_LINE)[0]:
                body = b'{"messages": [], "next_page_uri": null}'
            if head.startswith(b"POST"):
                form = heard[end + len(_HEAD) : whole].decode() if self.count.notes else ""
                body = b'{"sid": "SM%032x", "status": "queued", "num_segments": "1"}' % (
                    self.count.one(*parse_qs(form).get("To", ()))
                )
                status = b"201 Created"
            said.append(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (status, len(body), body)
            )
        return b"".join(said), heard[place:]


KINDS = {"smtp": Smtp, "plain": partial(Smtp, pipelining=False), "twilio": Twilio}


async def _main(kind: str, port: int, host: str, latency: float, notes: TextIO | None) -> None:
    count, wire = Count(notes), KINDS[kind]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: wire(count, latency), host, port)
    print("ready", flush=True)
    await server.serve_forever()


def _content_length(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    return int(head[place + 15 :].split(_LINE, 1)[0]) if place >= 0 else 0


if __name__ == "__main__":
    words = sys.argv[1:]
    host, latency, notes = (*words[2:], *("127.0.0.1", "0", "")[len(words[2:]) :])
    noted = Path(notes).open("a", buffering=1) if notes else None  # noqa: SIM115  # to the end
    asyncio.run(_main(words[0], int(words[1]), host, float(latency) / 1000, noted))
