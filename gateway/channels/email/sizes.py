"""How large a digest will be, near enough and never too little, without writing it."""

from gateway.core.commands import Page, PostView

MOST_OCTETS = 20_000
"""Of a whole digest, headers and HTML included: what a phone has in a second on a bad line."""

_LETTER = 3_300
_ITEM = 335
_PARENT = 90
_PHOTO = 330
_SOFT_BREAKS = 1.06


def fits(page: Page, domain: str) -> bool:
    """May this page leave as one mail?"""
    # The subject, the title and two headings name two groups, and begin as the first post does.
    named = 5 * sum(sorted({_octets(post.group_name) for post in page.items})[-2:])
    items = sum(_item(post, len(domain)) for post in page.items)
    return _LETTER + named + items <= MOST_OCTETS


def _item(post: PostView, domain: int) -> float:
    """The words are there twice, plain and in HTML, and three octets for one beyond ASCII."""
    names = 2 * _octets(post.group_name) + 3 * _octets(post.author)
    words = names + 2 * _octets(post.body) + 5 * post.body.count("\n")
    parent = _PARENT if post.parent is not None else 0
    return _ITEM + parent + 2 * domain + len(post.media) * _PHOTO + _SOFT_BREAKS * words


def _octets(text: str) -> int:
    encoded = text.encode("utf-8", "replace")
    special = sum(map(encoded.count, (b"=", b"\t")))
    markup = 2 * sum(map(encoded.count, (b"&", b"<", b">", b'"', b"'")))
    return len(text) + 3 * (len(encoded) - len(text)) + 2 * special + markup
