"""The kiosk's app without a picture: Textual runs with no terminal, and a `Reader` reads it out."""

from collections.abc import Callable
from typing import Any, Final

from gateway.kiosk.api import Api
from gateway.kiosk.app import KioskApp
from gateway.kiosk.errands import Done
from gateway.kiosk.hangup import end_with_terminal
from gateway.kiosk.plain.ear import Ear
from gateway.kiosk.plain.reader import Reader
from gateway.kiosk.plain.voice import Voice

EVERY: Final = 0.25
"""Seconds between two looks whether something is to be said."""
SOON: Final = (0.02, 0.08)
"""The same after an answer, and when what it asked for has come."""


class PlainApp(KioskApp, inherit_bindings=False):
    """`source` is the file that is typed into, where there is one; `patient` where it is a pipe."""

    plain = True

    def __init__(
        self, api: Api, voice: Voice, *, echoes: bool, patient: bool, source: int = -1, **more: Any
    ) -> None:
        super().__init__(api, **more)
        self.reader = Reader(self, voice, echoes=echoes, patient=patient)
        self.voice = voice
        self._source, self._is_pipe = source, patient

    def on_mount(self) -> None:
        self.set_interval(EVERY, self.reader.turn)
        # Called in threads, done on the loop, in the order in which it was called.
        self.voice.gone = lambda: self._soon(self.exit)
        if self._source >= 0:
            ear = Ear(
                self._source,
                lambda data: self._soon(self.reader.typed, data),
                lambda: self._soon(self.reader.hung_up),
            )
            self.reader.more = ear.more
            ear.start()
            if not self._is_pipe:
                end_with_terminal()

    def _soon(self, act: Callable[..., None], *given: object) -> None:
        self.call_later(act, *given)

    def on_done(self, message: Done) -> None:  # noqa: ARG002  # the app itself takes it, too
        self.look_soon()

    def look_soon(self) -> None:
        """Something was done: there will be something to say."""
        for seconds in SOON:
            self.set_timer(seconds, self.reader.turn)

    def noticed(self, text: str) -> None:
        self.reader.noticed(text)

    def leave(self, farewell: str = "") -> None:
        was_there = self.session is not None
        super().leave(farewell)
        self.reader.dropped(for_good=was_there)
