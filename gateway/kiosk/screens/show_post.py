"""A post in words: the line above it, and the whole of it."""

from typing import TYPE_CHECKING

from gateway.core.commands import PostView
from gateway.kiosk.safe import line, safe

if TYPE_CHECKING:
    from gateway.kiosk.app import KioskApp


def head(kiosk: "KioskApp", post: PostView) -> str:
    """Who, where and when; the number first, for it can be said aloud."""
    urgent = "! URGENT · " if post.urgent else ""
    return f"{urgent}{post.number} · {line(post.group_name, 40)} · {author(kiosk, post)}"


def author(kiosk: "KioskApp", post: PostView) -> str:
    return f"{line(post.author, 40)} · {kiosk.facts.when(post.created)}"


def whole(kiosk: "KioskApp", post: PostView) -> str:
    """The head and every word."""
    return f"{head(kiosk, post)}\n\n{words(kiosk, post)}"


def words(kiosk: "KioskApp", post: PostView) -> str:
    return kiosk.texts("( taken back by its author )") if post.withdrawn else safe(post.body)
