"""How people say a command without its word, as data: wishes, little words, words about a number.

Folded like the keywords. What stands here is either shown to the writer alone or names its post:
nothing of it writes to a group.
"""

from collections.abc import Mapping

WISHES = (
    *("COULD YOU", "CAN YOU", "WOULD YOU", "WILL YOU", "POUVEZ VOUS", "POUVEZ-VOUS", "VOUS POUVEZ"),
    *("TU PEUX", "PEUX TU", "PEUX-TU", "POURRIEZ VOUS", "POURRIEZ-VOUS", "VEUILLEZ", "MERCI DE"),
    *("JE VEUX", "JE VEU", "JE VOUDRAIS", "JE VOUDRAI", "J'AIMERAIS", "JE SOUHAITE", "JE DESIRE"),
    *("PUIS-JE", "I WANT TO", "I WANNA", "I WOULD LIKE TO", "I'D LIKE TO", "CAN I", "COULD I"),
    *("JE PEUX", "JPEUX", "ON PEUT", "JAIMERAIS", "JAIMERAI", "JVEUX", "JVEU", "JVOUDRAIS"),
    *("JVOUDRAI", "JE VEUT"),
    *("ID LIKE TO", "I WANT", "WANNA", "MAY I", "SET", "SET MY", "CHANGE", "CHANGE MY"),
    *("CHANGER L'", "CHANGER LE", "METTRE L'"),
)  # fmt: skip
"""Before a verb; only of these commands, for `je veux chercher ...` is said to colleagues."""

WISHED = frozenset({
    *("read", "reply", "join", "leave", "news", "groups", "post", "undo", "pause", "time"),
    *("rhythm", "page", "resume", "more", "code", "activate"),
})  # fmt: skip

ABOUT = (
    *("POUR", "CONCERNANT", "AU SUJET DE", "AU SUJET", "A PROPOS DE", "A PROPOS", "PR", "RE"),
    *("FOR", "ABOUT", "REGARDING", "CONCERNING", "REPLYING", "REPLYING TO", "IN REPLY TO"),
    *("IN REPLY", "EN REPONSE", "EN REPONSE A", "EN REPONSE AU", "JE REPONDS", "JE REPOND"),
    *("TO NUMBER", "AU NUMERO", "TO POST", "TO MESSAGE", "AU MESSAGE", "AU MSG", "AU POST"),
)  # fmt: skip
"""Before a post's number, whose words follow: `pour le 1415 : je prends`."""

ANSWERS = (
    *("OK", "OKAY", "OKI", "OUI", "VU", "RECU", "BIEN RECU", "BIEN VU", "FAIT", "C'EST FAIT"),
    *("C FAIT", "C'EST BON", "C BON", "D'ACCORD", "DACCORD", "DAC", "COMPRIS", "NOTE", "BIEN NOTE"),
    *("PARTANT", "PRESENT", "DISPO", "J'ARRIVE", "JE PRENDS", "JE VIENS", "PAS POSSIBLE", "YES"),
    *("YEP", "SEEN", "DONE", "NOTED", "GOT IT", "GOT", "WILL DO", "ALL DONE", "AGREED", "ON IT"),
    *("I'M IN", "OMW", "UNDERSTOOD", "RECEIVED", "FINE", "GOOD", "PERFECT", "NO", "NOPE", "NON"),
    *("OUAIS", "OUI OUI", "NICKEL", "PARFAIT", "SUPER", "BIEN", "BON", "CA MARCHE", "CA ME VA"),
    *("POUR MOI", "AVEC MOI", "BY ME", "WITH ME", "FOR ME", "MOI", "MOI AUSSI", "ME TOO"),
    *("SAME HERE",),
)  # fmt: skip
"""Whole answers that people write before the number: `ok 1415`, `vu pour le 1415`."""

