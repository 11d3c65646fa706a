"""What mails mean: a post, an answer, a command, by the address and the words."""

import pytest

from gateway.channels.email import mime
from gateway.channels.email.addresses import Addresses
from gateway.channels.email.inbound import MAX_EXTERNAL_ID, MAX_TEXT, Reader
from gateway.channels.email.reply import Extract
from gateway.core.commands import Command, Help, Join, Leave, Post, Reply, Stop
from gateway.core.envelope import Inbound
from gateway.core.numbers import number_of
from tests.channels.email.support import DOMAIN, PAUL, PROVED, TOKENS, Directory, mail

REPLY = f"reply+{TOKENS.reply(7, 'post:141')}"
DIGEST = f"reply+{TOKENS.reply(7, 'digest:5')}"
STOP_ALL = f"unsubscribe+{TOKENS.unsubscribe(7)}"


def read(raw: bytes, local: str = REPLY, envelope_sender: str = PAUL) -> Inbound:
    directory = Directory()
    addresses = Addresses(DOMAIN, directory, TOKENS)
    recipient = f"{local}@{DOMAIN}"
    place = addresses.place(recipient)
    assert place is not None
    return Reader(addresses, directory, PROVED).inbound(
        mime.read(raw), place, recipient, envelope_sender
    )


def test_an_answer_carries_who_and_about_what() -> None:
    inbound = read(mail("ok, merci", subject="Re: [Quai 3] Shift", in_reply_to="<post.141@x>"))
    assert (inbound.member_id, inbound.about, inbound.text) == (7, "post:141", "ok, merci")
    assert (inbound.command, inbound.held, inbound.automatic) == (None, "", "")
    assert (inbound.sender, inbound.message_id) == (PAUL, "<m1@home.example>")
    assert inbound.references == "<post.141@x>"


def test_the_raw_mail_is_kept() -> None:
    raw = mail("ok")
    assert read(raw).raw == raw


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [
        ("", "STOP\r\n\r\nMerci de ne plus m'écrire", "STOP"),
        ("", "QUITTER quai3\r\nje ne viens plus le lundi", "QUITTER quai3"),
        ("NEUF", "Bonjour tout le monde, voici ma demande", "NEUF"),
        ("NEUF", "AIDE\r\nje ne sais pas quoi faire", "AIDE"),
        ("", "P quai3 palette 12\r\nelle est cassée", "P quai3 palette 12\nelle est cassée"),
        ("", "P\r\nla palette est cassée", "P\nla palette est cassée"),
        ("RE: NEUF", "la palette est cassée\r\nSTOP", "la palette est cassée\nSTOP"),
    ],
)
def test_at_the_gateway_a_first_line_or_a_subject_may_say_it_all(
    subject: str, text: str, said: str
) -> None:
    assert read(mail(text, subject=subject), "gateway").text == said


def test_in_a_thread_a_first_line_is_a_word_to_people() -> None:
    text = "Stop\n\non arrête la ligne 4"
    inbound = read(mail(text.replace("\n", "\r\n")))
    assert (inbound.command, inbound.text) == (None, text)


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [
        ("STOP", "", "STOP"),
        ("NEUF quai3", " \r\n ", "NEUF quai3"),
        ("Re: [Quai 3] Shift moved", "", ""),
        ("RE : [Quai 3] Shift moved", "", ""),
        ("[Quai 3] Re: Shift moved", "", ""),
        ("anything", "1 merci", "1 merci"),
    ],
)
@pytest.mark.parametrize("local", [DIGEST, "gateway"])
def test_the_subject_speaks_where_the_body_is_silent(
    local: str, subject: str, text: str, said: str
) -> None:
    inbound = read(mail(text, subject=subject), local)
    assert (inbound.command, inbound.text) == (None, said)


