"""Makes one `Inbound` of a mail for each address that it came to.

What is taken for a command, and what for words:

- `GROUP+join@`, `GROUP+leave@`, `unsubscribe+TOKEN@`: the address says it all.
- `reply+TOKEN@`, `gateway@`, `help@`: what the person wrote, or the subject where they wrote
  nothing, goes to the core as text, and there a command's word is a command. At `gateway@` and
  `help@` so is a first line, or a subject, that is one by itself; in a thread these are words to
  people. At `help@`, words that are no command ask for help.
- The answer to a digest is read by `digest_answers`: several answers in one mail are one command.
- A reaction (RFC 9078) to a post, or to a digest of one, is a thank-you.
- `GROUP@`: subject and body are a post, with the mail that it passes on. An answer to a post of
  ours (In-Reply-To) joins its thread. A body (or, without one, a subject) of one or two words that
  are a command of membership (`quitter`, `STOP`) is that command; anything longer is a post, so
  that no post is lost because of how it begins.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gateway.channels.email import attachments, mime
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
from gateway.channels.email.authenticity import UNPROVED, Verdict, judge
from gateway.channels.email.automatic import automatic_reason
from gateway.channels.email.digest_answers import understood
from gateway.channels.email.mime import Mail
from gateway.channels.email.passed_on import passed_on
from gateway.channels.email.proof import Proves
from gateway.channels.email.reply.extraction import Answer, Extract
from gateway.core.commands import (
    Command,
    FreeText,
    Guess,
    Help,
    Join,
    Leave,
    Post,
    PostView,
    Reply,
    Start,
    Stop,
    Thanks,
    Usage,
    WhichItem,
)
from gateway.core.envelope import EMAIL, Inbound, MediaRef
from gateway.core.grammar import is_thanks, parse
from gateway.core.numbers import number_of
from gateway.core.ports import MailDirectory

MAX_TEXT = 20_000
MAX_EXTERNAL_ID = 200

_ANSWERED = re.compile(r"\s*(?:\[[^\]]{0,60}\]\s*)?(?:re|rép|rep|aw|sv|antw|res|rif|odp)\s*:", re.I)
_TAG = re.compile(r"^\s*\[[^\]]{0,60}\]\s*")

Extracts = Callable[[bytes, str | None], Extract]
"""What a person wrote in a mail, where this is what they answer."""

PHOTO = "[photo]"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a mail says, and what was cut from around it. `automatic` where it asks for nothing."""

    command: Command | None
    text: str
    cut: str = ""
    media: tuple[MediaRef, ...] = ()
    automatic: str = ""


