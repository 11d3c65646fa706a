"""Kannel's calls: who may make them, whose text it is, which, in which letters."""

from ipaddress import ip_network
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.sms.kannel.webhook import BINARY, Call, KannelWebhook, inbound, report
from gateway.channels.sms.receiving import MAX_TEXT, NO_NUMBER
from gateway.core.errors import NotAccepted
from tests.support.sms import LEO

NEW, OLD = "n" * 32, "o" * 32
TEXT = 'text/plain; charset="UTF-8"'
WHEN = "2026-03-02 08:00:00"


def query(**fields: str) -> bytes:
    return urlencode({"from": LEO, "id": "a-1", **fields}).encode()


def texted(body: str | bytes, content_type: str = TEXT, **fields: str) -> Call:
    raw = body.encode() if isinstance(body, str) else body
    return Call(query(**fields), raw, content_type, WHEN)


class TestWhoMayCall:
    def test_each_secret_of_a_rotation_is_known_and_no_other(self) -> None:
        kannel = KannelWebhook((NEW, OLD))
        assert kannel.knows(NEW, "192.0.2.1")
        assert kannel.knows(OLD, "192.0.2.1")
        for wrong in ("", NEW[:-1], NEW + "n", NEW.upper(), "é" * 32, "\ud800"):
            assert not kannel.knows(wrong, "192.0.2.1")

    def test_without_a_secret_nobody_is_known(self) -> None:
        assert not KannelWebhook(()).knows("", "127.0.0.1")

    @pytest.mark.parametrize(
        ("peer", "near"),
        [
            ("10.1.2.3", True),
            ("::ffff:10.1.2.3", True),
            ("fd00::1", True),
            ("192.0.2.1", False),
            ("fe80::1", False),
            ("", False),
            ("10.1.2.3, 192.0.2.1", False),
        ],
    )
    def test_it_calls_from_where_it_may_be(self, peer: str, near: bool) -> None:
        kannel = KannelWebhook((NEW,), (ip_network("10.0.0.0/8"), ip_network("fd00::/8")))
        assert kannel.knows(NEW, peer) is near
        assert not kannel.knows(OLD, peer)


class TestTexts:
    def test_a_text_of_a_phone(self) -> None:
        found = inbound(texted("P quai3 Palette cassée €"))
        assert (found.channel, found.sender, found.external_id) == ("sms", LEO, "a-1")
        assert found.text == "P quai3 Palette cassée €"
        assert found.automatic == ""
        assert "cassée".encode() in found.raw
        assert b"id=a-1" in found.raw

    def test_two_zeros_are_a_plus(self) -> None:
        call = Call(b"from=0033612345678&id=1", b"NEUF", TEXT)
        assert inbound(call).sender == LEO

    @pytest.mark.parametrize("sender", ["Orange", "36110", "0612345678", "33612345678"])
    def test_a_sender_without_a_number_is_not_answered(self, sender: str) -> None:
        found = inbound(texted("Votre facture", **{"from": sender}))
        assert (found.sender, found.automatic) == (sender, NO_NUMBER)

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            ("Привет é".encode("utf-16-be"), 'text/plain; charset="UTF-16BE"'),
            ("Привет é".encode("utf-16-be"), "text/plain;charset=utf-16be"),
            ("Привет é".encode(), "Text/Plain; Charset=UTF-8"),
            ("Привет é".encode(), "text/plain"),
            ("Привет é".encode(), ""),
        ],
    )
    def test_letters_come_as_their_charset_says(self, body: bytes, content_type: str) -> None:
        assert inbound(texted(body, content_type)).text == "Привет é"

    def test_latin_letters(self) -> None:
        call = texted("cassée".encode("latin-1"), "text/plain; charset=ISO-8859-1")
        assert inbound(call).text == "cassée"

    @pytest.mark.parametrize(
        "content_type",
        [
            "application/octet-stream",
            "text/html",
            "text/plain; charset=8-BIT",
            "text/plain; charset=x",
        ],
    )
    def test_what_is_no_text_is_kept_and_not_answered(self, content_type: str) -> None:
        found = inbound(texted(b"\x00\x01abc", content_type))
        assert (found.text, found.automatic) == ("", BINARY)
        assert found.raw.endswith(b"\x00\x01abc")

    @pytest.mark.parametrize(("charset", "codec"), [("UTF-8", "utf-8"), ("UTF-16BE", "utf-16-be")])
    def test_by_get_url_the_text_is_in_the_query(self, charset: str, codec: str) -> None:
        raw = quote("Été à 20 % &+", encoding=codec, safe="")
        call = Call(query(charset=charset) + b"&text=" + raw.encode(), b"", "")
        assert inbound(call).text == "Été à 20 % &+"

    def test_a_text_is_clean_composed_and_bounded(self) -> None:
        assert inbound(texted("cassée\0\x1b[2J\r\nfin")).text == "cassée[2J\nfin"
        assert len(inbound(texted("x" * 5000)).text) == MAX_TEXT

    @pytest.mark.parametrize("sender", ["", "x" * 65, "a\nb"])
    def test_nobodys_text_is_not_accepted(self, sender: str) -> None:
        with pytest.raises(NotAccepted, match="from") as caught:
            inbound(texted("NEUF", **{"from": sender}))
        assert not sender or sender not in str(caught.value)