SHOWING = (
    *("C'EST QUOI", "C EST QUOI", "C QUOI", "C KOI", "CEST QUOI", "VOIR", "VOIR LE", "MONTRE"),
    *("MONTRE MOI", "AFFICHE", "AFFICHER", "OUVRE", "OUVRIR", "QUE DIT", "WHAT IS", "WHAT'S"),
    *("WHATS", "SHOW", "SHOW ME", "SEE", "OPEN", "WHAT SAYS", "WHAT DOES", "JE VEUX", "JE VEU"),
    *("JE VOUDRAIS", "PUIS-JE", "JE PEUX", "PEUX-TU", "PEUX TU", "TU PEUX", "POUVEZ-VOUS"),
    *("POUVEZ VOUS", "ME MONTRER", "MONTREZ MOI", "MONTREZ", "LIRE", "RELIRE", "CAN I", "COULD I"),
    *("I WANT TO", "I WANNA", "I'D LIKE TO", "LET ME", "CAN YOU", "READ", "WOTS", "LIS", "LISEZ"),
    *("LIT", "VIEW", "WHAT WAS", "MESSAGE", "MSG", "POST", "LE", "THE", "LE MESSAGE"),
    *("J'AIMERAIS", "JAIMERAIS", "JVEUX", "JVEU", "JVOUDRAIS", "ID LIKE TO", "I WOULD LIKE TO"),
    *("C'ETAIT QUOI", "CT QUOI", "QUOI", "DIT QUOI", "QU'EST-CE QUE", "IL DIT QUOI", "CA DIT QUOI"),
)  # fmt: skip
"""Before a number and nothing more, these ask for the post itself."""

SHOWN = (
    *("EN ENTIER", "ENTIER", "COMPLET", "TOUT", "SAY", "SAYS", "MEAN", "ABOUT", "IN FULL", "FULL"),
    *("WHOLE", "ALL OF IT", "AGAIN", "ENCORE", "DIT QUOI", "C'EST QUOI", "C QUOI", "C KOI"),
)  # fmt: skip
"""Behind the number of a post that is asked for."""

THANKING = (
    *("THKS", "TANX", "THANKX", "THNKS", "THX U", "MCI"),
    *("TY", "TA", "MRC", "MRCI", "TNX", "THNX", "CHEERS", "THANKYOU", "THANK U", "TANK YOU"),
    *("NICE ONE", "GOOD JOB", "WELL DONE", "GREAT JOB", "LIKE", "I LIKE", "J'AIME", "BIEN JOUE"),
    *("GG", "UN GRAND MERCI", "GRAND MERCI", "JE REMERCIE", "REMERCIEMENTS", "\N{THUMBS UP SIGN}"),
    *("\N{CLAPPING HANDS SIGN}", "\N{PERSON WITH FOLDED HANDS}", "\N{HEAVY BLACK HEART}"),
)  # fmt: skip
"""Before a number and nothing more, these thank for the post as well as our own words do."""

ASKERS = frozenset({
    *("QUI", "KI", "QUAND", "KAN", "OU", "COMMENT", "POURQUOI", "PK", "PKOI", "QUEL"),
    *("QUELLE", "QUOI", "KOI"),
    *("WHO", "WHOS", "WHEN", "WHERE", "HOW", "WHY", "WHICH", "WHAT", "WHATS", "WOT"),
})  # fmt: skip
"""What these begin is asked, with or without its mark."""

STREETS = frozenset({
    *("RUE", "AVENUE", "AV", "AVE", "BD", "BOULEVARD", "ROUTE", "CHEMIN", "IMPASSE", "ALLEE"),
    *("STREET", "ST", "ROAD", "RD", "LANE", "DRIVE"),
})  # fmt: skip
"""Behind a number these make an address of it."""

MUCH = (
    *("BEAUCOUP", "BCP", "BIEN", "INFINIMENT", "YOU", "U", "VERY MUCH", "SO MUCH", "A LOT"),
    *("MILLE", "CHEF", "BOSS", "MATE", "PATRON", "A TOI", "A TOUS", "A VOUS", "LES GARS", "ALL"),
    *("GUYS", "A MILLION", "LOADS", "AGAIN", "EVERYONE", "LADS", "ALL OF YOU", "A BUNCH"),
)  # fmt: skip
"""Between MERCI or THANKS and a number."""