@pytest.mark.parametrize(
    ("text", "command"),
    [("", Help()), ("Le badge de Zoé ne marche plus", Help()), ("NEUF", None), ("STOP", None)],
)
def test_help_takes_commands_and_helps_with_all_else(text: str, command: Command | None) -> None:
    assert read(mail(text), "help").command == command


@pytest.mark.parametrize(
    ("local", "command"),
    [("quai3+join", Join("quai3")), ("quai3+leave", Leave("quai3")), (STOP_ALL, Stop())],
)
def test_some_addresses_say_it_all(local: str, command: Command) -> None:
    assert read(mail("whatever"), local).command == command


@pytest.mark.parametrize(
    ("subject", "text", "posted"),
    [
        ("Grue en panne", "Quai 3 fermé.", "Grue en panne\nQuai 3 fermé."),
        ("Grue en panne", "Grue en panne depuis 6h", "Grue en panne depuis 6h"),
        ("", "Grue en panne", "Grue en panne"),
        ("Grue en panne", "", "Grue en panne"),
        ("[Quai 3] Grue en panne", "Fermé.", "Grue en panne\nFermé."),
        (
            "STOP",
            "La grue est cassée, n'approchez pas",
            "STOP\nLa grue est cassée, n'approchez pas",
        ),
        ("", "STOP aux chariots sur le quai", "STOP aux chariots sur le quai"),
        ("", "STOP grue", "STOP grue"),
        ("Help", "the forklift burns", "Help\nthe forklift burns"),
    ],
)
def test_mail_to_a_group_is_a_post(subject: str, text: str, posted: str) -> None:
    inbound = read(mail(text, subject=subject), "quai3")
    assert inbound.command == Post("quai3", posted)
    assert inbound.member_id is None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("quitter", Leave("quai3")),
        ("LEAVE", Leave("quai3")),
        ("rejoindre", Join("quai3")),
        ("STOP", None),
        ("stop", None),
        ("STOP quai3", None),
        ("QUITTER secu", None),
        ("START", None),
    ],
)
@pytest.mark.parametrize("where", ["subject", "text"])
def test_a_word_of_membership_is_no_post(where: str, text: str, command: Command | None) -> None:
    raw = mail(text) if where == "text" else mail("", subject=text)
    inbound = read(raw, "quai3")
    assert (inbound.command, inbound.text) == (command, text)


def test_a_body_that_is_a_command_is_one_under_any_subject() -> None:
    inbound = read(mail("STOP", subject="Désinscription"), "quai3")
    assert (inbound.command, inbound.text) == (None, "STOP")


def test_an_answer_to_all_joins_the_thread() -> None:
    headers = {"in_reply_to": f"<post.142@{DOMAIN}>", "references": f"<post.141@{DOMAIN}>"}
    inbound = read(mail("moi aussi", subject="Re: [Quai 3] Shift", **headers), "quai3")
    assert inbound.command == Reply(number_of(142), "moi aussi")
    assert inbound.about == "post:142"


@pytest.mark.parametrize("name", ["<post.141@elsewhere.example>", "<post.x@gateway.example>", ""])
def test_an_answer_to_something_else_is_a_post(name: str) -> None:
    inbound = read(mail("moi aussi", in_reply_to=name), "quai3")
    assert inbound.command == Post("quai3", "moi aussi")


def test_a_stranger_with_a_token_is_held_for_its_owner() -> None:
    inbound = read(mail("pay me", sender="eve@evil.example"))
    assert (inbound.held, inbound.member_id) == ("sender", 7)


def test_whoever_holds_the_mail_may_stop_it() -> None:
    inbound = read(mail("", sender="eve@evil.example", auto_submitted="auto-generated"), STOP_ALL)
    assert (inbound.command, inbound.member_id) == (Stop(), 7)
    assert (inbound.held, inbound.automatic) == ("", "")


def test_a_vacation_is_automatic_and_nobody_is_asked() -> None:
    raw = mail("I am away", sender="eve@evil.example", auto_submitted="auto-replied")
    inbound = read(raw)
    assert (inbound.automatic, inbound.held) == ("auto-submitted", "")


