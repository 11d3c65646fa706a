"""The link that stops our mails: a page that changes nothing, and one click that does (RFC 8058).

Mail programs press the button themselves, without a cookie, a session or a page before it; link
scanners only look. So GET shows and POST acts, and the token in the path is all the proof there is.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.ports import MailDirectory
from gateway.core.wording.catalogue import LANGUAGES, Translator, translator

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the path is a credential
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


def blueprint(
    directory: MailDirectory, read_token: Callable[[str], int | None], language: str = "fr"
) -> Blueprint:
    """`/mail/unsubscribe/TOKEN`. `language` is for browsers that ask for none of ours."""
    routes = Blueprint("unsubscribe", __name__, template_folder="templates")

    def show(token: str) -> Response:
        if read_token(token) is None:
            return _unknown(language)
        t = _words(language)
        return _page(
            t.gettext("Stop all mails?"),
            t.gettext(
                "You will get no more mails from us. Messages on your phone and at the kiosk "
                "do not change."
            ),
            language,
            button=t.gettext("Stop the mails"),
        )

    def stop(token: str) -> Response:
        member_id = read_token(token)
        if member_id is None or not directory.unsubscribe(member_id):
            return _unknown(language)
        t = _words(language)
        return _page(
            t.gettext("The mails are stopped"),
            t.gettext(
                "You will get no more mails from us. To start again, mail us the word START."
            ),
            language,
            said=True,
        )

    path = "/mail/unsubscribe/<token>"
    routes.add_url_rule(path, "show", show, methods=["GET"])
    routes.add_url_rule(path, "stop", stop, methods=["POST"])
    return routes


def _unknown(language: str) -> Response:
    t = _words(language)
    return _page(
        t.gettext("This link does not work"),
        t.gettext(
            "It may have been cut. Open it again from the mail, or answer the mail with STOP."
        ),
        language,
        status=HTTPStatus.NOT_FOUND,
    )


def _page(
    title: str,
    words: str,
    language: str,
    *,
    button: str = "",
    said: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    page = render_template(
        "unsubscribe.html",
        language=_language(language),
        title=title,
        words=words,
        button=button,
        said=said,
    )
    response = make_response(page, status)
    response.headers.update(_HEADERS)
    return response


def _words(language: str) -> Translator:
    return translator(_language(language))


def _language(preferred: str) -> str:
    return request.accept_languages.best_match(LANGUAGES) or preferred
