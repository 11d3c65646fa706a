"""Header blocks above a quote: "From: ... Sent: ... To: ... Subject: ...".

The labels of the known languages are data. A block in any other language is known by its build:
short labels with colons on end, an address in brackets behind one, a date behind another.
"""

import re

from gateway.channels.email.reply.languages import LABELS
from gateway.channels.email.reply.lines import DASHES, LONG, STRIP, Line, fold
from gateway.channels.email.reply.moments import dated, moment

LOOK = 24  # lines in which the labels of one block stand

_ROLES = {fold(label): role for role, labels in LABELS.items() for label in labels}
_WEIGHT = {"from": 1, "sent": 2, "date": 1, "to": 1, "cc": 1, "subject": 2, "reply-to": 0}
_ADDRESSED = re.compile(r"[<\[(](?:mailto:)?[^\s<>@\[\]()]{1,64}@[^\s<>@\[\]()]{1,255}[>\])]")
_BARE = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
_SEVERAL = re.compile(r"\s(?=[*_]?[^\W\d_]{1,12}[*_]? ?[:：] )")


def block(lines: list[Line], index: int, *, ruled: bool = False) -> int:
    """Where the header block ends that begins at this line; 0 where none does."""
    if index >= len(lines):
        return 0
    named = _named(lines, index, ruled=ruled) if _label(lines[index]) else 0
    return named or _built(lines, index, ruled=ruled) or _stacked(lines, index)


def _named(lines: list[Line], index: int, *, ruled: bool) -> int:
    roles: dict[str, str] = {}
    end, loose = index, 0
    for position in range(index, min(index + LOOK, len(lines))):
        line = lines[position]
        found = _label(line)
        if found and found[0] not in roles:
            roles[found[0]] = found[1]
            _others_on_it(found[1], roles)
            end, loose = position + 1, 0
        elif loose >= 3 or (line.blank and loose and roles):
            break
        else:
            loose += 1  # a wrapped address, or the blank line that some clients put between
    return end if _is_header(roles, ruled=ruled) else 0


def _others_on_it(value: str, roles: dict[str, str]) -> None:
    """As in "To: Bob  Subject: Hello", that some phones put on one line."""
    for part in _SEVERAL.split(value[:LONG])[1:5]:
        label, _, rest = part.replace("：", ":", 1).partition(":")
        role = _ROLES.get(fold(label.strip(STRIP)))
        if role:
            roles.setdefault(role, rest)


def _is_header(roles: dict[str, str], *, ruled: bool) -> bool:
    addressed = any("@" in roles.get(role, "") for role in ("from", "to", "cc"))
    timed = dated(roles.get("date", "") or roles.get("sent", ""))
    if len(roles) < 2:
        return False
    if "from" not in roles and not {"sent", "to", "subject"} <= roles.keys():
        return timed and addressed
    if not (addressed or timed or ruled or len(roles) >= 4) or not _spelled(roles.get("from", "a")):
        return False
    points = sum(_WEIGHT[role] for role in roles) + ruled + addressed
    return points >= (3 if timed and addressed and "from" in roles else 4)


def _spelled(value: str) -> bool:
    return not value.strip() or any(letter.isalpha() for letter in value)


def _label(line: Line) -> tuple[str, str] | None:
    if len(line.text) > LONG or line.depth or line.code:
        return None
    label, colon, value = line.text.replace("：", ":", 1).partition(":")
    if not colon or len(label) > 40:
        return None
    role = _ROLES.get(fold(label.strip(STRIP)))
    return (role, value) if role else None


# -- in a language that nobody told us of ---------------------------------------------------


def _built(lines: list[Line], index: int, *, ruled: bool) -> int:
    """A block by its build alone: a list of a person's own has no address in brackets and a time
    of day in it, one line after another.
    """
    addressed = timed = False
    count, end = 0, index
    for position in range(index, min(index + 8, len(lines))):
        value = _value(lines[position])
        if value is None:
            if (
                count
                and not lines[position].blank
                and position - end < 2
                and _wrapped(lines[position])
            ):
                addressed = addressed or _ADDRESSED.search(lines[position].text) is not None
                continue
            break
        count, end = count + 1, position + 1
        if count <= 2:  # who comes first, or when he did
            addressed = addressed or _address(value, first=count == 1)
        timed = timed or (moment(value) and "@" not in value)
        if count == 1 and not (addressed or timed):
            break
    return end if addressed and timed and count >= (3 if ruled else 4) else 0


def _address(value: str, *, first: bool) -> bool:
    if first and _BARE.fullmatch(value.strip()):
        return True
    return _ADDRESSED.search(value) is not None


def _wrapped(line: Line) -> bool:
    """The rest of a long list of addresses."""
    return "@" in line.text and len(line.text) <= LONG


def _value(line: Line) -> str | None:
    """What stands behind a short label; None where the line is not built so."""
    if len(line.text) > LONG or line.depth or line.code or line.cut:
        return None
    label, colon, value = line.text.replace("：", ":", 1).partition(":")
    words = label.strip(STRIP).split()
    if (
        not colon
        or not 1 <= len(words) <= 3
        or len(label) > 30
        or label[0] in DASHES.replace("*", "")
    ):
        return None
    return value if not any(mark in label for mark in "@<>/0123456789") else None


# -- Lotus Notes: each label on a line of its own -------------------------------------------


def _stacked(lines: list[Line], index: int) -> int:
    """A name, a moment under it, and then "To", "Jean", "Subject", "Press" line by line."""
    first = lines[index]
    below = lines[index + 1].text if index + 1 < len(lines) else ""
    if first.code or len(below) > 40 or not (moment(below) or _alone(first) == "from"):
        return 0
    roles: set[str] = set()
    timed = False
    for position in range(index, min(index + 14, len(lines) - 1)):
        line = lines[position]
        if line.depth or line.cut:
            return 0
        timed = timed or (len(line.text) <= 40 and moment(line.text))
        roles.add(_alone(line))
        if "subject" in roles:
            return position + 2 if timed and roles & {"from", "to"} else 0
    return 0


def _alone(line: Line) -> str:
    return _ROLES.get(fold(line.text), "") if 0 < len(line.text) <= 20 else ""
