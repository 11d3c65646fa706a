"""What people ask us in a sentence of their own, as data: whole messages and nothing beside them.

Each pattern is matched with the whole message, folded, its marks made blanks and greetings, please
and thanks taken away. What stands here shows something to its writer or asks first: a colleague who
was really meant loses nothing by it.
"""

import re
from collections.abc import Mapping
from functools import cache

from gateway.core.commands import (
    Command,
    Confirm,
    Decline,
    Groups,
    Guess,
    Help,
    KioskCode,
    Language,
    Me,
    More,
    News,
    Pause,
    Resume,
    Start,
    Undo,
)
from gateway.core.grammar.phrases import OTHER_LANGUAGES

_WISH = (
    r"(?:(?:JE (?:VEUX|VEU|VOUDRAIS|VOUDRAI|PEUX|CHERCHE)|PUIS JE|ON PEUT|TU PEUX|PEUX TU|VOUS "
    r"POUVEZ|POUVEZ VOUS|DONNE[RZ]?(?: MOI)?|ENVOI[ER]?(?: MOI)?|ENVOYE[RZ](?: MOI)?|VOIR|LIRE|"
    r"MONTRE[RZ]?(?: MOI)?|AFFICHE[RZ]?|IL ME FAUT|BESOIN D(?:E|U)?|J AI BESOIN D(?:E|U)?|CAN I|"
    r"COULD I|CAN YOU|COULD YOU|I WANT(?: TO)?|I WANNA|I D LIKE(?: TO)?|I NEED|NEED|"
    r"GIVE(?: ME)?|GET(?: ME)?|SHOW(?: ME)?|SEND(?: ME)?|SEE|READ|CHECK|HAVE) )"
)
_TEXTS = (
    r"(?:(?:LES|DES|MES|VOS|THE|MY|YOUR|ALL|THESE) ){0,2}(?:SMS|TEXTS?|TEXTOS?|MESSAGES?|MSGS?|"
    r"NOTIFS?|NOTIFICATIONS?)"
)
_KIOSK = r"(?:KIOSK|TERMINAL|SCREEN|TABLET|KIOSQUE|BORNE|ECRAN|TABLETTE)"
_AT_THE_KIOSK = rf"(?:(?:POUR|PR|DE|DU|A|AU|SUR)? ?(?:LE |LA |L |MA )?){_KIOSK}"
_COMMANDS = r"(?:COMMANDES|MOTS|ORDRES|INSTRUCTIONS|COMMANDS|WORDS|INSTRUCTIONS)"
_OURS = (
    r"(?:REPONDRE|REPOND|PUBLIER|PUBLIE|POSTER|ECRIRE|ECRIT|ENVOYER|ENVOIE|LIRE|LIT|REJOINDRE|"
    r"REJOINT|QUITTER|QUITTE|UTILISER|S EN SERVIR|REPLY|ANSWER|POST|TEXT|WRITE|SEND|USE|JOIN|LEAVE|"
    r"READ)"
)
_TO_US = (
    r"(?: (?:A|AU|UN|UNE|LE|LA|DANS|ICI|CA|MESSAGE|MSG|SMS|POST|GROUPE|THE|TO|IN|AN?|IT|THIS|"
    r"HERE|GROUP|MESSAGE|POST|SOMEONE|PAR)){0,4}"
)
_FRENCH = r"(?:FRANCAIS|FRENCH)"
_ENGLISH = r"(?:ANGLAIS|ENGLISH)"
_LANGUAGE = r"(?:LANG|LANGUE|LANGUAGE) "
_SPEAK = (
    r"(?:(?:EN|IN|PASSE[RZ]? EN|METTRE EN|METS EN|CHANGE[RZ]? EN|ECRI\w+(?: MOI)? EN|PARLE[RZ]?"
    r"(?: MOI)?(?: EN)?|LANGUE|SWITCH TO|CHANGE(?: LANGUAGE)? TO|SPEAK|WRITE(?: TO ME)? IN|"
    r"LANGUAGE|TEXTS? IN|MESSAGES? (?:EN|IN)) )"
)

