"""The mails that we write, read back as a mail program reads them."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.email import compose
from gateway.channels.email.render import Letters, NoSuchMailbox, sent_text
from gateway.core.commands import MediaView
from gateway.core.envelope import Content, Outbound
from tests.channels.email.support import (
    DOMAIN,
    PAUL,
    TOKENS,
    answer,
    answer_notice,
    clock,
    digest,
    notice,
    outbound,
    post,
)

LETTERS = Letters(DOMAIN, "https://gateway.example/", TOKENS, clock, "Transports Morel")
UNSUBSCRIBE = TOKENS.unsubscribe(7)


def message(given: Outbound | Content) -> EmailMessage:
    owed = given if isinstance(given, Outbound) else outbound(given)
    return message_from_bytes(LETTERS.render(owed), policy=default)


def part(mail: EmailMessage, subtype: str) -> str:
    found = mail.get_body((subtype,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def reply_about(mail: EmailMessage) -> tuple[int, str] | None:
    [address] = mail["Reply-To"].addresses
    assert address.domain == DOMAIN
    return TOKENS.read_reply(address.username.removeprefix("reply+"))


EVERY_KIND: list[Content] = [
    answer(subject="NEWS", message_id="<m1@home.example>"),
    notice(),
    answer_notice(),
    digest(post(), post(142, "Relève à 6 h"), remaining=3),
]


@pytest.mark.parametrize("content", EVERY_KIND)
@pytest.mark.parametrize("language", ["en", "fr"])
class TestEveryMail:
    def test_is_well_formed(self, content: Content, language: str) -> None:
        raw = LETTERS.render(outbound(content, language=language))
        mail = message_from_bytes(raw, policy=default)
        assert [part.defects for part in mail.walk()] == [[] for _ in mail.walk()]
        assert raw.isascii()
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert max(len(line) for line in raw.split(b"\r\n")) <= 300
        for once in ("From", "To", "Date", "Message-ID", "Subject", "Reply-To", "MIME-Version"):
            assert len(mail.get_all(once, [])) == 1

    def test_is_answered_by_no_machine(self, content: Content, language: str) -> None:
        mail = message(outbound(content, language=language))
        assert mail["Auto-Submitted"] in ("auto-replied", "auto-generated")
        assert mail["X-Auto-Response-Suppress"] == "All"
        assert mail["X-Gateway-Loop"] == DOMAIN

    def test_is_small_and_asks_for_nothing_elsewhere(self, content: Content, language: str) -> None:
        raw = LETTERS.render(outbound(content, language=language))
        assert len(raw) < 10_000
        assert not re.search(rb"<img|<script|<link|@import|url\(|position:", raw)

    def test_leaves_no_blank(self, content: Content, language: str) -> None:
        mail = message(outbound(content, language=language))
        text = "".join(str(p.get_content()) for p in mail.walk() if not p.is_multipart())
        assert "\ue000" not in text
        assert "\ue001" not in text
        assert "{" not in re.sub(r"(?s)<style.*?</style>", "", text)


def test_an_answer_joins_the_mail_that_it_answers() -> None:
    mail = message(
        answer("Bien reçu", subject="NEUF", message_id="<b@x>", references="<root@x> <a@x>")
    )
    assert mail["Subject"] == "Re: NEUF"
    assert mail["In-Reply-To"] == "<b@x>"
    assert mail["References"].split() == ["<root@x>", "<a@x>", "<b@x>"]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["Message-ID"] == f"<answer.31@{DOMAIN}>"
    assert mail["From"].addresses[0].display_name == "Transports Morel"
    assert reply_about(mail) == (7, "answer:31")
    assert part(mail, "plain") == "Bien reçu\n"
    assert "List-Id" not in mail


@pytest.mark.parametrize(
    ("subject", "written"),
    [("Re: NEUF", "Re: NEUF"), ("RE: NEUF", "RE: NEUF"), ("", "Bien reçu, on arrive")],
)
def test_an_answer_keeps_the_subject(subject: str, written: str) -> None:
    assert message(answer("Bien reçu, on arrive", subject=subject))["Subject"] == written


def test_an_answer_to_a_stranger_has_no_token() -> None:
    mail = message(outbound(answer(), member_id=None))
    assert mail["Reply-To"] == f"gateway@{DOMAIN}"
    assert "List-Unsubscribe" not in mail


def test_a_post_says_who_wrote_it_where_and_how_to_answer() -> None:
    mail = message(notice())
    [author] = mail["From"].addresses
    assert (author.display_name, author.addr_spec) == ("Ana via Quai 3", f"quai3@{DOMAIN}")
    assert mail["Subject"] == "[Quai 3] Shift moved to 6:00"
    assert mail["To"] == PAUL
    assert mail["Content-Language"] == "en"
    assert reply_about(mail) == (7, "post:141")
    for kind in ("plain", "html"):
        for words in ("Ana", "Quai 3", "1415", "Shift moved to 6:00", f"unsubscribe/{UNSUBSCRIBE}"):
            assert words in part(mail, kind)


def test_a_thread_is_one_thread_in_every_mail_program() -> None:
    root, reply = message(notice()), message(answer_notice())
    assert root["Message-ID"] == f"<post.141@{DOMAIN}>"
    assert reply["Message-ID"] == f"<post.142@{DOMAIN}>"
    assert reply["In-Reply-To"] == reply["References"] == root["Message-ID"]
    assert reply["Subject"] == f"Re: {root['Subject']}"
    assert "in answer to 1415, Ana: Shift moved to 6:00" in part(reply, "plain")
    assert reply_about(reply) == (7, "post:142")


def test_lists_say_what_lists_say() -> None:
    mail = message(notice())
    assert mail["List-Id"].split() == ["Quai", "3", f"<quai3.{DOMAIN}>"]
    assert mail["List-Post"] == f"<mailto:quai3@{DOMAIN}>"
    assert mail["List-Help"] == f"<mailto:help@{DOMAIN}>"
    assert mail["Auto-Submitted"] == "auto-generated"
    links = re.findall(r"<([^>]*)>", mail["List-Unsubscribe"])
    assert links == [
        f"https://gateway.example/mail/unsubscribe/{UNSUBSCRIBE}",
        f"mailto:unsubscribe+{UNSUBSCRIBE}@{DOMAIN}",
    ]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_two_readers_differ_in_what_is_personal_only() -> None:
    one = LETTERS.render(outbound(notice()))
    other = LETTERS.render(outbound(notice(), id=32, member_id=8, recipient="mia@home.example"))
    token = TOKENS.reply(8, "post:141")
    assert token.encode() in other
    assert TOKENS.reply(7, "post:141").encode() not in other
    assert UNSUBSCRIBE.encode() not in other.replace(b"=\r\n", b"")
    for mine, theirs in (
        (token, TOKENS.reply(7, "post:141")),
        (TOKENS.unsubscribe(8), UNSUBSCRIBE),
    ):
        other = other.replace(b"=\r\n", b"").replace(mine.encode(), theirs.encode())
    one, other = one.replace(b"=\r\n", b""), other.replace(b"mia@", b"paul@")
    assert one == other


def test_a_post_is_rendered_in_the_reader_s_language() -> None:
    mail = message(outbound(notice(), language="fr"))
    assert "Pour répondre, répondez à ce mail. Message 1415." in part(mail, "plain")
    assert '<html lang="fr">' in part(mail, "html")


def test_a_digest_says_in_its_subject_what_is_in_it() -> None:
    posts = post(), post(142, "Forklift"), post(143, "x", group="secu", group_name="Sécurité")
    mail = message(digest(*posts))
    assert mail["Subject"] == "3 new in Quai 3, Sécurité: Shift moved to 6:00"
    french = message(outbound(digest(*posts), language="fr"))
    assert french["Subject"] == "3 nouveaux dans Quai 3, Sécurité : Shift moved to 6:00"
    urgent = message(digest(post(), post(142, "Fire at dock 2", urgent=True)))
    assert urgent["Subject"].endswith("Fire at dock 2")


def test_each_item_of_a_digest_can_be_answered() -> None:
    mail = message(digest(post(), post(142, "Forklift", parent=1415)))
    assert mail["Message-ID"] == f"<digest.31@{DOMAIN}>"
    assert reply_about(mail) == (7, "digest:31")
    for kind, plus in (("plain", r"\+"), ("html", "%2B")):
        text = part(mail, kind)
        if kind == "html":  # where the number and the name stand out
            text = re.sub(r"</?b>", "", text)
        assert "1. Ana · Quai 3 · 1415 · 20/11 12:00" in text
        assert "2. Ana · Quai 3 · 1428" in text
        tokens = re.findall(rf"reply{plus}(\w+)@{DOMAIN}", text)
        assert [TOKENS.read_reply(token) for token in tokens] == [(7, "post:141"), (7, "post:142")]


def test_a_photo_is_a_link_of_one_reader_and_never_loads_by_itself() -> None:
    pictures = (MediaView(5), MediaView(6, state="wanted"))
    for content in (notice(media=pictures), digest(post(), post(142, "[photo]", media=pictures))):
        mail = message(content)
        for kind, mark in (("plain", "Photo: "), ("html", 'href="')):
            links = re.findall(rf"{mark}https?://[^/]+/photo/(\w+)", part(mail, kind))
            assert [TOKENS.read_photo(link) for link in links] == [(5, 7), (6, 7)]
        assert "<img" not in part(mail, "html")
        assert "/photo/" not in sent_text(content, "en")


def test_a_post_without_a_photo_has_no_word_of_one() -> None:
    assert "hoto" not in part(message(notice()), "plain")


def test_a_digest_is_in_the_reader_s_time_and_says_how_much_waits() -> None:
    mail = message(outbound(digest(post(), remaining=2), timezone="Europe/Paris"))
    assert "20/11 13:00" in part(mail, "plain")
    assert "2 more wait for you." in part(mail, "plain")
    assert "more wait" not in part(message(digest(post())), "plain")


def test_a_digest_of_many_groups_has_a_short_subject() -> None:
    posts = [post(140 + n, "x", group=f"g{n}", group_name=f"Group {n}") for n in range(5)]
    assert message(digest(*posts))["Subject"] == "5 new in Group 0, Group 1 and 3 more: x"


def test_a_time_zone_that_is_none_is_utc() -> None:
    mail = message(outbound(digest(post()), timezone="Mars/Olympus"))
    assert "20/11 12:00" in part(mail, "plain")


def test_an_urgent_post_says_so_first() -> None:
    assert message(notice(urgent=True))["Subject"] == "URGENT [Quai 3] Shift moved to 6:00"


def test_a_subject_is_cut_between_words() -> None:
    subject = message(notice(body="The crane of dock three is broken " * 9))["Subject"]
    assert subject == "[Quai 3] The crane of dock three is broken The crane of dock three…"
    assert len(message(notice(body="x" * 500))["Subject"]) < 80


def test_a_mass_mail_to_somebody_unknown_has_no_token() -> None:
    mail = message(outbound(digest(post()), member_id=None))
    assert mail["Reply-To"] == f"gateway@{DOMAIN}"
    assert f"mailto:help@{DOMAIN}" in part(mail, "plain")


def test_what_is_no_value_of_a_header_is_refused() -> None:
    for value in ("a\r\nBcc: b", "é", "a\0"):
        with pytest.raises(ValueError, match="X-Test"):
            compose.header("X-Test", value)
        with pytest.raises(ValueError, match="X-Test"):
            compose.mailbox_header("X-Test", "name", value)


def test_what_was_withdrawn_is_not_shown() -> None:
    mail = message(digest(post(withdrawn=True)))
    assert "Shift moved" not in mail.as_string()
    assert "(withdrawn)" in part(mail, "plain")


def test_html_is_escaped() -> None:
    mail = message(notice(body="<script>alert(1)</script> & <b>", author="<i>Ana</i>"))
    html = part(mail, "html")
    assert "<script" not in html
    assert "<i>" not in html
    assert "&lt;script&gt;" in html
    assert "<script>alert(1)</script> & <b>" in part(mail, "plain")


def test_html_reads_on_a_small_screen_and_in_the_dark() -> None:
    html = part(message(notice()), "html")
    assert 'name="color-scheme" content="light dark"' in html
    assert "max-width:36em" in html
    assert "overflow-wrap" in html
    assert not re.search(r"[^-]width:\s*\d{3,}px", html)


@pytest.mark.parametrize("content", EVERY_KIND)
def test_what_was_sent_can_be_made_again(content: Content) -> None:
    sent = sent_text(content, "en", domain=DOMAIN)
    plain = part(message(content), "plain")
    told = [line for line in plain.split("\n") if "reply+" not in line and "http" not in line]
    assert [line for line in told if line not in sent] == []
    assert UNSUBSCRIBE not in sent


hostile = st.text(
    st.sampled_from('ab é\r\n\t\0:<>@",;\\=?_\ue000\ue001\x85\u2028\u202e😀{}%') | st.characters(),
    max_size=120,
)


@settings(max_examples=150)
@given(hostile, hostile, hostile, hostile, st.sampled_from(["answer", "notice", "reply", "digest"]))
def test_no_words_can_write_a_header(
    name: str, group: str, body: str, subject: str, kind: str
) -> None:
    evil = "\r\nBcc: eve@evil.example\r\n\r\n"
    words: dict[str, Any] = {"author": name + evil, "group_name": evil + group}
    contents: dict[str, Content] = {
        "answer": answer(body, subject=subject + evil, message_id="<a@b>", references=evil),
        "notice": notice(body=body + evil, **words),
        "reply": answer_notice(root=notice(body=evil + body, **words)),
        "digest": digest(post(body=body + evil, **words)),
    }
    content = contents[kind]
    clean = message(EVERY_KIND[["answer", "notice", "reply", "digest"].index(kind)])
    mail = message(content)
    assert sorted(key for key, _ in mail.items()) == sorted(
        key for key, _ in clean.items() if key != "In-Reply-To" or mail["In-Reply-To"]
    )
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == [PAUL]
    assert len(mail["From"].addresses) == 1
    assert mail["From"].addresses[0].domain == DOMAIN
    assert mail.get_body(("plain",)) is not None


@given(st.text(max_size=3000))
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    body = part(message(answer("begin " + text + " end")), "plain")
    expected = "begin " + text + " end\n"
    for unseen in range(32):
        if chr(unseen) not in "\r\n\t":
            expected = expected.replace(chr(unseen), "")
    expected = expected.replace("\x7f", "").replace("\r\n", "\n").replace("\r", "\n")
    assert body == expected


@pytest.mark.parametrize("recipient", ["", "paul", "a@b\nBcc: c@d", "P <a@b>", "a@b, c@d"])
def test_what_is_no_address_gets_no_mail(recipient: str) -> None:
    with pytest.raises(NoSuchMailbox):
        LETTERS.render(outbound(notice(), recipient=recipient))


def test_a_post_of_thousands_is_cheap() -> None:
    letters = Letters(DOMAIN, "https://gateway.example", TOKENS, clock)
    for number in range(1, 300):
        letters.render(outbound(notice(), id=number, member_id=number))
    assert letters._notice_letter.cache_info().misses == 1
    assert letters._notice_letter.cache_info().hits == 298


def test_what_digests_share_is_the_same_in_any_place_and_for_any_reader() -> None:
    one, other, long = post(), post(142, "Forklift"), post(143, "a long story. " * 100)
    for posts in ((one, other, long), (long, other, one), (other,)):
        for reader in (7, 8):
            mail = message(outbound(digest(*posts), member_id=reader))
            for kind, plus in (("plain", r"\+"), ("html", "%2B")):
                tokens = re.findall(rf"reply{plus}(\w+)@{DOMAIN}", part(mail, kind))
                about = [(reader, f"post:{each.number // 10}") for each in posts]
                assert [TOKENS.read_reply(token) for token in tokens] == about
            plain = part(mail, "plain")
            for place, each in enumerate(posts, 1):
                shown = (
                    f"{place}. Ana · Quai 3 · {each.number} · 20/11 12:00\n{each.body.strip()}\n"
                )
                assert shown in plain


def test_a_post_that_changed_is_written_anew_in_digests() -> None:
    assert "Shift moved" in part(message(digest(post())), "plain")
    assert "Shift moved" not in part(message(digest(post(withdrawn=True))), "plain")
    assert "Anna" in part(message(digest(post(author="Anna"))), "plain")
    assert "20/11 13:00" in part(
        message(outbound(digest(post()), timezone="Europe/Paris")), "plain"
    )
