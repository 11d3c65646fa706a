"""Answers to a digest, cut by the text we sent: above, below, between its lines, in any client."""

from collections.abc import Callable

import pytest

from gateway.channels.email.reply import Extract, extract, extract_reply
from tests.support.digest_mails import (
    BLOCK,
    DIGESTS,
    FIRST,
    SECOND,
    TOP,
    apple_html,
    gmail_html,
    gmail_plain,
    lines_of,
    message,
    outlook_html,
    outlook_plain,
    thunderbird_plain,
    unknown_client,
)

Client = Callable[..., bytes]
CLIENTS: list[Client] = [
    gmail_plain,
    thunderbird_plain,
    outlook_plain,
    outlook_html,
    gmail_html,
    apple_html,
]
each = pytest.mark.parametrize("language", sorted(DIGESTS))
clients = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)


def words(text: str) -> list[str]:
    return text.split()


@each
@clients
def test_an_answer_above_the_digest_arrives_alone(client: Client, language: str) -> None:
    raw = client(language, lines_of(language, {}), TOP[language])
    assert extract_reply(raw, DIGESTS[language]) == TOP[language]
    assert extract_reply(raw) == TOP[language]  # and so it does when we no longer know what we sent


@each
@clients
def test_an_answer_below_the_digest_arrives_alone(client: Client, language: str) -> None:
    raw = client(language, lines_of(language, {}), "", TOP[language])
    assert extract_reply(raw, DIGESTS[language]) == TOP[language]


@each
@clients
def test_answers_between_the_lines_are_found_under_their_items(
    client: Client, language: str
) -> None:
    answers = {"1413": FIRST[language], "1426": SECOND[language]}
    got = extract(client(language, lines_of(language, answers), TOP[language]), DIGESTS[language])
    assert words(got.reply) == words("\n".join([TOP[language], FIRST[language], SECOND[language]]))
    sent = DIGESTS[language].split("\n")
    under = [
        (sent[a.under][:4] if a.under is not None else None, words(a.text)) for a in got.answers
    ]
    assert under == [
        (None, words(TOP[language])),
        ("1413", words(FIRST[language])),
        ("1426", words(SECOND[language])),
    ]
    assert got.aligned


@each
@pytest.mark.parametrize(
    "client", [gmail_plain, thunderbird_plain, gmail_html, apple_html], ids=lambda c: c.__name__
)
def test_marked_quotes_need_no_sent_text(client: Client, language: str) -> None:
    answers = {"1413": FIRST[language], "1426": SECOND[language]}
    got = extract_reply(client(language, lines_of(language, answers), TOP[language]))
    assert words(got) == words("\n".join([TOP[language], FIRST[language], SECOND[language]]))


@each
def test_a_header_in_an_unknown_language_is_cut_by_what_was_sent(language: str) -> None:
    rows = lines_of(language, {"1426": SECOND[language]})
    got = extract_reply(unknown_client(language, rows, TOP[language]), DIGESTS[language])
    assert words(SECOND[language])[0] in words(got)
    for line in DIGESTS[language].split("\n"):
        assert not line or line not in " ".join(words(got))


@each
def test_a_number_alone_between_the_items_is_an_answer(language: str) -> None:
    rows = lines_of(language, {"1413": "1426"})
    got = extract(outlook_plain(language, rows, "ok"), DIGESTS[language])
    assert [answer.text for answer in got.answers] == ["ok", "1426"]


def test_words_of_the_digest_in_an_answer_stay() -> None:
    said = "La panne du chariot 7 est réparée, le planning de lundi me va."
    assert extract_reply(message(said), DIGESTS["fr"]) == said


def test_repeating_one_line_of_the_digest_is_an_answer() -> None:
    assert extract_reply(message("Planning de lundi"), DIGESTS["fr"]) == "Planning de lundi"


def test_what_was_cut_is_kept_with_its_reason() -> None:
    got = extract(gmail_plain("fr", lines_of("fr", {}), TOP["fr"]), DIGESTS["fr"])
    assert {cut.kind for cut in got.cut} == {"header", "quote"}
    everything = " ".join(cut.text for cut in got.cut)
    assert "Panne du chariot 7" in everything
    assert "a écrit" in everything


@each
@clients
def test_a_digest_sent_back_untouched_says_nothing(client: Client, language: str) -> None:
    """A photo came with it, or a finger slipped: our own words are not an answer."""
    got = extract(client(language, lines_of(language, {}), ""), DIGESTS[language])
    assert got.reply == ""
    assert got.cut


@each
def test_a_quote_in_part_is_enough(language: str) -> None:
    some = "\n".join(f"> {line}" for line in DIGESTS[language].split("\n")[5:7])
    assert extract_reply(message(f"{some}\n{TOP[language]}"), DIGESTS[language]) == TOP[language]


def test_an_older_mail_below_ours_goes_too() -> None:
    older = (
        "\n\nDe : Paul <paul@example.org>\nEnvoyé : jeudi 2 mai 2024 09:00\nÀ "
        ": Quai B\nObjet : x\n\nUn vieux texte."
    )
    raw = outlook_plain("fr", lines_of("fr", {"1413": FIRST["fr"]}), TOP["fr"], older)
    got = extract_reply(raw, DIGESTS["fr"])
    assert words(got) == words(TOP["fr"] + " " + FIRST["fr"])


def test_what_extract_gives_is_a_value() -> None:
    assert extract(message("ok"), "autre chose de tout différent") == Extract(
        "ok", answers=(extract(message("ok")).answers[0],)
    )


SENT = "\n".join(
    [
        "1413. Panne du chariot 7 au quai",
        "Oui",
        "1426. Planning de lundi pour le matin",
        "1439. Casiers à vider avant vendredi 18 h",
        "Répondez sous une ligne de ce message",
    ]
)


def unmarked(*rows: str) -> bytes:
    return message("\n".join(["Vu.", "", *BLOCK["fr"], "", *rows]))


def answers(*rows: str) -> list[tuple[str, int | None]]:
    return [(answer.text, answer.under) for answer in extract(unmarked(*rows), SENT).answers]


def test_the_number_of_the_item_below_is_an_answer_too() -> None:
    one, short, two, three, end = SENT.split("\n")
    assert answers(one, short, "1426", two, three, end) == [("Vu.", None), ("1426", 1)]


def test_a_short_line_of_ours_below_an_answer_is_ours() -> None:
    one, short, two, three, end = SENT.split("\n")
    assert answers(one, "Réparé", short, two, three, end) == [("Vu.", None), ("Réparé", 0)]


def test_a_line_that_a_client_changed_is_still_ours() -> None:
    one, short, two, _, end = SENT.split("\n")
    changed = "1439 [Casiers] à vider d'ici vendredi 18h"
    assert answers(one, short, two, changed, end) == [("Vu.", None)]
    assert answers(one, short, two, "C'est noté pour moi", end) == [
        ("Vu.", None),
        ("C'est noté pour moi", 2),
    ]
