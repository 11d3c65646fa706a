"""The HTTP server: waitress in a thread of ours, with an end that drops nothing.

waitress gives the target of a request as it came over the wire in `environ["REQUEST_URI"]`;
whoever checks a signature over the URL takes it from there.
"""

import logging
import socket
import threading
import time
from typing import Any, Final

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.wasyncore import close_all

_CONNECTIONS: Final = 800
"""Below the 1,024 descriptors that a process usually has."""

_LOOK_AGAIN: Final = 0.01
"""Seconds between two looks at what still runs while the server stops."""

# A line for each request that waits for a thread would drown the log when it matters.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


class _Channel(HTTPChannel):  # type: ignore[misc]  # it has no types
    """A connection whose answer nobody asks for while it is being sent.

    waitress' loop asks the system whether it may send what a thread is sending already, hears yes,
    does not get the lock, and asks again: it spins, and takes Python from that thread. Over
    64 connections nearly half of the CPU of a text went there.
    """

    def writable(self) -> bool:
        if self.will_close or self.close_when_flushed or not self.requests:
            return bool(super().writable())
        return bool(self.total_outbufs_len) and self._is_free()

    def _is_free(self) -> bool:
        """Whether no thread sends now. One that leaves something to be sent rings the loop."""
        if not self.outbuf_lock.acquire(blocking=False):
            return False
        self.outbuf_lock.release()
        return True


class WebServer:
    """Serves `app` until it is stopped. Start it once."""

    def __init__(self, app: Flask, host: str, port: int, threads: int = 8) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._threads = threads
        self._waitress: Any = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens; with port 0 the real port, once started."""
        if self._waitress is None:
            return self._host, self._port
        return self._host, int(self._waitress.effective_port)

    def start(self) -> None:
        """Listen and serve, in a thread. Raises `OSError` where the address is taken."""
        largest = int(self._app.config["MAX_CONTENT_LENGTH"] or 0)
        # waitress would leave its threads behind where the address is taken, so we bind.
        self._waitress = create_server(
            self._app,
            sockets=[_bound(self._host, self._port)],
            threads=self._threads,
            ident=None,
            # The app says no in its own words a little over its limit; far over it, waitress does.
            max_request_body_size=2 * largest + 1,
            max_request_header_size=32_768,
            channel_timeout=60,
            # Slow or idle connections cost a descriptor each, and must not keep the carrier out.
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=True,  # select() ends at descriptor 1,024
            clear_untrusted_proxy_headers=True,
        )
        self._waitress.channel_class = _Channel
        self._thread = threading.Thread(target=self._waitress.run, name="web", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """Take no more, finish what runs, close. False where `timeout` seconds were not enough."""
        if self._thread is None:
            return True
        deadline = time.monotonic() + timeout
        self._in_loop(self._stop_listening)
        finished = self._drain(deadline)
        self._waitress.task_dispatcher.shutdown(timeout=max(0.0, deadline - time.monotonic()))
        self._in_loop(lambda: close_all(self._waitress._map, ignore_all=True))
        self._thread.join()
        self._thread = None
        return finished

    def _drain(self, deadline: float) -> bool:
        """Wait until every request that came is answered, or until `deadline`."""
        idle = threading.Event()
        while not idle.is_set() and time.monotonic() < deadline:
            self._in_loop(lambda: self._close_idle(idle))
            idle.wait(_LOOK_AGAIN)
        return idle.is_set()

    def _stop_listening(self) -> None:
        self._waitress.accepting = False
        self._waitress.del_channel()
        self._waitress.socket.close()

    def _close_idle(self, idle: threading.Event) -> None:
        """Close the connections that ask for nothing; `idle` is set when none is left."""
        for connection in list(self._waitress.active_channels.values()):
            if not connection.requests and not connection.total_outbufs_len:
                connection.handle_close()
        if not self._waitress.active_channels:
            idle.set()

    def _in_loop(self, act: Any) -> None:
        """Run `act` in waitress' own thread: its connections belong to no other."""
        self._waitress.trigger.pull_trigger(act)


def _bound(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address[:2], family=family)
