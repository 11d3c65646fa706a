"""What is told to us as to a person: `inscrivez moi dans secu`, `message pour quai3 : ...`.

No word of ours opens these, so they count only around the name of a group: the writer's own where
something would be left or written, which is then only asked about.
"""

import re
from collections.abc import Collection

from gateway.core.commands import Activate, Command, Guess, Join, Leave, News, Post, Urgent, Who
from gateway.core.grammar.clean import Said, folded_word
from gateway.core.grammar.keywords import BEFORE_GROUP
from gateway.core.grammar.named import Known, known_group
from gateway.core.grammar.phrases import WHEN
from gateway.core.grammar.rest import Rest, bare_end, group_phrase, text_behind

_ASKED = (
    r"(?:(?:CAN|COULD|WILL|WOULD) (?:YOU|U|I|SOMEONE) (?:PLEASE |PLS |PLZ )?|(?:TU |VOUS )?(?:PEUX|"
    r"PEU|POUVEZ|POURRIEZ|POURRAIS)(?:[\s-](?:TU|VOUS))? |MERCI DE |VEUILLEZ |FAUT |JE (?:VEUX|VEU|"
    r"VOUDRAIS|SOUHAITE) |I (?:WANT|NEED|WOULD LIKE) (?:YOU )?TO (?:BE )?|I'D LIKE TO (?:BE )?)?"
)
_JOINING = re.compile(
    rf"{_ASKED}(?:"
    r"(?:ADD|SIGN|SUBSCRIBE) ME(?: UP)? (?:INTO|IN|ON|TO|FOR)|BE ADDED TO|"
    r"(?:PUT|LET|GET) ME (?:INTO|IN|ON) THE GROUP|"
    r"JE REJOINS LE GROUPE|JE VEUX ENTRER DANS LE GROUPE|"
    r"(?:AJOUT|INSCRI|ABONN)\w*[\s-](?:MOI|M'?)\s?(?:DANS|A|AU|SUR|EN)|"
    r"(?:M'|ME )(?:AJOUT|INSCRI|ABONN)\w* (?:DANS|A|AU|SUR|EN)|"
    r"MET\w*[\s-]MOI (?:DANS|SUR) LE GROUPE"
    r")(?: (?:LE |LA |THE )?GROUPE?)?\s+(?=\S)"
)
_LEAVING = re.compile(
    rf"{_ASKED}(?:"
    r"(?:REMOVE|TAKE|DROP|GET|KICK|UNSUBSCRIBE) ME (?:FROM|OFF|OUT OF|OUT)|UNSUBSCRIBE FROM|"
    r"(?:ENLEV|RETIR|SORT|SUPPRIM|DESINSCRI|DESABONN|VIR)\w*[\s-]MOI (?:DE|DU|D')|"
    r"JE QUITTE|JE SORS (?:DE|DU|D')|I'?M LEAVING|I LEAVE|LEAVING|UNSUBSCRIBE(?: ME)?|"
    r"(?:SE )?(?:DESABONN|DESINSCRI)\w*(?:[\s-]MOI)?(?: DE| DU)?|"
    r"(?:M'|ME )(?:ENLEV|RETIR|SORT|SUPPRIM|DESINSCRI|DESABONN)\w* (?:DE|DU|D')|"
    r"(?:JE (?:NE |N'|N )?VEUX PLUS|J'?EN VEUX PLUS|I (?:DON'?T|DO NOT) WANT|NO MORE|PLUS|STOP)"
    r"(?: (?:LE|LA|THE|GROUPE?|ETRE|DANS|RECEVOIR|AUCUN|DE|DES|DU|LES|MESSAGES?|SMS|TEXTS?|"
    r"NEWS|POSTS|TO|BE|IN|ANY|MORE|FROM|OF)){1,5}"
    r")(?:\s*(?:THE|LA|LE|L')\s?)?(?:\s*GROUPE?)?\s*(?=\S)"
)
_WHO_IS_IN = re.compile(
    r"(?:WHO'?S|WHO IS|WHO ARE|QUI EST|QUI FAIT PARTIE|QUI Y A(?: T IL)?|Y ?A QUI|C QUI|C'EST QUI|"
    r"(?:LES |THE |LIST )?(?:MEMBRES|MEMBERS|GENS))"
    r"(?: (?:IN|OF|DANS|DE|DU|D'|LE|LA|THE|GROUPE?)){1,3}\s+(?=\S)"
)
_HEADING = re.compile(
    r"(?:METS|METTRE|METTEZ|MET|ECRI(?:S|RE|VEZ|T)|POSTE[RZ]?|PUBLIE[RZ]?|ENVOI(?:E|S)?|ENVOYE[RZ]|DIS|DITES|DIRE|PREVIENS|"
    r"PREVENEZ|PREVENIR|TRANSMETS|TRANSMETTRE|FAIS PASSER|PASSE|PASSER|MSG|MESSAGE|MESS|MSGE|"
    r"INFOS?|ANNONCE|NOTE|PUT|SEND|TELL|WRITE|SAY|TEXT|NOTICE|INFORM|LET|A|AU|AUX|POUR|FOR|TO|POST)(?![^\W_])"
    r"(?: (?:UN |CE |A |THIS )?(?:MESSAGE|MSG|MOT|NOTE))?"
)
_TELLING = re.compile(
    r"(?:(?:SEND|WRITE|SAY|ENVOI(?:E|S)?|ENVOYE[RZ]|ECRI(?:S|RE|VEZ))(?= (?:A|AU|AUX|TO|IN|ON|DANS|"
    r"SUR) )|TELL|INFORM|DIS|DITES|DIRE|PREVIENS|PREVENEZ|PREVENIR|AVERTIS|AVERTISSEZ)"
    r"(?: (?:A|AU|AUX|TO|IN|ON|DANS|SUR|LE|LA|LES|THE|GROUPE?)){0,3}\s+(?=\S)"
)
_THAT = re.compile(r"\s+(?:QUE\s+|QU'|THAT\s+)?")
_SAID_THAT = re.compile(r"^(?:que\s+|qu['\u2019]|that\s+)(?=\w)", re.IGNORECASE)
_NEWS = re.compile(
    r"(?:(?:QUOI|KOI) (?:DE|2) NEUF|(?:DU|DES?|LES|D'AUTRES)? ?(?:NEUF|NOUVELLES|NEWS)|ANY NEWS|"
    r"WHAT'?S NEW|WHAT IS NEW|ANYTHING NEW|LATEST|THE NEWS|NOUVEAUX MESSAGES|NEW MESSAGES)"
    r"(?: (?:A|AU|AUX|DE|DU|DES|DANS|CHEZ|SUR|POUR|LE|LA|FROM|IN|ON|FOR|OF|AT|THE|GROUPE?)){0,4}"
    r"\s+(?=\S)"
)
_CODE = re.compile(
    r"(?:(?:VOICI |HERE IS |HERE'?S )?(?:MON |MY |LE |THE )?(?:ACTIVATION |CODE D'ACTIVATION )?CODE"
    r"(?: (?:EST|C'EST|C|IS|D'ACTIVATION))?|ACTIVATION)\s*:?\s+"
    r"(?P<code>(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{4}[\s-]?[A-Z0-9]{2,4})\W*"
)
_PARTED = re.compile(r"\s{0,2}(?::(?!\d)|,\s|\n|\s-+>?\s|>|=)")
_ALARM = re.compile(r"[\s:,!-]{1,4}(?:URGENTE?|URGENCE|ALERTE?)(?![^\W_])[\s:,!-]*")
_POST = re.compile(r"[\s:,]{1,3}P[\s:]\s*(?=\S)")
_FILLER = re.compile(r"\s+([^\W\d_]+)")
_MOST_FILLERS = 4
_MOST_WORDS = 2

