"""`gateway inbox add-mail`: one mail from a pipe, by the same door as LMTP."""

import io
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from gateway.channels.email.tokens import Tokens
from tests.cli.conftest import Operator, Said
from tests.support.town import SECRET, Town

MAIL = """From: Paul <paul@depot.example>
To: Quai 3 <quai3@gw.example>
Cc: leo@depot.example
Subject: palette 12
Message-ID: <m1@depot.example>
Authentication-Results: mx.depot.example; dmarc=pass header.from=depot.example

La palette 12 est cassée.
"""

Pipe = Callable[..., Said]


@pytest.fixture
def pipe(operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch) -> Pipe:
    """`pipe(MAIL, "--recipient", ...)` is the command with this on its standard input."""
    monkeypatch.setenv("GATEWAY_MAIL_DOMAIN", "gw.example")
    monkeypatch.setenv("GATEWAY_MAIL_AUTHSERV_ID", "mx.depot.example")

    def brings(mail: str | bytes, *arguments: str) -> Said:
        raw = mail if isinstance(mail, bytes) else mail.encode()
        monkeypatch.setattr(
            sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw), isatty=lambda: False)
        )
        return operator("inbox", "add-mail", *arguments)

    return brings


def bodies(operator: Operator) -> list[object]:
    return [post["body"] for post in operator("posts", "list", "--json").objects]


def test_the_headers_say_whom_it_is_for(pipe: Pipe, operator: Operator) -> None:
    said = pipe(MAIL)
    assert (said.code, said.out, said.err) == (0, "quai3@gw.example: taken\n", "")
    assert bodies(operator) == ["palette 12\nLa palette 12 est cassée."]


def test_the_same_mail_twice_is_one_post(pipe: Pipe, operator: Operator) -> None:
    assert [pipe(MAIL).code, pipe(MAIL).code] == [0, 0]
    assert len(bodies(operator)) == 1
    assert len(operator("inbox", "list", "--json").objects) == 1


def test_the_envelope_is_believed_where_it_is_given(
    pipe: Pipe, operator: Operator, town: Town
) -> None:
    token = Tokens(SECRET).reply(town.id_of("Paul"), "post:100")
    town.sms("Ana", "P quai3 palette 12")
    said = pipe(MAIL, "--recipient", f"reply+{token}@gw.example", "--recipient", "help@gw.example")
    assert said.code == 0
    assert len(said.out.splitlines()) == 2
    posts = operator("posts", "list", "--json").objects
    assert [(p["author"], p["parent"]) for p in posts] == [("Ana", None), ("Paul", 1007)]


def test_what_a_machine_reports_is_known_by_its_sender(pipe: Pipe, operator: Operator) -> None:
    assert pipe(MAIL, "--sender", "<>").code == 0
    (line,) = operator("inbox", "list", "--json").objects
    assert line["state"] == "automatic"
    assert bodies(operator) == []


def test_the_line_of_a_mailbox_file_is_no_header(pipe: Pipe, operator: Operator) -> None:
    assert pipe(f"From paul@depot.example  Mon Mar  2 08:00:00 2026\n{MAIL}").code == 0
    assert len(bodies(operator)) == 1


def test_a_mail_with_no_address_of_ours_is_for_the_gateway(pipe: Pipe) -> None:
    said = pipe(MAIL.replace("quai3@gw.example", "quai3@elsewhere.example"))
    assert (said.code, said.out) == (0, "gateway@gw.example: taken\n")


@pytest.mark.parametrize("wrong", ["nobody@gw.example", "quai3@elsewhere.example", "", "é@gw\x1b"])
def test_an_address_that_is_not_here_is_refused_and_the_others_are_not(
    pipe: Pipe, operator: Operator, wrong: str
) -> None:
    said = pipe(MAIL, "--recipient", wrong, "--recipient", "quai3@gw.example")
    assert (said.code, said.out) == (1, "quai3@gw.example: taken\n")
    assert "no such address" in said.err
    assert "\x1b" not in said.err
    assert len(bodies(operator)) == 1


def test_nothing_is_no_mail(pipe: Pipe, operator: Operator) -> None:
    said = pipe(" \n")
    assert (said.code, said.out) == (1, "")
    assert said.err == "No mail came: write `gateway inbox add-mail < MESSAGE`.\n"
    assert operator("inbox", "list", "--json").out == ""


def test_nobody_waits_for_a_mail_to_be_typed(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    said = operator("inbox", "add-mail")
    assert (said.code, said.out) == (2, "")
    assert "add-mail < MESSAGE" in said.err


def test_a_mail_that_is_too_long_is_refused(
    pipe: Pipe, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.cli.inbox.LONGEST_MAIL", 100)
    assert pipe(MAIL).code == 1
    assert operator("inbox", "list", "--json").out == ""


def test_without_a_domain_no_mail_can_come(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch, town: Town
) -> None:
    monkeypatch.delenv("GATEWAY_MAIL_DOMAIN")
    said = pipe(MAIL)
    assert said.code == 1
    assert "GATEWAY_MAIL_DOMAIN" in said.err


def test_bytes_that_are_no_text_are_taken_all_the_same(pipe: Pipe, operator: Operator) -> None:
    assert pipe(MAIL.encode("latin-1")).code == 0
    assert len(bodies(operator)) == 1
