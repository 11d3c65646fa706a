"""Carriers that only count: faster than what is measured, each a process of its own.

`python -m bench.sinks twilio PORT` or `... smtp PORT`. `GET /count` on the first, and `HELP` on the
second, tell how many messages were taken and when the last one was.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

Connection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Count:
    """Messages taken, and the time of the last one (seconds, monotonic of this machine)."""

    def __init__(self) -> None:
        self.taken = 0
        self.last = 0.0

    def one(self) -> int:
        self.taken += 1
        self.last = time.monotonic()
        return self.taken

    def json(self) -> bytes:
        return json.dumps({"taken": self.taken, "last": self.last}).encode()


def twilio(count: Count) -> Connection:
    """Takes every message: 201 with a SID, on a kept connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = _content_length(head)
                if length:
                    await reader.readexactly(length)
                body, status = count.json(), b"200 OK"
                if b"/Messages.json" in head.split(b"\r\n")[0]:
                    body = b'{"messages": [], "next_page_uri": null}'
                if head.startswith(b"POST"):
                    sid = f"SM{count.one():032x}"
                    body = json.dumps(
                        {"sid": sid, "status": "queued", "num_segments": "1"}
                    ).encode()
                    status = b"201 Created"
                writer.write(
                    b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                    % (status, len(body), body)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    return serve


def smtp(count: Count) -> Connection:
    """Takes every mail, with and without PIPELINING; `HELP` answers with the count."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink ESMTP\r\n")
        try:
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    writer.write(b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
                elif verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    count.one()
                    writer.write(b"250 2.0.0 taken\r\n")
                elif verb == b"HELP":
                    writer.write(b"214 %b\r\n" % count.json())
                elif verb == b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                else:
                    writer.write(b"250 2.0.0 ok\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    return serve


async def _main(kind: str, port: int, host: str = "127.0.0.1") -> None:
    connection = {"twilio": twilio, "smtp": smtp}[kind](Count())
    server = await asyncio.start_server(connection, host, port, limit=2**22)
    print("ready", flush=True)
    await server.serve_forever()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:4]))
