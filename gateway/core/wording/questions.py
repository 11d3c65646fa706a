"""Words for questions, and for what came of a no or an undo."""

from typing import Final

from gateway.core import commands as c
from gateway.core.wording.catalogue import N_
from gateway.core.wording.fit import one_line, shorten, width
from gateway.core.wording.usage import spelled
from gateway.core.wording.voice import LEAST_QUOTE, Voice

_BETWEEN: Final = "  "

_UNDONE: Final = {
    "post": N_('OK, your post is taken back: "{quote}".'),
    "urgent": N_('OK, your alert is taken back: "{quote}".'),
    "reply": N_('OK, your reply is taken back: "{quote}".'),
    "thanks": N_("OK, your thanks for {quote} are taken back."),
    "several": N_("OK, all that you wrote in that mail is taken back ({quote})."),
    "join": N_("OK, you are not in {quote} any more."),
    "leave": N_("OK, you are back in {quote}."),
}


def asked(value: c.Asked, v: Voice) -> str:
    """One short question that names what would be done, and how to answer it."""
    about = value.about.command if isinstance(value.about, c.Guess) else value.about
    if value.choices:
        return _choice(value, about, v)
    if isinstance(about, c.Post | c.FreeText | c.Reply | c.Urgent):
        return _writing(value, about, v)
    if isinstance(about, c.Join | c.Leave | c.Admit):
        return _membership(value, about, v)
    if isinstance(about, c.Stop):
        return v.say("Stop all messages here? Reply STOP")
    if isinstance(about, c.Undo):
        return v.say("Take back what you last sent? SURE or NO")
    return v.say('Did you mean "{quote}"? SURE or NO', quote=spelled(about, v))


def disputed(value: c.Disputed, v: Voice) -> str:
    if value.kiosk:
        return v.say(
            'Written at the kiosk {site} in your name: "{quote}". Was it you? SURE or NO',
            quote=value.text,
            site=value.kiosk,
        )
    return v.say(
        'This came in your name, from {sender}: "{quote}". Was it you? SURE or NO',
        quote=value.text,
        sender=value.sender,
    )


def declined(_value: c.Declined, v: Voice) -> str:
    return v.say("OK, nothing was done.")


def undone(value: c.Undone, v: Voice) -> str:
    if value.what in _UNDONE and value.about:
        return v.say(_UNDONE[value.what], quote=value.about)
    return v.say("OK, it is as it was before.")


def _choice(value: c.Asked, about: c.Command, v: Voice) -> str:
    if isinstance(about, c.Post | c.FreeText | c.Urgent | c.Join | c.Leave):
        template = v.t.gettext("Which group? {choices}. Reply {numbers}")
    else:
        template = v.t.gettext("Which one? {choices}. Reply {numbers}")
    numbers = _one_of(len(value.choices), v)
    room = v.room - width(template.format(choices="", numbers=numbers))
    return template.format(choices=_numbered(value.choices, room), numbers=numbers)


def _one_of(count: int, v: Voice) -> str:
    numbers = [str(place) for place in range(1, count + 1)]
    if count == 1:
        return numbers[0]
    return v.say("{names} or {last}", names=numbers[:-1], last=numbers[-1])


def _numbered(choices: tuple[str, ...], room: int) -> str:
    """All of them, for each must be seen; each shortened alike where they are too long."""
    share = room // len(choices) - len(str(len(choices))) - len(_BETWEEN) - 1
    short = [shorten(choice, max(share, LEAST_QUOTE)) for choice in choices]
    full = _joined([one_line(choice) for choice in choices])
    return full if width(full) <= room else _joined(short)


def _joined(choices: list[str]) -> str:
    return _BETWEEN.join(f"{place} {choice}" for place, choice in enumerate(choices, start=1))


def _writing(value: c.Asked, about: c.Post | c.FreeText | c.Reply | c.Urgent, v: Voice) -> str:
    match about:
        case c.Urgent():
            return _alert(value, about, v)
        case c.Reply():
            return v.say(
                'Reply to {target}: "{quote}"? SURE or NO',
                target=f"{about.number} ({value.title})" if value.title else about.number,
                quote=about.text,
            )
        case c.Post():
            return _publish(value.title or about.group, about.text, v)
        case c.FreeText():
            return _publish(value.title, about.text, v)


def _alert(value: c.Asked, about: c.Urgent, v: Voice) -> str:
    """Whom it wakes, what it costs, and whether all of it can leave this month."""
    n, group = value.people, value.title or about.group
    if value.left is not None:
        return v.say_many(
            "ALERT {group}: {people} person, {sms} SMS, {left} left this month, the rest waits. "
            '"{quote}"? SURE or NO',
            "ALERT {group}: {people} people, {sms} SMS, {left} left this month, the rest waits. "
            '"{quote}"? SURE or NO',
            n,
            people=n,
            group=group,
            sms=value.sms,
            left=value.left,
            quote=about.text,
        )
    if value.sms:
        return v.say_many(
            'ALERT {group}: {people} person, {sms} SMS. "{quote}"? SURE or NO',
            'ALERT {group}: {people} people, {sms} SMS. "{quote}"? SURE or NO',
            n,
            people=n,
            group=group,
            sms=value.sms,
            quote=about.text,
        )
    return v.say_many(
        'ALERT to {people} person of {group}: "{quote}"? SURE or NO',
        'ALERT to {people} people of {group}: "{quote}"? SURE or NO',
        n,
        people=n,
        group=group,
        quote=about.text,
    )


def _publish(group: str, text: str, v: Voice) -> str:
    return v.say('Post in {group}: "{quote}"? SURE or NO', group=group, quote=text)


def _membership(value: c.Asked, about: c.Join | c.Leave | c.Admit, v: Voice) -> str:
    group = value.title or about.group
    match about:
        case c.Join():
            return v.say("Join {group}? SURE or NO", group=group)
        case c.Leave():
            return v.say("Leave {group}? SURE or NO", group=group)
        case c.Admit():
            return v.say(
                "{member} asks to join {group}. SURE to accept, NO to decline",
                member=value.member,
                group=group,
            )
