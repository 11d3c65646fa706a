"""A kiosk reduced to its HTTP: what tests of the API ask with."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.desk import DEVICE_TOKEN


class Terminal:
    """A kiosk that speaks HTTP: it keeps its device token and the session that it opened."""

    def __init__(self, client: FlaskClient, token: str = DEVICE_TOKEN) -> None:
        self._client = client
        self.headers = {"Authorization": f"Bearer {token}"}
        self._keys = 0

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._client.get(f"/api/v1{path}", headers=self._all(headers))

    def delete(self, path: str, **headers: str) -> TestResponse:
        return self._client.delete(f"/api/v1{path}", headers=self._all(headers))

    def post(self, path: str, body: Any = None, raw: bytes = b"", **headers: str) -> TestResponse:
        given = {"data": raw} if raw else {"json": body}
        return self._client.post(f"/api/v1{path}", headers=self._all(headers), **given)

    def sign_in(self, badge: str = "1001", pin: str = "123456") -> dict[str, Any]:
        answer = self.post("/session", {"badge": badge, "pin": pin})
        assert answer.status_code == 201, answer.text
        signed: dict[str, Any] = answer.get_json()
        self.headers["Gateway-Session"] = signed["session"]
        return signed

    def ask(self, command: Any, key: str = "", **more: Any) -> TestResponse:
        """Run a command given as a value, or as text where it is a string."""
        body = {"text": command} if isinstance(command, str) else {"command": command}
        return self.post("/commands", {**body, **more}, Idempotency_Key=key or self.new_key())

    def new_key(self) -> str:
        self._keys += 1
        return f"key-{self._keys:08}"

    def _all(self, headers: dict[str, str]) -> dict[str, str]:
        return self.headers | {name.replace("_", "-"): value for name, value in headers.items()}


def kind(answer: TestResponse) -> str:
    """The kind of a problem: the last word of its type."""
    assert answer.content_type == "application/problem+json", answer.text
    return str(answer.get_json()["type"].rpartition("/")[2])
