"""A link between a kiosk and the gateway that is seldom there, and bad when it is.

It refuses, cuts before and after the gateway has heard, cuts half-way through an answer, says
things twice, and lets an old request arrive after newer ones.
"""

import random
import socket
import threading
from collections import Counter
from contextlib import suppress

from tests.kiosk.wire import request_of, whole

DEEDS = {
    "carried": 40,
    "lost on the way": 10,
    "answer lost": 15,
    "answer cut": 15,
    "doubled": 10,
    "late": 10,
}


class FlakyLink:
    """A port in front of the gateway's; `up` says whether anybody gets through at all."""

    def __init__(self, gateway: tuple[str, int], seed: int) -> None:
        self._gateway = gateway
        self._chance = random.Random(seed)
        self.up = False
        self.flaky = True
        self.deeds: Counter[str] = Counter()
        self._ear = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._ear.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._ear.shutdown(socket.SHUT_RDWR)
        self._ear.close()

    def _listen(self) -> None:
        while True:
            try:
                kiosk, _ = self._ear.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(kiosk,), daemon=True).start()

    def _carry(self, kiosk: socket.socket) -> None:
        with kiosk, suppress(OSError, IndexError):
            if not self.up:
                self.deeds["down"] += 1
                return
            kiosk.settimeout(2)
            request = request_of(kiosk)
            deed = self._deed()
            self.deeds[deed] += 1
            if deed == "lost on the way":
                return
            if deed == "late":
                # The kiosk gives up and asks again; this one comes when it is long forgotten.
                threading.Timer(self._chance.uniform(0.1, 0.8), self._ask, (request,)).start()
                return
            answer = self._ask(request)
            if deed == "doubled":
                answer = self._ask(request)
            if deed == "answer cut" and len(answer) > 1:
                answer = answer[: self._chance.randrange(1, len(answer))]
            if deed != "answer lost" and self.up:
                kiosk.sendall(answer)

    def _deed(self) -> str:
        if not self.flaky:
            return "carried"
        return self._chance.choices(list(DEEDS), list(DEEDS.values()))[0]

    def _ask(self, request: bytes) -> bytes:
        with suppress(OSError), socket.create_connection(self._gateway, timeout=3) as gateway:
            gateway.sendall(request)
            return whole(gateway)
        return b""