HEARD_AS: Mapping[str, str] = {
    "POSTER": "POST",
    "REJOINS": "REJOINDRE",
    "REJOINT": "REJOINDRE",
    "RITME": "RYTHME",
    "REJOIGNEZ": "REJOINDRE",
    "ANSWER": "REPLY",
    "RESPOND": "REPLY",
    "SEARCH": "FIND",
    "MOAR": "MORE",
    "TROUVE": "CHERCHE",
    "TROUVER": "CHERCHE",
    "URGENCE": "URGENT",
    "EMERGENCY": "URGENT",
}
"""Words for a command that are none of ours and also open ordinary sentences: never surely it."""

HEARD_BEFORE_GROUP: Mapping[str, str] = {
    "POSTE": "POST",
    "PORT": "POST",
    "PP": "PUBLIER",
    "KI": "QUI",
}
"""Words of their own that may be one of ours, where the writer's own group stands behind."""

SPELLED = (("K", "QU"), ("Z", "S"), ("W", "OU"), ("PH", "F"), ("O", "AU"), ("Y", "I"), ("I", "Y"))
"""How one writes who writes as it sounds, and how it is written."""

SOUNDS = (
    *(("PH", "F"), ("QU", "K"), ("CK", "K"), ("CH", "X"), ("SH", "X"), ("CE", "SE"), ("CI", "SI")),
    *(("EAU", "O"), ("AU", "O"), ("OU", "U"), ("Y", "I"), ("Z", "S"), ("C", "K"), ("H", "")),
)
"""Letters that are read the same, one after the other, to compare words as they sound."""

INFLECTED = frozenset({"ING", "ERS", "ERY", "TLY", "TURE", "DER", "ABLE", "VILLE"})
"""Behind JOIN these make another word of it and no group."""

ARTICLES = frozenset({"THE", "LE", "LA", "LES"})

PARTS = frozenset({"THE", "MY", "A", "AN", "LE", "LA", "LES", "MON", "MA", "UN", "UNE"})
"""Inside of what `qui ...` asks about these make it a sentence: `who broke the scanner`."""

TOGETHER = frozenset({"MOI", "NOUS", "ME", "US", "LUI", "HIM", "HER", "THEM"})

PLACED = frozenset({"AU", "AUX", "SUR", "POUR", "CHEZ", "VERS", "AT", "ON", "FOR", "NEAR", "BY"})
"""`rejoindre moi au quai`: people are met somewhere, a group is only joined."""