class Reader:
    """Reads mails as what their senders mean."""

    def __init__(
        self,
        addresses: Addresses,
        directory: MailDirectory,
        prover: Proves,
        extract: Extracts | None = None,
    ) -> None:
        self._addresses = addresses
        self._directory = directory
        self._prover = prover
        self._extract = extract or _extracted

    def inbound(
        self, mail: Mail, place: Place, recipient: str, envelope_sender: str = ""
    ) -> Inbound:
        """What a mail says at one of the addresses that it came to."""
        owner = place.member_id if isinstance(place, ToThread | ToCommand) else None
        verdict = judge(mail, owner, self._directory, self._prover)
        if isinstance(place, ToCommand) and place.member_id is not None:
            # Whoever holds this token may stop the mails, as with the link in them.
            verdict = Verdict(owner)
        said = self._said(mail, place)
        command, text = said.command, said.text[:MAX_TEXT]
        if verdict.held == UNPROVED and isinstance(command or _parsed(text), Stop):
            # Silence is granted to whoever asks for it, and one word undoes it.
            verdict = Verdict(verdict.member_id)
        automatic = self._automatic(mail, place, envelope_sender) or said.automatic
        return Inbound(
            channel=EMAIL,
            external_id=_external_id(mail, recipient),
            sender=mail.sender or _bare(envelope_sender),
            text=text,
            raw=mail.raw,
            command=command,
            member_id=verdict.member_id,
            about=self._about(mail, place),
            subject=mail.subject,
            message_id=mail.message_id,
            references=" ".join(mail.ancestors),
            automatic=automatic,
            held="" if automatic else verdict.held,
            media=said.media,
            cut=said.cut[:MAX_TEXT],
            astray=self._astray(place, command or _parsed(text)),
        )

    def _astray(self, place: Place, command: Command) -> str:
        """A person's words where only machines write: kept, and told where they are read."""
        if not isinstance(place, ToBounces) or isinstance(command, Stop):
            return ""
        return self._addresses.gateway

    def _automatic(self, mail: Mail, place: Place, envelope_sender: str) -> str:
        if isinstance(place, ToOperators):
            return "operators"
        if isinstance(place, ToCommand) and place.member_id is not None:
            return ""  # Mail programs press "unsubscribe" for people, and say that they did.
        reason = automatic_reason(mail, envelope_sender, self._addresses.domain)
        return reason or ("" if mail.sender or _bare(envelope_sender) else "no-sender")

    def _said(self, mail: Mail, place: Place) -> _Said:
        match place:
            case ToCommand():
                return _Said(place.command, mail.subject)
            case ToGroup():
                return self._said_to_group(mail, place.slug)
            case ToThread():
                return self._said_to_thread(mail, place)
            case ToGateway():
                found = self._written(mail)
                text = _asked(found.reply, _own_subject(mail))
                command = Help() if place.helps and not _is_command(text) else None
                return _Said(command, text, _cut(found))
            case _:
                found = self._written(mail)
                return _Said(None, found.reply, _cut(found))

    def _said_to_thread(self, mail: Mail, place: ToThread) -> _Said:
        kind, _, serial = place.about.partition(":")
        if emoji := attachments.reaction(mail.raw):
            found = Extract(emoji, answers=(Answer(emoji),))
            if kind == "answer":
                return _Said(None, emoji, automatic="reaction")
        else:
            sent = self._directory.sent_text(place.about, place.member_id)
            found = self._written(mail, sent)
            if not found.reply:
                found = _subject_for(mail, found, kind, serial)
        photos = attachments.photos(mail.raw)
        command = self._understood(found, place) if kind == "digest" else None
        if kind == "post" and is_thanks(found.reply):
            command = Thanks(number_of(int(serial)))
        if photos and not found.reply and len(self._items(place)) > 1:
            command = WhichItem(PHOTO)
        return _Said(command, found.reply, _cut(found), photos)

    def _understood(self, found: Extract, place: ToThread) -> Command | None:
        sent = self._directory.sent_text(place.about, place.member_id)
        return understood(found, self._items(place), sent or "")

    def _items(self, place: ToThread) -> Sequence[PostView]:
        return self._directory.sent_items(place.about, place.member_id)

    def _said_to_group(self, mail: Mail, slug: str) -> _Said:
        answered = self._answered(mail)
        if emoji := attachments.reaction(mail.raw):
            if answered is None:
                return _Said(None, emoji, automatic="reaction")
            number = number_of(answered)
            return _Said(Thanks(number) if is_thanks(emoji) else Reply(number, emoji), emoji)
        found = self._written(mail)
        text, subject, photos = found.reply, _own_subject(mail), attachments.photos(mail.raw)
        if answered is None and (other := passed_on(mail, found)):
            text = f"{text}\n\n{other}".strip()
        said = _Said(None, text or subject, _cut(found), photos)
        if answered:
            return replace(said, command=Reply(number_of(answered), said.text[:MAX_TEXT]))
        if len(said.text.split()) <= 2 and not photos:
            command, known = self._membership(said.text, slug)
            if known:
                return replace(said, command=command)
        whole = said.text or (PHOTO if photos else "")
        if text and subject and not text.startswith(subject):
            whole = f"{subject}\n{text}"
        return replace(said, text=whole, command=Post(slug, whole[:MAX_TEXT]) if whole else None)

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

    def _written(self, mail: Mail, sent: str | None = None) -> Extract:
        """What the person wrote, without the quoted rest; all of the text where that fails."""
        try:
            found = self._extract(mail.raw, sent)
        except Exception:  # no defect of a mail may keep it from being recorded
            log.exception("reading a reply failed; its whole text is taken")
            text = mime.plain_text(mail.raw)
            found = Extract(text, answers=(Answer(text),))
        answers = (replace(one, text=self._own_words(one.text)) for one in found.answers)
        return replace(
            found, reply=self._own_words(found.reply), answers=tuple(a for a in answers if a.text)
        )

    def _own_words(self, text: str) -> str:
        """Without lines that hold a token of ours: those come from our mail, and lead to it."""
        ours = re.compile(rf"\breply(?:\+|%2b)\w{{8,}}@{re.escape(self._addresses.domain)}", re.I)
        rows = mime.clean(text).split("\n")
        return "\n".join(row for row in rows if not ours.search(row)).strip()


def _cut(found: Extract) -> str:
    """What was cut, each part under the reason, as it is kept."""
    return "\n\n".join(f"[{part.kind}]\n{mime.clean(part.text)}" for part in found.cut)


def _subject_for(mail: Mail, found: Extract, kind: str, serial: str) -> Extract:
    """The subject of a mail without words, but for the number that our own link wrote there."""
    subject = _own_subject(mail)
    if kind == "post" and subject == str(number_of(int(serial))):
        return found
    return replace(found, reply=subject, answers=(Answer(subject),))


def _external_id(mail: Mail, recipient: str) -> str:
    name = mail.message_id or hashlib.sha256(mail.raw).hexdigest()
    key = f"{name}|{recipient.lower()}"
    return key if len(key) <= MAX_EXTERNAL_ID else hashlib.sha256(key.encode()).hexdigest()


def _bare(envelope_sender: str) -> str:
    return mime.only_address(envelope_sender.strip())


def _own_subject(mail: Mail) -> str:
    """The subject where the person wrote it, and not their mail program from ours."""
    return "" if _ANSWERED.match(mail.subject) else _TAG.sub("", mail.subject).strip()


def _asked(reply: str, subject: str) -> str:
    """What is said at no group and in no thread: all of it, or a line or subject that says it all.

    People write a word of thanks below a command, or a greeting under a subject that is one.
    """
    if not reply or _is_command(reply):
        return reply or subject
    lines = (reply.strip().split("\n", 1)[0], subject)
    return next((line for line in lines if _is_whole(line)), reply)


def _is_whole(line: str) -> bool:
    """Whether a line is a command that waits for no more words."""
    return _is_command(line) and not isinstance(_parsed(line), Post | Reply | Usage)


def _is_command(text: str) -> bool:
    return bool(text) and not isinstance(_parsed(text), FreeText | Guess)


def _extracted(raw: bytes, sent: str | None) -> Extract:
    from gateway.channels.email.reply import extract  # heavy, and only needed here

    return extract(raw, sent)


def _parsed(text: str) -> Command:
    return parse(text, "fr")  # the keywords of every language are heard; this one is preferred
