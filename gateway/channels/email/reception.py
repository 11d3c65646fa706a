"""Takes one whole message for all of its recipients, and says the status for each (RFC 5321)."""

import logging
import math
import time
from collections.abc import Sequence

from gateway.channels.email import mime
from gateway.channels.email.addresses import Addresses, ToBounces, ToCommand, ToOperators
from gateway.channels.email.bounce import delivery_report
from gateway.channels.email.complaint import complained_of, is_complaint
from gateway.channels.email.inbound import Reader
from gateway.channels.email.mime import Mail
from gateway.core.commands import Stop
from gateway.core.envelope import COMPLAINED, EMAIL, DeliveryReport
from gateway.core.errors import NotAccepted
from gateway.core.ports import Intake

TAKEN = "250 2.0.0 Taken"
OUR_FAULT = "451 4.3.0 Try again later"
UNKNOWN = "550 5.1.1 No such address here"
REFUSED = "554 5.6.0 Not accepted"

KNOWN_SECONDS, MOST_KNOWN = 5.0, 1_000
"""For so long is an address known, and so many of them."""

COMPLAINT = "complaint"
"""The cause in the ledger of consent."""

log = logging.getLogger(__name__)


class Reception:
    """What a connection does in the pool, where it may block."""

    def __init__(self, intake: Intake, addresses: Addresses, reader: Reader) -> None:
        self._intake = intake
        self._addresses = addresses
        self._reader = reader
        self._known: dict[str, float] = {}

    def knew(self, address: str) -> bool:
        """Was there something behind this address a moment ago? It does not block.

        Where there is nothing any more, that is said to the mail itself.
        """
        return time.monotonic() - self._known.get(address, -math.inf) < KNOWN_SECONDS

    def knows(self, address: str) -> bool:
        """Is there anything behind this address?"""
        if self._addresses.place(address) is None:
            return False
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[address] = time.monotonic()
        return True

    def take(self, raw: bytes, envelope_sender: str, recipients: Sequence[str]) -> list[str]:
        """The status for each recipient, once the mail is committed for them."""
        mail = mime.read(raw)
        return [self._status(mail, envelope_sender, recipient) for recipient in recipients]

    def _status(self, mail: Mail, envelope_sender: str, recipient: str) -> str:
        try:
            return self._take_one(mail, envelope_sender, recipient)
        except NotAccepted:
            return REFUSED
        except Exception:  # whatever it was, the sender must keep the mail
            log.exception("a mail was not taken")
            return OUR_FAULT

    def _take_one(self, mail: Mail, envelope_sender: str, recipient: str) -> str:
        place = self._addresses.place(recipient)
        if place is None:  # a group that went away since RCPT
            return UNKNOWN
        if isinstance(place, ToBounces | ToOperators) and is_complaint(mail):
            self._complained(mail, place)
        elif isinstance(place, ToBounces):
            report = delivery_report(mail.raw, place.outbound_id, envelope_sender)
            if report is not None:
                self._intake.report(report)
                return TAKEN
        self._intake.receive(self._reader.inbound(mail, place, recipient, envelope_sender))
        return TAKEN

    def _complained(self, mail: Mail, place: ToBounces | ToOperators) -> None:
        """Stop mail to whose mail it was, as our own tokens say, whatever else the report says."""
        named = complained_of(mail, self._addresses.domain)
        for one in (place, *(self._addresses.place(address) for address in named or ())):
            match one:
                case ToBounces(outbound_id) if named is not None:
                    self._intake.report(
                        DeliveryReport(EMAIL, COMPLAINED, outbound_id, raw_status=COMPLAINED)
                    )
                case ToCommand(Stop(), int(member_id)):
                    self._addresses.unsubscribe(member_id, COMPLAINT)
                case _:
                    pass


def one_status(statuses: Sequence[str]) -> str:
    """The one status that SMTP has room for: taken only when it is taken for everybody.

    What was taken for some comes again with the repeat, and is known by its id.
    """
    for status in (OUR_FAULT, REFUSED, UNKNOWN):
        if status in statuses:
            return status
    return TAKEN
