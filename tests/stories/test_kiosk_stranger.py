"""Somebody who never saw the terminal, and has only ten digits, or only arrows and Enter.

They know nothing but what stands on the screen: every key is found there first. In a real terminal,
against a real gateway, they read, answer, post, join, change the language and sign out.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories.world import PATIENCE, Terminal, World, set_up, world
from tests.support.processes import wait_until

BADGE, PIN = "1003", "246810"
KEY = re.compile(r"^ ?[ >](\d) (.*)$")

pytestmark = pytest.mark.timeout(240)


class Stranger:
    """Reads the screen, and does what it offers."""

    def __init__(self, kiosk: Terminal) -> None:
        self.kiosk = kiosk

    def choose(self, label: str) -> None:
        raise NotImplementedError

    def goes_back(self) -> None:
        raise NotImplementedError

    def enters(self, pin: str) -> None:
        raise NotImplementedError

    def writes(self, *keys: str) -> None:
        """Letters, or words on keys, of the keyboard on the screen."""
        raise NotImplementedError

    def line(self, label: str) -> str:
        shown = self.kiosk.shows(label).splitlines()
        return next(line for line in shown if label in line)

    def keyboard(self) -> list[tuple[int, list[str]]]:
        """What is on the keys, row by row, as it is drawn."""
        found = [KEY.match(line) for line in self.kiosk.screen.splitlines()]
        return [(int(row[1]), re.split(r"\s{2,}", row[2].strip())) for row in found if row]

    def press(self, *keys: str) -> None:
        """Press, and see what it did before going on."""
        for key in keys:
            before = self.kiosk.screen
            self.kiosk.presses(key)
            wait_until(lambda before=before: self.kiosk.screen != before, PATIENCE, f"{key} acts")  # type: ignore[misc]


class TenDigits(Stranger):
    def choose(self, label: str) -> None:
        found = re.match(r"^[> ]*(\d) ", self.line(label))
        assert found, f"no digit before {label!r}:\n{self.kiosk.screen}"
        self.press(found[1])

    def goes_back(self) -> None:
        self.press("0")

    def enters(self, pin: str) -> None:
        self.press(*pin)

    def writes(self, *keys: str) -> None:
        for key in keys:
            row, column = next(
                (row, cells.index(cell) + 1)
                for row, cells in self.keyboard()
                for cell in cells
                if cell.strip("[]") == key
            )
            self.press(str(row), str(column))


class OnlyArrows(Stranger):
    def choose(self, label: str) -> None:
        self.kiosk.shows(label)
        for _ in range(20):
            if self.line(label).lstrip().startswith(">"):
                self.press("Enter")
                return
            self.press("Down")
        pytest.fail(f"the arrows do not lead to {label!r}:\n{self.kiosk.screen}")

    def goes_back(self) -> None:
        self.press("Left")

    def enters(self, pin: str) -> None:
        for digit in pin:
            while f"[{digit}]" not in self.kiosk.screen:
                self.press("Right")
            self.press("Enter")

    def writes(self, *keys: str) -> None:
        self.kiosk.shows("[")
        for key in keys:
            while (here := self._place(lambda cell: cell.startswith("["))) != (
                there := self._place(lambda cell, key=key: cell.strip("[]") == key)  # type: ignore[misc]
            ):
                if here[0] != there[0]:
                    self.press("Down" if here[0] < there[0] else "Up")
                else:
                    self.press("Right" if here[1] < there[1] else "Left")
            self.press("Enter")

    def _place(self, wanted: Callable[[str], bool]) -> tuple[int, int]:
        return next(
            (row, at)
            for row, cells in self.keyboard()
            for at, cell in enumerate(cells)
            if wanted(cell)
        )


def first_visit(made: World, kiosk: Terminal) -> None:
    """With the code of an invitation: a secret code is chosen, and the session closed."""
    (invited,) = made.listed("members", "invite", BADGE)
    kiosk.shows("PASSEZ VOTRE BADGE")
    kiosk.presses("2")
    kiosk.shows("envoyez CODE")
    kiosk.types(str(invited["code"]))
    kiosk.presses("Enter")
    for question in ("Choisissez un code secret", "Encore une fois"):
        kiosk.shows(question)
        kiosk.types(PIN)
    kiosk.shows("Que voulez-vous faire")
    kiosk.presses("0")
    kiosk.shows("PASSEZ VOTRE BADGE")


@pytest.mark.parametrize(
    ("hands", "size"),
    [(TenDigits, (80, 24)), (OnlyArrows, (80, 24)), (TenDigits, (40, 15))],
    ids=["digits", "arrows", "digits in large type"],
)
def test_a_stranger_finds_the_way(
    tmp_path: Path, tmux: Path, hands: type[Stranger], size: tuple[int, int]
) -> None:
    with world(tmp_path) as made:
        token = set_up(made)
        with made.running("run"), made.kiosk(token, *size) as kiosk:
            made.phone("+33639980001").sends("P quai3 Palette cassée quai 4")
            first_visit(made, kiosk)
            kiosk.types("\x02" + BADGE)
            kiosk.presses("Enter")
            stranger = hands(kiosk)
            reads_and_answers(stranger)
            posts(stranger)
            joins_and_leaves(stranger)
            assert not [name for name in ("Zoe", "Nadia", "Palette") if name in kiosk.screen]
        said = made.listed("posts", "list", "--group", "quai3")
        assert [post["body"] for post in said] == ["Palette cassée quai 4", "Bien reçu.", "ok"]
        assert said[1]["parent"] == said[0]["number"]
        (member,) = made.listed("members", "show", BADGE)
        assert member["language"] == "en"
        velo = next(each for each in made.listed("groups", "list") if each["group"] == "velo")
        assert velo["members"] == 1


def reads_and_answers(stranger: Stranger) -> None:
    """One key to the news; one sentence that nobody has to type."""
    kiosk = stranger.kiosk
    kiosk.shows("code secret")
    stranger.enters(PIN)
    stranger.choose("Lire les nouvelles")
    kiosk.shows("Palette")
    stranger.choose("Nadia")
    stranger.choose("Répondre")
    stranger.choose("Bien reçu.")
    kiosk.shows("MESSAGE ENVOYÉ")
    stranger.choose("Continuer")
    kiosk.shows("NOUVELLES")
    stranger.goes_back()


def posts(stranger: Stranger) -> None:
    """Words of one's own, with no letter to press."""
    stranger.choose("Écrire un message")
    stranger.choose("Quai 3")
    stranger.choose("Avec le clavier à l'écran")
    stranger.kiosk.shows("ENVOYER")
    stranger.writes("o", "k", "ENVOYER")
    stranger.kiosk.shows("MESSAGE ENVOYÉ")
    stranger.choose("Continuer")


def joins_and_leaves(stranger: Stranger) -> None:
    """A group, another language, and the way out."""
    kiosk = stranger.kiosk
    stranger.choose("Mes groupes")
    stranger.choose("Vélo")
    stranger.choose("Rejoindre ce groupe")
    stranger.choose("Retour")
    kiosk.shows("[X]  Vélo")
    stranger.choose("Retour")
    stranger.choose("Moi et mes réglages")
    stranger.choose("Langue")
    stranger.choose("English")
    stranger.choose("Back")
    stranger.choose("Back")
    stranger.choose("Finish")
    kiosk.shows("PASSEZ VOTRE BADGE")
