"""Makes one `Inbound` of a mail for each address that it came to.

What is taken for a command, and what for words:

- `GROUP+join@`, `GROUP+leave@`, `unsubscribe+TOKEN@`: the address says it all.
- `reply+TOKEN@`, `gateway@`, `help@`: what the person wrote, or the subject where they wrote
  nothing, goes to the core as text, and there a command's word is a command. At `help@`, words
  that are no command ask for help.
- `GROUP@`: subject and body are a post. An answer to a post of ours (In-Reply-To) joins its
  thread. A body (or, without one, a subject) of one or two words that are a command of membership
  (`quitter`, `STOP`) is that command; anything longer is a post, so that no post is lost because
  of how it begins.
"""

import hashlib
import logging
import re
from collections.abc import Callable

from gateway.channels.email import mime
from gateway.channels.email.addresses import (
    Addresses,
    Place,
    ToBounces,
    ToCommand,
    ToGateway,
    ToGroup,
    ToOperators,
    ToThread,
)
from gateway.channels.email.authenticity import Verdict, judge
from gateway.channels.email.automatic import automatic_reason
from gateway.channels.email.mime import Mail
from gateway.core.commands import (
    Command,
    FreeText,
    Guess,
    Help,
    Join,
    Leave,
    Post,
    Reply,
    Start,
    Stop,
    Usage,
)
from gateway.core.envelope import EMAIL, Inbound
from gateway.core.grammar import parse
from gateway.core.numbers import number_of
from gateway.core.ports import MailDirectory

MAX_TEXT = 20_000
MAX_EXTERNAL_ID = 200

_ANSWERED = re.compile(r"\s*(?:\[[^\]]{0,60}\]\s*)?(?:re|rép|rep|aw|sv|antw|res|rif|odp)\s*:", re.I)
_TAG = re.compile(r"^\s*\[[^\]]{0,60}\]\s*")

Extract = Callable[[bytes, str | None], str]
"""What a person wrote in a mail, where this is what they answer."""

log = logging.getLogger(__name__)


class Reader:
    """Reads mails as what their senders mean."""

    def __init__(
        self,
        addresses: Addresses,
        directory: MailDirectory,
        authserv_id: str = "",
        extract: Extract | None = None,
    ) -> None:
        self._addresses = addresses
        self._directory = directory
        self._authserv_id = authserv_id or addresses.domain
        self._extract = extract or _extracted

    def inbound(
        self, mail: Mail, place: Place, recipient: str, envelope_sender: str = ""
    ) -> Inbound:
        """What a mail says at one of the addresses that it came to."""
        owner = place.member_id if isinstance(place, ToThread | ToCommand) else None
        verdict = judge(mail, owner, self._directory, self._authserv_id)
        if isinstance(place, ToCommand) and place.member_id is not None:
            # Whoever holds this token may stop the mails, as with the link in them.
            verdict = Verdict(owner)
        command, text = self._said(mail, place)
        automatic = self._automatic(mail, place, envelope_sender)
        return Inbound(
            channel=EMAIL,
            external_id=_external_id(mail, recipient),
            sender=mail.sender or _bare(envelope_sender),
            text=text[:MAX_TEXT],
            raw=mail.raw,
            command=command,
            member_id=verdict.member_id,
            about=self._about(mail, place),
            subject=mail.subject,
            message_id=mail.message_id,
            references=" ".join(mail.ancestors),
            automatic=automatic,
            held="" if automatic else verdict.held,
        )

    def _automatic(self, mail: Mail, place: Place, envelope_sender: str) -> str:
        if isinstance(place, ToBounces | ToOperators):
            return "bounces" if isinstance(place, ToBounces) else "operators"
        if isinstance(place, ToCommand) and place.member_id is not None:
            return ""  # Mail programs press "unsubscribe" for people, and say that they did.
        reason = automatic_reason(mail, envelope_sender, self._addresses.domain)
        return reason or ("" if mail.sender or _bare(envelope_sender) else "no-sender")

    def _said(self, mail: Mail, place: Place) -> tuple[Command | None, str]:
        match place:
            case ToCommand():
                return place.command, mail.subject
            case ToGroup():
                return self._said_to_group(mail, place.slug)
            case ToThread():
                sent = self._directory.sent_text(place.about, place.member_id)
                return None, self._written(mail, sent) or _own_subject(mail)
            case ToGateway():
                text = self._written(mail) or _own_subject(mail)
                return (Help() if place.helps and not _is_command(text) else None), text
            case _:
                return None, self._written(mail)

    def _said_to_group(self, mail: Mail, slug: str) -> tuple[Command | None, str]:
        text, subject = self._written(mail), _own_subject(mail)
        whole = text or subject
        if answered := self._answered(mail):
            return Reply(number_of(answered), whole[:MAX_TEXT]), whole
        if len(whole.split()) <= 2:
            command, found = self._membership(whole, slug)
            if found:
                return command, whole
        if text and subject and not text.startswith(subject):
            whole = f"{subject}\n{text}"
        return (Post(slug, whole[:MAX_TEXT]) if whole else None), whole

    def _membership(self, words: str, slug: str) -> tuple[Command | None, bool]:
        """The command that one or two words are, and whether they are one at all."""
        match _parsed(words):
            case Stop() | Start() | Help():
                return None, True
            case Usage(verb="join"):
                return Join(slug), True
            case Usage(verb="leave"):
                return Leave(slug), True
            case Join(group=group) | Leave(group=group) if self._directory.is_group(group):
                return None, True
            case _:
                return None, False

    def _about(self, mail: Mail, place: Place) -> str:
        if isinstance(place, ToThread):
            return place.about
        serial = self._answered(mail) if isinstance(place, ToGroup) else None
        return f"post:{serial}" if serial else ""

    def _answered(self, mail: Mail) -> int | None:
        """The serial of the post of ours that a mail answers, by its headers."""
        ours = re.compile(rf"<post\.(\d{{1,12}})@{re.escape(self._addresses.domain)}>", re.I)
        for name in reversed(mail.ancestors):
            if found := ours.fullmatch(name):
                return int(found[1])
        return None

    def _written(self, mail: Mail, sent: str | None = None) -> str:
        """What the person wrote, without the quoted rest; all of the text where that fails."""
        try:
            text = self._extract(mail.raw, sent)
        except Exception:  # no defect of a mail may keep it from being recorded
            log.exception("reading a reply failed; its whole text is taken")
            text = mime.plain_text(mail.raw)
        return mime.clean(text).strip()


def _external_id(mail: Mail, recipient: str) -> str:
    name = mail.message_id or hashlib.sha256(mail.raw).hexdigest()
    key = f"{name}|{recipient.lower()}"
    return key if len(key) <= MAX_EXTERNAL_ID else hashlib.sha256(key.encode()).hexdigest()


def _bare(envelope_sender: str) -> str:
    return mime.only_address(envelope_sender.strip())


def _own_subject(mail: Mail) -> str:
    """The subject where the person wrote it, and not their mail program from ours."""
    return "" if _ANSWERED.match(mail.subject) else _TAG.sub("", mail.subject).strip()


def _is_command(text: str) -> bool:
    return bool(text) and not isinstance(_parsed(text), FreeText | Guess)


def _extracted(raw: bytes, sent: str | None) -> str:
    from gateway.channels.email.reply import extract_reply  # heavy, and only needed here

    return extract_reply(raw, sent=sent)


def _parsed(text: str) -> Command:
    return parse(text, "fr")  # the keywords of every language are heard; this one is preferred
