"""Letters of our languages in GSM-7, other scripts left alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.sms.segments import GSM_CHARACTERS, measure
from gateway.channels.sms.transliterate import for_gsm7, whole

KEPT = "àæéèùüÇÉÆÜñÑäöÄÖßøØåÅìò¿¡§@£$¥€"

LETTERS = {
    "fr": ("âçêëîïôœûÿÀÂÈÊËÎÏÔŒÙÛŸ", "aceeiiooeuyAAEEEIIOOEUUY"),
    "es": ("áíóúÁÍÓÚªº", "aiouAIOUao"),
    "de": ("ẞ„“‚", 'SS""\''),
    "pt": ("áâãçêíóôõúÁÂÃÊÍÓÔÕÚÀ", "aaaceiooouAAAEIOOOUA"),
    "pl": ("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ"),
    "tr": ("çğışİĞŞâîû", "cgisIGSaiu"),
    "ro": ("ăâîșțşţĂÂÎȘȚŞŢ", "aaiststAAISTST"),
}


@pytest.mark.parametrize("language", LETTERS)
def test_every_letter_of_a_language_is_sent_as_its_plain_one(language: str) -> None:
    letters, plain = LETTERS[language]
    assert for_gsm7(letters) == plain


def test_what_gsm_has_stays() -> None:
    assert for_gsm7(KEPT) == KEPT


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("« Quai\u00a03 »\u202f: c’est fini…", '"Quai 3" : c\'est fini...'),
        ("l\u2019œuf – 2\u00a0° étage", "l'oeuf - 2  deg étage"),
        ("quai n°4, il fait 30 °C", "quai no4, il fait 30 C"),
        ("a\tb\r\nc\rd", "a b\nc\nd"),
        ("co\u00adop\u200b", "coop"),
        ("palette cassée", "palette cassée"),
        ("e\u0301te\u0301 ✓", "été ✓"),
    ],
)
def test_typography(written: str, sent: str) -> None:
    assert for_gsm7(written) == sent


@pytest.mark.parametrize(
    "text", ["الرصيف ٣ مغلق", "Причал 3 зачинено", "ça arrive 😀 à l’œil", "月台", "Αθήνα"]
)
def test_what_gsm_cannot_write_stays_whole(text: str) -> None:
    assert for_gsm7(text) == unicodedata.normalize("NFC", text)
    assert measure(for_gsm7(text)).encoding == "UCS-2"


def test_surrogates_are_joined_or_replaced() -> None:
    assert whole("\ud83d\ude00") == "😀"
    assert whole("a\ud83db") == "a\ufffdb"


@given(st.text(st.characters() | st.sampled_from("çêœ’…\u00a0ł\ud83d"), max_size=200))
def test_is_gsm7_or_as_it_was_written(text: str) -> None:
    sent = for_gsm7(text)
    assert for_gsm7(sent) == sent
    sent.encode("utf-8")
    written = unicodedata.normalize("NFC", whole(text).replace("\r\n", "\n").replace("\r", "\n"))
    assert sent == written or GSM_CHARACTERS.issuperset(sent)
