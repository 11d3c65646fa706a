"""A mail that is forwarded to a group is part of the post; in a thread it is not an answer."""

import pytest

from gateway.channels.email import mime
from gateway.channels.email.addresses import Addresses, ToGroup, ToThread
from gateway.channels.email.inbound import Reader
from gateway.channels.email.reply import extract_reply
from gateway.core.commands import Post, Reply
from gateway.core.envelope import Inbound
from gateway.core.numbers import number_of
from tests.channels.email.support import DOMAIN, PROVED, TOKENS, Directory, mail

GMAIL = """Pour info, à lire avant demain.

---------- Forwarded message ---------
De : Claire Roux <claire.roux@siege.example>
Date: lun. 2 mars 2026 à 09:12
Subject: Travaux rampe 4
To: Paul <paul@home.example>, <marc@siege.example>

La rampe 4 est fermée jusqu'à vendredi.
Passez par la 5, code 4412.
"""
APPLE = """Voyez ceci.

Début du message transféré :

> De: Claire Roux <claire.roux@siege.example>
> Objet: Travaux
> À: paul@home.example
>
> La rampe 4 est fermée.
>> Quand ?
"""
OUTLOOK = """À lire.

________________________________
De : Claire Roux <claire.roux@siege.example>
Envoyé : lundi 2 mars 2026 09:12
À : Paul <paul@home.example>
Objet : Travaux

La rampe 4 est fermée.
"""


def taken(raw: bytes, place: ToGroup | ToThread) -> Inbound:
    directory = Directory()
    reader = Reader(Addresses(DOMAIN, directory, TOKENS), directory, PROVED)
    return reader.inbound(mime.read(raw), place, f"quai3@{DOMAIN}")


def posted(raw: bytes) -> str:
    command = taken(raw, ToGroup("quai3")).command
    assert isinstance(command, Post)
    return command.text


@pytest.mark.parametrize(
    ("text", "subject"),
    [(GMAIL, "Fwd: Travaux rampe 4"), (APPLE, "Fwd: Travaux"), (OUTLOOK, "TR : Travaux")],
)
def test_what_is_forwarded_to_a_group_is_posted_below_the_own_words(
    text: str, subject: str
) -> None:
    said = posted(mail(text, subject=subject))
    own = text.split("\n", 1)[0]
    assert said.index(own) < said.index("Claire Roux") < said.index("La rampe 4 est fermée")


@pytest.mark.parametrize("text", [GMAIL, APPLE, OUTLOOK])
def test_nobody_s_address_is_posted_with_it(text: str) -> None:
    said = posted(mail(text, subject="Fwd: Travaux"))
    assert "@" not in said
    assert "\nÀ:" not in said  # there was nothing but an address behind it


def test_a_mail_without_own_words_is_posted_too() -> None:
    said = posted(mail(GMAIL.split("\n", 2)[2], subject="Fwd: Travaux rampe 4"))
    assert "Passez par la 5, code 4412." in said


def test_to_a_tool_only_the_own_words_are_the_reply() -> None:
    for text in (GMAIL, APPLE, OUTLOOK):
        assert extract_reply(mail(text)) == text.split("\n", 1)[0]


def test_in_a_thread_it_is_no_answer_and_is_kept() -> None:
    found = taken(mail(GMAIL, subject="Re: Travaux"), ToThread(7, "post:141"))
    assert found.text == "Pour info, à lire avant demain."
    assert "code 4412" in found.cut


def test_an_answer_to_a_post_of_ours_has_no_quote() -> None:
    ours = f"<post.141@{DOMAIN}>"
    raw = mail(OUTLOOK, subject="TR : Travaux", in_reply_to=ours)
    assert taken(raw, ToGroup("quai3")).command == Reply(number_of(141), "À lire.")


def test_a_quote_below_an_answer_is_not_passed_on() -> None:
    said = posted(mail(OUTLOOK, subject="RE: Travaux"))
    assert said == "À lire."
