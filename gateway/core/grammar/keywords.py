"""The words of the commands, as data: every language is understood at once, whoever writes.

Words are folded: capitals, no accents. A further language is one more key in the rows it has
words for, here and in `usages.py`; the tests then look for slips between words and for collisions
on a phone's keys. Single letters (`P`, `R`, `L`, `H`, `?`) are forms of the parser, not words.
"""

from collections.abc import Mapping

KEYWORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "help": {"fr": ("AIDE",), "en": ("COMMANDS",)},
    "news": {"fr": ("NEUF",), "en": ("NEWS",)},
    "more": {"fr": ("SUITE",), "en": ("MORE", "NEXT")},
    "read": {"fr": ("LIRE",), "en": ("READ",)},
    "post": {"fr": ("PUBLIER",), "en": ("POST",)},
    "reply": {"fr": ("REPONDRE", "REPONSE", "REP"), "en": ("REPLY",)},
    "thanks": {"fr": ("MERCI", "BRAVO"), "en": ("THANKS", "THX")},
    "groups": {"fr": ("GROUPES",), "en": ("GROUPS",)},
    "join": {"fr": ("REJOINDRE", "ENTRER"), "en": ("JOIN",)},
    "leave": {"fr": ("QUITTER", "SORTIR"), "en": ("LEAVE",)},
    "who": {"fr": ("QUI",), "en": ("WHO",)},
    "find": {"fr": ("CHERCHE", "CHERCHER"), "en": ("FIND",)},
    "pause": {"fr": ("PAUSE",), "en": ("MUTE",)},
    "resume": {"fr": ("REPRISE",), "en": ("UNMUTE",)},
    "time": {"fr": ("HEURE",), "en": ("TIME",)},
    "rhythm": {"fr": ("RYTHME",), "en": ("RHYTHM",)},
    "page": {"fr": ("PAGE",), "en": ("PAGE",)},
    "language": {"fr": ("FRANCAIS", "ANGLAIS"), "en": ("ENGLISH", "FRENCH")},
    "me": {"fr": ("MOI",), "en": ("STATUS",)},
    "code": {"fr": ("CODE",), "en": ("CODE",)},
    "undo": {"fr": ("ANNULE", "ANNULER"), "en": ("UNDO",)},
    "confirm": {"fr": ("OUI",), "en": ("SURE",)},
    "decline": {"fr": ("NON",), "en": ("NO",)},
    "urgent": {"fr": ("URGENT",), "en": ("ALERT",)},
    "activate": {"fr": ("ACTIVER",), "en": ("ACTIVATE",)},
}

