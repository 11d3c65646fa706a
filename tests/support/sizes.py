"""How much of a thing is tried: what an issue asks for, or what every change can wait for."""

import os
from typing import TypeVar

T = TypeVar("T")

LONG = os.environ.get("GATEWAY_TEST_LONG") == "1"
"""The sizes of the issues: a hundred kills, five thousand members, a hundred thousand messages."""


def sized(asked: T, usual: T) -> T:
    """`asked` where `GATEWAY_TEST_LONG=1`; the same test over `usual` otherwise."""
    return asked if LONG else usual
