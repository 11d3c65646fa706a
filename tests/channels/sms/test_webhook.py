"""Twilio's forms as values of the core, whatever a phone or a stranger put into them."""

import base64
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.sms.receiving import MAX_TEXT
from gateway.channels.sms.webhook import MAX_FIELDS, inbound, read_fields, report
from gateway.core.envelope import Inbound, MediaRef
from gateway.core.errors import NotAccepted

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
SID = "SM0123456789abcdef0123456789abcdef"


def came(**fields: str) -> Inbound:
    form = {"MessageSid": SID, "From": "+33612345678", "Body": "NEUF", "NumMedia": "0", **fields}
    raw = urlencode(form).encode()
    return inbound(read_fields(raw, FORM), raw)


def test_a_text_of_a_phone() -> None:
    message = came(Body="1413 ok, c'est réparé")
    assert (message.channel, message.external_id) == ("sms", SID)
    assert message.sender == "+33612345678"
    assert message.text == "1413 ok, c'est réparé"
    assert b"MessageSid=" in message.raw
    assert not message.automatic
    assert not message.carrier_answered


def test_a_plus_in_a_form_is_a_space() -> None:
    assert read_fields(b"From=%2B336&Body=a+b&Empty=&Body=c", FORM) == {
        "From": ["+336"],
        "Body": ["a b", "c"],
        "Empty": [""],
    }


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("a\0b", "ab"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("e\u0301te\u0301", "été"),
        ("\x1b[31mred\x9b", "[31mred"),
        ("😀" * 1600, "😀" * 1600),
        ("x" * 5000, "x" * MAX_TEXT),
    ],
)
def test_the_text_is_what_a_person_can_have_written(body: str, text: str) -> None:
    assert came(Body=body).text == text


@pytest.mark.parametrize(
    ("words", "decoded"),
    [
        ("P quai3 Palette cassée devant la porte 4, passez par la 5\nLéo arrive", True),
        ("P quai3 انتبه، الرصيف الرابع مغلق حتى المساء", True),
        ("Palettecasséedevantlaporte4passezparla5", False),
        ("court", False),
        ("P quai3 avec un\0zéro et assez de lettres pour être long", False),
    ],
)
def test_a_long_text_that_came_in_base64_is_read(words: str, decoded: bool) -> None:
    brought = base64.b64encode(words.encode()).decode()
    assert came(Body=brought).text == (words if decoded else brought)


@pytest.mark.parametrize(
    "words", ["Aa1+" * 20, "A" * 64, "donaudampfschifffahrtsgesellschaftskapitaen"]
)
def test_what_only_looks_like_base64_stays(words: str) -> None:
    assert came(Body=words).text == words


def test_half_a_character_is_no_error() -> None:
    raw = b"MessageSid=SM1&From=%2B33612345678&Body=a%ED%A0%BDb%FFc"
    message = inbound(read_fields(raw, FORM), raw)
    assert message.text.startswith("a")
    assert message.text.encode()
    told = json.dumps({"MessageSid": "SM1", "From": "+33612345678", "Body": "a\ud83d"}).encode()
    assert inbound(read_fields(told, "application/json"), told).text == "a\ufffd"


@pytest.mark.parametrize("field", ["MessageSid", "From"])
@pytest.mark.parametrize("value", ["", "   ", "x" * 65, "a\nb", "a\0b"])
def test_without_its_name_or_number_it_is_not_accepted(field: str, value: str) -> None:
    with pytest.raises(NotAccepted, match=field):
        came(**{field: value})


@pytest.mark.parametrize("sender", ["38200", "AMAZON", "whatsapp:+33612345678", "+1"])
def test_a_sender_without_a_number_is_never_answered(sender: str) -> None:
    assert came(From=sender).automatic
    assert came(From=sender).sender == sender


@pytest.mark.parametrize("said", ["STOP", "START", "HELP"])
def test_what_the_carrier_answered_is_marked(said: str) -> None:
    assert came(Body=said, OptOutType=said).carrier_answered


