"""Words for what several answers in one mail came to, and for which of a digest's posts was meant.

Only a mail can say so much at once, so these are lists and not one short text for an SMS; what the
person wrote stands in them as it was written.
"""

from collections.abc import Callable
from typing import Final

from gateway.core import commands as c
from gateway.core.errors import Refused
from gateway.core.wording.fit import clean, shorten
from gateway.core.wording.refusals import refused
from gateway.core.wording.voice import Voice

OWN_TEXT: Final = 2_000
"""Of the person's own words; the whole is kept where it came in."""

Say = Callable[[c.Result, Voice], str]

_QUOTE: Final = 300
_CHOICE: Final = 60


def which_asked(value: c.WhichAsked, v: Voice) -> str:
    """The posts under the numbers that they had in the digest, and the text that waits."""
    lines = [v.say("To which of these is your answer? Nothing is posted before you say so.")]
    lines += [f"{place}. {_headed(post, v)}" for place, post in enumerate(value.choices, start=1)]
    lines += [v.say("Reply to this mail with the number alone. Your text waits for it:")]
    return "\n".join([*lines, own_text(value.text)])


def several_done(value: c.SeveralDone, v: Voice, say: Say) -> str:
    """A line for each, what was refused with its text; the question, if there is one, last.

    `say` has the words for whatever else came of a command.
    """
    asked = [one for one in value.results if isinstance(one, c.WhichAsked)]
    rest = [one for one in value.results if not isinstance(one, c.WhichAsked)]
    parts = ["\n".join(_line(one, v, say) for one in rest)]
    if sum(isinstance(one, c.Replied | c.Thanked | c.Posted) for one in rest) > 1:
        parts.append(v.say("Mistake? UNDO takes all of these back."))
    elif any(isinstance(one, c.Replied | c.Thanked | c.Posted) for one in rest):
        parts.append(v.say("Mistake? UNDO"))
    parts += [which_asked(one, v) for one in asked]
    return "\n\n".join(part for part in parts if part)


def not_done(value: c.NotDone, v: Voice) -> str:
    """Why, and the text that is in no thread."""
    about = dict.fromkeys(("number", "group", "name", "limit"), value.about)
    reason = refused(Refused(value.reason, **about), v.narrowed(_QUOTE))
    why = f"{v.say('Not posted:')} {reason}"
    return f"{why}\n{own_text(value.text)}" if value.text else why


def own_text(text: str) -> str:
    """What somebody wrote, marked as a quote, so that no line of it reads as ours."""
    kept = clean(text)[:OWN_TEXT]
    return "\n".join(f"> {line}".rstrip() for line in kept.split("\n"))


def _line(value: c.Result, v: Voice, say: Say) -> str:
    wide = v.narrowed(_QUOTE)
    match value:
        case c.Replied():
            target = value.target
            return wide.say(
                'OK, reply to {number} ({author}, {group}): "{quote}"',
                number=target.number,
                author=target.author,
                group=target.group_name,
                quote=value.post.body,
            )
        case c.Thanked():
            return wide.say(
                'OK, thanks for {number} ({author}): "{quote}"',
                number=value.target.number,
                author=value.target.author,
                quote=value.target.body,
            )
        case c.NotDone():
            return not_done(value, v)
        case _:
            return say(value, wide)


def _headed(post: c.PostView, v: Voice) -> str:
    body = v.say("(taken back)") if post.withdrawn else shorten(post.body, _CHOICE)
    return f"{shorten(post.author, 32)}, {shorten(post.group_name, 32)}, {post.number}: {body}"
