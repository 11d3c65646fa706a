"""Words for a no: what is wrong and what to do next, for each reason of `Refused`."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from gateway.core.errors import Refused
from gateway.core.wording.catalogue import N_
from gateway.core.wording.usage import usage
from gateway.core.wording.voice import Voice

REASONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "no_such_post": ("number",),
        "ambiguous_number": ("number", "choices"),
        "withdrawn_post": ("number",),
        "no_such_group": ("name", "near"),
        "ambiguous_group": ("name", "choices"),
        "not_in_group": ("group",),
        "announce_only": ("group",),
        "closed_group": ("group",),
        "already_asked": ("group",),
        "not_animator": ("group",),
        "empty_text": ("verb",),
        "too_long": ("limit",),
        "nothing_to_undo": (),
        "undo_too_late": (),
        "nothing_asked": (),
        "which_disputed": (),
        "no_more": (),
        "bad_hours": ("most",),
        "bad_time": (),
        "bad_rhythm": (),
        "bad_page": ("most",),
        "no_such_language": (),
        "reserved_yes": ("word",),
        "not_here": (),
        "kiosk_only": (),
        "too_many": (),
        "stopped_here": (),
        "wrong_code": (),
        "code_expired": (),
        "code_locked": (),
        "already_active": (),
        "not_a_member": (),
        "unknown_address": (),
        "astray": ("address",),
        "mail_closed": ("address",),
        "held_sender": (),
        "held_dmarc": (),
        "held_unproved": (),
        "held_deposit": (),
        "held_flood": (),
        "waiting": (),
        "doubted": ("name",),
        "wrong_sign_in": (),
        "locked": ("seconds",),
        "shut_out": (),
        "weak_pin": (),
        "session_over": (),
        "needs_session": (),
        "failed": (),
        "unknown_groups": ("groups",),
        "no_such_member": ("number",),
        "no_such_row": ("number",),
        "no_such_owed": ("number",),
        "animates_nothing": ("group",),
        "group_exists": ("group",),
        "bad_slug": ("group",),
    }
)
"""Every reason of `Refused`, with the details that it may carry; each may be left out."""

_SENTENCES: Final = {
    "no_such_post": N_("There is no post {number}: check its digits. NEWS to read"),
    "withdrawn_post": N_("Post {number} was taken back by its author. NEWS to read"),
    "not_in_group": N_("You are not in {group}. To come in: JOIN {group}"),
    "announce_only": N_("In {group} only its animators post. You can reply: R1413 text"),
    "closed_group": N_("{group} is closed. To ask its animator: JOIN {group}"),
    "already_asked": N_("You asked for {group} already: its animator will answer."),
    "nothing_to_undo": N_("There is nothing to take back. STATUS shows what is set"),
    "undo_too_late": N_("Too late to take it back (10 min). Reply to put it right: R1413 text"),
    "nothing_asked": N_("No question waits for your answer. NEWS to read, COMMANDS for help"),
    "which_disputed": N_(
        "Several messages wait for your yes: answer the mail about the one you mean."
    ),
    "no_more": N_("There is no next page. NEWS to read"),
    "bad_time": N_("Give an hour from 0 to 23. Ex: TIME 18"),
    "bad_rhythm": N_("Write each, shift, day, week or never. Ex: RHYTHM day"),
    "bad_page": N_("A page takes 1 to {most} SMS. Ex: PAGE 2"),
    "no_such_language": N_("We speak two languages: write FRANCAIS or ENGLISH"),
    "reserved_yes": N_("To confirm, reply SURE. To decline, NO."),
    "not_here": N_("This cannot be done here. COMMANDS shows what can"),
    "kiosk_only": N_("This is done at the kiosk. CODE gives you a code to enter there"),
    "too_many": N_("Too many messages at once. Wait a minute and send it again."),
    "stopped_here": N_("You said STOP here, so nothing was done. To come back: START"),
    "wrong_code": N_("This code is not right. Check it and send again: ACTIVATE code"),
    "code_expired": N_("This code is too old. Ask your manager for a new one."),
    "code_locked": N_("Too many wrong codes: no more today. Ask your manager for help."),
    "already_active": N_("You are known here already: no code is needed. NEWS to read"),
    "doubted": N_(
        "{name}, is this still your number for messages from work? Reply SURE, or NO if you are "
        "somebody else. STOP ends all"
    ),
    "not_a_member": N_(
        "This number is not known. Ask your manager for a code, then send ACTIVATE code"
    ),
    "unknown_address": N_(
        "This address is not known. Ask your manager for a code, then reply ACTIVATE code"
    ),
    "astray": N_(
        "Nobody reads what is sent to that address. Reply to the mail itself, or write to {address}"
    ),
    "mail_closed": N_(
        "Mail to {address} comes back, so we write to you here. To get mail again, send START "
        "from it."
    ),
    "held_sender": N_(
        "More messages came in your name from an address that is not yours. They are kept and not "
        "posted."
    ),
    "held_dmarc": N_(
        "More messages came in your name that your mail system says are not from you. They are "
        "kept and not posted."
    ),
    "held_unproved": N_(
        "More messages came in your name, and nothing proves that they are yours. They are kept "
        "and not posted."
    ),
    "held_deposit": N_(
        "More was written at a kiosk in your name. It is kept and not posted: tell your animator "
        "if it was not you."
    ),
    "held_flood": N_(
        "So many messages at once: this one is kept, and a technician will see to it."
    ),
    "waiting": N_("Many messages at once: they will be dealt with in a few minutes."),
    "wrong_sign_in": N_("Badge, PIN or code is not right. Try again, or send CODE by SMS"),
    "shut_out": N_("This badge is locked. Ask your animator, or send CODE by SMS"),
    "weak_pin": N_("Choose six digits that are harder to guess (not 123456, not 111111)."),
    "needs_session": N_("For this, please sign in at the kiosk."),
    "session_over": N_("You were signed out. Please sign in again."),
    "failed": N_("Your message is kept. A technician will see to it."),
    "no_such_member": N_("There is no member {number}. See: gateway members list"),
    "no_such_row": N_("There is no row {number}. See: gateway inbox list, gateway outbox list"),
    "no_such_owed": N_("There is no row {number}. See: gateway outbox list"),
    "animates_nothing": N_("They are not in {group}. See: gateway members show"),
    "group_exists": N_("There is a group {group} already. See: gateway groups list"),
    "bad_slug": N_("{group} is no short name: a-z, 0-9 and hyphens, and no command"),
}
"""What needs nothing but its details filled in."""

_Details = Mapping[str, object]


def refused(value: Refused, v: Voice) -> str:
    """What to say to the member; a general sentence for a reason that has no words."""
    reason, details = value.reason, value.details
    if reason in _SPECIAL:
        return _SPECIAL[reason](details, v)
    if reason in _SENTENCES:
        expected: dict[str, Any] = {name: _detail(details, name, "...") for name in REASONS[reason]}
        return v.say(_SENTENCES[reason], **expected)
    return v.say("This cannot be done. COMMANDS for help")


def _which_number(details: _Details, v: Voice) -> str:
    number, choices = _detail(details, "number", "..."), _names(details, "choices")
    if not choices:
        return v.say("Several posts end in {number}. Write the whole number", number=number)
    return v.say(
        "Several posts end in {number}: {names}. Write the whole number",
        number=number,
        names=choices,
    )


def _no_such_group(details: _Details, v: Voice) -> str:
    name, near = _detail(details, "name", "..."), _names(details, "near")
    if near:
        return v.say('There is no group "{name}". Try {names} or GROUPS', name=name, names=near)
    return v.say('There is no group "{name}". GROUPS lists them all', name=name)


def _which_group(details: _Details, v: Voice) -> str:
    return v.say(
        'Which group is "{name}"? {names}. Write the whole name',
        name=_detail(details, "name", "..."),
        names=_names(details, "choices") or ["..."],
    )


def _unknown_groups(details: _Details, v: Voice) -> str:
    return v.say(
        "There are no such groups: {names}. First: gateway groups add",
        names=_names(details, "groups") or ["..."],
    )


def _not_animator(details: _Details, v: Voice) -> str:
    if group := _detail(details, "group"):
        return v.say("Only an animator of {group} can do this.", group=group)
    return v.say("Only an animator of the group can do this.")


def _empty_text(details: _Details, v: Voice) -> str:
    missing = v.say("The text is missing.")
    return f"{missing} {usage(_detail(details, 'verb'), v)}"


def _bad_hours(details: _Details, v: Voice) -> str:
    if most := _detail(details, "most"):
        return v.say("Give a number of hours, {most} at most. Ex: MUTE 8", most=most)
    return v.say("Give a number of hours. Ex: MUTE 8")


def _too_long(details: _Details, v: Voice) -> str:
    if limit := _detail(details, "limit"):
        return v.say("Too long: {limit} characters at most. Send it as two messages.", limit=limit)
    return v.say("Too long. Send it as two messages.")


def _locked(details: _Details, v: Voice) -> str:
    seconds = details.get("seconds", 0)
    minutes = max(1, -(-int(seconds) // 60)) if isinstance(seconds, int | float) else 1
    return v.say_many(
        "Too many wrong tries. Try again in {n} minute.",
        "Too many wrong tries. Try again in {n} minutes.",
        minutes,
        n=minutes,
    )


_SPECIAL: Final[Mapping[str, Callable[[_Details, Voice], str]]] = {
    "ambiguous_number": _which_number,
    "no_such_group": _no_such_group,
    "ambiguous_group": _which_group,
    "unknown_groups": _unknown_groups,
    "not_animator": _not_animator,
    "empty_text": _empty_text,
    "bad_hours": _bad_hours,
    "too_long": _too_long,
    "locked": _locked,
}


def _detail(details: _Details, name: str, default: str = "") -> str:
    value = details.get(name)
    return default if value is None else str(value)


def _names(details: _Details, name: str) -> list[str]:
    """One name or several: whoever refuses may give either."""
    value = details.get(name)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(one) for one in value]
    return [str(value)] if value else []
