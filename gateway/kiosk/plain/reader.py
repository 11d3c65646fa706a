"""Reads the screens out: what stands on one is said once, then a question; its answer is taken.

A question stands while an answer to it is awaited. What a person types meanwhile at a terminal, to
a question that nobody has heard yet, is dropped; what comes through a pipe was written beforehand,
and waits for its question.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from gateway.kiosk.keys import Scanner
from gateway.kiosk.plain import faces, lists, sheets
from gateway.kiosk.plain.faces import Face
from gateway.kiosk.plain.keys import ENTER, SCAN, Keys, Line, named
from gateway.kiosk.plain.voice import Voice
from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.kept import UncheckedMenu
from gateway.kiosk.screens.menu import Menu
from gateway.kiosk.screens.still import StillThere
from gateway.kiosk.screens.welcome import Welcome

if TYPE_CHECKING:
    from gateway.kiosk.plain.app import PlainApp

FIRST_CONTACT: Final = 1.0
"""The first words wait so long for the gateway, to say where this is."""
_KINDS: Final[Sequence[tuple[type[KioskScreen], Any]]] = (
    *faces.FACES,
    *lists.FACES,
    *sheets.FACES,
)
_HOMES: Final = (Welcome, Menu, UncheckedMenu)
"""Where the network is told whether it changed or not."""


class Reader:
    """Says with `voice` what the app's screens hold. `patient`: what is typed ahead waits."""

    def __init__(self, app: "PlainApp", voice: Voice, *, echoes: bool, patient: bool) -> None:
        self._app, self._voice = app, voice
        self._echoes, self._patient = echoes, patient
        self.more: Callable[[], None] = lambda: None
        """Called when all that was typed is taken."""
        self._keys, self._scanner = Keys(), Scanner()
        self._ahead: deque[str] = deque()
        self._ended = False
        self._faces: WeakKeyDictionary[KioskScreen, Face[Any]] = WeakKeyDictionary()
        self._face: Face[Any] | None = None
        self._said: set[str] = set()
        self._offered = ""
        self._rest: list[str] = []
        self._line: Line | None = None
        """The answer to the question that stands."""
        self._truth: tuple[str, int] = ("", 0)
        self._begun = app.ticks()

    def typed(self, data: bytes) -> None:
        """Take what was typed."""
        self._app.idle.touched(self._app.ticks())
        self._ahead.extend(self._keys.signs(data))
        self._answer()

    def hung_up(self) -> None:
        """Nothing more will be typed."""
        self._ended = True
        if not self._patient:
            self._app.exit()
        self._answer()

    @property
    def asks(self) -> bool:
        """Does a question stand?"""
        return self._line is not None

    def again(self) -> None:
        """Read the screen out once more, from the beginning."""
        self._face = None

    def noticed(self, text: str) -> None:
        if text:
            self._voice.say(text)
            if self._line is not None and not self._line.text:
                self._line = None

    def dropped(self, *, for_good: bool) -> None:
        """Somebody's screens are gone; `for_good` where nothing of them may stay to be read."""
        self._line, self._rest, self._face = None, [], None
        if for_good:
            self._voice.clear()

    def _answer(self) -> None:
        """Go through what is typed, as far as there are questions for it."""
        while self._ahead:
            sign = self._ahead[0]
            if sign == SCAN or self._scanner.reads(self._app.ticks()):
                self._ahead.popleft()
                self._scan(sign)
            elif self._line is not None:
                self._ahead.popleft()
                self._key(self._line, sign)
            elif self._patient:
                return
            else:
                self._ahead.popleft()
        if self._ended and self._line is not None:
            self._app.exit()
        elif not self._ended:
            self.more()

    def _scan(self, sign: str) -> None:
        _, number = self._scanner.takes(*named(sign), self._app.ticks())
        if number:
            self._app.leave()
            self._app.welcome.scanned(number)

    def _key(self, line: Line, sign: str) -> None:
        face = self._face
        if face is None:
            return
        if sign != ENTER:
            before = line.text
            rubbed = line.takes(sign)
            if self._echoes and not face.hidden:
                self._show(before, line.text, rubbed)
            if line.text != before or not line.text:
                face.typing(line.text)
            return
        self._line = None
        self._voice.end_line()
        if self._rest and not line.text.strip():
            self._read_on()
        else:
            self._rest = []
            face.take(line.text, line.lost)
            self._app.look_soon()

    def _show(self, before: str, after: str, rubbed: str) -> None:
        if rubbed:
            self._voice.rub(rubbed)
        elif not after and before:
            self._voice.end_line()
        elif len(after) > len(before):
            self._voice.echo(after[-1])

    def turn(self) -> None:
        """Is there something to say? Then say it, and let it be answered."""
        if not self._app.is_running or not self._app.screen_stack:
            return  # The app is closing.
        screen = self._app.screen
        if not isinstance(screen, KioskScreen) or not screen.stands:
            return
        if screen.asking or screen.fetching or self._is_too_early():
            return
        if self._face is None or self._face.screen is not screen:
            self._tell(screen)
        else:
            self._tell_changes(self._face)
        if self._line is not None:
            self._answer()

    def _is_too_early(self) -> bool:
        waited = self._app.ticks() - self._begun
        return self._app.facts.state == "looking" and waited < FIRST_CONTACT

    def _tell(self, screen: KioskScreen) -> None:
        """The whole screen, under a line that is empty."""
        face = self._face = self._faces.setdefault(screen, _face(self._app, screen))
        face.opened()
        if isinstance(screen, StillThere):
            # Nobody may be there any more: what was said before is nobody else's to read.
            self._voice.clear()
        text, offers = face.text(), _offers(face.choices())
        truth = [self._network()] if isinstance(screen, _HOMES) else self._news()
        self._remember(text, offers)
        self._say([*_parts("", face.heading(), text), *offers, *truth, face.prompt()])

    def _tell_changes(self, face: Face[Any]) -> None:
        """What is new on the screen that was read out, if anything is."""
        if self._rest or (self._line is not None and self._line.text):
            return
        text, offers = face.text(), _offers(face.choices())
        new = [line for line in text.split("\n") if line and line not in self._said]
        changed = _shape(offers) != self._offered and not new == offers == []
        if changed:
            new += offers
        new += self._news()
        if new or self._line is None:
            self._remember(text, offers)
            self._say([*new, face.prompt()])

    def _remember(self, text: str, offers: list[str]) -> None:
        self._said, self._offered = set(text.split("\n")), _shape(offers)

    def _news(self) -> list[str]:
        """The network, where it is not what was told last."""
        facts = self._app.facts
        return [self._network()] if (facts.state, facts.waiting) != self._truth else []

    def _network(self) -> str:
        facts = self._app.facts
        self._truth = (facts.state, facts.waiting)
        return facts.truth()

    def _say(self, parts: Sequence[str]) -> None:
        self._rest = [line for part in parts for line in self._voice.lines(part)]
        while self._rest and not self._rest[-1]:
            self._rest.pop()
        self._read_on()

    def _read_on(self) -> None:
        """As much as the terminal shows at once; the rest at Enter."""
        room = max(4, self._voice.size()[1] - 2) if self._voice.is_terminal else len(self._rest)
        if len(self._rest) > room:
            room -= 1
        page, self._rest = self._rest[:room], self._rest[room:]
        self._voice.say(*page)
        if self._rest:
            self._voice.say(self._app.texts("( Enter = the rest )"))
        self._line = Line(self._face.room if self._face is not None else 1)


def _face(app: "PlainApp", screen: KioskScreen) -> Face[Any]:
    """How a screen is read out."""
    for kind, made in _KINDS:
        if isinstance(screen, kind):
            found: Face[Any] = made(app, screen)
            return found
    return Face(app, screen)


def _parts(*texts: str) -> list[str]:
    return [text.strip(" ") for text in texts]


def _offers(choices: Sequence[Choice]) -> list[str]:
    return [
        f"{choice.key}  {choice.label}" + (f" : {choice.note}" if choice.note else "")
        for choice in choices
    ]


def _shape(offers: Sequence[str]) -> str:
    """What is offered, whatever the seconds that are left for it."""
    return re.sub(r"\d+ ", "", "\n".join(offers))
