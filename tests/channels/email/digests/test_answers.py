"""Every answer to a digest at the right item or asked back, and none at a wrong one."""

import json
from itertools import product

import pytest

from tests.channels.email.clients.layouts import CLIENTS
from tests.channels.email.digests.programs import LANGUAGES, OWN, Written, layout
from tests.channels.email.digests.room import Became, Letter, Room

ASKED: dict[int, str] = {}
"""Nothing is posted: the text waits, and its writer is asked."""

OK = {
    "fr": "ok merci", "en": "yes, thanks", "de": "ja, danke", "es": "vale, gracias",
    "pt": "sim, obrigado", "pl": "tak, dzięki", "ar": "نعم شكرا",
}  # fmt: skip
LONG = {
    "fr": "Le mécanicien passe demain matin,\nje l'ai appelé.",
    "en": "The mechanic comes tomorrow morning,\nI have called him.",
    "de": "Der Mechaniker kommt morgen früh,\nich habe ihn angerufen.",
    "es": "El mecánico viene mañana por la mañana,\nya lo he llamado.",
    "pt": "O mecânico vem amanhã de manhã,\njá lhe telefonei.",
    "pl": "Mechanik przyjdzie jutro rano,\ndzwoniłem do niego.",
    "ar": "سيأتي الميكانيكي غدا صباحا\nلقد اتصلت به",
}
PLAIN = {
    "fr": "D'accord, je m'en occupe.", "en": "Fine, I will see to it.", "de": "Gut, ich mache das.",
    "es": "De acuerdo, me ocupo.", "pt": "Certo, eu trato disso.", "pl": "Dobrze, zajmę się tym.",
    "ar": "حسنا سأهتم بذلك.",
}  # fmt: skip
HELLO = {
    "fr": "Bonjour à tous,", "en": "Hello everyone,", "de": "Hallo zusammen,", "es": "Buenos días:",
    "pt": "Bom dia,", "pl": "Dzień dobry,", "ar": "السلام عليكم،",
}  # fmt: skip
COUNTED = {
    "fr": "3 palettes sont arrivées abîmées", "en": "3 pallets arrived broken",
    "de": "3 Paletten kamen beschädigt an", "es": "3 palés llegaron rotos",
    "pt": "3 paletes chegaram partidas", "pl": "3 palety przyszły uszkodzone",
    "ar": "٣ منصات وصلت مكسورة",
}  # fmt: skip


def forms(language: str) -> list[tuple[str, dict[int, str]]]:
    """What people write, and which place of the digest gets which words."""
    ok, long = OK[language], LONG[language]
    return [
        (f"2 {ok}", {2: ok}),
        (f"2: {long}", {2: long}),
        (f"3) {ok}", {3: ok}),
        (f"1. {ok}", {1: ok}),
        (f"#4 {long}", {4: long}),
        (f"n°2 {ok}", {2: ok}),
        (f"@2 : {ok}", {2: ok}),
        (f"R@3 {long}", {3: long}),
        (f"2 {ok}\n4: {long}", {2: ok, 4: long}),
        (f"{HELLO[language]}\n\n1: {ok}\n\n3: {long}\n4 {ok}", {1: ok, 3: long, 4: ok}),
        (f"2\n{long}", {2: long}),
        (COUNTED[language], ASKED),
        (PLAIN[language], ASKED),
        (f"99: {ok}", ASKED),
        (f"1 {ok}, 2 {ok}", ASKED),
        (f"2: {ok}\n{HELLO[language]}", {2: f"{ok}\n{HELLO[language]}"}),
    ]


TOP = [
    pytest.param(language, said, wanted, program, id=f"{language}-{place}-{program}")
    for language in LANGUAGES
    for place, ((said, wanted), program) in enumerate(
        zip(forms(language), [*OWN, *OWN], strict=True)
    )
]


