"""Out by SMTP, read and answered in a mail program, in by LMTP: who said what about what."""

from collections.abc import Iterator

import pytest

from gateway.channels.email.render import Letters, sent_text
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.smtp import SmtpMail
from gateway.channels.email.smtpd import MailServer
from gateway.core.envelope import Content, Inbound
from gateway.demo.mailbox import Mailbox, Wire
from tests.channels.email.support import (
    DOMAIN,
    PAUL,
    PROVED,
    TOKENS,
    Directory,
    Inbox,
    answer,
    answer_notice,
    clock,
    digest,
    notice,
    outbound,
    post,
)

ANY = ("127.0.0.1", 0)
SAID = "ok, je prends la grue.\nMerci Ana"


class Post:
    """The gateway's mail on one side, Paul's mail program on the other."""

    def __init__(self, lmtp: bool) -> None:
        self.inbox, self.directory = Inbox(), Directory()
        self.server = MailServer(
            self.inbox, self.directory, TOKENS, DOMAIN, PROVED, lmtp=ANY, smtp=ANY
        )
        self.server.start()
        address = self.server.lmtp_address if lmtp else self.server.smtp_address
        assert address is not None
        self.mailbox = Mailbox(Wire(*address, lmtp=lmtp))
        self.mailbox.start()
        letters = Letters(DOMAIN, "https://gateway.example", TOKENS, clock)
        self.channel = SmtpMail(Smarthost(*self.mailbox.address), letters, TOKENS, timeout=5)

    def end(self) -> None:
        self.channel.close()
        self.mailbox.stop()
        self.server.stop()

    def answered(
        self, content: Content, about: str, said: str, program: str, language: str
    ) -> Inbound:
        self.directory.sent[about, 7] = sent_text(content, language, domain=DOMAIN)
        list(self.channel.send([outbound(content, language=language)]))
        [mail] = self.mailbox.wait(PAUL)
        self.mailbox.reply(mail, said, program=program, language=language, name="Paul")
        [inbound] = self.inbox.received
        return inbound


@pytest.fixture(params=["lmtp", "smtp"])
def trip(request: pytest.FixtureRequest) -> Iterator[Post]:
    trip = Post(lmtp=request.param == "lmtp")
    yield trip
    trip.end()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("program", ["gmail", "thunderbird"])
@pytest.mark.parametrize(
    ("content", "about"),
    [
        (notice(body="La relève passe à 6 h.\n\nQui peut prendre la grue ?"), "post:141"),
        (answer_notice(), "post:142"),
        (answer("Vous êtes dans Quai 3", subject="NEUF", message_id="<m0@x>"), "answer:31"),
    ],
)
def test_an_answer_comes_back_as_its_writer_s_words(
    content: Content, about: str, program: str, language: str, trip: Post
) -> None:
    inbound = trip.answered(content, about, SAID, program, language)
    assert (inbound.member_id, inbound.about, inbound.text) == (7, about, SAID)
    assert (inbound.held, inbound.automatic, inbound.command) == ("", "", None)


@pytest.mark.parametrize("program", ["gmail", "thunderbird"])
def test_an_item_of_a_digest_is_answered(program: str, trip: Post) -> None:
    page = digest(post(), post(142, "Chariot 4 en panne"), remaining=2)
    inbound = trip.answered(page, "digest:31", "2 ok merci", program, "fr")
    assert (inbound.member_id, inbound.about, inbound.text) == (7, "digest:31", "2 ok merci")


def test_the_answer_continues_the_thread_of_mails(trip: Post) -> None:
    inbound = trip.answered(answer_notice(), "post:142", SAID, "gmail", "fr")
    assert inbound.references.split() == [f"<post.141@{DOMAIN}>", f"<post.142@{DOMAIN}>"]
    trip.channel.close()
    back = answer("Reçu", subject=inbound.subject, message_id=inbound.message_id)
    list(trip.channel.send([outbound(back, id=33)]))
    mail = trip.mailbox.wait(PAUL, 2)[1]
    assert mail.message["In-Reply-To"] == inbound.message_id
    assert mail.subject == inbound.subject


def test_a_digest_that_was_forwarded_does_not_speak_for_its_owner(trip: Post) -> None:
    list(trip.channel.send([outbound(notice())]))
    [mail] = trip.mailbox.wait(PAUL)
    trip.mailbox.reply(mail, "c'est moi", sender="eve@evil.example", name="Paul")
    [inbound] = trip.inbox.received
    assert (inbound.held, inbound.member_id) == ("sender", 7)


def test_the_same_mail_twice_is_known_by_its_id(trip: Post) -> None:
    list(trip.channel.send([outbound(notice())]))
    [mail] = trip.mailbox.wait(PAUL)
    sent = trip.mailbox.reply(mail, "ok")
    again = trip.inbox.received[0].raw
    trip.mailbox.post(again, PAUL, [str(mail.message["Reply-To"])])
    first, second = trip.inbox.received
    assert sent in first.external_id
    assert first.external_id == second.external_id
