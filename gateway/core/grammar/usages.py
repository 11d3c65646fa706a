"""How each command is written, for help texts, the documentation and tests that try them all."""

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("fr", "en")
"""The languages with words of their own; the last is what all others are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One command: its usage lines and one message that means it, by language."""

    name: str
    usages: Mapping[str, tuple[str, ...]]
    examples: Mapping[str, str]


def _row(name: str, fr: tuple[str, ...], en: tuple[str, ...], *examples: str) -> Row:
    return Row(name, {"fr": fr, "en": en}, {"fr": examples[0], "en": examples[-1]})


TABLE: tuple[Row, ...] = (
    _row("help", ("AIDE", "?"), ("COMMANDS", "H"), "AIDE", "COMMANDS"),
    _row("news", ("NEUF [groupe]",), ("NEWS [group]",), "NEUF {group}", "NEWS {group}"),
    _row("more", ("SUITE",), ("MORE", "NEXT"), "SUITE", "MORE"),
    _row("read", ("L1413", "LIRE 1413"), ("L1413", "READ 1413"), "LIRE {number}", "READ {number}"),
    _row(
        "post",
        ("P groupe texte", "PUBLIER groupe texte"),
        ("P group text", "POST group text"),
        *(
            "P {group} Le camion de 14h arrive au portail",
            "P {group} The 2 pm truck is at the gate",
        ),
    ),
    _row(
        "reply",
        ("R1413 texte", "1413 texte", "REPONDRE 1413 texte"),
        ("R1413 text", "1413 text", "REPLY 1413 text"),
        *("R{number} Je m'en occupe", "R{number} I'll see to it"),
    ),
    _row(
        "thanks",
        ("1413 +", "MERCI 1413", "BRAVO 1413"),
        ("1413 +", "THANKS 1413"),
        *("MERCI {number}", "THANKS {number}"),
    ),
    _row("groups", ("GROUPES [mot]",), ("GROUPS [word]",), "GROUPES", "GROUPS"),
    _row(
        "join",
        ("REJOINDRE groupe", "ENTRER groupe"),
        ("JOIN group",),
        *("REJOINDRE {group}", "JOIN {group}"),
    ),
    _row(
        "leave",
        ("QUITTER groupe", "SORTIR groupe", "STOP groupe"),
        ("LEAVE group", "STOP group"),
        *("QUITTER {group}", "LEAVE {group}"),
    ),
    _row("who", ("QUI groupe", "QUI mot"), ("WHO group", "WHO word"), "QUI {group}", "WHO {group}"),
    _row("find", ("CHERCHE mot",), ("FIND word",), "CHERCHE palette", "FIND pallet"),
    _row("pause", ("PAUSE 8",), ("MUTE 8",), "PAUSE 8", "MUTE 8"),
    _row("resume", ("REPRISE",), ("UNMUTE",), "REPRISE", "UNMUTE"),
    _row("time", ("HEURE 18",), ("TIME 18",), "HEURE 18", "TIME 18"),
    _row(
        "rhythm",
        ("RYTHME jour", "RYTHME semaine", "RYTHME poste", "RYTHME chaque", "RYTHME jamais"),
        ("RHYTHM day", "RHYTHM week", "RHYTHM shift", "RHYTHM each", "RHYTHM never"),
        *("RYTHME semaine", "RHYTHM week"),
    ),
    _row("page", ("PAGE 2",), ("PAGE 2",), "PAGE 2"),
    _row("language", ("FRANCAIS", "ENGLISH"), ("ENGLISH", "FRANCAIS"), "FRANCAIS", "ENGLISH"),
    _row("me", ("MOI",), ("STATUS",), "MOI", "STATUS"),
    _row("code", ("CODE",), ("CODE",), "CODE"),
    _row("undo", ("ANNULE",), ("UNDO",), "ANNULE", "UNDO"),
    _row("confirm", ("OUI",), ("SURE",), "OUI", "SURE"),
    _row("decline", ("NON",), ("NO",), "NON", "NO"),
    _row(
        "urgent",
        ("URGENT groupe texte",),
        ("ALERT group text",),
        *("URGENT {group} Fuite de gaz, sortez", "ALERT {group} Gas leak, get out"),
    ),
    _row("activate", ("ACTIVER code",), ("ACTIVATE code",), "ACTIVER K7P2QD", "ACTIVATE K7P2QD"),
    _row("stop", ("STOP", "ARRET"), ("STOP",), "STOP"),
    _row("start", ("START", "REPRENDRE"), ("START",), "START"),
)
"""The commands in the order in which they are shown."""

_BY_NAME: Mapping[str, Row] = {row.name: row for row in TABLE}


def usages(name: str, language: str) -> tuple[str, ...]:
    """Every way to write the command `name`. Raises `KeyError` where there is none so called."""
    return _BY_NAME[name].usages[_offered(language)]


def usage(name: str, language: str) -> str:
    """The first way to write the command `name`, for a short text."""
    return usages(name, language)[0]


def example(name: str, language: str, group: str, number: int) -> str:
    """One message that means the command `name`, about this group and this post."""
    return _BY_NAME[name].examples[_offered(language)].format(group=group, number=number)


def _offered(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[-1]
