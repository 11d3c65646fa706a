"""Many damaged messages: none raises, none costs more than a mail may.

With GATEWAY_TEST_LONG=1 a hundred thousand, in portions that processes share; else a fifth of them.
"""

import base64
import json
import random
import re
import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.email.reply import Extract, body, extract
from gateway.channels.email.reply.lines import clean
from tests.channels.email.clients.damage import damaged
from tests.channels.email.clients.samples import samples
from tests.channels.email.test_reply_hostile import LIMIT, cost
from tests.support.sizes import sized

PORTIONS = 20
EACH = sized(5_000, 1_000)
CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "replies-dev.jsonl"
SENT = "Hello everybody,\n\n1413 The big press in hall 2 is down until tomorrow morning.\n"


@cache
def sources() -> tuple[bytes, ...]:
    """What the clients send, and the public replies where they are beside the repository."""
    made = [sample.raw for sample in samples(99)]
    if not CORPUS.exists():
        return tuple(made)
    cases = [json.loads(row) for row in CORPUS.read_text(encoding="utf-8").splitlines()]
    heads = {"text": b"From: w@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"}
    for case in cases:
        raw = case["raw"].encode() if case["kind"] == "text" else base64.b64decode(case["raw"])
        made.append((heads.get(case["kind"], b"") + raw)[:30_000])
    return tuple(made)


@pytest.mark.no_cover  # most of the time it would take, and no line that others do not reach
@pytest.mark.timeout(600)
@pytest.mark.parametrize("portion", range(PORTIONS))
def test_damaged_messages_raise_nothing_and_cost_little(portion: int) -> None:
    rng = random.Random(f"damage {portion}")
    pool = sources()
    for number in range(EACH):
        raw = damaged(rng, pool)
        sent = SENT if number % 3 == 0 else None
        start = time.process_time()
        got = extract(raw, sent)
        spent = time.process_time() - start
        assert isinstance(got, Extract)
        assert "\0" not in got.reply
        # A busy machine is not the message's fault: what was slow once is asked again.
        assert spent < LIMIT or cost(raw, sent) < LIMIT, (portion, number, len(raw))


# -- what was cut is kept -------------------------------------------------------------------

MARKED = """
Ok pour moi.
> Bonjour
>> Hello
On 3 May 2024, Ann <a@b.org> wrote:
Regards,
Jean Dupont
--
Sent from my iPhone
_______________
From: Ann <a@b.org>
Sent: Monday, 3 May 2024 10:05
To: Jean
Subject: Press
-----Original Message-----
```
- one
1413: ok
Le 3 mai 2024 à 10:05, Ann
<a@b.org> a écrit :
oui On 3 May 2024, Ann wrote:
[EXTERNAL] This email originated from outside of the organization.
www.avast.com
-Jean
https://example.org/a?b=c
> 30 kg
| a
>>> Ann <a@b.org> 03/05/2024 10:05 >>>
a\u202fb\xa0c
"""
ROWS = [*MARKED.strip("\n").split("\n"), "", "", "", "-- "]


def words(text: str) -> Counter[str]:
    """All words but quote marks: a line of nothing else is an empty one."""
    return Counter(word for word in re.findall(r"\S+", text) if word.strip(">"))


def held(got: Extract) -> Counter[str]:
    return words("\n".join([got.reply, *(cut.text for cut in got.cut)]))


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(ROWS), st.text("ab >:-@<1\n", max_size=20)), max_size=40),
    st.sampled_from([None, SENT, "Bonjour\nHello"]),
)
def test_reply_and_cuts_hold_every_word(rows: list[str], sent: str | None) -> None:
    text = "\n".join(rows)
    head = "From: Jean Dupont <j@example.org>\nContent-Type: text/plain; charset=utf-8\n\n"
    got = extract((head + text).encode(), sent)
    assert held(got) == words(text)


def test_reply_and_cuts_hold_every_word_of_the_clients() -> None:
    for sample in samples(7, anonymous=True):
        read = body.read(sample.raw)
        if read.plain:
            assert held(extract(sample.raw)) == words(clean(read.plain))


def test_answers_are_the_reply() -> None:
    for sample in samples(8):
        got = extract(sample.raw, SENT)
        assert words(got.reply) == words("\n".join(answer.text for answer in got.answers))
