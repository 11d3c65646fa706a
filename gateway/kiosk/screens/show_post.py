"""A post in words: the line above it, and the whole of it."""

from typing import TYPE_CHECKING

from gateway.core.commands import PostView
from gateway.kiosk.posts import NARROW
from gateway.kiosk.safe import name, safe

if TYPE_CHECKING:
    from gateway.kiosk.app import KioskApp


def head(kiosk: "KioskApp", post: PostView) -> str:
    """Who, where and when; the number first, for it can be said aloud."""
    urgent = "! URGENT · " if post.urgent else ""
    return f"{urgent}{post.number} · {name(post.group_name)} · {author(kiosk, post)}"


def author(kiosk: "KioskApp", post: PostView) -> str:
    return (
        f"{name(post.author)} · {kiosk.facts.when(post.created, short=kiosk.size.width < NARROW)}"
    )


def whole(kiosk: "KioskApp", post: PostView) -> str:
    """The head and every word."""
    return f"{head(kiosk, post)}\n\n{words(kiosk, post)}"


def words(kiosk: "KioskApp", post: PostView) -> str:
    return kiosk.texts("( taken back by its author )") if post.withdrawn else safe(post.body)
