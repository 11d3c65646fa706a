"""What a mailbox keeps, and where its people's mail goes."""

from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property


@dataclass(frozen=True)
class Wire:
    """Where mail of the people goes: a server, and whether it speaks LMTP.

    `authserv_id` is under which name we vouch for the senders, as a company's own server does.
    """

    host: str
    port: int
    lmtp: bool = False
    authserv_id: str = ""


@dataclass(frozen=True)
class KeptMail:
    """One mail as it arrived for one recipient."""

    id: int
    recipient: str
    sender: str
    """The envelope's, where bounces would go."""
    raw: bytes = field(repr=False)

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
