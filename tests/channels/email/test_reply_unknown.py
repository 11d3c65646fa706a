"""Languages that are in no table: what is built like a header is one, whatever its words say.

Three languages are invented here, and the known ones are read without any table.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

import pytest

from gateway.channels.email.reply import attributions, blocks, extract, extract_reply, headers
from tests.channels.email.clients import phrases
from tests.channels.email.clients.layouts import CLIENTS
from tests.channels.email.clients.markup import MARKUP
from tests.channels.email.clients.setting import Setting

QUOTE = "Hello everybody,\n\nWho can come on Thursday?\n\nAnn"
MARKED = "\n".join(f"> {row}".rstrip() for row in QUOTE.split("\n"))

# Attributions, a header block and what was said, of three languages that nobody speaks.
INVENTED = {
    "zembla": {
        "said": "Hrokk, val at besternd.\n\nFirm mal tok?",
        "lines": (
            "Vek lunno, 13. zebr 2025 ad 10:12, Ann Martin <ann@example.org> skrivto:",
            "Vek 13/02/2025 10:12 tok Ann Martin <ann@example.org> uskrogh:",
            "Ann Martin <ann@example.org> oskrive (13.02.2025, 10:12):",
            "2025-02-13 10:12, Ann Martin <ann@example.org>:",
        ),
        "marked": ("Vek 13/02/2025 10:12 tok Ann Martin skrivto:", "Ann <ann@x.org> skrivto:"),
        "labels": ("Od-vek", "Senda", "Vurt", "Ajmo"),
    },
    "orcine": {
        "said": "Глурк тамо.",
        "lines": (
            "Вект 13 жебрала 2025, 10:12 Ann Martin <ann@example.org> глаголе:",
            "13.02.2025 у 10:12 Ann Martin <ann@example.org> глаголе тако:",
        ),
        "marked": ("13.02.2025 10:12, Ann Martin глаголе:",),
        "labels": ("Одкле", "Пустено", "Коме вект", "Глава"),
    },
    "sindar": {
        "said": "ꦲꦏ꧀ꦱꦫ ok",
        "lines": ("ꦠꦁꦒꦭ꧀ 13 ꦥꦺꦧ 2025 10:12 Ann Martin <ann@example.org> ꦚꦼꦫꦠ꧀:",),
        "marked": ("ꦠꦁꦒꦭ꧀ 13/2/2025 10:12 Ann Martin ꦚꦼꦫꦠ꧀:",),
        "labels": ("ꦱꦏ", "ꦏꦶꦫꦶꦩ꧀", "ꦏꦁꦒꦺꦴ", "ꦧꦧ꧀"),
    },
}  # fmt: skip


def message(text: str) -> bytes:
    return b"From: w@example.net\nContent-Type: text/plain; charset=utf-8\n\n" + text.encode()


def attributed() -> Iterator[tuple[str, str, str]]:
    for name, words in INVENTED.items():
        said = str(words["said"])
        for line, quote in itertools.product(words["lines"], (QUOTE, MARKED)):
            yield name, said, f"{line}\n\n{quote}"
        for line in words["marked"]:
            yield name, said, f"{line}\n{MARKED}"


@pytest.mark.parametrize(("name", "said", "rest"), list(attributed()))
def test_an_attribution_in_an_invented_language(name: str, said: str, rest: str) -> None:
    assert extract_reply(message(f"{said}\n\n{rest}\n")) == said
    got = extract(message(f"{said}\n\n-- \nJean\n\n{rest}\n"))
    assert got.reply == said
    if MARKED in rest:
        assert extract_reply(message(f"{rest}\n\n{said}\n")) == said


@pytest.mark.parametrize(
    "rule", ["", "________________________________\n", "---- Zork vlip ----\n"]
)
@pytest.mark.parametrize("name", INVENTED)
def test_a_header_block_in_an_invented_language(name: str, rule: str) -> None:
    labels, said = INVENTED[name]["labels"], str(INVENTED[name]["said"])
    values = ("Ann Martin <ann@example.org>", "13.02.2025 10:12", "Jean <j@example.org>", "Press")
    block = "\n".join(f"{label}: {value}" for label, value in zip(labels, values, strict=True))
    assert extract_reply(message(f"{said}\n\n{rule}{block}\n\n{QUOTE}\n")) == said
    bold = "\n".join(f"*{label}:* {value}" for label, value in zip(labels, values, strict=True))
    assert extract_reply(message(f"{said}\n\n{rule}{bold}\n\n{QUOTE}\n")) == said


FORMS = [
    "Name: Jean Dupont|Email: jean@example.org|Date: 13/02/2025 10:12|Hall: 2",
    "Shift: late|Date: 13/02/2025 22:00|Place: hall 2|Contact: Ann <ann@example.org>",
    "Oui : 3|Non : 2|Absents : Paul <p@example.org>|Fait le : 13/02/2025 10:12",
    "From: dock B|To: dock C|When: 13/02/2025 10:12|What: 3 pallets",
    "On 13/02/2025 at 10:12 the press stopped:||- no oil",
    "De : quai B|À : quai C|Objet : 3 palettes",
    "Le 13 février 2025, Paul a écrit au client :|il n'a pas répondu.",
    "Here is the code:||From: x|To: y|Subject: z||It fails.",
    "Ann <ann@example.org> knows more:|ask her.",
    "10:12 - Ann: hello|10:13 - Paul: hi",
    "[13/02/2025 10:12] Ann: hello|[13/02/2025 10:13] Paul: hi",
    "2025-02-13 10:12 Start|2025-02-13 10:15 Error: no oil",
    '>>> print("x")|x',
    "> 30 kg|> 40 kg||Both are too heavy.",
    "Please take me off the mailing list.",
]


@pytest.mark.parametrize("form", FORMS)
def test_what_people_type_in_the_form_of_a_header_stays(form: str) -> None:
    text = form.replace("|", "\n")
    assert extract_reply(message(text)) == text
    assert extract_reply(message(f"Hello Ann,\n\n{text}\n\nJean")).startswith(
        f"Hello Ann,\n\n{text}"
    )


# -- without any table ----------------------------------------------------------------------

NEVER = re.compile(r"(?!)")
NO_WORDS: dict[ModuleType, dict[str, object]] = {
    attributions: {"VERB": NEVER, "_VERB_LAST": NEVER, "STARTS": frozenset()},
    headers: {"VERB": NEVER, "_PHRASES": {}, "_ORIGINAL_WORD": NEVER, "_FORWARD_WORD": NEVER},
    blocks: {"_ROLES": {}},
}
BUILT = {
    "gmail": 0.95, "gmail-android": 0.85, "apple": 0.95, "iphone": 0.95, "thunderbird": 0.95,
    "yahoo": 0.85, "outlook": 0.95, "outlook-original": 0.95, "outlook-web": 0.95,
    "outlook-bold": 0.95, "outlook-phone": 0.95, "aol": 0.95, "windows-mail": 0.95,
}  # fmt: skip
"""What is still right when no word of any language is known, as a language of no table fares."""


@pytest.fixture
def no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, names in NO_WORDS.items():
        for name, nothing in names.items():
            monkeypatch.setattr(module, name, nothing)


@pytest.mark.usefixtures("no_words")
@pytest.mark.parametrize("name", BUILT)
def test_a_client_is_known_by_its_build(name: str) -> None:
    right = 0
    for language in phrases.SAID:
        said = phrases.SAID[language][2]
        sent = CLIENTS[name](Setting(language, said))
        if name in ("iphone", "outlook-phone"):
            sent = replace(
                sent, plain=sent.plain.replace(f"\n{Setting(language, said).phone}\n", "")
            )
        right += extract_reply(message(sent.plain)) == said
    assert right >= BUILT[name] * len(phrases.SAID)


# -- without any mark -----------------------------------------------------------------------

NAMES = re.compile(
    r"\s(?:class|id|name|style|type|cite|data-\w+|tabindex|dir|align|face|size|color)="
    r"(?:\"[^\"]*\"|'[^']*'|[^\s>]+)"
)
TAGS = re.compile(r"</?(?:blockquote|hr)\b[^>]*>")
LOST_ALL = {name: make for name, make in {**MARKUP, **CLIENTS}.items() if name != "html-orange"}
"""Orange types its marks into the text besides: one line of them stays when the tags are gone."""


@pytest.mark.parametrize("language", ["fr", "en", "de", "ru", "ja", "pl", "ar"])
def test_html_whose_names_and_tags_were_lost_on_the_way(language: str) -> None:
    said = phrases.SAID[language][2]
    for name, make in LOST_ALL.items():
        page = NAMES.sub("", make(Setting(language, said)).html)
        for body in (page, TAGS.sub("<br>", page)) if page else ():
            raw = f"From: j@example.org\nContent-Type: text/html; charset=utf-8\n\n{body}"
            assert extract_reply(raw.encode()).split() == said.split(), name