def test_what_nobody_answers_is_recorded() -> None:
    assert read(mail("hello"), "postmaster").automatic == "operators"


BOUNCES = f"bounces+{TOKENS.bounce(1)}"


def test_words_at_an_address_for_machines_are_kept_and_led_elsewhere() -> None:
    """A person whose mail program took the wrong address is told; it was silence before."""
    inbound = read(mail("hello"), BOUNCES)
    assert (inbound.automatic, inbound.astray) == ("", f"gateway@{DOMAIN}")
    assert (inbound.text, inbound.member_id, inbound.command) == ("hello", None, None)
    assert read(mail("hello"), "quai3").astray == ""


def test_a_machine_there_is_told_nothing() -> None:
    away = read(mail("Back on Monday", auto_submitted="auto-replied"), BOUNCES)
    assert away.automatic == "auto-submitted"
    assert read(mail("Back on Monday"), BOUNCES, "<>").automatic == "null-sender"


def test_a_stop_is_a_stop_wherever_it_comes() -> None:
    assert read(mail("STOP"), BOUNCES).astray == ""


def test_a_mail_from_nobody_is_not_answered() -> None:
    inbound = read(mail("hello", sender=""), "gateway", "<>")
    assert (inbound.sender, bool(inbound.automatic)) == ("", True)
    inbound = read(mail("hello", sender=""), "gateway", PAUL)
    assert (inbound.sender, inbound.held) == (PAUL, "sender")


def test_each_recipient_makes_an_inbound_of_its_own_and_a_repeat_the_same() -> None:
    raw = mail("ok")
    assert read(raw, "quai3").external_id != read(raw, "secu").external_id
    assert read(raw, "quai3").external_id == read(raw, "QUAI3").external_id


def test_a_mail_without_an_id_is_known_by_its_bytes() -> None:
    one = mail("one").replace(b"Message-ID", b"X-None")
    other = mail("other").replace(b"Message-ID", b"X-None")
    assert read(one).external_id == read(one).external_id
    assert read(one).external_id != read(other).external_id


def test_what_is_kept_is_bounded() -> None:
    raw = mail("x" * 60_000, subject="y" * 60_000)
    raw = raw.replace(b"<m1@", b"<" + b"m" * 190 + b"@")
    inbound = read(raw, "quai3")
    assert len(inbound.external_id) <= MAX_EXTERNAL_ID
    assert len(inbound.text) <= MAX_TEXT
    assert isinstance(inbound.command, Post)
    assert len(inbound.command.text) <= MAX_TEXT
    assert len(inbound.subject) < 1000


def test_a_mail_that_cannot_be_read_is_taken_whole() -> None:
    def breaks(raw: bytes, sent: str | None) -> Extract:
        raise RecursionError

    directory = Directory()
    addresses = Addresses(DOMAIN, directory, TOKENS)
    recipient = f"{REPLY}@{DOMAIN}"
    place = addresses.place(recipient)
    assert place is not None
    reader = Reader(addresses, directory, PROVED, extract=breaks)
    inbound = reader.inbound(mime.read(mail("ok\r\n> quoted")), place, recipient)
    assert inbound.text == "ok\n> quoted"


def test_what_we_sent_is_given_to_be_cut() -> None:
    asked: list[str | None] = []

    def remembers(raw: bytes, sent: str | None) -> Extract:
        asked.append(sent)
        return Extract("ok")

    directory = Directory(sent={("post:141", 7): "Shift moved"})
    addresses = Addresses(DOMAIN, directory, TOKENS)
    reader = Reader(addresses, directory, PROVED, extract=remembers)
    for local in (REPLY, "quai3"):
        place = addresses.place(f"{local}@{DOMAIN}")
        assert place is not None
        reader.inbound(mime.read(mail()), place, f"{local}@{DOMAIN}")
    assert asked == ["Shift moved", None]