SAID: Mapping[Command, tuple[str, ...]] = {
    News(): (
        rf"{_WISH}?(?:ET |ALORS )?(?:Y A |YA |IL Y A |Y A T IL )?"
        r"(?:(?:C |C EST )?(?:QUOI|KOI|KWA)(?: DE| 2| D| LES)? |DU |DES |LES |MES |RIEN DE )?"
        r"(?:NEUF|NEWS|NOUVEAUTES?|NOUVELLES|(?:NOUVEAUX|DERNIERS) (?:MESSAGES|MESSAGE|MSGS?|SMS|"
        r"POSTS?)|(?:MESSAGES|MSGS?) NON LUS|DERNIERES (?:NOUVELLES|NEWS|INFOS))"
        r"(?: (?:AUJOURD HUI|DEPUIS HIER|DU JOUR|CE MATIN|CE SOIR|POUR MOI|LA|ICI))?",
        r"(?:(?:Y A |YA |IL Y A )?(?:QUOI|KOI|KWA) (?:DE |2 )|(?:Y A |YA |IL Y A )?DU )"
        r"(?:NOUVEAU|NOUVO|NEW|9)(?: (?:AUJOURD HUI|DEPUIS HIER|CE MATIN|CE SOIR))?",
        rf"{_WISH}?(?:ANY |ANYTHING |THE |MY |IS THERE |ARE THERE |WH?[AO]T ?S |WHAT IS ){{0,3}}"
        r"(?:NEW|NEWS|LATEST|UNREAD|NEW (?:MESSAGES|MSGS?|POSTS?|TEXTS|STUFF)|LATEST NEWS|"
        r"UNREAD (?:MESSAGES|MSGS?|POSTS?))(?: (?:TODAY|FOR ME|YET|HERE))?",
    ),
    More(): (
        rf"{_WISH}?(?:ET )?(?:LA )?SUITE(?: (?:DE LA LISTE|D(?:U|ES) (?:MESSAGES?|MSGS?|NEWS|"
        r"NOUVELLES|NEUF)))?|SUITES?|SUIT|(?:LA )?PAGE (?:SUIVANTE|D APRES)|LE RESTE|SUIVANTE?S?",
        rf"{_WISH}?(?:THE )?(?:NEXT PAGE|REST)|(?:AND|SHOW|READ|SEE) MORE|"
        rf"{_WISH}?(?:(?:SOME|ANY) )?MORE(?: (?:OF (?:IT|THEM|THE LIST)|NEWS|MESSAGES|MSGS?|"
        r"POSTS?))?",
    ),
    Guess(More(), ""): (
        r"CONTINUE[RZ]?|ENCORE|(?:ENCORE|D AUTRES) (?:MESSAGES?|NOUVELLES|NEWS)|ET APRES|"
        r"THE OTHERS|LES AUTRES|AND THEN|REST OF IT",
    ),
    Start(): (rf"(?:RE)?START (?:(?:ME )?AGAIN|{_TEXTS}(?: AGAIN)?)",),
    Guess(Start(), ""): (
        rf"(?:START|RESTART) (?:ME|SENDING|TEXTING)(?: ME)?(?: {_TEXTS})?(?: AGAIN)?|RESTART|"
        r"(?:RE)?SUBSCRIBE(?: ME)?(?: AGAIN)?|SIGN ME (?:BACK )?UP(?: AGAIN)?|"
        rf"TURN {_TEXTS} (?:BACK )?ON(?: AGAIN)?|"
        rf"(?:TURN|SWITCH)(?: ON| BACK ON) {_TEXTS}|"
        r"(?:RE)?ABONNE[RZ]?(?: MOI)?|(?:RE)?INSCRI(?:S|RE|VEZ)(?: MOI)?|"
        rf"(?:RECOMMENCE[RZ]?|REMET(?:S|TRE|TEZ)?|REACTIVE[RZ]?|RELANCE[RZ]?|REPREN(?:DS?|DRE|EZ))"
        rf"(?: MOI)?(?: (?:A|LES?) )?(?:{_TEXTS})?",
        rf"(?:JE (?:VEUX|VEU|VOUDRAIS) |I WANT(?: TO)? |I D LIKE(?: TO)? )?(?:DE NOUVEAU )?"
        rf"(?:RECEVOIR|RECEIVE|GET) (?:A NOUVEAU |ENCORE )?{_TEXTS}(?: A NOUVEAU| ENCORE| AGAIN)?",
    ),
    Help(): (
        r"AIDE[RZ]? MOI|HELP ME|(?:JE )?(?:NE )?(?:COMPREND|COMPRENDS|COMPREN) (?:RIEN|PAS)",
        r"COMMENT (?:CA|SA) (?:MARCHE|FONCTIONNE)|COMMENT (?:ON |JE )?(?:FAIRE|FAIT|FAIS|FAIT ON)",
        r"COMMENT (?:ON |JE |FAIRE POUR |ON FAIT POUR |JE FAIS POUR |FAIT ON POUR )?"
        rf"{_OURS}{_TO_US}",
        rf"HOW (?:DO I|DO YOU|DO WE|CAN I|TO) {_OURS}{_TO_US}|HOW (?:DOES|DO) (?:THIS|IT) WORKS?",
        rf"{_WISH}?(?:(?:C|C EST|CEST) (?:QUOI|KOI) |QUELLES (?:SONT )?|LISTE DES? )?"
        rf"(?:LES |THE |ALL |LIST OF )*{_COMMANDS}",
        rf"{_COMMANDS} LIST|LIST {_COMMANDS}",
        rf"WHAT (?:ARE )?(?:THE )?{_COMMANDS}(?: ARE THERE| CAN I USE| DO YOU KNOW)?",
        r"(?:QUE |QU EST CE QUE JE |QUOI )(?:PUIS JE |PEUX |PEUT ON )?(?:FAIRE|ECRIRE|"
        r"ENVOYER|TAPER)(?: ICI)?",
        r"WHAT (?:CAN|DO|SHOULD) I (?:TEXT|WRITE|SEND|DO|SAY|TYPE)(?: HERE)?|WHAT IS THIS NUMBER",
    ),
    Groups(): (
        rf"{_WISH}?(?:(?:C|C EST|CEST) (?:QUOI|KOI) |QUELS? (?:SONT )?|LISTE (?:DES? )?|IL Y A )?"
        r"(?:DES |LES |MES |MON |TOUS LES )?GROUPES?(?: (?:LISTE|IL Y A|Y A T IL|ON A|J AI|"
        r"EXISTENT|DISPO|DISPONIBLES?))?",
        r"(?:JE SUIS |CHUIS )?DANS QUELS? GROUPES?(?: (?:JE SUIS|SUIS JE|CHUIS))?",
        rf"{_WISH}?(?:THE |MY |ALL |LIST |LIST OF |OF ){{0,3}}GROUPS|MY GROUP|"
        r"(?:MY )?GROUPS? LIST",
        r"(?:WHAT|WHICH|WOT) (?:ARE )?(?:THE |MY |OTHER )?GROUPS?(?: (?:AM I IN|I M IN|IM IN|CAN I "
        r"JOIN|ARE THERE|DO YOU HAVE|DO I HAVE|IS THERE))?",
    ),
    KioskCode(): (
        rf"{_WISH}?(?:(?:UN|MON|1|LE|UN NOUVEAU|NOUVEAU) )?CODE {_AT_THE_KIOSK}",
        rf"{_WISH}?(?:UN|MON|1|LE|UN NOUVEAU|NOUVEAU) CODE",
        rf"{_WISH}?(?:(?:A|MY|THE|A NEW|NEW|ANOTHER) )?CODE (?:FOR|AT|TO) (?:THE )?{_KIOSK}",
        rf"{_WISH}?(?:A|MY|THE|A NEW|NEW|ANOTHER|ONE) CODE|{_WISH}?(?:(?:THE|A|MY) )?{_KIOSK} CODE",
    ),
    Me(): (
        rf"{_WISH}?(?:MON (?:STATUT|COMPTE|PROFIL)|MES (?:REGLAGES|PARAMETRES|DONNEES))",
        r"QUI SUIS JE",
        rf"{_WISH}?MY (?:STATUS|SETTINGS|ACCOUNT|PROFILE)|WHO AM I|WHAT DO YOU KNOW ABOUT ME",
    ),
    Language("fr"): (rf"{_SPEAK}{_FRENCH}", rf"{_LANGUAGE}(?:{_FRENCH}|FR)"),
    Language("en"): (rf"{_SPEAK}{_ENGLISH}", rf"{_LANGUAGE}(?:{_ENGLISH}|EN|ENG)"),
    **{
        Language(code): (rf"{_SPEAK}?(?:{'|'.join(names)})",)
        for code, names in OTHER_LANGUAGES.items()
    },
    Decline(): (r"NOPE|NAH|NAN|NN|NO WAY",),
    Guess(Confirm(), ""): (
        r"OK|OKAY|OKI|OUAIS|OUE|YEP|YEAH|YUP|WI|D ACCORD|DACCORD|DAC",
        r"SHURE|SHUR|SUER|SURR|CURE|PURE",
    ),
    Resume(): (
        r"(?:FIN|FINIR|FINI|ARRETE[RZ]?|STOP)(?: DE)?(?: LA| MA)? PAUSE",
        r"(?:END|STOP|FINISH|TURN OFF)(?: THE| MY)? (?:MUTE|PAUSE)|UNMUTE ME",
    ),
    Guess(Undo(), ""): (
        r"(?:ANNULE[RZ]?|ANULE[RZ]?|SUPPRIME[RZ]?|EFFACE[RZ]?|RETIRE[RZ]?) "
        r"(?:CA|SA|TOUT|(?:(?:MON|LE|MA|LA) )?DERNIERE?|"
        r"(?:MON|LE) (?:DERNIER )?(?:MESSAGE|MSG|SMS|POST))",
        r"(?:UNDO|DELETE|REMOVE|CANCEL) "
        r"(?:THAT|IT|(?:(?:MY|THE|THAT) )?(?:LAST )?(?:MESSAGE|POST|TEXT|MSG|ONE)|"
        r"(?:(?:MY|THE|THAT) )?LAST)|TAKE (?:IT|THAT) BACK",
    ),
}

_SILENCE = re.compile(
    r"(?:SILENCE|(?:COUPE[RZ]?|PAS|PLUS|AUCUN|MUTE|NO)(?: DE)?(?: LES?| MES| MY| THE)? "
    r"(?:MESSAGES?|SMS|TEXTS?|NOTIFS?|NOTIFICATIONS?)|MUTE ME)(?: PENDANT| POUR| FOR)? (\d{1,3}) ?"
    r"(?:H|HEURES?|HOURS?|HRS?)"
)


def spoken(text: str) -> Command | None:
    """The command that the whole of `text` asks for in a sentence."""
    for command, pattern in _patterns():
        if pattern.fullmatch(text):
            return command
    silence = _SILENCE.fullmatch(text)
    return Pause(int(silence[1])) if silence and 1 <= int(silence[1]) <= 168 else None


@cache
def _patterns() -> tuple[tuple[Command, re.Pattern[str]], ...]:
    return tuple(
        (command, re.compile("|".join(f"(?:{form})" for form in forms)))
        for command, forms in SAID.items()
    )
