"""Whatever somebody writes: nothing in a thread that they did not name, and no words lost."""

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channels.email.digests.programs import OWN, Written
from tests.channels.email.digests.room import BODIES, Became, Letter, Room
from tests.channels.email.digests.test_answers import COUNTED, HELLO, LONG, OK, PLAIN

WORDS = [*COUNTED.values(), *HELLO.values(), *LONG.values(), *OK.values(), *PLAIN.values()]
LINES = st.one_of(
    st.sampled_from(WORDS),
    st.builds(
        "{}{}{} {}".format,
        st.sampled_from(["", "#", "n°", "R", "item ", "- ", "(", "@", "et "]),
        st.sampled_from([*map(str, range(8)), "02", "14", "@1", "@2", "@3", "@4", "1413", "99999"]),
        st.sampled_from(["", ":", ")", ".", " -", " et 3", ",", "h", "/11", " +"]),
        st.sampled_from([*WORDS, "", "👍", "+", "palettes", "2 ok", "non conformes"]),
    ),
    st.sampled_from(BODIES),
    st.text(st.sampled_from("12345 ok:.)#+-\n@é👍"), max_size=30),
)
TEXTS = st.lists(LINES, min_size=1, max_size=5).map("\n".join)
UNDER = st.dictionaries(
    st.sampled_from(["prendre la grue", "Chariot 4", "Qui les a", "Repas"]), TEXTS, max_size=2
)


def with_numbers(letter: Letter, text: str) -> str:
    for place, number in enumerate(letter.numbers, start=1):
        text = text.replace(f"@{place}", str(number))
    return text


def kept(became: Became) -> str:
    """All that was posted, asked about, or given back."""
    told = json.loads(became.result) if became.result else {}
    parts = [told, *told.get("results", ())]
    asked = [str(part.get("text", "")) for part in parts]
    about = [str((part.get("about") or {}).get("text", "")) for part in parts if "about" in part]
    return " ".join([*became.posted.values(), *asked, *about])


def named(text: str, letter: Letter) -> set[int]:
    """The posts of the digest that any number in the text could name."""
    digits = {int(found) for found in re.findall(r"\d{1,6}", text)}
    places = {letter.numbers[n - 1] for n in digits if 1 <= n <= len(letter.numbers)}
    whole = {number for number in letter.numbers if number in digits}
    pasted = zip(letter.numbers, BODIES, strict=True)
    said = {number for number, body in pasted if any(row in text for row in body.split("\n"))}
    return places | whole | said | {n for n in letter.numbers if n % 100 in digits}


@given(above=TEXTS, between=UNDER, program=st.sampled_from(list(OWN)))
@settings(max_examples=60)
def test_no_words_go_astray(room: Room, above: str, between: dict[str, str], program: str) -> None:
    letter = room.digest
    above = with_numbers(letter, above)
    if program == "k9":
        between = {}
    places = {"prendre la grue": 0, "Chariot 4": 1, "Qui les a": 2, "Repas": 3}
    raw = OWN[program](letter, room.name(), Written(above, "", between))
    became = room.take(raw, letter.to)
    may = named(f"{above} {' '.join(between.values())}", letter)
    may |= {letter.numbers[places[word]] for word in between}
    assert set(became.posted) <= may | set(map(int, re.findall(r"\d{4,6}", above)))
    assert became.thanked <= may | set(map(int, re.findall(r"\d{4,6}", above)))
    assert became.state in ("done", "refused")
    told = json.loads(became.result)["is"]
    if told in ("Replied", "SeveralDone", "WhichAsked"):
        said = re.sub(r"[^\w]+", "", kept(became))
        for word in re.findall(r"[^\W\d_]{4,}", became.text):
            greeted = any(word in hello for hello in HELLO.values())
            assert word in said or greeted or word == "item", (word, became)
