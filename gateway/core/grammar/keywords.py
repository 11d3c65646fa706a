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
    "reply": {"fr": ("REPONDRE", "REPONSE"), "en": ("REPLY",)},
    "thanks": {"fr": ("MERCI", "BRAVO"), "en": ("THANKS",)},
    "groups": {"fr": ("GROUPES",), "en": ("GROUPS",)},
    "join": {"fr": ("REJOINDRE", "ENTRER"), "en": ("JOIN",)},
    "leave": {"fr": ("QUITTER", "SORTIR"), "en": ("LEAVE",)},
    "who": {"fr": ("QUI",), "en": ("WHO",)},
    "find": {"fr": ("CHERCHE", "CHERCHER"), "en": ("FIND",)},
    "pause": {"fr": ("PAUSE",), "en": ("MUTE",)},
    "resume": {"fr": ("REPRISE",), "en": ("UNMUTE",)},
    "time": {"fr": ("HEURE",), "en": ("TIME",)},
    "rhythm": {"fr": ("RYTHME",), "en": ("RHYTHM",)},
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

ONE_SLIP_FROM_STOP = ("STOP", "ARRET", "ARRETE", "ARRETER", "DESABONNER")
ONE_SLIP_FROM_START = ("START", "REPRENDRE")

STOP_SENTENCES = (
    *("STOP SENDING", "STOP TEXTING", "STOP WRITING ME", "NO MORE TEXTS", "NO MORE SMS"),
    *("NO MORE MESSAGES", "UNSUBSCRIBE ME", "REMOVE ME", "ME DESABONNER", "ME DESINSCRIRE"),
    *("PLUS DE SMS", "PLUS AUCUN SMS", "NE PLUS RECEVOIR", "ARRETEZ DE M", "ARRETER DE M"),
    *("ARRETE DE M", "ARRETEZ LES SMS", "STOP AUX SMS", "STOP LES SMS", "STOP MESSAGES"),
)
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
    **dict.fromkeys(("JOUR", "JOURS", "CHAQUE JOUR", "PAR JOUR", "QUOTIDIEN"), "day"),
    **dict.fromkeys(("DAY", "DAILY", "EACH DAY", "EVERY DAY"), "day"),
    **dict.fromkeys(("SEMAINE", "CHAQUE SEMAINE", "PAR SEMAINE", "HEBDO"), "week"),
    **dict.fromkeys(("WEEK", "WEEKLY", "EACH WEEK", "EVERY WEEK"), "week"),
    **dict.fromkeys(("JAMAIS", "NEVER"), "never"),
}

HOURS_BY_NAME: Mapping[str, int] = {"MIDI": 12, "NOON": 12, "MINUIT": 0, "MIDNIGHT": 0}

GREETINGS = (
    *("BONJOUR", "BONSOIR", "SALUT", "COUCOU", "BJR", "SLT", "BSR"),
    *("HELLO", "HI", "HEY", "GOOD MORNING", "GOOD EVENING"),
)
PLEASE = (
    *("S'IL VOUS PLAIT", "SIL VOUS PLAIT", "S IL VOUS PLAIT", "SVP"),
    *("S'IL TE PLAIT", "SIL TE PLAIT", "S IL TE PLAIT", "STP", "PLEASE", "PLS", "PLZ"),
)
THANK_YOU = (
    *("MERCI BEAUCOUP", "MERCI D'AVANCE", "MERCI D AVANCE", "MERCI BCP", "MERCI"),
    *("THANK YOU", "MANY THANKS", "THANKS", "THANX", "THX"),
)

ARTICLES = frozenset({"LE", "LA", "LES", "THE", "L"})
INTO = frozenset(
    {"GROUPE", "GROUP", "A", "AU", "AUX", "DANS", "SUR", "EN", "IN", "ON", "TO", "LE", "LA", "THE"}
)

ASKING = frozenset({
    *("VIENT", "PEUT", "VEUT", "EST", "A", "AS", "VA", "FAIT", "PREND", "SAIT", "AURAIT", "SONT"),
    *("SERA", "AURA", "DOIT", "ETAIT", "POURRAIT", "VOUDRAIT", "CONNAIT", "TRAVAILLE", "RESTE"),
    *("IS", "ARE", "WAS", "CAN", "COULD", "WILL", "WOULD", "HAS", "HAVE", "HAD", "WANTS", "NEEDS"),
    *("KNOWS", "TOOK", "DOES", "DID", "DO", "WORKS", "SHOULD", "LEFT", "MADE", "SAID", "ELSE"),
})  # fmt: skip
"""After QUI or WHO these begin a question to colleagues, not one to us."""