_NO_GROUP = WHEN | {
    *("LIST", "LISTE", "ROTA", "PLANNING", "TEAM", "EQUIPE", "LOOP", "COPIE", "CONGE", "CONGES"),
    *("REPOS", "RETARD", "SHIFT", "WEEKEND", "ABSENT", "MALADE", "LATE", "OVERTIME", "HEURES"),
}
"""What people are put on that is no group."""


def told(said: Said, start: int, groups: Collection[str]) -> Command | None:
    """What is asked of us as of a person."""
    return (
        _leaving(said, start, groups)
        or _joining(said, start, groups)
        or _who(said, start, groups)
        or _news(said, start, groups)
        or _posting(said, start, groups)
        or _code(said, start)
        or _reordered(said, start, groups)
    )


def without_that(text: str) -> str:
    """`post to quai3 that the gate is shut` tells what to write there."""
    return _SAID_THAT.sub("", text) or text


def _leaving(said: Said, start: int, groups: Collection[str]) -> Command | None:
    form = _LEAVING.match(said.folded, start)
    name = _own_to_the_end(said, form.end(), groups) if form else ""
    return Guess(Leave(name), said.words(start, len(said.folded))) if name else None


def _joining(said: Said, start: int, groups: Collection[str]) -> Command | None:
    form = _JOINING.match(said.folded, start)
    if not form or not said.whole:
        return None
    name = group_phrase(Rest(said, form.end(), False, groups))
    words = folded_word(name).split()
    if not words or len(words) > _MOST_WORDS or _NO_GROUP.intersection(words):
        return None
    return Join(name)


