"""The made-up carrier's REST API: takes messages, lists them, and walks them to their phones."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from gateway.channels.sms.segments import measure
from gateway.core.ports import Clock
from gateway.demo import twilio_faults, twilio_rest, twilio_rules
from gateway.demo.twilio_caller import Caller
from gateway.demo.twilio_faults import Fault, Faults, Kind
from gateway.demo.twilio_http import Reply, Request
from gateway.demo.twilio_ledger import OUTBOUND, Ledger, Message
from gateway.demo.twilio_rules import Account


@dataclass(frozen=True, slots=True)
class Api:
    account: Account
    ledger: Ledger
    faults: Faults
    caller: Caller
    workers: Executor
    closing: threading.Event
    steps: Sequence[str]
    now: Clock

    def answer(self, request: Request) -> Reply:
        if request.user != (self.account.sid, self.account.token):
            return _refuse(20003, request)
        path = twilio_rest.messages_path(self.account.sid)
        if request.path == path:
            return self._create(request) if request.method == "POST" else self._list(request)
        return self._fetch(request, path)

    def _list(self, request: Request) -> Reply:
        try:
            return Reply(200, twilio_rest.page(self.ledger.all(), request.query, self.account.sid))
        except ValueError:
            return _refuse(20001, request)

    def _fetch(self, request: Request, path: str) -> Reply:
        prefix = f"{path.removesuffix('.json')}/"
        named = request.path.removeprefix(prefix).removesuffix("/Media.json")
        of_files = self.ledger.get(named) if request.path.endswith("/Media.json") else None
        if of_files is not None and request.method == "GET":
            return Reply(200, twilio_rest.media_page(of_files, self.account.sid))
        sid = request.path.removeprefix(prefix).removesuffix(".json")
        found = self.ledger.get(sid) if request.path == f"{prefix}{sid}.json" else None
        if found is None or request.method != "GET":
            return _refuse(20404, request)
        return Reply(200, twilio_rest.instance(found, self.account.sid))

    def _create(self, request: Request) -> Reply:
        form = request.form
        to = form.get("To", "")
        late = self.faults.take(to, {Kind.DELAY})
        if late:
            self.closing.wait(late.seconds)
        before = self.faults.take(to, twilio_faults.BEFORE)
        if before:
            return self._strike(before, request)
        code = twilio_rules.refusal(form, self.account)
        if code:
            return _refuse(code, request)
        message = self._accept(form)
        after = self.faults.take(to, twilio_faults.AFTER)
        if after:
            return self._strike(after, request)
        return Reply(201, twilio_rest.instance(message, self.account.sid))

    def _accept(self, form: Mapping[str, str]) -> Message:
        service, body = form.get("MessagingServiceSid", ""), form.get("Body", "")
        message = self.ledger.add(
            Message(
                OUTBOUND,
                self.account.sender(form),
                form["To"],
                body,
                self.now(),
                "accepted" if service else "queued",
                measure(body).count,
                service=service,
                callback=form.get("StatusCallback", ""),
                validity=int(form.get("ValidityPeriod") or 36_000),
            )
        )
        if self.faults.take(message.to, {Kind.CALLBACK_FIRST}):
            self._walk(message)
        else:
            self.workers.submit(self._walk, message)
        return message

    def _walk(self, message: Message) -> None:
        """Take a message through its statuses, and say so."""
        steps = self.steps
        lost = self.faults.take(message.to, {Kind.UNDELIVERED})
        if lost:
            steps = ("sent", "undelivered")
            message = self.ledger.change(message.sid, error=lost.code or 30008)
        if steps:
            self.ledger.change(message.sid, status=steps[-1])
        if not message.callback:
            return
        late = self.faults.take(message.to, {Kind.CALLBACKS_LATE})
        if late:
            self.closing.wait(late.seconds)
        for status in self._told(message.to, steps):
            if self.closing.is_set():
                return
            form = twilio_rest.status_form(message, status, self.account.sid)
            self.caller.call(message.callback, form)

    def _told(self, number: str, steps: Sequence[str]) -> Sequence[str]:
        fault = self.faults.take(number, twilio_faults.CALLBACKS)
        match fault.kind if fault else None:
            case Kind.CALLBACKS_LOST:
                return ()
            case Kind.CALLBACKS_TWICE:
                return [status for status in steps for _ in range(2)]
            case Kind.CALLBACKS_REVERSED:
                return steps[::-1]
            case _:
                return steps

    def _strike(self, fault: Fault, request: Request) -> Reply:
        match fault.kind:
            case Kind.REFUSE:
                return _refuse(fault.code, request)
            case Kind.STATUS | Kind.STATUS_AFTER:
                return Reply(fault.status)
            case Kind.HANG | Kind.HANG_AFTER:
                self.closing.wait(fault.seconds)
            case _:
                pass
        return Reply(0)


def _refuse(code: int, request: Request) -> Reply:
    return Reply(*twilio_rules.error(code, request.form, request.path))
