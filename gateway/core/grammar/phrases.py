"""How people say a command without its word, as data: wishes, questions, words about a number.

Folded like the keywords. What stands here is either shown to the writer alone or names its post:
nothing of it writes to a group.
"""

from collections.abc import Mapping

from gateway.core.commands import Command, Groups, Help, KioskCode, Language, Me, More, News

SPOKEN: Mapping[Command, tuple[str, ...]] = {
    News(): (
        *("QUOI DE NEUF", "KOI DE NEUF", "QUOI 2 NEUF", "KOI 2 NEUF", "DU NEUF", "LES NEWS"),
        *("LES NOUVELLES", "DES NOUVELLES", "DERNIERES NOUVELLES"),
        *("ANY NEWS", "ANYTHING NEW", "WHAT S NEW", "WHATS NEW", "WHAT IS NEW", "LATEST NEWS"),
        *("THE NEWS", "MY NEWS"),
    ),
    More(): (
        *("LA SUITE", "ET LA SUITE", "PAGE SUIVANTE", "NEXT PAGE", "THE NEXT PAGE", "AND MORE"),
        *("SHOW MORE", "READ MORE", "SEE MORE"),
    ),
    Help(): (
        *("COMMENT CA MARCHE", "COMMENT SA MARCHE", "COMMENT CA FONCTIONNE", "COMMENT FAIRE"),
        *("LES COMMANDES", "LISTE DES COMMANDES", "QUELLES COMMANDES"),
        *("HOW DOES THIS WORK", "HOW DOES IT WORK", "HOW DO I USE THIS", "LIST OF COMMANDS"),
    ),
    Groups(): (
        *("LES GROUPES", "MES GROUPES", "LISTE DES GROUPES", "LISTE GROUPES", "QUELS GROUPES"),
        *("MY GROUPS", "THE GROUPS", "LIST OF GROUPS", "LIST GROUPS", "WHAT GROUPS"),
        *("WHICH GROUPS", "ALL GROUPS"),
    ),
    KioskCode(): ("MON CODE", "UN CODE", "CODE BORNE", "MY CODE", "A CODE", "KIOSK CODE"),
    Me(): ("MON STATUT", "MES REGLAGES", "MY STATUS", "MY SETTINGS"),
    Language("fr"): ("EN FRANCAIS", "IN FRENCH"),
    Language("en"): ("EN ANGLAIS", "IN ENGLISH"),
}
"""Whole messages, once greetings and thanks are taken away."""

WISHES = (
    *("JE VEUX", "JE VEU", "JE VOUDRAIS", "JE VOUDRAI", "J'AIMERAIS", "JE SOUHAITE", "JE DESIRE"),
    *("PUIS-JE", "I WANT TO", "I WANNA", "I WOULD LIKE TO", "I'D LIKE TO", "CAN I", "COULD I"),
    "MAY I",
)
"""Before a verb; only of these commands, for `je veux chercher ...` is said to colleagues."""

WISHED = frozenset({"read", "reply", "join", "leave", "news", "groups", "post", "undo", "pause"})

ABOUT = (
    *("POUR", "CONCERNANT", "AU SUJET DE", "AU SUJET", "A PROPOS DE", "A PROPOS", "PR", "RE"),
    *("FOR", "ABOUT", "REGARDING", "CONCERNING"),
)
"""Before a post's number, whose words follow: `pour le 1415 : je prends`."""

ANSWERS = (
    *("OK", "OKAY", "OKI", "OUI", "VU", "RECU", "BIEN RECU", "BIEN VU", "FAIT", "C'EST FAIT"),
    *("C FAIT", "C'EST BON", "C BON", "D'ACCORD", "DACCORD", "DAC", "COMPRIS", "NOTE", "BIEN NOTE"),
    *("PARTANT", "PRESENT", "DISPO", "J'ARRIVE", "JE PRENDS", "JE VIENS", "PAS POSSIBLE"),
    *("YES", "YEP", "SEEN", "DONE", "NOTED", "GOT IT", "GOT", "WILL DO", "ALL DONE", "AGREED"),
    *("ON IT", "I'M IN", "OMW", "UNDERSTOOD", "RECEIVED"),
)
"""Whole answers that people write before the number: `ok 1415`, `vu pour le 1415`."""

SHOWING = (
    *("C'EST QUOI", "C EST QUOI", "C QUOI", "C KOI", "CEST QUOI", "VOIR", "VOIR LE", "MONTRE"),
    *("MONTRE MOI", "AFFICHE", "AFFICHER", "OUVRE", "OUVRIR", "QUE DIT"),
    *("WHAT IS", "WHAT'S", "WHATS", "SHOW", "SHOW ME", "SEE", "OPEN", "WHAT SAYS"),
)
"""Before a number and nothing more, these ask for the post itself."""

MUCH = ("BEAUCOUP", "BCP", "BIEN", "INFINIMENT", "YOU", "U", "VERY MUCH", "SO MUCH", "A LOT")
"""Between MERCI or THANKS and a number."""

HEARD_AS: Mapping[str, str] = {
    "POSTER": "POST",
    "REJOINS": "REJOINDRE",
    "ANSWER": "REPLY",
}
"""Words for a command that are none of ours and also open ordinary sentences: never surely it."""

