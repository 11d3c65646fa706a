"""Slips of every kind, made from canonical messages: what fingers, phones and manners add.

`CANON` holds one message a command, in each language; each maker in `MAKERS` gives forms of one
that somebody in a hurry, on an old phone or with manners would send. What they mean is known, for
it is what the canonical message means.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gateway.core.commands import Command
from gateway.core.grammar import parse

ROWS = ("AZERTYUIOP", "QSDFGHJKLM", "WXCVBN", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
KEYS = ("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "fr": ("quai3", "secu", "equipe-nuit", "caristes"),
    "en": ("dock3", "safety", "night-shift", "drivers"),
}
CANON: Mapping[str, tuple[str, ...]] = {
    "fr": (
        *("AIDE", "NEUF", "NEUF {g}", "SUITE", "L1466", "LIRE 1466", "MERCI 1466", "BRAVO 1466"),
        *("P {g} la rampe est glissante", "PUBLIER {g} la rampe est glissante"),
        *("R1466 je m'en occupe", "1466 je m'en occupe", "REPONDRE 1466 je m'en occupe"),
        *("GROUPES", "REJOINDRE foot", "QUITTER {g}", "STOP {g}", "QUI {g}", "CHERCHE badge"),
        *("PAUSE 8", "REPRISE", "HEURE 18", "RYTHME jour", "FRANCAIS", "MOI", "CODE", "ANNULE"),
        *("OUI", "NON", "URGENT {g} fuite de gaz", "ACTIVER K7P2QD", "STOP", "START"),
    ),
    "en": (
        *("COMMANDS", "NEWS", "NEWS {g}", "MORE", "L1466", "READ 1466", "THANKS 1466"),
        *("P {g} the ramp is icy", "POST {g} the ramp is icy"),
        *("R1466 I will see to it", "1466 I will see to it", "REPLY 1466 I will see to it"),
        *("GROUPS", "JOIN football", "LEAVE {g}", "STOP {g}", "WHO {g}", "FIND badge"),
        *("MUTE 8", "UNMUTE", "TIME 18", "RHYTHM day", "ENGLISH", "STATUS", "CODE", "UNDO"),
        *("SURE", "NO", "ALERT {g} gas leak", "ACTIVATE K7P2QD", "STOP", "START"),
    ),
}
BEFORE: Mapping[str, tuple[str, ...]] = {
    "fr": ("bonjour ", "Salut, ", "slt ", "svp ", "Bonsoir chef ", "Fwd: ", "👋 ", "bjr svp : "),
    "en": ("hi ", "Hello, ", "please ", "Morning all, ", "hey team ", "Fwd: ", "👋 ", "pls "),
}
BEHIND: Mapping[str, tuple[str, ...]] = {
    "fr": (
        " svp",
        " stp merci",
        " s'il vous plait",
        ", merci",
        " !",
        " merci d'avance",
        " 🙏",
        ".",
    ),
    "en": (" please", " pls", " thanks", ", thank you", " !!", " cheers", " 🙏", "."),
}
SIGHS: Mapping[str, tuple[str, ...]] = {
    "fr": ("oups ", "Pardon, ", "désolé ", "euh ", "oups désolé "),
    "en": ("oops ", "Sorry, ", "sorry ", "um ", "oops sorry "),
}
REASONS: Mapping[str, tuple[str, ...]] = {
    "fr": (
        *(" svp je suis en repos", ", je suis plus sur ce poste", " svp. Karim", "\nKarim Benali"),
        *(" stp c'est trop pour moi", " merci je dors la"),
    ),
    "en": (
        *(
            " please I am on days now",
            ", I am not on that shift",
            " please. Pawel",
            "\nPawel Nowak",
        ),
        *(" pls its too much for me", " thanks im asleep then"),
    ),
}
SIGNATURES = ("\nEnvoyé de mon iPhone", "\n-- \nKarim", "\nSent from my Nokia")
ALONE = frozenset({"P", "R", "L"})


@dataclass(frozen=True)
class Slip:
    """A message with a slip, and the canonical one that was meant."""

    text: str
    language: str
    canonical: str
    groups: tuple[str, ...]

    @property
    def meant(self) -> Command:
        return parse(self.canonical, self.language, self.groups)

    @property
    def heard(self) -> Command:
        return parse(self.text, self.language, self.groups)


Maker = Callable[[str, str, random.Random], Iterator[str]]


def slips(maker: Maker, seed: int = 8) -> Iterator[Slip]:
    """Every canonical message of every language with the slips of one kind."""
    chance = random.Random(seed)
    for language, messages in CANON.items():
        groups = GROUPS[language]
        for message in messages:
            for group in groups if "{g}" in message else groups[:1]:
                canonical = message.format(g=group)
                made = {text for text in maker(canonical, language, chance) if text != canonical}
                for text in sorted(made):
                    yield Slip(text, language, canonical, groups)


def _parts(message: str) -> tuple[str, str]:
    verb, blank, rest = message.partition(" ")
    return verb, blank + rest


def _verb(message: str) -> tuple[str, str] | None:
    """The verb, where it is a word of letters that can be written with a slip."""
    verb, rest = _parts(message)
    return (verb, rest) if verb.isalpha() and verb not in ALONE else None


def lost(message: str, language: str, chance: random.Random) -> Iterator[str]:
    if found := _verb(message):
        for place in range(len(found[0])):
            yield found[0][:place] + found[0][place + 1 :] + found[1]


def doubled(message: str, language: str, chance: random.Random) -> Iterator[str]:
    if found := _verb(message):
        for place in range(len(found[0])):
            yield found[0][: place + 1] + found[0][place:] + found[1]


def swapped(message: str, language: str, chance: random.Random) -> Iterator[str]:
    if found := _verb(message):
        verb, rest = found
        for place in range(len(verb) - 1):
            yield verb[:place] + verb[place + 1] + verb[place] + verb[place + 2 :] + rest


def neighbour(message: str, language: str, chance: random.Random) -> Iterator[str]:
    """A letter beside the right one, on a keyboard or on the same key of a phone."""
    if found := _verb(message):
        verb, rest = found
        for place, letter in enumerate(verb):
            for other in chance.sample(sorted(_beside(letter)), 2):
                yield verb[:place] + other + verb[place + 1 :] + rest


def _beside(letter: str) -> set[str]:
    near = {
        row[row.index(letter) + step]
        for row in ROWS
        for step in (-1, 1)
        if letter in row and 0 <= row.index(letter) + step < len(row)
    }
    return near | {other for key in KEYS if letter in key for other in key} - {letter}


def glued(message: str, language: str, chance: random.Random) -> Iterator[str]:
    yield "".join(_parts(message)).replace(" ", "", 1)


def parted(message: str, language: str, chance: random.Random) -> Iterator[str]:
    found = _verb(message)
    if found and len(found[0]) > 4:
        for place in range(2, len(found[0]) - 1):
            yield f"{found[0][:place]} {found[0][place:]}{found[1]}"


def loud(message: str, language: str, chance: random.Random) -> Iterator[str]:
    """The last letter of a lone word held down."""
    if message.isalpha():
        yield message + message[-1]
        yield message + message[-1] * 3


def cased(message: str, language: str, chance: random.Random) -> Iterator[str]:
    yield from (message.lower(), message.capitalize(), message.upper())


def arabic(message: str, language: str, chance: random.Random) -> Iterator[str]:
    yield message.translate({ord(str(digit)): chr(0x660 + digit) for digit in range(10)})


def quoted(message: str, language: str, chance: random.Random) -> Iterator[str]:
    yield from (f'"{message}"', f"« {message} »", f"({message})", f"'{message}'")


def marked(message: str, language: str, chance: random.Random) -> Iterator[str]:
    """A mark between the verb and what it takes, or behind."""
    verb, rest = _parts(message)
    if rest:
        yield from (f"{verb}:{rest}", f"{verb} :{rest}", f"{verb}.{rest}", f"{verb} -{rest}")
    yield from (f"{message}." if not rest else f"{verb} {rest}", f" {message} ")


def polite(message: str, language: str, chance: random.Random) -> Iterator[str]:
    yield from (before + message for before in BEFORE[language])


def thanked(message: str, language: str, chance: random.Random) -> Iterator[str]:
    """Only behind what takes no text: there, a please belongs to the text."""
    if takes_no_text(message):
        yield from (message + behind for behind in BEHIND[language])


def sighed(message: str, language: str, chance: random.Random) -> Iterator[str]:
    yield from (sigh + message for sigh in SIGHS[language])


def explained(message: str, language: str, chance: random.Random) -> Iterator[str]:
    """A reason or a name behind what is whole without it."""
    if takes_no_text(message) and len(_parts(message)[1]) > 1 and "1466" not in message:
        yield from (message + reason for reason in REASONS[language])


def signed(message: str, language: str, chance: random.Random) -> Iterator[str]:
    yield from (message + signature for signature in SIGNATURES)


def takes_no_text(message: str) -> bool:
    return len(message.split()) < 3


MAKERS: Mapping[str, Maker] = {
    maker.__name__: maker
    for maker in (
        *(lost, doubled, swapped, neighbour, glued, parted, loud, cased, arabic, quoted, marked),
        *(polite, thanked, sighed, explained, signed),
    )
}