@pytest.mark.parametrize(
    ("body", "kinds", "text"),
    [
        ("", ["image/jpeg"], "[photo]"),
        ("P quai3 palette cassée", ["image/jpeg"], "P quai3 palette cassée [photo]"),
        ("", ["image/png", "video/3gpp", "text/vcard"], "[photo] [video] [document]"),
        ("NEUF quai3", ["image/jpeg"], "NEUF quai3"),  # a word more would be another command
        ("OUI", ["image/jpeg"], "OUI"),
        ("2", ["image/jpeg"], "2"),
        ("P quai3", ["image/jpeg"], "P quai3 [photo]"),
        ("POST quai3", ["image/jpeg"], "POST quai3 [photo]"),
        ("R1413", ["image/jpeg"], "R1413 [photo]"),
        ("1413", ["image/jpeg"], "1413 [photo]"),
        ("L1413", ["image/jpeg"], "L1413"),
    ],
)
def test_a_picture_is_mentioned(body: str, kinds: list[str], text: str) -> None:
    media = {f"MediaContentType{place}": kind for place, kind in enumerate(kinds)}
    assert came(Body=body, NumMedia=str(len(kinds)), **media).text == text


def test_what_came_is_listed_with_where_it_lies() -> None:
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME"
    fields = {"MediaContentType0": "image/JPEG ", "MediaUrl0": f" {url}0", "MediaUrl1": f"{url}1"}
    message = came(Body="regardez", NumMedia="2", **fields)
    assert message.media == (MediaRef("image/jpeg", f"{url}0"), MediaRef("", f"{url}1"))
    assert came(NumMedia="0", **fields).media == ()
    assert len(came(NumMedia="99").media) == 10


def test_a_made_up_number_of_pictures_is_no_error() -> None:
    assert came(NumMedia="-1").text == "NEUF"
    assert len(came(Body="", NumMedia="9" * 17).text) < 200


@pytest.mark.parametrize(
    ("status", "code", "meant"),
    [
        ("sent", "", "sent"),
        ("delivered", "", "delivered"),
        ("read", "", "read"),
        ("failed", "30005", "failed"),
        ("undelivered", "30008", "failed"),
        ("canceled", "", "failed"),
        ("undelivered", "21610", "opted_out"),
        ("queued", "", "queued"),
        ("DELIVERED", "", "delivered"),
        ("shiny", "", "shiny"),
    ],
)
def test_a_report(status: str, code: str, meant: str) -> None:
    form = {"MessageSid": SID, "MessageStatus": status, "ErrorCode": code}
    told = report({name: [value] for name, value in form.items()}, "42")
    assert (told.status, told.raw_status, told.code) == (meant, status.lower(), code)
    assert (told.outbound_id, told.external_id) == (42, SID)


@pytest.mark.parametrize("outbound", ["", "x", "-1", "٣", "9" * 40, "1 OR 1"])
def test_an_id_that_is_none_is_left_out(outbound: str) -> None:
    assert report({"MessageSid": [SID]}, outbound).outbound_id is None


def test_a_report_of_nothing_is_not_accepted() -> None:
    with pytest.raises(NotAccepted):
        report({"MessageStatus": ["sent"]}, "42")


def test_far_too_many_fields_are_not_accepted() -> None:
    raw = "&".join(f"f{place}=1" for place in range(MAX_FIELDS + 1)).encode()
    with pytest.raises(NotAccepted):
        read_fields(raw, FORM)


@pytest.mark.parametrize("raw", [b"", b"[1]", b"{", b"[" * 100_000, b'"x"', b'{"From": 1}'])
def test_json_that_is_no_form_has_no_fields(raw: bytes) -> None:
    assert read_fields(raw, "application/json") == {}


@given(st.binary(max_size=300), st.sampled_from([FORM, "application/json", "multipart/form-data"]))
def test_any_bytes_are_a_message_or_not_accepted(raw: bytes, content_type: str) -> None:
    try:
        fields = read_fields(raw, content_type)
        message = inbound({**fields, "MessageSid": [SID]}, raw)
    except NotAccepted:
        return
    message.text.encode()
    assert "\0" not in message.text


@pytest.mark.parametrize(
    ("code", "after"), [("30006", 1), ("30005", 2), ("30003", 0), ("٣" * 64, 0)]
)
def test_a_report_says_when_its_number_is_given_up(code: str, after: int) -> None:
    form = {"MessageSid": [SID], "MessageStatus": ["undelivered"], "ErrorCode": [code]}
    assert report(form, "42").bad_after == after


def test_a_report_says_what_it_asks_for() -> None:
    form = {"MessageSid": [SID], "MessageStatus": ["undelivered"]}
    assert report(form | {"ErrorCode": ["30003"]}, "42").again_after == 3600
    suspended = report(form | {"ErrorCode": ["30002"]}, "42")
    assert (suspended.again_after, suspended.shuts) == (60, "the account is suspended")
