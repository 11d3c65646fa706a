"""Replies that scripts make as the clients make them: each client and each language in its turn."""

import re
from collections import Counter

import pytest

from gateway.channels.email.reply import extract
from tests.channels.email.clients.samples import Sample, clients, samples

EACH = 2
FLOOR = 0.985  # measured: 99.5 %
FLOOR_OF_ONE = 0.90  # of any client that speaks many languages, and of any language
LOST = 0.01  # measured: 0.3 %

assert len(clients()) > 1000


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def right(sample: Sample, got: str) -> bool:
    return squeezed(got) == squeezed(sample.said)


@pytest.mark.parametrize("anonymous", [False, True])
def test_replies_of_all_clients_in_all_languages(anonymous: bool) -> None:
    total: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    lost: list[Sample] = []
    for sample in samples(2026, each=EACH, anonymous=anonymous):
        got = extract(sample.raw).reply
        keys = ("all", f"client {sample.client}", f"language {sample.language}")
        total.update(keys)
        assert got, (sample.client, sample.language, sample.shape)
        if right(sample, got):
            continue
        wrong.update(keys)
        if Counter(sample.said.split()) - Counter(got.split()):
            lost.append(sample)
    assert wrong["all"] <= (1 - FLOOR) * total["all"]
    assert len(lost) <= LOST * total["all"]
    many = [key for key in total if total[key] >= 20]
    assert len(many) > 50
    weak = {key: wrong[key] for key in many if wrong[key] > (1 - FLOOR_OF_ONE) * total[key]}
    assert not weak


def test_what_is_cut_is_kept_word_for_word() -> None:
    """Reply and cuts together hold each line of the part that was read."""
    for sample in samples(7, each=1, anonymous=True):
        got = extract(sample.raw)
        held = squeezed("\n".join([got.reply, *(cut.text for cut in got.cut)])).split()
        for row in sample.said.split("\n"):
            assert not Counter(squeezed(row).split()) - Counter(held)


def test_the_same_seed_gives_the_same_messages() -> None:
    assert [s.raw for s in samples(3)] == [s.raw for s in samples(3)]