GLUED_UNITS = frozenset({
    *("H", "HR", "HRS", "HEURE", "HEURES", "HOURS", "MIN", "MN", "MINS", "MINUTES", "S", "SEC"),
    *("J", "JOURS", "DAYS", "AM", "PM", "E", "ER", "ERE", "EME", "IEME", "ST", "ND", "RD", "TH"),
    *("KG", "G", "T", "TO", "TONNES", "LB", "LBS", "M", "CM", "MM", "KM", "M2", "M3", "L", "CL"),
    *("X", "EUR", "EUROS", "K", "KE", "C", "V", "W", "KW", "A", "BAR", "PCS", "PC", "PAL", "UN"),
})  # fmt: skip
SPACED_UNITS = frozenset({
    *("HEURE", "HEURES", "HOUR", "HOURS", "MINUTE", "MINUTES", "KG", "KM", "CM", "MM", "TONNE"),
    *("TONNES", "TONS", "EUR", "EURO", "EUROS", "JOURS", "DAYS", "SEMAINES", "WEEKS"),
})  # fmt: skip
SHORT_SPACED_UNITS = frozenset({"H", "M", "T", "X", "MIN", "MN", "G", "L", "AM", "PM", "JOUR"})

MONTHS = frozenset({
    *("JANVIER", "FEVRIER", "MARS", "AVRIL", "MAI", "JUIN", "JUILLET", "AOUT", "SEPTEMBRE"),
    *("OCTOBRE", "NOVEMBRE", "DECEMBRE", "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE"),
    *("JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
})  # fmt: skip

ORDINARY = frozenset({
    *("VIDE", "ACIDE", "RAIDE", "RIDE", "SIDE", "WIDE", "HIDE", "TIDE", "OEUF", "NERF", "VEUF"),
    *("NEST", "NEAT", "NETS", "NECK", "TEXT", "TEXTE", "MODE", "MORT", "MORTE", "MERE", "MOVE"),
    *("MARE", "CORE", "MOLE", "BORE", "SORE", "FUITE", "CUITE", "SUIVE", "SITE", "SUIT", "DIRE"),
    *("RIRE", "TIRE", "PIRE", "CIRE", "LIVRE", "LITRE", "FIRE", "WIRE", "HIRE", "LIKE", "LIFE"),
    *("LINE", "LIVE", "ROAD", "BREAD", "DEAD", "HEAD", "LEAD", "REAL", "REAR", "READY", "TREAD"),
    *("TANK", "TANKS", "PASSE", "CAUSE", "MITE", "MULE", "MATE", "CUTE", "LIME", "TIMER", "TIDY"),
    *("CORDE", "COTE", "COKE", "CODES", "KIND", "MIND", "WIND", "BIND", "FINE", "FINI", "FINIE"),
    *("FINS", "FOND", "FUND", "CHER", "COIN", "LOIN", "SOIN", "FOIN", "JOINT", "JOINTS", "ENTRE"),
    *("ENTREE", "ENTREES", "SORT", "SORTI", "SORTIE", "SORTIES", "HEAVY", "LEAVES", "ARGENT"),
    *("POSTE", "POSTES", "POSTED", "PORT", "PORTS", "HOST", "LOST", "MOST", "COST", "PAST"),
    *("PEST", "POSE", "OUBLIER", "OUBLIE", "ACTIVE", "ACTIF", "STEP", "SHOP", "TOP", "STP"),
    *("STAR", "SMART", "ANNUEL", "REPLI", "RELAY", "REPAS", "MERCREDI", "MARDI", "FRANC", "COMME"),
    *("COURS", "THAN", "CODER", "MORES", "LEVER", "NEUVE", "FRESH", "FRANCE"),
    *("CURE", "PURE", "BRAVE", "BRAVES", "MUET", "MINUTE", "SPOT", "STORE", "DESERT"),
    *("RETARD", "LIBRE", "CODEE", "HEURT", "PAUSES", "CHERE", "CHERS", "ALERTES", "SUITS"),
    *("SUITES", "TIMES", "REPONSES", "STOCK", "STOPS", "UNIT", "VIEWS", "FIXE", "FILE", "PRISE"),
})  # fmt: skip
"""Real words one slip from a command: taken as they stand, never as a slip."""
