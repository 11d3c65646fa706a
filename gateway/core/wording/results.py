"""A result or a refusal in words: one short answer, the same on every channel."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from gateway.core import commands as c
from gateway.core.commands import Result
from gateway.core.errors import Refused
from gateway.core.wording import groups, posts, questions, settings, several, usage
from gateway.core.wording.catalogue import known_language, translator
from gateway.core.wording.fit import is_plain, room, width
from gateway.core.wording.refusals import refused
from gateway.core.wording.voice import Voice

WORDS: Final[Mapping[type[Result], Callable[[Any, Voice], str]]] = MappingProxyType(
    {
        c.Helped: usage.helped,
        c.Explained: usage.explained,
        c.NotKnown: usage.not_known,
        c.Page: posts.page,
        c.Thread: posts.thread,
        c.Posted: posts.posted,
        c.Replied: posts.replied,
        c.Thanked: posts.thanked,
        c.GroupList: groups.group_list,
        c.Joined: groups.joined,
        c.JoinAsked: groups.join_asked,
        c.Admitted: groups.admitted,
        c.Left: groups.left,
        c.People: groups.people,
        c.Paused: settings.paused,
        c.Resumed: settings.resumed,
        c.TimeSet: settings.time_set,
        c.RhythmSet: settings.rhythm_set,
        c.PageSet: settings.page_set,
        c.LanguageSet: settings.language_set,
        c.Profile: settings.profile,
        c.CodeGiven: settings.code_given,
        c.Activated: settings.activated,
        c.Stopped: settings.stopped,
        c.Started: settings.started,
        c.Recognized: settings.recognized,
        c.Disowned: settings.disowned,
        c.Asked: questions.asked,
        c.Disputed: questions.disputed,
        c.Declined: questions.declined,
        c.Undone: questions.undone,
        c.SeveralDone: lambda value, v: several.several_done(value, v, _said),
        c.NotDone: several.not_done,
        c.WhichAsked: several.which_asked,
    }
)

MAILED: Final = (c.SeveralDone, c.NotDone, c.WhichAsked)
"""What only comes of a mail, and is said in one: it has any room, and any letters."""

_INVITES_ANSWER: Final = (c.Asked, c.Helped, c.Activated, c.Started, c.Page)


def words(
    value: Result | Refused,
    language: str,
    *,
    now: datetime | None = None,
    timezone: str = "UTC",
    reply_to: str = "",
) -> str:
    """What to say to a member of `language` who lives in `timezone`.

    `reply_to` is where to write to, where the message cannot simply be answered (an SMS from a
    sender without a number): the texts that invite an answer then name it, unless that would cost
    a second SMS.
    """
    segments = value.segments if isinstance(value, c.Page) else 1
    voice = Voice(translator(language), known_language(language), now, timezone, room(segments))
    text = _spoken(value, voice, reply_to)
    if is_plain(text) or isinstance(value, MAILED):
        return text
    narrow = _spoken(value, voice.narrowed(room(segments, plain=False)), reply_to)
    if width(narrow) <= room(segments, plain=False):
        return narrow
    plain = _spoken(value, replace(voice, plain=True), reply_to)
    return plain if is_plain(plain) else narrow


def _said(value: Result, v: Voice) -> str:
    return WORDS[type(value)](value, v)


def _spoken(value: Result | Refused, v: Voice, reply_to: str) -> str:
    if isinstance(value, Refused):
        return refused(value, v)
    say = WORDS[type(value)]
    if reply_to and isinstance(value, _INVITES_ANSWER):
        where = v.say("Write to {address}", address=reply_to)
        text = f"{say(value, v.narrowed(v.room - width(where) - 1))}\n{where}"
        # A page of several posts is made of fewer where it has no room for this.
        if width(text) <= v.room or (isinstance(value, c.Page) and len(value.items) > 1):
            return text
    return say(value, v)
