"""What the webhooks of all carriers have in common: bounded bodies, thanks for what we have alone.

A carrier repeats what it was not thanked for, so the answer says whether the row is there.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.core import sqlite_errors
from gateway.core.errors import NotAccepted

log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024


class Stop(Exception):
    """The request ends here, with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def refusals(carrier: Blueprint) -> None:
    """How a blueprint answers what it does not take."""

    @carrier.errorhandler(Stop)
    def stopped(stop: Stop) -> Response:
        return Response(status=stop.status)

    @carrier.errorhandler(NotAccepted)
    def not_accepted(refusal: NotAccepted) -> Response:
        log.warning("%s webhook refused: %s", carrier.name, refusal)
        return Response(str(refusal), status=400, mimetype="text/plain")


def body(carrier: str) -> bytes:
    """The request's body, as it came."""
    request.max_content_length = MAX_BODY
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        log.warning("%s webhook refused: more than %s bytes", carrier, MAX_BODY)
        raise Stop(413) from None


@contextmanager
def kept_or_unavailable(carrier: str, name: str) -> Iterator[None]:
    """What was not kept is not thanked for: the carrier has to bring it again."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  # whatever went wrong, the row is not there
        # Its kind alone: what a database says of an error quotes the values, so the text as well.
        kind = type(getattr(error, "orig", None) or error).__name__
        why = sqlite_errors.said(error) or kind
        log.error("%s %s was not kept: %s", carrier, name, why)
        raise Stop(503) from None
