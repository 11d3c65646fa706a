"""What the other side of a wire says, with a limit in all: of time, and of octets.

A timeout of a socket is for one piece, and begins anew with each: who sends a byte now and then
would be waited for without end.
"""

import io
import socket
import time
from typing import Any


class Hearing(io.RawIOBase):
    """What comes until `over`, a moment of `time.monotonic`, and no more than `room` octets."""

    def __init__(self, connection: socket.socket, over: float, room: int) -> None:
        self._connection = connection
        self._over = over
        self._room = room

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises `OSError`, also where it has lasted too long, or is too much."""
        left = self._over - time.monotonic()
        if left <= 0 or self._room <= 0:
            raise TimeoutError("what is said does not end")
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer)
        self._room -= count
        return count

    def makefile(self, *_: Any) -> io.BufferedReader:
        """As of a socket: for `http.client.HTTPResponse`."""
        return io.BufferedReader(self)
