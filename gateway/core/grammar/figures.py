"""What the commands take that set something or stand alone: hours, codes, a word or nothing.

As in `arguments.py`: the command, `Usage`, or None where the words read as a sentence.
"""

import re
from collections.abc import Callable

from gateway.core.commands import Activate, Command, PageLength, Pause, Rhythm, Time, Undo, Usage
from gateway.core.grammar.keywords import AGREEING, HOURS_BY_NAME, RHYTHMS
from gateway.core.grammar.numbered import number_behind
from gateway.core.grammar.rest import TO_SOMEBODY, Rest, bare_end, usage_or_sentence
from gateway.core.grammar.spelt import in_figures

_HOURS_MOST = 24 * 7
_CLOCK = re.compile(
    r"(?:(?:A|AT|@|VERS)\s+)?(?P<hour>\d{1,2})"
    r"(?:\s*[H:.]\s*(?P<minute>\d{2})?|\s*HEURES?(?:\s+(?P<more>\d{2}))?|(?P<joined>\d{2}))?"
    r"\s*(?P<half>[AP]\.?M|(?:DU |LE )?(?:MAT|MATIN|SOIR|APREM)|DE L'APRES[- ]MIDI|O'?\s?CLOCK|"
    r"(?:IN (?:THE )?)?(?:MORNING|EVENING|AFTERNOON)|AT NIGHT)?"
)
_LATE = ("PM", "APREM", "SOIR", "MIDI", "EVENING", "AFTERNOON", "NIGHT")
_VAGUE = re.compile(
    r"(?:JUSQU(?:'?AU?X?|E)?|UNTIL|TILL|TIL)(?![^\W_]).*|"
    r"(?:(?:PENDANT|POUR|FOR|DURANT)\s)?(?:LONGTEMPS|1 (?:PEU|MOMENT|BON MOMENT)|A (?:WHILE|BIT)|"
    r"EVER|FOREVER|TOUJOURS|LONG(?: TIME)?|"
    r"1 (?:NUIT|SOIREE|NIGHT|SHIFT|POSTE)|(?:TOUTE |ALL |CETTE |THIS |CE |LE |LA |THE |MY |MON )+"
    r"(?:NUIT|JOURNEE|SOIREE|SOIR|WEEK-?\s?END|NIGHT|DAY|EVENING|SHIFT|POSTE)|TONIGHT|TODAY)"
)
"""How long is said, and not in hours: that is asked."""
_SILENCED = re.compile(
    r"(?:(?:(?:LES|DES|MES|THE|MY|ALL)\s)*(?:SMS|MESSAGES?|MSGS?|TEXTS?|NOTIFS?|NOTIFICATIONS?|"
    r"DIGESTS?)|ME|ALL|EVERYTHING|TOUT)(?![^\W_])\s*"
)
_LASTING = re.compile(
    r"(?:(?:PENDANT|FOR|DE|POUR|PR|DURANT)\s+)?(?P<count>\d{1,4})\s*"
    r"(?P<unit>H|HEURES?|HOURS?|HRS?|J|JOURS?|JOURNEES?|D|DAYS?|SEMAINES?|WEEKS?)?"
)
_UNITS = {"J": 24, "D": 24, "S": 24 * 7, "W": 24 * 7}
_PAGE = re.compile(r"(?:DE\s+|OF\s+|A\s+)?(?P<count>\d{1,4})\s*(?:SMS|SEGMENTS?|TEXTOS?|TEXTS?)?")
_CODE_LENGTH = 8
_CODE = re.compile(
    r"(?:(?:(?:MON|LE|MY|THE)\s+)?(?:CODE|COMPTE|NUMERO|TELEPHONE|ACCOUNT|NUMBER|PHONE)\s*[:=]?\s+"
    r"(?:(?:AVEC|WITH|CODE)\s+){0,2})?(?P<code>[A-Z0-9][A-Z0-9 \-]*)"
)
_WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")

Taker = Callable[[Rest], Command | None]


def pause(rest: Rest) -> Command | None:
    """Without a figure behind it, `Pause café` is an invitation, not a command."""
    if rest.empty:
        return Pause()
    lasting = in_figures(rest.folded)
    if silenced := _SILENCED.match(lasting):
        lasting = lasting[silenced.end() :]
    if not lasting:
        return Pause()
    if _VAGUE.fullmatch(lasting):
        return Usage("pause")
    form = _LASTING.fullmatch(lasting)
    if not form:
        is_figure = rest.folded[0].isdigit() and len(rest.word_list()) == 1
        return Usage("pause") if is_figure else None
    hours = int(form["count"]) * _UNITS.get((form["unit"] or "H")[0], 1)
    return Pause(hours) if 1 <= hours <= _HOURS_MOST else Usage("pause")


def time(rest: Rest) -> Command | None:
    if rest.folded in HOURS_BY_NAME:
        return Time(HOURS_BY_NAME[rest.folded])
    form = _CLOCK.fullmatch(in_figures(rest.folded))
    if not form:
        return usage_or_sentence(rest, "time")
    hour = _hour_of_day(int(form["hour"]), (form["half"] or "").replace(".", ""))
    minute = int(form["minute"] or form["more"] or form["joined"] or 0)
    return Time(hour, minute) if hour <= 23 and minute <= 59 else Usage("time")


def rhythm(rest: Rest) -> Command | None:
    value = RHYTHMS.get(rest.folded)
    return Rhythm(value) if value else usage_or_sentence(rest, "rhythm")


def page(rest: Rest) -> Command | None:
    form = _PAGE.fullmatch(in_figures(rest.folded))
    return PageLength(int(form["count"])) if form else usage_or_sentence(rest, "page")


def activate(rest: Rest) -> Command | None:
    """A code in pieces (`1234 5678`, `Y6PE DQSA`) is one code; other words are a sentence."""
    form = _CODE.fullmatch(rest.folded.lstrip("\"'([ "))
    if rest.empty or not form:
        return usage_or_sentence(rest, "activate")
    pieces = form["code"].split()
    figures = [any(sign.isdigit() for sign in piece) for piece in pieces]
    # Letters are printed in two halves, of which one may happen to hold no digit.
    whole = any(figures) and sum(map(len, pieces)) == _CODE_LENGTH
    if not (all(figures) or whole) and (len(pieces) > 1 or not rest.sure):
        return None
    if not any(figures) and len(pieces[0]) < _CODE_LENGTH:
        return Usage("activate")  # `ACTIVER code`, as it is printed
    written = rest.phrase().split()
    return Activate("".join(written[-len(pieces) :]))


def undo(rest: Rest) -> Command | None:
    if rest.alone:
        return Undo()
    return Usage("undo") if number_behind(rest.said, rest.start) is not None else None


def yes_or_no(command: Command) -> Taker:
    again = AGREEING[command.name]

    def take(rest: Rest) -> Command | None:
        end = bare_end(rest.said.folded, rest.start, TO_SOMEBODY)
        behind = _WORD.findall(rest.said.folded, rest.start, end)
        return command if rest.said.whole and again.issuperset(behind) else None

    return take


def alone(command: Command) -> Taker:
    """A command that takes nothing: with more behind it, it was the first word of a sentence."""
    return lambda rest: command if rest.alone else None


def _hour_of_day(hour: int, half: str) -> int:
    if hour < 12 and half.endswith(_LATE):
        return hour + 12
    return 0 if half == "AM" and hour == 12 else hour
