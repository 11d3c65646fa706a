"""Who may call the webhooks: signatures as Twilio makes them, and everything that is not one."""

import random
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import (  # type: ignore[import-untyped]  # it has no types
    RequestValidator,
)

from gateway.channels.sms.signature import candidates, valid

TOKEN = "12345"
FORM = "application/x-www-form-urlencoded"
FIELDS = {
    "To": ["+18005551212"],
    "From": ["+14158675309"],
    "Body": ["l'été ☕"],
    "FromCity": [""],
}


def sign(url: str, fields: dict[str, list[str]], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, {k: v[0] for k, v in fields.items()}))


def accepted(
    url: str, header: str | None, fields: dict[str, list[str]] = FIELDS, *, tokens: tuple[str, ...]
) -> bool:
    return valid([url], b"", FORM, fields, header, tokens)


CALL = {"CallSid": ["CA1234567890ABCDE"], "Digits": ["1234"], "To": ["+18005551212"]}
MYAPP = "https://mycompany.com/myapp.php?foo=1&bar=2"


@pytest.mark.parametrize(
    ("caller", "signature"),
    [
        ("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
    ],
)
@pytest.mark.parametrize("url", [MYAPP, MYAPP.replace(".com", ".com:443")])
def test_twilios_own_examples(url: str, caller: str, signature: str) -> None:
    """The published ones: of the documentation, and of twilio-python's own tests."""
    fields = {**CALL, "From": [caller], "Caller": [caller]}
    assert accepted(url, signature, fields, tokens=(TOKEN,))
    assert not accepted(url, signature, {**fields, "Digits": ["1235"]}, tokens=(TOKEN,))


def test_twilios_own_example_of_a_json_body() -> None:
    body = b'{"property": "value", "boolean": true}'
    digest = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    url, signature = f"{MYAPP}&bodySHA256={digest}", "a9nBmqA0ju/hNViExpshrM61xv4="
    assert valid([url], body, "application/json", {}, signature, [TOKEN])
    assert not valid([url], body[:-1] + b" }", "application/json", {}, signature, [TOKEN])


def test_a_subaccount_signs_with_its_own_token() -> None:
    """So its token is one more of `TWILIO_AUTH_TOKEN`, and the main account's opens nothing."""
    header = sign(MYAPP, FIELDS, "the-subaccounts")
    assert accepted(MYAPP, header, tokens=("the-main-accounts", "the-subaccounts"))
    assert not accepted(MYAPP, header, tokens=("the-main-accounts",))


def test_any_of_several_tokens_while_one_is_replaced() -> None:
    url = "https://sms.example/sms/inbound"
    assert accepted(url, sign(url, FIELDS, "old"), tokens=("new", "old"))
    assert not accepted(url, sign(url, FIELDS, "older"), tokens=("new", "old"))


def test_no_token_accepts_nothing() -> None:
    url = "https://sms.example/sms/inbound"
    assert not accepted(url, sign(url, FIELDS, ""), tokens=())
    assert not accepted(url, sign(url, FIELDS, ""), tokens=("",))


@pytest.mark.parametrize("header", [None, "", "x", "é" * 28, "A" * 28, "A" * 5000])
def test_what_is_no_signature_is_refused(header: str | None) -> None:
    assert not accepted("https://sms.example/sms/inbound", header, tokens=(TOKEN,))


@pytest.mark.parametrize(
    ("signed", "configured"),
    [
        ("https://sms.example:443/in", "https://sms.example/in"),
        ("https://sms.example/in", "https://sms.example:443/in"),
        ("http://sms.example:80/in", "http://sms.example/in"),
        ("https://u:p@sms.example/in", "https://u:p@sms.example/in"),
        ("https://u:p@sms.example/in", "https://u:p@sms.example:8443/in"),
        ("https://[2001:db8::1]/in", "https://[2001:db8::1]:8443/in"),
        ("https://sms.example/in?", "https://sms.example/in?"),
        ("https://sms.example/in%27?a=%C3%A9%2f%7e", "https://sms.example/in%27?a=%C3%A9%2f%7e"),
    ],
)
def test_the_url_is_taken_as_it_was_written(signed: str, configured: str) -> None:
    assert accepted(configured, sign(signed, FIELDS), tokens=(TOKEN,))


def test_a_repeated_field_counts_once_for_each_value() -> None:
    url = "https://sms.example/in"
    header = RequestValidator(TOKEN).compute_signature(url + "aXaY", {})
    assert accepted(url, header, {"a": ["Y", "X", "X"]}, tokens=(TOKEN,))
    assert not accepted(url, header, {"a": ["Y"]}, tokens=(TOKEN,))


def test_a_json_body_is_bound_by_its_hash() -> None:
    body = b'{"From": "+33600000001"}'
    url = f"https://sms.example/in?bodySHA256={sha256(body).hexdigest()}"
    header = sign(url, {})
    assert valid([url], body, "application/json; charset=utf-8", {}, header, [TOKEN])
    assert not valid([url], body + b" ", "application/json", {}, header, [TOKEN])
    plain = "https://sms.example/in"
    assert not valid([plain], body, "application/json", {}, sign(plain, {}), [TOKEN])


def test_what_cannot_be_read_is_refused() -> None:
    header = sign("https://sms.example/in", FIELDS)
    assert not accepted("https://[broken/in", header, tokens=(TOKEN,))
    assert not accepted("https://sms.example:port/in", header, tokens=(TOKEN,))
    assert not accepted("https://sms.example/in", header, {"a": ["\ud800"]}, tokens=(TOKEN,))


def test_candidates_know_prefixes_and_fragments() -> None:
    assert candidates("https://sms.example/", "/sms/inbound?a=1") == [
        "https://sms.example/sms/inbound?a=1",
        "https://sms.example/sms/inbound?a=1#rc=5&rp=all",
    ]
    assert "https://sms.example/gw/sms/inbound" in candidates(
        "https://sms.example/gw", "/gw/sms/inbound"
    )
    assert candidates("https://sms.example/gw", "/sms/inbound", fragment="") == [
        "https://sms.example/gw/sms/inbound",
        "https://sms.example/sms/inbound",
    ]


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@given(
    fields=st.dictionaries(names, st.text(st.characters(codec="utf-8"), max_size=30), max_size=8),
    query=st.dictionaries(names, names, max_size=3),
    seed=st.randoms(use_true_random=False),
)
def test_signed_is_accepted_and_one_change_is_not(
    fields: dict[str, str], query: dict[str, str], seed: random.Random
) -> None:
    url = f"https://sms.example/sms/inbound?{urlencode(query)}"
    params = {name: [value] for name, value in fields.items()}
    header = sign(url, params)
    assert accepted(url, header, params, tokens=(TOKEN,))
    place = seed.randrange(
        len(header) - 2
    )  # the last letter carries bits that base64 leaves unused
    other = "B" if header[place] == "A" else "A"
    assert not accepted(url, header[:place] + other + header[place + 1 :], params, tokens=(TOKEN,))
    assert not accepted(url, header, {**params, "zz more": ["x"]}, tokens=(TOKEN,))
    assert not accepted(f"{url}x", header, params, tokens=(TOKEN,))