def _who(said: Said, start: int, groups: Collection[str]) -> Command | None:
    form = _WHO_IS_IN.match(said.folded, start)
    name = _own_to_the_end(said, form.end(), groups) if form else ""
    return Who(name) if name else None


def _news(said: Said, start: int, groups: Collection[str]) -> Command | None:
    form = _NEWS.match(said.folded, start)
    name = _own_to_the_end(said, form.end(), groups) if form else ""
    return News(name) if name else None


def _code(said: Said, start: int) -> Command | None:
    form = _CODE.fullmatch(said.folded, start, bare_end(said.folded, start))
    if not form:
        return None
    code = said.words(form.start("code"), form.end("code"))
    return Guess(Activate("".join(code.split())), said.words(start, form.end("code")))


def _posting(said: Said, start: int, groups: Collection[str]) -> Command | None:
    if telling := _TELLING.match(said.folded, start):
        known = known_group(said, telling.end(), groups)
        that = _THAT.match(said.folded, known.end) if known else None
        if known and that and said.text(that.end()):
            return Guess(Post(known.name, said.text(that.end())), said.words(start, known.end))
    form = _HEADING.match(said.folded, start)
    known = _behind_fillers(said, form.end(), groups) if form else None
    if not known or not _PARTED.match(said.folded, known.end):
        return None
    text = text_behind(said, known.end)
    return Guess(Post(known.name, text), said.words(start, known.end)) if text else None


def _reordered(said: Said, start: int, groups: Collection[str]) -> Command | None:
    """`secu urgent ...`, `secu P ...`: the words of an alert or a post in another order."""
    known = known_group(said, start, groups)
    if known and (letter := _POST.match(said.folded, known.end)):
        return Guess(Post(known.name, said.text(letter.end())), said.words(start, letter.end()))
    sign = _ALARM.match(said.folded, known.end) if known else None
    if not known or not sign:
        return None
    text = said.text(sign.end())
    return Guess(Urgent(known.name, text), said.words(start, sign.end())) if text else None


def _own_to_the_end(said: Said, start: int, groups: Collection[str]) -> str:
    """The writer's own group, if it is all that stands from here on."""
    if not said.whole:
        return ""
    known = known_group(said, start, groups, bare_end(said.folded, start))
    return known.name if known else ""


def _behind_fillers(said: Said, start: int, groups: Collection[str]) -> Known | None:
    for _ in range(_MOST_FILLERS):
        if known := known_group(said, start, groups):
            return known
        filler = _FILLER.match(said.folded, start)
        if not filler or filler[1] not in BEFORE_GROUP | {"POUR", "FOR", "CHEZ", "AVEC"}:
            return None
        start = filler.end()
    return known_group(said, start, groups)
