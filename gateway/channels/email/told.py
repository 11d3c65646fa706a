"""What a mail server found out about a mail and wrote into it (Authentication-Results, RFC 8601).

Nearly every server writes it without comments, quotes and versions; that is read here at once. The
parser of `authres`, which knows all of the grammar, takes longer for one such header than the mail
takes for all else: it reads the others.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from authres import AuthenticationResultsHeader
from authres.core import SyntaxError as Malformed

_NAME = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_VALUE = rf"(?:[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@)?{_NAME}"
_PROPERTY = rf"(?:smtp|header|body|policy)\.[a-z]+={_VALUE}"
_RESULT = rf";[ \t]*(?!none)[a-z]+=[a-z]+(?:[ \t]+{_PROPERTY})*[ \t]*"
_USUAL = re.compile(rf"[ \t]*({_NAME})[ \t]*((?:{_RESULT})+)")


class Property(NamedTuple):
    """One thing that was looked at: `from` of the mail's head, `mailfrom` of its envelope."""

    name: str
    value: str


class Result(NamedTuple):
    """What one method came to; `authres` gives objects with the same names."""

    method: str
    result: str
    properties: list[Property]


class Told(NamedTuple):
    """One header."""

    authserv_id: str
    """Who says so, in lower case."""
    results: Sequence[Any]


def told(value: str) -> Told | None:
    """What a header of this value tells; None where it cannot be read, as Outlook's."""
    if usual := _USUAL.fullmatch(value):
        return Told(usual[1].lower(), [_result(one) for one in usual[2].split(";")[1:]])
    try:
        header = AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
    except (Malformed, ValueError, IndexError, AttributeError):
        return None
    return Told(str(header.authserv_id or "").lower(), header.results)


def _result(words: str) -> Result:
    (method, result), *properties = (word.split("=") for word in words.split())
    return Result(
        method, result, [Property(name.partition(".")[2], value) for name, value in properties]
    )