TOGETHER = frozenset({"MOI", "NOUS", "ME", "US", "LUI", "HIM", "HER", "THEM"})
PLACED = frozenset({"AU", "AUX", "SUR", "POUR", "CHEZ", "VERS", "AT", "ON", "FOR", "NEAR", "BY"})
"""`rejoindre moi au quai`: people are met somewhere, a group is only joined."""

WHEN = frozenset({
    *("SOIR", "MATIN", "MIDI", "DEMAIN", "2MAIN", "APRES-MIDI", "AUJOURD'HUI", "WEEKEND"),
    *("LUNDI", "MARDI", "MERCREDI", "JEUDI", "VENDREDI", "SAMEDI", "DIMANCHE"),
    *("TODAY", "TONIGHT", "TOMORROW", "TMRW", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY"),
    *("FRIDAY", "SATURDAY", "SUNDAY"),
})  # fmt: skip
"""With one of these, `qui ...` asks colleagues and not us."""

FIGURES: Mapping[str, tuple[str, ...]] = {
    "1": ("ONE",), "2": ("DEUX", "TWO"), "3": ("TROIS", "THREE"), "4": ("QUATRE", "FOUR"),
    "5": ("CINQ", "FIVE"), "6": ("SIX",), "7": ("SEPT", "SEVEN"), "8": ("HUIT", "EIGHT"),
    "9": ("NEUF", "NINE"),
}  # fmt: skip
"""As a telephone writes them down that is spoken to: `quai trois`."""

OPENING = frozenset({
    *("OK", "OKI", "OKAY", "OUI", "OUAIS", "OUE", "NON", "NAN", "MERCI", "VU", "RECU", "FAIT"),
    *("BIEN", "BON", "BONNE", "PAS", "PLUS", "JAMAIS", "TOUJOURS", "DEJA", "ENCORE", "PEUT-ETRE"),
    *("PARTANT", "PRESENT", "DISPO", "DISPOS", "PRET", "PREVU", "REGLE", "COMPRIS", "NOTE", "FINI"),
    *("NICKEL", "PARFAIT", "SUPER", "COOL", "TOP", "BRAVO", "DAC", "DACCORD", "D", "VOLONTIERS"),
    *("DESOLE", "DSL", "TKT", "MDR", "LOL", "BONJOUR", "SALUT", "BJR", "SLT", "COUCOU", "BONSOIR"),
    *("JE", "J", "JAI", "MOI", "TOI", "ON", "NOUS", "VOUS", "TU", "T", "IL", "ELLE", "ILS"),
    *("C", "CA", "SA", "CE", "CEST", "CELUI", "CELLE", "CEUX", "Y", "YA", "IDEM", "PAREIL", "SI"),
    *("CHUIS", "CHUI", "SUIS", "FAIS", "VAIS", "PEUX", "VEUX", "PRENDS", "VIENS", "ARRIVE", "G"),
    *("PK", "PQ", "PKOI", "POURQUOI", "QUAND", "KAN", "OU", "QUI", "KI", "QUE", "COMMENT", "QUOI"),
    *("KOI", "QUEL", "QUELLE", "COMBIEN", "EST", "AS", "ES", "A", "AVEC", "SANS", "DANS", "MAIS"),
    *("ALORS", "DEPUIS", "APRES", "AVANT", "DEMAIN", "2MAIN", "TOUT", "TOUS", "RIEN", "PERSONNE"),
    *("YES", "YEP", "YEAH", "NO", "NOPE", "SURE", "DONE", "NOTED", "SEEN", "SORTED", "AGREED"),
    *("GOT", "ALL", "GOOD", "GREAT", "FINE", "NICE", "PERFECT", "THANKS", "THANK", "THX", "TY"),
    *("CHEERS", "SORRY", "NP", "OMW", "WILL", "WONT", "CAN", "CANT", "COULD", "ALREADY", "STILL"),
    *("I", "IM", "ILL", "IVE", "ME", "MY", "WE", "YOU", "U", "IT", "ITS", "IS", "ARE", "THIS"),
    *("THAT", "THATS", "HE", "SHE", "THEY", "NOT", "NEVER", "MAYBE", "HELLO", "HI", "HEY", "WAS"),
    *("WHAT", "WOT", "WHATS", "WHEN", "WHERE", "WHO", "WHOS", "WHY", "HOW", "WHICH", "DONT"),
    *("DID", "DO", "DOES", "HAS", "LOOKS", "SOUNDS", "SEEMS", "ASK", "CALL", "ALWAYS", "UNLESS"),
    *("ROGER", "COMING", "UNDERSTOOD", "RECEIVED", "TOMORROW", "TMRW", "TONIGHT", "LATER"),
})  # fmt: skip
"""How people begin an answer. Behind a small bare number all else may be what it counts, a street
or an hour: `12 palettes`, `16 rue des lilas`."""

NO_OPENING = frozenset(
    {"JOUR", "JOURS", "JANVIER", "JUIN", "JUILLET", "JEUDI", "JEUNES", "JANUARY"}
)
"""The other words in J- are `jarrive`, `jsuis`, `jy vais`."""

ADDRESSED = (
    *("A TOUS", "A TOUTES", "TOUS", "TOUTES", "TOUT LE MONDE", "LES GARS", "L'EQUIPE", "CHEF"),
    *("MONSIEUR", "MADAME", "MR", "MME", "ALL", "TEAM", "GUYS", "EVERYONE", "EVERYBODY", "BOSS"),
    *("MATE", "THERE", "SIR"),
)
"""Whom a greeting may name."""