class TestNames:
    def test_the_same_text_brought_again_has_the_same_name(self) -> None:
        assert inbound(texted("ok", id="b")).external_id == "b"

    def test_without_a_name_it_is_what_was_said_by_whom_and_when(self) -> None:
        first = inbound(texted("ok", id=""))
        assert inbound(texted("ok", id="")).external_id == first.external_id
        assert len(first.external_id) <= 64
        others = [
            texted("ok!", id=""),
            texted("ok", id="", **{"from": "+33600000000"}),
            texted("ok", id="", to="36110"),
            Call(query(id=""), b"ok", TEXT, "2026-03-02 08:00:01"),
        ]
        names = {inbound(other).external_id for other in others}
        assert len(names | {first.external_id}) == 5

    def test_a_name_that_kannel_did_not_fill_in_is_none(self) -> None:
        assert inbound(texted("ok", id="%I")).external_id.startswith("h")

    @pytest.mark.parametrize("when", ["", "%T"])
    def test_without_a_name_or_a_time_the_url_must_be_mended(self, when: str) -> None:
        call = Call(query(id="", time=when), b"ok", TEXT)
        with pytest.raises(NotAccepted, match="id=%I"):
            inbound(call)

    def test_too_many_fields_are_not_read(self) -> None:
        with pytest.raises(NotAccepted):
            inbound(Call(query() + b"&a=1" * 50, b"ok", TEXT))


class TestReports:
    @pytest.mark.parametrize(
        ("kind", "status"),
        [(1, "delivered"), (2, "failed"), (4, "sent"), (8, "sent"), (16, "failed"), (32, "dlr 32")],
    )
    def test_each_kind_of_report(self, kind: int, status: str) -> None:
        found = report(f"d={kind}&a=NACK%2F11%2F&id=77&m=42".encode())
        assert (found.channel, found.status, found.outbound_id) == ("sms", status, 42)
        assert (found.external_id, found.raw_status) == ("", f"dlr {kind}")
        assert (found.code == "") == (status != "failed")

    @pytest.mark.parametrize(
        "bad", ["", "d=1", "m=1", "d=x&m=1", "d=1&m=%d", "d=1&m=-1", "d=1&m=²"]
    )
    def test_a_report_on_nothing_is_not_accepted(self, bad: str) -> None:
        with pytest.raises(NotAccepted):
            report(bad.encode())

    def test_the_first_of_two_counts(self) -> None:
        assert report(b"d=1&d=2&m=42&m=43").outbound_id == 42


@given(st.binary(max_size=200), st.binary(max_size=200), st.text(max_size=60))
def test_whatever_comes_is_a_text_or_is_not_accepted(
    raw_query: bytes, body: bytes, content_type: str
) -> None:
    for call in (Call(raw_query, body, content_type), texted(body, content_type)):
        try:
            found = inbound(call)
        except NotAccepted:
            assert call.query == raw_query  # the other one names its sender and itself
        else:
            found.text.encode()  # no half characters
            assert len(found.text) <= MAX_TEXT
            assert 0 < len(found.external_id) <= 64


@given(st.text(max_size=MAX_TEXT // 2))
def test_a_text_in_ucs_2_and_in_utf_8_is_the_same_text(words: str) -> None:
    whole = words.encode("utf-16-be", "replace").decode("utf-16-be")
    wide = inbound(texted(whole.encode("utf-16-be"), 'text/plain; charset="UTF-16BE"'))
    assert wide.text == inbound(texted(whole)).text


@given(st.binary(max_size=300))
def test_whatever_comes_as_a_report_is_one_or_is_not_accepted(raw: bytes) -> None:
    for read in (raw, b"d=2&m=1&a=" + raw):
        try:
            assert report(read).outbound_id is not None
        except NotAccepted:
            assert read == raw or raw.count(b"&") >= 36
