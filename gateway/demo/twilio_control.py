"""A phone in somebody else's hand: drives the made-up carrier over HTTP, under `/_fake/`.

For tests that run it as a process of its own. There is no password: it listens on this machine, and
there is nothing behind it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gateway.demo.twilio_caller import Called
from gateway.demo.twilio_faults import Fault, Faults
from gateway.demo.twilio_http import Reply, Request
from gateway.demo.twilio_ledger import Message

PREFIX = "/_fake/"


class Carrier(Protocol):
    """What is driven: `gateway.demo.twilio.FakeTwilio`."""

    webhook: str
    faults: Faults

    @property
    def messages(self) -> list[Message]: ...

    def message(self, sid: str) -> Message: ...

    def phone_sends(
        self, from_: str, body: str, *, to: str = "", media: Sequence[str] = (), sid: str = ""
    ) -> str: ...

    def redeliver(self, sid: str) -> Called: ...


def answer(carrier: Carrier, request: Request) -> Reply:
    """`POST phone`, `POST redeliver`, `GET messages`, `POST|DELETE faults`, `POST webhook`."""
    verb = f"{request.method} {request.path.removeprefix(PREFIX)}"
    try:
        match verb:
            case "GET messages":
                return Reply(200, {"messages": _found(carrier.messages, request.query)})
            case "DELETE faults":
                carrier.faults.clear()
                return Reply(200, {})
            case _:
                return _post(carrier, verb, json.loads(request.body))
    except (ValueError, TypeError, KeyError) as error:
        return Reply(400, {"error": f"{type(error).__name__}: {error}"})


def _post(carrier: Carrier, verb: str, told: Mapping[str, Any]) -> Reply:
    match verb:
        case "POST phone":
            named = {name: told[name] for name in ("to", "media", "sid") if name in told}
            sid = carrier.phone_sends(told["from"], told["body"], **named)
            return Reply(200, carrier.message(sid).plain())
        case "POST redeliver":
            carrier.redeliver(told["sid"])
            return Reply(200, carrier.message(told["sid"]).plain())
        case "POST faults":
            carrier.faults.add(Fault.of(told))
            return Reply(200, {})
        case "POST webhook":
            carrier.webhook = str(told["url"])
            return Reply(200, {})
        case _:
            return Reply(404, {"error": f"there is no {verb}"})


def _found(messages: Sequence[Message], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """The messages whose fields (`to`, `from`, `direction`, `sid` ...) are as `query` says."""
    plain = (message.plain() for message in messages)
    return [one for one in plain if all(str(one.get(name)) == query[name] for name in query)]
