"""How commands are written: keywords, usages with an example, help.

The grammar has the words that are understood; here is the one that we teach, for each language.
"""

from collections.abc import Callable
from typing import Any, Final

from gateway.core import commands as c
from gateway.core.wording.catalogue import N_
from gateway.core.wording.fit import one_line
from gateway.core.wording.voice import Voice

USAGE: Final = {
    "help": N_("COMMANDS = what you can write here"),
    "news": N_("NEWS = what is unread. NEWS group = of one group. Ex: NEWS quai3"),
    "more": N_("MORE = the next page"),
    "read": N_("READ number = one post with its replies. Ex: L1413"),
    "pick": N_("READ number = one post with its replies. Ex: L1413"),
    "post": N_("P group text = post. Ex: P quai3 broken pallet at dock 4"),
    "reply": N_("R1413 text = reply to post 1413. Ex: R1413 ok thanks"),
    "thanks": N_("THANKS number = a thank-you to its author. Ex: THANKS 1413"),
    "groups": N_("GROUPS = yours and those to join. Ex: GROUPS safety"),
    "join": N_("JOIN group = come into it. Ex: JOIN quai3"),
    "leave": N_("LEAVE group = go out of it. Ex: LEAVE quai3"),
    "who": N_("WHO group or word = who is in it, who wrote about it. Ex: WHO quai3"),
    "find": N_("FIND word = posts with it. Ex: FIND pallet"),
    "pause": N_("MUTE hours = silence. Ex: MUTE 8"),
    "resume": N_("UNMUTE = the end of a silence"),
    "time": N_("TIME hour = when your summary comes. Ex: TIME 18"),
    "rhythm": N_("RHYTHM each, shift, day, week or never = how often. Ex: RHYTHM day"),
    "page": N_("PAGE number = how many SMS your news may take, 1 to 5. Ex: PAGE 2"),
    "language": N_("ENGLISH or FRANCAIS = the language we speak with you"),
    "me": N_("STATUS = all that is kept and set about you"),
    "code": N_("CODE = a code to enter at the kiosk"),
    "undo": N_("UNDO = take back what you last sent, within 10 minutes"),
    "confirm": N_("SURE or NO = the answer to our question"),
    "decline": N_("SURE or NO = the answer to our question"),
    "urgent": N_("ALERT group text = an alert, asked first. Ex: ALERT quai3 gas leak, go out"),
    "activate": N_("ACTIVATE code = make this address yours. Ex: ACTIVATE 4K7M2PQ9"),
    "stop": N_("STOP = no more messages here. START to come back"),
    "start": N_("START = messages come again after a STOP"),
}
"""By the name of the command. 1413 is no post's number, for its check digit is wrong: whoever
sends an example as it stands answers nobody."""

_EXAMPLE_GROUP: Final = N_("group")

_Spelling = Callable[[Any], dict[str, object]]
_SPELLED: Final[dict[type[c.Command], tuple[str, _Spelling]]] = {
    c.Help: (N_("COMMANDS"), lambda _: {}),
    c.News: (N_("NEWS {group}"), lambda it: {"group": it.group}),
    c.More: (N_("MORE"), lambda _: {}),
    c.Read: (N_("READ {number}"), lambda it: {"number": it.number}),
    c.Pick: (N_("READ {number}"), lambda it: {"number": it.number}),
    c.Post: (N_("P {group} {text}"), lambda it: {"group": it.group, "text": it.text}),
    c.Reply: (N_("R{number} {text}"), lambda it: {"number": it.number, "text": it.text}),
    c.Thanks: (N_("THANKS {number}"), lambda it: {"number": it.number}),
    c.Groups: (N_("GROUPS {word}"), lambda it: {"word": it.word}),
    c.Join: (N_("JOIN {group}"), lambda it: {"group": it.group}),
    c.Leave: (N_("LEAVE {group}"), lambda it: {"group": it.group}),
    c.Who: (N_("WHO {word}"), lambda it: {"word": it.word}),
    c.Find: (N_("FIND {word}"), lambda it: {"word": it.words}),
    c.Pause: (N_("MUTE {hours}"), lambda it: {"hours": it.hours}),
    c.Resume: (N_("UNMUTE"), lambda _: {}),
    c.Time: (N_("TIME {time}"), lambda it: {"time": f"{it.hour}:{it.minute:02}"}),
    c.Rhythm: (N_("RHYTHM {word}"), lambda it: {"word": it.rhythm}),
    c.PageLength: (N_("PAGE {number}"), lambda it: {"number": it.segments}),
    c.Me: (N_("STATUS"), lambda _: {}),
    c.KioskCode: (N_("CODE"), lambda _: {}),
    c.Undo: (N_("UNDO"), lambda _: {}),
    c.Confirm: (N_("SURE"), lambda _: {}),
    c.Decline: (N_("NO"), lambda _: {}),
    c.Urgent: (N_("ALERT {group} {text}"), lambda it: {"group": it.group, "text": it.text}),
    c.Activate: (N_("ACTIVATE {code}"), lambda it: {"code": it.code}),
    c.Stop: (N_("STOP"), lambda _: {}),
    c.Start: (N_("START"), lambda _: {}),
}
_RHYTHM_WORDS: Final = {
    "each": N_("each"),
    "shift": N_("shift"),
    "day": N_("day"),
    "week": N_("week"),
    "never": N_("never"),
}
_LANGUAGE_WORDS: Final = {"fr": "FRANCAIS", "en": "ENGLISH"}


def usage(verb: str, v: Voice) -> str:
    """How to write the command `verb`; the most used ones where it is no command."""
    return v.say(USAGE[verb]) if verb in USAGE else helped(c.Helped(), v)


def helped(value: c.Helped, v: Voice) -> str:
    return v.say(
        "NEWS read. R1413 text reply. P {group} text post. GROUPS. JOIN group. "
        "FIND word. MUTE 8. STATUS. UNDO. STOP",
        group=_example(value.groups, v),
    )


def explained(value: c.Explained, v: Voice) -> str:
    return usage(value.verb, v)


def not_known(value: c.NotKnown, v: Voice) -> str:
    return v.say(
        'Not understood: "{quote}". P {group} text = post. R1413 text = reply. COMMANDS',
        quote=value.heard,
        group=_example(value.groups, v),
    )


def spelled(command: c.Command, v: Voice) -> str:
    """`command` as it would be typed in full; nothing for one that nobody can type."""
    if isinstance(command, c.Language):
        return _LANGUAGE_WORDS.get(command.code, "")
    if type(command) not in _SPELLED:
        return ""
    msgid, read = _SPELLED[type(command)]
    values = read(command)
    if isinstance(command, c.Rhythm) and command.rhythm in _RHYTHM_WORDS:
        values["word"] = v.t.gettext(_RHYTHM_WORDS[command.rhythm])
    return one_line(v.t.gettext(msgid).format_map(values))


def _example(groups: tuple[str, ...], v: Voice) -> str:
    return groups[0] if groups else v.t.gettext(_EXAMPLE_GROUP)
