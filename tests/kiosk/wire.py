"""A network between kiosk and gateway that a test can cut.

`up`; `down` (nobody listens); `mute` (what is asked arrives, the answer is lost on its way back).
"""

import socket
import threading
from contextlib import suppress

ANSWER = 1 << 16


class Wire:
    """A port in front of the gateway's."""

    def __init__(self, host: str, port: int) -> None:
        self._gateway = (host, port)
        self._ear = self._listen(0)
        self.address: tuple[str, int] = self._ear.getsockname()
        self.mute = False
        self.asked = 0
        """Requests that reached the gateway."""

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    def down(self) -> None:
        """Nobody listens any more: no request can have arrived."""
        with suppress(OSError):
            self._ear.shutdown(socket.SHUT_RDWR)
        self._ear.close()

    def up(self) -> None:
        self.mute = False
        if self._ear.fileno() < 0:
            self._ear = self._listen(self.address[1])

    def _listen(self, port: int) -> socket.socket:
        ear = socket.socket()
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind(("127.0.0.1", port))
        ear.listen(16)
        threading.Thread(target=self._accept, args=(ear,), daemon=True).start()
        return ear

    def _accept(self, ear: socket.socket) -> None:
        while True:
            try:
                kiosk, _ = ear.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(kiosk,), daemon=True).start()

    def _carry(self, kiosk: socket.socket) -> None:
        # A gateway that has gone already at the end of a test is no fault of the wire's.
        with kiosk, suppress(OSError):
            kiosk.settimeout(2)
            with socket.create_connection(self._gateway, timeout=2) as gateway:
                gateway.sendall(request_of(kiosk))
                self.asked += 1
                answer = whole(gateway)
                if not self.mute:
                    kiosk.sendall(answer)


def request_of(kiosk: socket.socket) -> bytes:
    """One request; the kiosk sends one a connection, and says how long it is."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += kiosk.recv(ANSWER)
    head, _, body = got.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted:
        body += kiosk.recv(ANSWER)
    return head + b"\r\nConnection: close\r\n\r\n" + body


def whole(gateway: socket.socket) -> bytes:
    got = b""
    while piece := gateway.recv(ANSWER):
        got += piece
    return got
