"""A made-up Twilio on a port of this machine: for the demo, and the one fake of it for tests.

It speaks what the real one speaks: the REST API for messages with its errors, paging and filters;
webhooks that are signed, repeated and late; STOP at the carrier. What goes wrong goes wrong on
demand (`gateway.demo.twilio_faults`), and everything it took is in its record.

    with FakeTwilio(webhook="http://127.0.0.1:8080/sms/inbound") as carrier:
        carrier.phone_sends("+33612345678", "NEUF")
        answer = carrier.wait_for("+33612345678")
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Self

from gateway.channels.sms.segments import measure
from gateway.channels.sms.transliterate import whole
from gateway.core.ports import Clock
from gateway.demo import twilio_control, twilio_rest, twilio_rules
from gateway.demo.twilio_api import Api
from gateway.demo.twilio_caller import LOST, Called, Caller
from gateway.demo.twilio_faults import Faults, Kind
from gateway.demo.twilio_http import Reply, Request, Server
from gateway.demo.twilio_ledger import (
    CARRIER,
    INBOUND,
    OUTBOUND,
    Ledger,
    Listener,
    Message,
    new_sid,
)
from gateway.demo.twilio_media import PIXEL, Shelf
from gateway.demo.twilio_rules import Account

ACCOUNT_SID = "AC00000000000000000000000000000001"
AUTH_TOKEN = "made-up-token-of-the-demo"  # noqa: S105  # it opens nothing but this fake
NUMBER = "+33700000001"


def _now() -> datetime:
    return datetime.now(UTC)


def _anything(_: Message) -> bool:
    return True


class FakeTwilio:
    """One account of a made-up Twilio. `webhook` may be set later, once there is one.

    `opt_out`: `default` answers and blocks on STOP as long codes do, `advanced` says so in
    `OptOutType` as well, `off` leaves all to us as on a short code. `steps` are the statuses that
    are called back.
    """

    def __init__(
        self,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        numbers: Sequence[str] = (NUMBER,),
        services: Mapping[str, str] | None = None,
        webhook: str = "",
        opt_out: str = "default",
        steps: Sequence[str] = ("sent", "delivered"),
        journal: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        sign_fragment: bool = False,
        now: Clock = _now,
    ) -> None:
        self.account = Account(account_sid, auth_token, tuple(numbers), services or {})
        self.webhook = webhook
        self.opt_out = opt_out
        self.faults = Faults()
        self.shelf = Shelf(self.account)
        self._now = now
        self._closing = threading.Event()
        self._journal: IO[str] | None = journal.open("a", encoding="utf-8") if journal else None
        self._ledger = Ledger(self._journal)
        self._caller = Caller(auth_token, self._closing, sign_fragment)
        self._forms: dict[str, dict[str, str]] = {}
        self._workers = ThreadPoolExecutor(8, thread_name_prefix="made-up-twilio")
        self._api = Api(
            self.account, self._ledger, self.faults, self._caller, self._workers,
            self._closing, tuple(steps), now,
        )  # fmt: skip
        self._server = Server((host, port), self._serve)

    def start(self) -> Self:
        self._server.start()
        return self

    def close(self) -> None:
        """Stop; callbacks that were not made are never made."""
        self._closing.set()
        self._server.close()
        self._workers.shutdown(wait=True, cancel_futures=True)
        if self._journal:
            self._journal.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """What `GATEWAY_TWILIO_API_URL` is set to."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def messages(self) -> list[Message]:
        """Everything that was taken, in both directions, the oldest first."""
        return self._ledger.all()

    def to(self, number: str) -> list[Message]:
        """What we have sent to a phone."""
        return [m for m in self.messages if m.to == number and m.direction == OUTBOUND]

    def heard(self, number: str) -> list[Message]:
        """All that a phone shows as received: ours, and the carrier's own answers."""
        return [m for m in self.messages if m.to == number and m.direction != INBOUND]

    def message(self, sid: str) -> Message:
        """One message as it is now. Raises `KeyError` for none of ours."""
        found = self._ledger.get(sid)
        if found is None:
            raise KeyError(sid)
        return found

    def wait_for(
        self,
        number: str,
        predicate: Callable[[Message], bool] = _anything,
        timeout: float = 5.0,
        skip: int = 0,
    ) -> Message:
        """The first message of ours to `number` that fulfils `predicate`, after `skip` such.

        Raises `TimeoutError` with what the number has heard instead.
        """

        def found(messages: list[Message]) -> Message | None:
            ours = (m for m in messages if m.to == number and m.direction == OUTBOUND)
            return next(iter([m for m in ours if predicate(m)][skip:]), None)

        message: Message | None = self._ledger.wait_for(found, timeout)
        if message is None:
            heard = [m.body for m in self.heard(number)]
            raise TimeoutError(f"{number} waited {timeout} s and has heard {heard}")
        return message

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each new message, until what is returned is called."""
        return self._ledger.subscribe(listener)

    def phone_sends(
        self,
        from_: str,
        body: str,
        *,
        to: str = "",
        media: Sequence[str] = (),
        files: Sequence[bytes] = (),
        sid: str = "",
    ) -> str:
        """A phone sends a text; returns its SID once the webhook was called, repeats included.

        `media` are content types, `files` what is in each (a red pixel, where it is not said).
        `message(sid).acknowledged` tells how the call went.
        """
        body, to = whole(body), to or self.account.numbers[0]
        service = next((mg for mg, of in self.account.services.items() if of == to), "")
        message = Message(
            INBOUND, from_, to, body, self._now(), "received", measure(body).count,
            service=service, media=len(media), kinds=tuple(media),
            sid=sid or new_sid(),
        )  # fmt: skip
        said = "" if self.opt_out == "off" else twilio_rules.opt_out_type(body)
        tell = said if self.opt_out == "advanced" else ""
        self._forms[message.sid] = twilio_rest.inbound_form(message, self.account.sid, media, tell)
        came = [*files, *[PIXEL] * len(media)]
        self.shelf.keep(message.sid, dict(enumerate(zip(media, came, strict=False))))
        self._ledger.add(message)
        self._carrier_answers(message, said)
        self.redeliver(message.sid)
        return message.sid

    def redeliver(self, sid: str) -> Called:
        """Call the webhook for a phone's message, once more where it was called before."""
        lost = self.faults.take(self.message(sid).sender, {Kind.WEBHOOK_LOST})
        form, token = self._forms[sid], f"made-up-{sid}"
        called = LOST if lost else self._caller.call(self.webhook, form, token)
        self._ledger.change(sid, acknowledged=self.message(sid).acknowledged or called.acknowledged)
        return called

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        """The signature of a request, for tests that make their own."""
        return self._caller.sign(url, form)

    def _carrier_answers(self, message: Message, said: str) -> None:
        pair = (message.sender, message.to)
        if said == "STOP":
            self.account.blocked.add(pair)
        elif said == "START":
            self.account.blocked.discard(pair)
        if said:
            words = twilio_rules.CARRIER_ANSWERS[said]
            self._ledger.add(
                Message(CARRIER, message.to, message.sender, words, self._now(), "delivered", 1)
            )

    def _serve(self, request: Request) -> Reply:
        if request.path.startswith(twilio_control.PREFIX):
            return twilio_control.answer(self, request)
        return self.shelf.answer(request) or self._api.answer(request)


if __name__ == "__main__":
    from gateway.demo.twilio_command import main

    main()
