"""The language of the commands: from what a person wrote to what it means, and back for help."""

from gateway.core.grammar.keywords import KEYWORDS, RESERVED
from gateway.core.grammar.parser import parse
from gateway.core.grammar.usages import TABLE, Row, example, usage, usages

__all__ = ["KEYWORDS", "RESERVED", "TABLE", "Row", "example", "parse", "usage", "usages"]
