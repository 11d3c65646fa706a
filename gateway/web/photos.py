"""The link to a photo in a mail: one member's own, and good for as long as they may see the post.

The token says which picture and whose link it is; whether they are still in the group and the post
still stands is asked each time. Mail programs and scanners open links as well: looking changes
nothing, and nothing here may be kept by whoever stands between.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.ports import Album
from gateway.core.wording.catalogue import LANGUAGES, translator

COME_BACK_SECONDS: Final = 20

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the path is a credential
    "Cache-Control": "private, no-cache",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}

ReadToken = Callable[[str], tuple[int, int] | None]


def blueprint(album: Album, read_token: ReadToken, language: str = "fr") -> Blueprint:
    """`/photo/TOKEN`. `language` is for browsers that ask for none of ours."""
    routes = Blueprint("photos", __name__, template_folder="templates")

    def show(token: str) -> Response:
        whose = read_token(token)
        picture = album.linked(*whose) if whose is not None else None
        if picture is None:
            return _nothing(language)
        if picture.state == "kept":
            return _photo(picture.content)
        return _waiting(language) if picture.state == "wanted" else _lost(language)

    routes.add_url_rule("/photo/<token>", "show", show, methods=["GET"])
    return routes


def _photo(content: bytes) -> Response:
    response = Response(content, content_type="image/jpeg", headers=_HEADERS)
    response.headers["Content-Disposition"] = 'inline; filename="photo.jpg"'
    return response


def _waiting(language: str) -> Response:
    t = translator(_language(language))
    response = _page(
        t.gettext("The photo is on its way"),
        t.gettext("This page looks again by itself in a moment."),
        language,
        HTTPStatus.ACCEPTED,
    )
    response.headers["Refresh"] = str(COME_BACK_SECONDS)
    return response


def _lost(language: str) -> Response:
    t = translator(_language(language))
    return _page(
        t.gettext("This photo could not be taken over"),
        t.gettext("It was too large, or of a kind that we cannot show. Ask its author."),
        language,
        HTTPStatus.GONE,
    )


def _nothing(language: str) -> Response:
    """The same for a forged link, a post that was taken back and a group that was left."""
    t = translator(_language(language))
    return _page(
        t.gettext("There is no photo here"),
        t.gettext("The post may have been taken back, or you are not in its group any more."),
        language,
        HTTPStatus.NOT_FOUND,
    )


def _page(title: str, words: str, language: str, status: HTTPStatus) -> Response:
    page = render_template("photo.html", language=_language(language), title=title, words=words)
    response = make_response(page, status)
    response.headers.update(_HEADERS)
    return response


def _language(preferred: str) -> str:
    return request.accept_languages.best_match(LANGUAGES) or preferred