STOP_WORDS = frozenset({
    *("STOP", "ARRET", "ARRETE", "ARRETER", "DESABONNER"),
    *("END", "QUIT", "CANCEL", "UNSUBSCRIBE", "STOPALL", "REVOKE", "OPTOUT"),
})  # fmt: skip
START_WORDS = frozenset({"START", "REPRENDRE", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO", "CONTACT"})
YES_WORDS = frozenset({"YES"})

RESERVED = STOP_WORDS | START_WORDS | HELP_WORDS | YES_WORDS
"""Words that stand for themselves as a whole message, mostly because carriers take them."""

LEAVE_WITH_GROUP = ("STOP", "ARRET")
"""Whole, they stop everything; with a group behind them, they leave it."""

STOP_EVERYTHING = frozenset({"ALL", "TOUT", "TOUS", "SMS"})
"""What people write behind STOP and mean everything by it."""

ONE_SLIP_FROM_STOP = ("STOP", "ARRET", "ARRETE", "ARRETER", "DESABONNER", "UNSUBSCRIBE")
ONE_SLIP_FROM_START = ("START", "REPRENDRE")

STOP_SENTENCES = (
    *("STOP SENDING", "STOP TEXTING", "STOP WRITING ME", "NO MORE TEXTS", "NO MORE SMS"),
    *("NO MORE MESSAGES", "UNSUBSCRIBE ME", "REMOVE ME", "ME DESABONNER", "ME DESINSCRIRE"),
    *("PLUS DE SMS", "PLUS AUCUN SMS", "NE PLUS RECEVOIR", "ARRETEZ DE M", "ARRETER DE M"),
    *("ARRETE DE M", "ARRETEZ LES SMS", "STOP AUX SMS", "STOP LES SMS", "STOP LES MESSAGES"),
    *("STOP MESSAGES", "VEUX PLUS RECEVOIR", "PLUS DE VOS MESSAGES", "PLUS DE VOS SMS"),
    *("DESABONNEMENT", "DESABONNEZ", "DESABONNE", "DESINSCRIPTION", "DESINSCRIVEZ", "DESINSCRIRE"),
    *("STOP TEXTS", "STOP THE TEXTS", "ARRETER LES", "ARRETE LES", "ARRETEZ LES MESSAGES"),
    *("DONT TEXT ME", "DON T TEXT ME", "TAKE ME OFF", "OFF THIS LIST", "STOP MESSAGING"),
)  # fmt: skip
"""How people ask for the end in a sentence: worth a question, never more."""

LANGUAGES: Mapping[str, str] = {
    "FRANCAIS": "fr",
    "FRENCH": "fr",
    "ENGLISH": "en",
    "ANGLAIS": "en",
}

RHYTHMS: Mapping[str, str] = {
    **dict.fromkeys(("CHAQUE", "DIRECT", "CHAQUE MESSAGE", "TOUT DE SUITE"), "each"),
    **dict.fromkeys(("EACH", "NOW", "EACH POST", "EACH MESSAGE"), "each"),
    **dict.fromkeys(
        ("JOUR", "JOURS", "CHAQUE JOUR", "PAR JOUR", "QUOTIDIEN", "TOUS LES JOURS"), "day"
    ),
    **dict.fromkeys(("1 FOIS PAR JOUR", "UNE FOIS PAR JOUR", "ONCE A DAY"), "day"),
    **dict.fromkeys(("1 FOIS PAR SEMAINE", "UNE FOIS PAR SEMAINE", "ONCE A WEEK"), "week"),
    **dict.fromkeys(("TOUTES LES SEMAINES",), "week"),
    **dict.fromkeys(("DAY", "DAILY", "EACH DAY", "EVERY DAY"), "day"),
    **dict.fromkeys(("SEMAINE", "CHAQUE SEMAINE", "PAR SEMAINE", "HEBDO"), "week"),
    **dict.fromkeys(("WEEK", "WEEKLY", "EACH WEEK", "EVERY WEEK"), "week"),
    **dict.fromkeys(("POSTE", "POSTES", "CHAQUE POSTE", "PAR POSTE", "PRISE DE POSTE"), "shift"),
    **dict.fromkeys(("EQUIPE", "EQUIPES", "CHAQUE EQUIPE", "PAR EQUIPE"), "shift"),
    **dict.fromkeys(("SHIFT", "SHIFTS", "EACH SHIFT", "EVERY SHIFT", "PER SHIFT"), "shift"),
    **dict.fromkeys(("JAMAIS", "NEVER"), "never"),
}

HOURS_BY_NAME: Mapping[str, int] = {"MIDI": 12, "NOON": 12, "MINUIT": 0, "MIDNIGHT": 0}


BEFORE_GROUP = frozenset({
    *("LE", "LA", "LES", "THE", "MON", "MY", "DU", "A", "AU", "AUX", "DANS", "SUR", "EN", "DE"),
    *("IN", "ON", "TO", "FROM", "GROUPE", "GROUP", "SVP", "STP", "PLEASE", "PLS"),
    *("POUR", "FOR", "THIS"),
})  # fmt: skip
AFTER_GROUP = frozenset({"GROUP", "GROUPE"})
"""Little words around a group's name that are no part of it."""

AGREEING: Mapping[str, frozenset[str]] = {
    "confirm": frozenset(
        {
            *(
                "OUI",
                "OK",
                "D'ACCORD",
                "DACCORD",
                "VAS-Y",
                "VAS",
                "Y",
                "ALLEZ-Y",
                "ENVOIE",
                "ENVOYEZ",
            ),
            *("PUBLIE", "PUBLIEZ", "GO", "AHEAD", "SEND", "IT", "POST", "C'EST", "CA", "C", "SA"),
            *("BON", "EXACT", "EXACTEMENT", "BIEN", "SUR", "PARFAIT", "CONFIRME", "JE", "ENVOI"),
            *("OUAIS", "SURE", "THAT'S", "THATS", "RIGHT", "CORRECT", "DO", "YEP", "YES", "THING"),
        }
    ),
    "decline": frozenset(
        {
            *("NON", "NO", "PAS", "DU", "TOUT", "SURTOUT", "ANNULE", "LAISSE", "LAISSEZ", "TOMBER"),
            *("C'EST", "CA", "NOT", "THAT", "THAT'S", "DON'T", "DONT", "WAY", "WRONG", "MERCI"),
            *(
                "FAUX",
                "ERREUR",
                "NAN",
                "NOPE",
                "SORRY",
                "DESOLE",
                "DESOLEE",
                "DSL",
                "PARDON",
                "WAS",
            ),
            *("MISTAKE", "MY", "A", "UNE", "ONE", "GROUP", "GROUPE", "LE", "BON", "MAUVAIS", "THE"),
            *("N'ENVOIE", "N'ENVOYEZ", "NE", "ENVOIE", "ENVOYEZ", "PUBLIE", "PUBLIEZ"),
            *("PLUS", "C'ETAIT", "CETAIT", "CEST", "IT", "OUBLIE", "OUBLIEZ"),
            *("FORGET", "NEVER", "MIND", "DO", "SEND", "POST"),
        }
    ),
}
"""Words behind a yes or a no that only say it again."""

ASKING = frozenset({
    *("VIENT", "PEUT", "VEUT", "EST", "A", "AS", "VA", "FAIT", "PREND", "SAIT", "AURAIT", "SONT"),
    *("SERA", "AURA", "DOIT", "ETAIT", "POURRAIT", "VOUDRAIT", "CONNAIT", "TRAVAILLE", "RESTE"),
    *("PARLE", "SPEAKS"),
    *("IS", "ARE", "WAS", "CAN", "COULD", "WILL", "WOULD", "HAS", "HAVE", "HAD", "WANTS", "NEEDS"),
    *("KNOWS", "TOOK", "DOES", "DID", "DO", "WORKS", "SHOULD", "LEFT", "MADE", "SAID", "ELSE"),
})  # fmt: skip
"""After QUI or WHO these begin a question to colleagues, not one to us."""

NEEDED = frozenset({
    *("BESOIN", "MANQUE", "FAUT", "CHERCHE", "APPELER", "APPELEZ", "RAPPELER", "RAPPELEZ", "MERCI"),
    *("NEED", "NEEDED", "CALL", "PLEASE", "SVP", "STP", "UN", "UNE", "DES", "THE", "SOMEONE", "WE"),
})  # fmt: skip
"""After URGENT these begin what one wants, and are nobody's group."""

GLUED_UNITS = frozenset({
    *("H", "HR", "HRS", "HEURE", "HEURES", "HOURS", "MIN", "MN", "MINS", "MINUTES", "S", "SEC"),
    *("J", "JOURS", "DAYS", "AM", "PM", "E", "ER", "ERE", "EME", "IEME", "ST", "ND", "RD", "TH"),
    *("KG", "G", "T", "TO", "TONNES", "LB", "LBS", "M", "CM", "MM", "KM", "M2", "M3", "L", "CL"),
    *("X", "EUR", "EUROS", "K", "KE", "C", "V", "W", "KW", "A", "BAR", "PCS", "PC", "PAL", "UN"),
    "FT",
})  # fmt: skip
SPACED_UNITS = frozenset({
    *("HEURE", "HEURES", "HOUR", "HOURS", "MINUTE", "MINUTES", "KG", "KM", "CM", "MM", "TONNE"),
    *("MINS", "HR", "HRS", "PIEDS", "FEET"),
    *("TONNES", "TONS", "EUR", "EURO", "EUROS", "JOURS", "DAYS", "SEMAINES", "WEEKS"),
})  # fmt: skip
SHORT_SPACED_UNITS = frozenset(
    {"H", "M", "T", "X", "MIN", "MN", "G", "L", "AM", "PM", "JOUR", "FT"}
)

MONTHS = frozenset({
    *("JANVIER", "FEVRIER", "MARS", "AVRIL", "MAI", "JUIN", "JUILLET", "AOUT", "SEPTEMBRE"),
    *("OCTOBRE", "NOVEMBRE", "DECEMBRE", "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE"),
    *("JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
})  # fmt: skip

ORDINARY = frozenset({
    *("ACIDE", "ANNUEL", "APPRISE", "ARGENT", "BIND", "BORE", "BRAVE", "BREAD"),
    *("CAUSE", "CHER", "CIRE", "CODEE", "CODER", "CODES", "COIN", "COKE", "COME", "COMMANDE"),
    *("CONE", "COPE", "CORDE", "COST", "COTE", "CUITE", "CUTE", "DEAD", "DIRE", "ENTER"),
    *("ENTRE", "ENTREE", "ENTRES", "ENTREZ", "FINE", "FINI", "FINS", "FIRE", "FOIN", "FOND"),
    *("FRANC", "FUITE", "FUND", "HEAD", "HEURT", "HIDE", "HIRE", "HOST", "JOINT", "KIND"),
    *("LEAD", "LEAVES", "LIBRE", "LIFE", "LIKE", "LINE", "LITRE", "LIVE", "LIVRE", "LOIN"),
    *("LOST", "MARE", "MATE", "MEPRISE", "MERE", "MIND", "MITE", "MOLE", "MORES", "MORT"),
    *("MORTE", "MOST", "MOVE", "MUET", "MULE", "NEAT", "NERF", "NEST", "NETS", "NODE", "OEUF"),
    *("OUBLIEE", "OUBLIER", "OUBLIES", "OUBLIEZ", "PASSE", "PAST", "PAUSES", "PEST", "PIRE"),
    *("PORT", "POSE", "POSTE", "RAIDE", "READY", "REAL", "REALISE", "REAR", "REPLI"),
    *("REPONSES", "RIDE", "RIRE", "ROAD", "SHOP", "SIDE", "SITE", "SMART", "SOIN", "SORE"),
    *("SORT", "SORTI", "SORTIE", "STAR", "STEP", "STOPS", "STP", "SUIT", "SUITES", "SUITS"),
    *("SUIVE", "TEXT", "THAN", "TIMER", "TIMES", "TOP", "TORE", "TREAD", "TWITTER"),
    *("VEUF", "VIDE", "WIDE", "WIND", "WIRE", "WORE"),
    *("CAGE", "GAGE", "MAGE", "NAGE", "PACE", "PAGER", "PAGES", "PAGNE", "PAIE", "PALE", "PANE"),
    *("PAPE", "PARE", "PATE", "PAVE", "PAYE", "PIGE", "PLAGE", "RAGE", "SAGE", "WAGE"),
})  # fmt: skip
"""Real words one slip from a command: taken as they stand, never as a slip."""
