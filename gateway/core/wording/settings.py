"""Words for what members set about themselves, and for coming and going."""

from typing import Final

from gateway.core.commands import (
    Activated,
    CodeGiven,
    Disowned,
    LanguageSet,
    PageSet,
    Paused,
    Profile,
    Recognized,
    Resumed,
    RhythmSet,
    Started,
    Stopped,
    TimeSet,
)
from gateway.core.wording.catalogue import N_, OWN_NAMES, known_language, translator
from gateway.core.wording.fit import TWO_SEGMENTS, one_line
from gateway.core.wording.voice import Voice

_RHYTHM_SET: Final = {
    "each": N_("OK, each message as soon as it is written."),
    "shift": N_("OK, one summary when each shift begins."),
    "day": N_("OK, one summary a day at {time}."),
    "week": N_("OK, one summary a week at {time}."),
    "never": N_("OK, nothing by itself. NEWS to read when you like"),
}
_RHYTHM: Final = {
    "each": N_("each message at once"),
    "shift": N_("a summary when each shift begins"),
    "day": N_("a summary a day at {time}"),
    "week": N_("a summary a week at {time}"),
    "never": N_("nothing by itself"),
}
_CHANNELS: Final = {"sms": N_("SMS"), "email": N_("e-mail"), "kiosk": N_("kiosk")}


def paused(value: Paused, v: Voice) -> str:
    return v.say(
        "Silence for {hours} h, but for alerts. It ends: {until}. UNMUTE to end it now",
        hours=value.hours,
        until=v.until(value.until),
    )


def resumed(value: Resumed, v: Voice) -> str:
    if value.unread < 1:
        return v.say("OK, messages come again. Nothing new.")
    return v.say_many(
        "OK, messages come again. {n} is unread: NEWS",
        "OK, messages come again. {n} are unread: NEWS",
        value.unread,
        n=value.unread,
    )


def time_set(value: TimeSet, v: Voice) -> str:
    return v.say("OK, your summary comes at {time}.", time=_clock(value.hour, value.minute))


def rhythm_set(value: RhythmSet, v: Voice) -> str:
    msgid = _RHYTHM_SET.get(value.rhythm, _RHYTHM_SET["day"])
    return v.say(msgid, time=_clock(value.hour, value.minute))


def page_set(value: PageSet, v: Voice) -> str:
    return v.say("OK: your news takes up to {n} SMS a page. MORE for the rest", n=value.segments)


def language_set(value: LanguageSet, v: Voice) -> str:
    """Said in the language that was chosen, whatever was spoken until then."""
    chosen = Voice(translator(value.code), known_language(value.code), room=v.room)
    return chosen.say("OK, we go on in English.")


def profile(value: Profile, v: Voice) -> str:
    """All that is kept and set; the one text that may take two SMS."""
    v = v.narrowed(TWO_SEGMENTS // 3)
    language = OWN_NAMES[known_language(value.language)]
    lines = [
        ", ".join(filter(None, map(one_line, (value.member, value.site, language)))),
        v.say("Groups: {names}", names=[group.title for group in value.groups] or ["-"]),
        v.say("Addresses: {names}", names=value.addresses or ["-"]),
        v.say("You get: {rhythm} ({zone})", rhythm=_rhythm(value, v), zone=value.timezone),
        v.say("Page: {n} SMS", n=value.page),
    ]
    if value.doubted:
        lines.append(v.say("Still yours? Send SURE from {names}", names=value.doubted))
    if value.failed:
        lines.append(v.say("Mail comes back from {names}: START there", names=value.failed))
    if value.paused_until is not None:
        lines.append(v.say("Silence until: {until}", until=v.until(value.paused_until)))
    return "\n".join(lines)


def code_given(value: CodeGiven, v: Voice) -> str:
    half = len(value.code) // 2
    spoken = f"{value.code[:half]} {value.code[half:]}" if half > 1 else value.code
    return v.say(
        "Kiosk code: {code} ({minutes} min). Give it to nobody.", code=spoken, minutes=value.minutes
    )


def activated(value: Activated, v: Voice) -> str:
    if value.replaced:
        return v.say(
            "Welcome {member}! This number takes the place of your old one. NEWS to read, "
            "COMMANDS for help, STOP to end all",
            member=value.member,
        )
    if not value.groups:
        return v.say(
            "Welcome {member}! GROUPS shows what to join. COMMANDS for help, STOP to end all",
            member=value.member,
        )
    return v.say(
        "Welcome {member}! Your groups: {names}. NEWS to read, COMMANDS for help, STOP to end all",
        member=value.member,
        names=value.groups,
    )


def stopped(value: Stopped, v: Voice) -> str:
    if not value.others:
        return v.say("No more messages here. To come back: START")
    others = [v.say(_CHANNELS[name]) if name in _CHANNELS else name for name in value.others]
    return v.say("No more messages here. To come back: START. Still open: {names}", names=others)


def recognized(value: Recognized, v: Voice) -> str:
    if not value.open:
        return v.say("Thank you {member}. Messages are still stopped: START", member=value.member)
    return v.say("Thank you {member}, messages come again. NEWS to read", member=value.member)


def disowned(_value: Disowned, v: Voice) -> str:
    return v.say(
        "OK, nothing more is sent to this number. If it is yours all the same: ask your manager "
        "for a code"
    )


def started(value: Started, v: Voice) -> str:
    if value.asked:
        return v.say("We have not heard from your phone for long: answer SURE to the SMS there")
    return v.say("You are back. NEWS to read, COMMANDS for help, STOP to end all")


def _clock(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"


def _rhythm(value: Profile, v: Voice) -> str:
    return v.say(_RHYTHM.get(value.rhythm, _RHYTHM["day"]), time=_clock(value.hour, value.minute))
