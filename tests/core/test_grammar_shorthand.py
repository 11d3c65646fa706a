"""Words cut short, spelt as they sound, dictated to a telephone, or said in a roundabout way."""

import pytest

from gateway.core.commands import (
    Activate,
    Command,
    Find,
    FreeText,
    Groups,
    Guess,
    KioskCode,
    Leave,
    More,
    News,
    Pause,
    Post,
    Reply,
    Resume,
    Rhythm,
    Start,
    Stop,
    Thanks,
    Time,
    Undo,
    Usage,
    Who,
)
from gateway.core.grammar import parse

MINE = ("quai3", "secu", "night-shift")

WITHOUT_VOWELS: dict[str, Command] = {
    "Fnd mirror": Find("mirror"),
    "nws": News(),
    "grps": Groups(),
    "mrc 1413": Thanks(1413),
    "pst secu portail ouvert": Guess(Post("secu", "portail ouvert"), "pst"),
    "qttr secu": Guess(Leave("secu"), "qttr"),
    "pst!": FreeText("pst!"),
}
AS_IT_SOUNDS: dict[str, Command] = {
    "rithm day": Rhythm("day"),
    "ritme jour": Rhythm("day"),
    "kode": KioskCode(),
    "hreue 7": Time(7, 0),
    "serach mirror": Find("mirror"),
    "umute": Resume(),
    "Repli 1413 sorry my bad": Reply(1413, "sorry my bad"),
    "Repli 1416 sorry my bad": FreeText("Repli 1416 sorry my bad"),
    "acctivate N3G7WX": Activate("N3G7WX"),
    "acctivate lights": FreeText("acctivate lights"),
    "Hello activate C8J4TH from Abdi": Activate("C8J4TH"),
}
DICTATED: dict[str, Command] = {
    "pause huit heures": Pause(8),
    "mute for two days": Pause(48),
    "pause une semaine": Pause(168),
    "heure dix-huit heures": Time(18, 0),
    "heure sept heures et demie": Time(7, 30),
    "time half past six": Time(6, 30),
    "time six pm": Time(18, 0),
    "heure 7h du mat": Time(7, 0),
    "pause longtemps": Usage("pause"),
    "pause jusqu'à demain": Usage("pause"),
    "pause jusqua demain": Usage("pause"),
    "mute all messages": Pause(),
    "Pause café": FreeText("Pause café"),
    "Pause deux minutes": FreeText("Pause deux minutes"),
}
ROUNDABOUT: dict[str, Command] = {
    "to number 1413: we need the 40ft": Reply(1413, "we need the 40ft", explicit=False),
    "au 1413 : je prends": Reply(1413, "je prends", explicit=False),
    "au 1413 oui je prends": Guess(Reply(1413, "oui je prends", explicit=False), "1413"),
    "au 1413 rue des Lilas": FreeText("au 1413 rue des Lilas"),
    "Some more pls": More(),
    "suite de la liste": More(),
    "mor": More(),
    "le code?": KioskCode(),
    "code pls for the kiosk": KioskCode(),
    "le code de la porte ?": FreeText("le code de la porte ?"),
    "who knows hydraulics": Who("hydraulics"),
    "qui s'y connait en hayon ?": Who("hayon"),
    "qui connait le code ?": Guess(Who("code"), "qui connait le code"),
    "who knows when he is back": FreeText("who knows when he is back"),
    "Start again please": Start(),
    "start texts again": Start(),
    "wat grups am i in": Groups(),
    "wat grups are late": FreeText("wat grups are late"),
    "post 1413 noted": Guess(Reply(1413, "noted", explicit=False), "1413"),
    "STOP secu messages": Leave("secu"),
    "thanks a million 1413": Thanks(1413),
    "start line 4 again": FreeText("start line 4 again"),
    "restart": Guess(Start(), "restart"),
    "stop these texts": Guess(Stop(), "stop these texts"),
    "annule le dernier": Guess(Undo(), "annule le dernier"),
    '"Unmute" thanks': Resume(),
    '"Unmute" he said': FreeText('"Unmute" he said'),
    "STOP groupe velo": Leave("velo"),
    "Could you post to secu that the gate is shut": Guess(
        Post("secu", "the gate is shut"), "Could you post"
    ),
}
APPLAUSE: dict[str, Command] = {
    "1413 👍": Thanks(1413),
    "1413 ❤️": Thanks(1413),
    "1413 ✅": Reply(1413, "✅", explicit=False),
    "1413 👌": Reply(1413, "👌", explicit=False),
    "R1413 👍": Reply(1413, "👍"),
}
CASES = {**WITHOUT_VOWELS, **AS_IT_SOUNDS, **DICTATED, **ROUNDABOUT, **APPLAUSE}


@pytest.mark.parametrize(("text", "command"), CASES.items(), ids=[ascii(text) for text in CASES])
def test_means(text: str, command: Command) -> None:
    assert parse(text, "fr", MINE) == command
