"""Writes the mails that we send: answers, posts, digests.

Every mail can be answered, as one member and about one thing, by its Reply-To. Ids of posts are
stable and answers refer to the first post of their thread, so that every mail program shows the
thread as one (RFC 5322, 3.6.4). What is the same for all readers of a post is made once.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

from gateway.channels.email import compose
from gateway.channels.email.automatic import LOOP_HEADER
from gateway.channels.email.bodies import (
    PHOTO,
    REPLY,
    UNSUBSCRIBE,
    Body,
    digest_body,
    first_words,
    notice_body,
)
from gateway.channels.email.compose import Letter, header, ids_header, mailbox_header, text_header
from gateway.channels.email.mime import clean, one_line, only_address
from gateway.channels.email.tokens import Tokens
from gateway.core.envelope import Answer, Content, Digest, Notice, Outbound
from gateway.core.numbers import serial_of
from gateway.core.ports import Clock
from gateway.core.wording.catalogue import translator

_KEPT = 256  # letters of posts that are on their way at one time
_STOPS_KEPT = 16_384
_A_SECOND = timedelta(seconds=1)


_USUAL = re.compile(r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9_.-]{1,253}")


@lru_cache(8)
def is_mailbox(recipient: str) -> bool:
    """Whether it is a bare address and nothing around it: it goes into a command of SMTP, too."""
    return bool(_USUAL.fullmatch(recipient)) or (
        recipient.isascii() and bool(recipient) and only_address(recipient) == recipient.lower()
    )


class NoSuchMailbox(ValueError):
    """The recipient is nothing that a mail can be sent to."""


class Letters:
    """Writes mails from one domain."""

    def __init__(
        self, domain: str, public_url: str, tokens: Tokens, clock: Clock, name: str = "Gateway"
    ) -> None:
        self.domain = domain.lower()
        self._public_url = public_url.rstrip("/")
        self._tokens = tokens
        self.clock = clock
        self._name = name
        # What goes into a header as it is, is looked at once.
        header("List-Unsubscribe", f"{self._public_url} {self.domain}")
        self._notice_letter = lru_cache(_KEPT)(self._written_notice)
        # It is the same in each mail to a member.
        self._stop_of = lru_cache(_STOPS_KEPT)(tokens.unsubscribe)
        self._last: tuple[Notice | None, dict[str, tuple[Letter, bool]]] = None, {}
        self._dated = datetime.min.replace(tzinfo=UTC), ""

    def render(self, outbound: Outbound) -> bytes:
        """The message as it goes over the wire, its lines ended by CR LF.

        Raises `NoSuchMailbox` where the recipient is no address.
        """
        match outbound.content:
            case Answer():
                return self._answer(outbound, outbound.content)
            case Notice():
                return self._notice(outbound, outbound.content)
            case Digest():
                return self._digest(outbound, outbound.content)

    def on_the_wire(self, outbound: Outbound) -> bytes:
        """As `render`, with the dots doubled that begin a line.

        They are looked for in all of a post's letter once. What is personal there begins with none:
        the names of headers, links and tokens.
        """
        content = outbound.content
        text = self.render(outbound)
        if isinstance(content, Notice) and not self._letter_of(content, outbound.language)[1]:
            return text
        return compose.doubled(text)

    def _answer(self, outbound: Outbound, answer: Answer) -> bytes:
        subject = one_line(answer.subject)
        if not subject:
            subject = first_words(answer.text)
        elif not subject.lower().startswith("re:"):
            subject = f"Re: {subject}"
        head = self._personal(outbound, f"answer:{outbound.id}")
        head += self._own_id(f"answer.{outbound.id}") + self._from_us()
        head += text_header("Subject", subject)
        if answer.message_id:
            head += ids_header("In-Reply-To", [answer.message_id])
            head += ids_header("References", [*answer.references.split(), answer.message_id])
        head += self._automatic("auto-replied", outbound.language)
        return compose.letter(head, clean(answer.text).strip() + "\n").filled(b"", {})

    def _notice(self, outbound: Outbound, notice: Notice) -> bytes:
        stop = self._stop_token(outbound)
        head = self._personal(outbound, f"post:{_serial(notice)}") + self._way_out(stop)
        letter, _ = self._letter_of(notice, outbound.language)
        shown = [picture.id for picture in notice.post.media]
        return letter.filled(head, self._blanks(outbound, stop, (), shown))

    def _letter_of(self, notice: Notice, language: str) -> tuple[Letter, bool]:
        """And whether one of its lines begins with a dot."""
        last, letters = self._last
        if notice is not last:  # one post goes to thousands in a row: it is not compared each time
            self._last = _, letters = notice, {}
        if language not in letters:
            letter = self._notice_letter(notice, language)
            letters[language] = letter, letter.has_dots
        return letters[language]

    def _written_notice(self, notice: Notice, language: str) -> Letter:
        body, post = notice_body(notice, language, self.domain), notice.post
        via = translator(language).gettext("{author} via {group}")
        author = via.format(author=one_line(post.author), group=one_line(post.group_name))
        address = f"{post.group}@{self.domain}"
        head = self._own_id(f"post.{_serial(notice)}") + mailbox_header("From", author, address)
        head += text_header("Subject", body.subject)
        if notice.thread is not None:
            root = f"<post.{_root_serial(notice)}@{self.domain}>"
            head += ids_header("In-Reply-To", [root]) + ids_header("References", [root])
        head += mailbox_header("List-Id", one_line(post.group_name), f"{post.group}.{self.domain}")
        head += header("List-Post", f"<mailto:{address}>")
        return self._mass_letter(head, body, language)

    def _digest(self, outbound: Outbound, digest: Digest) -> bytes:
        body = digest_body(digest, outbound.language, self.domain, outbound.timezone)
        head = self._own_id(f"digest.{outbound.id}") + self._from_us()
        head += text_header("Subject", body.subject)
        head += mailbox_header("List-Id", self._name, f"digest.{self.domain}")
        stop = self._stop_token(outbound)
        personal = self._personal(outbound, f"digest:{outbound.id}") + self._way_out(stop)
        letter = self._mass_letter(head, body, outbound.language)
        return letter.filled(personal, self._blanks(outbound, stop, body.blanks, body.photos))

    def _mass_letter(self, head: bytes, body: Body, language: str) -> Letter:
        head += header("List-Help", f"<mailto:help@{self.domain}>")
        head += header("Precedence", "list") + self._automatic("auto-generated", language)
        return compose.letter(head, body.plain, body.html)

    def _personal(self, outbound: Outbound, about: str) -> bytes:
        recipient = outbound.recipient
        if not is_mailbox(recipient):
            raise NoSuchMailbox(outbound.id)
        token = self._token(outbound, about)
        answers_to = f"reply+{token}" if token else "gateway"
        return (
            f"Date: {self._now()}\r\nTo: <{recipient}>\r\n"
            f"Reply-To: <{answers_to}@{self.domain}>\r\n"
        ).encode("ascii")

    def _now(self) -> str:
        """For the header: thousands leave in the same second."""
        now = self.clock()
        second, date = self._dated
        if not timedelta() <= now - second < _A_SECOND:
            second = now.replace(microsecond=0)
            date = format_datetime(second)
            self._dated = second, date
        return date

    def _way_out(self, stop: str) -> bytes:
        """One click to stop (RFC 8058), and the same by mail for programs that know only that."""
        if not stop:
            return b""
        return (
            f"List-Unsubscribe: <{self._stop_link(stop)}>, "
            f"<mailto:unsubscribe+{stop}@{self.domain}>\r\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        ).encode("ascii")

    def _stop_token(self, outbound: Outbound) -> str:
        """The right to stop all mail to its reader; "" where it goes to no member."""
        return "" if outbound.member_id is None else self._stop_of(outbound.member_id)

    def _stop_link(self, stop: str) -> str:
        if not stop:
            return f"mailto:help@{self.domain}"
        return f"{self._public_url}/mail/unsubscribe/{stop}"

    def _photo_link(self, outbound: Outbound, media_id: int) -> str:
        if outbound.member_id is None:
            return ""
        return f"{self._public_url}/photo/{self._tokens.photo(media_id, outbound.member_id)}"

    def _blanks(
        self, outbound: Outbound, stop: str, serials: Iterable[int], photos: Iterable[int]
    ) -> dict[str, str]:
        blanks = {UNSUBSCRIBE: self._stop_link(stop)}
        for serial in serials:
            blanks[f"{REPLY}{serial}"] = self._token(outbound, f"post:{serial}")
        for media_id in photos:
            blanks[f"{PHOTO}{media_id}"] = self._photo_link(outbound, media_id)
        return blanks

    def _token(self, outbound: Outbound, about: str) -> str:
        if outbound.member_id is None:
            return ""
        return self._tokens.reply(outbound.member_id, about, outbound.token_epoch)

    def _own_id(self, name: str) -> bytes:
        return header("Message-ID", f"<{name}@{self.domain}>")

    def _from_us(self) -> bytes:
        return mailbox_header("From", self._name, f"gateway@{self.domain}")

    def _automatic(self, how: str, language: str) -> bytes:
        return (
            header("Auto-Submitted", how)
            + header("X-Auto-Response-Suppress", "All")
            + header(LOOP_HEADER.title(), self.domain)
            + header("Content-Language", language)
        )


def sent_text(
    content: Content, language: str, timezone: str = "UTC", domain: str = "", *, both: bool = True
) -> str:
    """The text that we sent, without what was personal in it, to cut it from an answer.

    With `both` it has the lines of the plain part and those of the HTML.
    """
    match content:
        case Answer():
            return clean(content.text).strip() + "\n"
        case Notice():
            return compose.without_blanks(notice_body(content, language, domain, both=both).plain)
        case Digest():
            body = digest_body(content, language, domain, timezone, both=both)
            return compose.without_blanks(body.plain)


def _serial(notice: Notice) -> int:
    return notice.serial or serial_of(notice.post.number) or 0


def _root_serial(notice: Notice) -> int:
    root = notice.thread or notice.post
    return notice.thread_serial or serial_of(root.number) or 0
