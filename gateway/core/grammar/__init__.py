"""The language of the commands: from what a person wrote to what it means, and back for help."""

from gateway.core.grammar.gestures import is_thanks
from gateway.core.grammar.keywords import KEYWORDS, RESERVED
from gateway.core.grammar.machines import auto_reply
from gateway.core.grammar.parser import parse
from gateway.core.grammar.usages import TABLE, Row, example, usage, usages

__all__ = [
    "KEYWORDS",
    "RESERVED",
    "TABLE",
    "Row",
    "auto_reply",
    "example",
    "is_thanks",
    "parse",
    "usage",
    "usages",
]