WHEN = frozenset({
    *("SOIR", "MATIN", "MIDI", "DEMAIN", "2MAIN", "APRES-MIDI", "AUJOURD'HUI", "WEEKEND", "LUNDI"),
    *("MARDI", "MERCREDI", "JEUDI", "VENDREDI", "SAMEDI", "DIMANCHE", "TODAY", "TONIGHT"),
    *("TOMORROW", "TMRW", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"),
    *("SUNDAY",),
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
    *("JE", "J", "JAI", "MOI", "TOI", "ON", "NOUS", "VOUS", "TU", "T", "IL", "ELLE", "ILS", "C"),
    *("CA", "SA", "CE", "CEST", "CELUI", "CELLE", "CEUX", "Y", "YA", "IDEM", "PAREIL", "SI"),
    *("CHUIS", "CHUI", "SUIS", "FAIS", "VAIS", "PEUX", "VEUX", "PRENDS", "VIENS", "ARRIVE", "G"),
    *("PK", "PQ", "PKOI", "POURQUOI", "QUAND", "KAN", "OU", "QUI", "KI", "QUE", "COMMENT", "QUOI"),
    *("KOI", "QUEL", "QUELLE", "COMBIEN", "EST", "AS", "ES", "A", "AVEC", "SANS", "DANS", "MAIS"),
    *("ALORS", "DEPUIS", "APRES", "AVANT", "DEMAIN", "2MAIN", "TOUT", "TOUS", "RIEN", "PERSONNE"),
    *("YES", "YEP", "YEAH", "NO", "NOPE", "SURE", "DONE", "NOTED", "SEEN", "SORTED", "AGREED"),
    *("GOT", "ALL", "GOOD", "GREAT", "FINE", "NICE", "PERFECT", "THANKS", "THANK", "THX", "TY"),
    *("CHEERS", "SORRY", "NP", "OMW", "WILL", "WONT", "CAN", "CANT", "COULD", "ALREADY", "STILL"),
    *("I", "IM", "ILL", "IVE", "ME", "MY", "WE", "YOU", "U", "IT", "ITS", "IS", "ARE", "THIS"),
    *("THAT", "THATS", "HE", "SHE", "THEY", "NOT", "NEVER", "MAYBE", "HELLO", "HI", "HEY", "WAS"),
    *("WHAT", "WOT", "WHATS", "WHEN", "WHERE", "WHO", "WHOS", "WHY", "HOW", "WHICH", "DONT", "DID"),
    *("DO", "DOES", "HAS", "LOOKS", "SOUNDS", "SEEMS", "ASK", "CALL", "ALWAYS", "UNLESS", "ROGER"),
    *("THUMBS", "WHERES", "WHENS", "HOWS", "WHOSE", "THNX", "TNX", "THANX", "THKS", "TKS"),
    *("COMING", "UNDERSTOOD", "RECEIVED", "TOMORROW", "TMRW", "TONIGHT", "LATER"),
})  # fmt: skip
"""How people begin an answer. Behind a small bare number all else may be what it counts, a street
or an hour: `12 palettes`, `16 rue des lilas`."""

NO_OPENING = frozenset({
    *("JOUR", "JOURS", "JANVIER", "JUIN", "JUILLET", "JEUDI", "JEUNES", "JANUARY"),
})  # fmt: skip
"""The other words in J- are `jarrive`, `jsuis`, `jy vais`."""

REPLIED = (
    *("RE", "REPLYING", "REPLYING TO", "IN REPLY TO", "IN REPLY", "EN REPONSE A", "EN REPONSE AU"),
)  # fmt: skip
"""Of the words before a number those that can only be an answer."""

SOMETHING = ("SOME", "QUELQU", "ANOTHER", "OUT ", "ME ")
"""What is sought with these is asked of colleagues."""

SPEAKING = frozenset({
    *("PAS", "JE", "J'AI", "C'EST", "CEST", "IL", "ELLE", "ON", "TU", "VOUS", "NOUS", "I", "I'M"),
    *("WE", "YOU", "HE", "SHE", "THEY", "IT'S", "ITS", "IS", "ARE"),
})  # fmt: skip
"""With one of these, `cherche ...` is a sentence."""

IN_FULL: Mapping[str, str] = {
    **dict.fromkeys(("WAT", "WOT", "WHT"), "WHAT"),
    **dict.fromkeys(("WATS", "WOTS", "WHTS"), "WHAT S"),
    **dict.fromkeys(("GRP", "GRUP"), "GROUP"),
    **dict.fromkeys(("GRPS", "GRUPS"), "GROUPS"),
    **dict.fromkeys(("KOI", "KWA"), "QUOI"),
    **dict.fromkeys(("TXT", "TXTS"), "TEXTS"),
    **dict.fromkeys(("D", "DA", "TH"), "THE"),
    "KEL": "QUEL",
    "KELS": "QUELS",
    "U": "YOU",
    "R": "ARE",
    "GIV": "GIVE",
    "NU": "NEW",
}
"""Words cut short, in what is asked of us in a sentence."""

UNNAMED = frozenset({
    *("LE", "LA", "UN", "CE", "THE", "A", "THIS", "THAT", "MESSAGE", "MSG", "POST", "MESS"),
})  # fmt: skip
"""A post without its number."""

OTHER_LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "ar": ("ARABE", "ARABIC", "ARABI"),
    "de": ("ALLEMAND", "GERMAN", "DEUTSCH"),
    "es": ("ESPAGNOL", "SPANISH", "ESPANOL"),
    "it": ("ITALIEN", "ITALIAN", "ITALIANO"),
    "nl": ("NEERLANDAIS", "DUTCH", "NEDERLANDS"),
    "pl": ("POLONAIS", "POLISH", "POLSKI", "PO POLSKU"),
    "pt": ("PORTUGAIS", "PORTUGUESE", "PORTUGUES"),
    "ro": ("ROUMAIN", "ROMANIAN", "ROMANA"),
    "tr": ("TURC", "TURKISH", "TURKCE"),
    "uk": ("UKRAINIEN", "UKRAINIAN"),
}
"""Languages that are asked for and not spoken yet: their askers are told which are."""
