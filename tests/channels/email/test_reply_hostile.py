"""Bodies made to be slow: 250 ms is the most that any mail of 1 MB may cost.

Measured as the processor's time, the best of three, so that a busy machine fails nothing.
"""

import base64
import sys
import time

import pytest

from gateway.channels.email.reply import extract

LIMIT = 0.250 if sys.gettrace() is None else 1.0
"""Seconds of the processor's time; counting lines for coverage takes a multiple of it."""

MB = 1_000_000


def fill(text: str) -> str:
    return (text * (MB // len(text.encode()) + 1))[:MB]


HTML = "text/html; charset=utf-8"
ORDINARY = "Voici une ligne de texte tout à fait ordinaire, sans rien de spécial.\n"

PLAIN = {
    "on": "On the surface of things\n" * 2000,
    "on with colons": fill("On the surface of things I have seen 3 of them:\n"),
    "on with dates": fill("On Mon, May 3 2024 at 10:05 Ann\n"),
    "headers and quotes": fill("On Mon, May 3 2024 <a@b.c> wrote:\n> x\ntext\n"),
    "nested": "\n".join(">" * depth + " x" for depth in range(1000)),
    "nested wide": fill("> " * 5000 + "x\n"),
    "blanks": "a" + " " * 20_000 + "b\n" + " " * 20_000,
    "a megabyte of blanks": fill(" "),
    "empty lines": "\n" * 5000 + "x",
    "a megabyte of lines": fill("\n"),
    "returns": fill("\r"),
    "one word": fill("a"),
    "at signs": fill("a@"),
    "long addresses": fill("a" * 250 + "@" + "b" * 250 + "\n"),
    "labels": fill("From: x\nSent: y\n\nTo: z\nCc: a\n\n"),
    "dashes": fill("-" * 500 + "\n"),
    "delimiters": fill("-- \n"),
    "phones": fill("Sent from my iPhone\n"),
    "quotes and phones": fill("> q\nSent from my iPhone\n"),
    "quote, text, quote": fill("> q\nx\n"),
    "valedictions": fill("Regards,\nJean\n\n"),
    "legal": fill("confidential recipient attachments "),
    "verbs": fill("wrote " * 95 + ":\n"),
    "times": fill("1:11 " * 110 + ":\n> x\n"),
    "fences": fill("```\na\n"),
    "built blocks": fill("Xa: Ann <a@b.c>\nXb: 3/5/2024 10:05\nXc: x\n"),
    "rules and blocks": fill("------ x ------\nXa: Ann <a@b.c>\nXb: 3/5/2024 10:05\n\n"),
    "names above addresses": fill("Ann\n<a@b.c> 3/5/2024\n\n"),
    "arrows": fill(">>> Ann <a@b.c> 3/5/2024 10:05 >>>\nx\n"),
    "verbs at the end": fill("Ann <a@b.c> wrote\n"),
    "colons below": fill("On 3/5/2024 10:05 Ann\nx:\n"),
    "stacked labels": fill("Ann\n3/5/2024 10:05\nTo\nx\n"),
    "rules and cards": fill("\n_____\nJean\nj@b.c\n"),
    "ordinary": fill(ORDINARY),
    "short lines": fill("abc def\n"),
}

MARKUP = {
    "deep": "<div>" * 200_000 + "x",
    "deep quotes": fill("<div class=gmail_quote>"),
    "open quotes": fill("<blockquote>a"),
    "closed quotes": "<blockquote>a" * 3000 + "</blockquote>" * 3000,
    "breaks": fill("<br>"),
    "paragraphs": fill("<p>a</p>"),
    "list": "<ol>" + fill("<li>a</li>"),
    "fonts": fill("<font><b>a"),
    "tables": fill("<table><tr><td>a"),
    "attributes": "<div " + " ".join(f"a{number}=b" for number in range(100_000)) + ">x",
    "entities": fill("&amp;&lt;"),
    "open comments": fill("<!--"),
    "style": "<style>" + fill("a{b:c}"),
    "wraps with much inside": '<div class="gmail_quote">' * 250 + fill("<p>a</p>"),
    "spans": fill("<span>a</span>"),
    "pre": "<pre>" + fill("a b\n"),
}

RAW = {
    "deep multiparts": b"Content-Type: multipart/mixed; boundary=b0\n\n"
    + b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1)
        for n in range(20_000)
    ),
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\n\nx\n").encode(),
    "many headers": fill("x: y\n").encode() + b"\n\nx",
    "folded header": b"x: y\n" + fill(" z\n").encode() + b"\n\nx",
    "parameters": b"Content-Type: text/plain; " + b'a="' * 300_000 + b"\n\nx",
    "author": b"From: " + b"=?utf-8?b?" * 100_000 + b"\n\nx",
    "comments in author": b"From: " + b"(" * 100_000 + b"\n\nx",
    "base64": b"Content-Transfer-Encoding: base64\n\n"
    + base64.b64encode(fill("On x 3:\n").encode()),
    "quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\n"
    + fill("=20=0A").encode(),
    "punycode": b"Content-Type: text/plain; charset=punycode\n\n" + b"\xff" * MB,
    "binary": b"Content-Type: text/plain; charset=utf-7\n\n" + bytes(range(256)) * 4000,
    "flowed": b"Content-Type: text/plain; format=flowed\n\n" + fill("> abc \n> d\n").encode(),
}


def cost(raw: bytes, sent: str | None = None) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        extract(raw, sent)
        best = min(best, time.process_time() - start)
        if best < LIMIT / 2:
            break
    return best


@pytest.mark.parametrize("name", PLAIN)
def test_plain_text_costs_little(name: str) -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\n\n" + PLAIN[name].encode()
    assert cost(raw) < LIMIT


@pytest.mark.parametrize("name", MARKUP)
def test_html_costs_little(name: str) -> None:
    assert cost(f"Content-Type: {HTML}\n\n{MARKUP[name]}".encode()) < LIMIT


@pytest.mark.parametrize("name", RAW)
def test_a_message_costs_little(name: str) -> None:
    assert cost(RAW[name]) < LIMIT


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (fill(ORDINARY), fill(ORDINARY)[:20_000]),
        (fill("a a a a a a a a a a\n"), "a " * 100_000),
        (fill("a b c d\nx\n"), "a b c d e " * 50_000),
        (fill("x\n"), fill("<")),
    ],
)
def test_alignment_costs_little(body: str, sent: str) -> None:
    assert cost(b"Content-Type: text/plain; charset=utf-8\n\n" + body.encode(), sent) < LIMIT


def test_both_parts_of_an_alternative_cost_little() -> None:
    text, page = fill("Regards, On 3 x:\n")[: MB // 2], fill("<p>On 3 x:</p>")[: MB // 2]
    raw = (
        f"Content-Type: multipart/alternative; boundary=b\n\n--b\n\n{text}\n--b\nContent-Type: "
        f"{HTML}\n\n{page}\n--b--"
    )
    assert cost(raw.encode(), text) < LIMIT