def numbered(letter: Letter, text: str) -> str:
    """`@2` stands for the number of the second post."""
    for place, number in enumerate(letter.numbers, start=1):
        text = text.replace(f"@{place}", str(number))
    return text


def words(text: str) -> list[str]:
    return text.split()


def check(letter: Letter, became: Became, wanted: dict[int, str]) -> None:
    """Exactly what is wanted is posted; what is not stands in the question that was sent."""
    by_number = {letter.numbers[place - 1]: text for place, text in wanted.items()}
    assert {n: words(t) for n, t in became.posted.items()} == {
        n: words(t) for n, t in by_number.items()
    }
    assert became.state == "done"
    if not wanted:
        asked = json.loads(became.result)
        assert asked["is"] == "WhichAsked"
        assert words(asked["text"]) == words(became.text)


@pytest.mark.parametrize(("language", "said", "wanted", "program"), TOP)
def test_an_answer_above_the_quote(
    room: Room, language: str, said: str, wanted: dict[int, str], program: str
) -> None:
    said = numbered(room.digest, said)
    raw = OWN[program](room.digest, room.name(), Written(said, language=language))
    check(room.digest, room.take(raw, room.digest.to), wanted)


@pytest.mark.parametrize(
    ("program", "language"),
    [
        (program, LANGUAGES[(place + shift) % len(LANGUAGES)])
        for place, program in enumerate(CLIENTS)
        for shift in (0, 3)
    ],
)
def test_the_same_from_every_client(room: Room, program: str, language: str) -> None:
    said = f"2: {OK[language]}\n4: {LONG[language]}"
    raw = layout(room.digest, room.name(), Written(said, language=language), program)
    became = room.take(raw, room.digest.to)
    check(room.digest, became, {2: OK[language], 4: LONG[language]})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("program", [name for name in OWN if name != "k9"])
def test_answers_between_the_lines(room: Room, program: str, language: str) -> None:
    between = {"prendre la grue": LONG[language], "Qui les a vues": OK[language]}
    raw = OWN[program](room.digest, room.name(), Written("", "", between, language))
    became = room.take(raw, room.digest.to)
    check(room.digest, became, {1: LONG[language], 3: OK[language]})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("program", ["thunderbird", "mutt", "gmail", "gmail_page", "apple"])
def test_words_below_the_whole_are_asked_about(room: Room, program: str, language: str) -> None:
    written = Written("", PLAIN[language], language=language)
    became = room.take(OWN[program](room.digest, room.name(), written), room.digest.to)
    check(room.digest, became, ASKED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("program", ["thunderbird", "mutt", "k9", "outlook"])
def test_numbers_below_the_whole_are_heard(room: Room, program: str, language: str) -> None:
    written = Written("", f"2: {OK[language]}\n3: {LONG[language]}", language=language)
    became = room.take(OWN[program](room.digest, room.name(), written), room.digest.to)
    check(room.digest, became, {2: OK[language], 3: LONG[language]})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("program", ["thunderbird", "mutt", "gmail", "gmail_page"])
def test_the_one_item_that_was_left_in_the_quote(room: Room, program: str, language: str) -> None:
    kept = ("Chariot 4", str(room.digest.numbers[1]))
    written = Written("", LONG[language], language=language, kept=kept)
    became = room.take(OWN[program](room.digest, room.name(), written), room.digest.to)
    check(room.digest, became, {2: LONG[language]})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("program", ["gmail", "thunderbird", "outlook_page", "k9"])
def test_a_digest_of_one_takes_any_words(room: Room, program: str, language: str) -> None:
    for said in (PLAIN[language], COUNTED[language]):
        raw = OWN[program](room.small, room.name(), Written(said, language=language))
        check(room.small, room.take(raw, room.small.to), {1: said})


def test_there_are_enough_of_them() -> None:
    assert len(TOP) + 2 * len(CLIENTS) + len(list(product(LANGUAGES, range(24)))) >= 250
