"""The HTTP under twilio-python: with a timeout, connections kept open, and nothing logged.

twilio-python waits for ever by default and logs the numbers it writes to. It also knows only hosts
of twilio.com; an `api_url` takes their place here, under it.
"""

import logging
import ssl
import threading
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.http import HttpClient  # type: ignore[import-untyped]  # it has no types
from twilio.http.response import Response  # type: ignore[import-untyped]  # it has no types
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

log = logging.getLogger(__name__)

_HERE = ("localhost", "127.0.0.1", "::1")


class _Session(requests.Session):
    """Closes its connections with the thread that it was made for."""

    def __del__(self) -> None:
        self.close()


class Wire(HttpClient):  # type: ignore[misc]  # twilio has no types
    """A session for each thread, for requests promises nothing about sharing one."""

    def __init__(self, timeout: float, api_url: str | None = None) -> None:
        super().__init__(log, is_async=False, timeout=timeout)
        self._api_url = api_url.rstrip("/") if api_url else ""
        self._local = threading.local()
        # A carrier on this machine is not looked for behind the proxy of the environment.
        self.looks_around = urlsplit(self._api_url).hostname not in _HERE

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | str | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request, sent at most once."""
        answer = self._session().request(
            method,
            self._elsewhere(uri),
            params=params,
            data=data,
            headers=headers,
            auth=auth,
            timeout=timeout or self.timeout,
            allow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)

    def _elsewhere(self, uri: str) -> str:
        if not self._api_url:
            return uri
        parts = urlsplit(uri)
        return f"{self._api_url}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def _session(self) -> Any:
        session = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = _Session()
            session.trust_env = self.looks_around
        return session


def never_connected(error: Exception) -> bool:
    """Did the failure come before one byte of the request was on the wire?"""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return True
    cause = reason.args[0] if reason is not None and reason.args else None
    return isinstance(cause, ssl.SSLCertVerificationError)
