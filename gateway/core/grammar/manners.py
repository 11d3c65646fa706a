"""What stands beside a command and is no part of it, as data: greetings, please, sighs, reasons.

Folded like the keywords.
"""

GREETINGS = (
    *("BONJOUR", "BONSOIR", "SALUT", "COUCOU", "BJR", "SLT", "BSR", "BONJOUR A TOUS"),
    *("SALUT A TOUS", "BONSOIR A TOUS", "BONJOUR TOUT LE MONDE", "YO", "CC", "BONJ", "BJOUR"),
    *("BONJOUR TLM", "SALUT TLM", "SLT TLM", "ALLO", "WESH", "YOP", "SALAM", "RE BJR", "MORNIN"),
    *("EVENIN", "GD MORNING", "GOOD AFTERNOON", "AFTERNOON", "AFTERNOON ALL", "HULLO", "HOLA"),
    *("HELLO", "HI", "HEY", "GOOD MORNING", "GOOD EVENING", "MORNING", "EVENING", "HELLO ALL"),
    *("HI ALL", "HI TEAM", "HELLO EVERYONE", "HI EVERYONE", "MORNING ALL", "HIYA"),
)  # fmt: skip

PLEASE = (
    *("S'IL VOUS PLAIT", "SIL VOUS PLAIT", "S IL VOUS PLAIT", "SVP", "S'IL TE PLAIT"),
    *("SIL TE PLAIT", "S IL TE PLAIT", "STP", "PLEASE", "PLS", "PLZ", "S V P", "S T P"),
)  # fmt: skip

THANK_YOU = (
    *("MERCI BEAUCOUP", "MERCI D'AVANCE", "MERCI D AVANCE", "MERCI BCP", "MERCI", "THANK YOU"),
    *("MANY THANKS", "THANKS", "THANX", "THX", "THANK U", "THNX", "TKS", "TY", "MERCI A VOUS"),
)  # fmt: skip

ADDRESSED = (
    *("A TOUS", "A TOUTES", "TOUS", "TOUTES", "TOUT LE MONDE", "LES GARS", "L'EQUIPE", "CHEF"),
    *("MONSIEUR", "MADAME", "MR", "MME", "ALL", "TEAM", "GUYS", "EVERYONE", "EVERYBODY", "BOSS"),
    *("MATE", "THERE", "SIR", "TLM", "LADS", "PAL", "BRO", "FRERO", "PATRON", "COLLEGUES"),
    *("LA TEAM",),
)  # fmt: skip
"""Whom a greeting may name."""

CALLED = (
    *("MATE", "BOSS", "CHEF", "SIR", "GUYS", "LADS", "PAL", "BRO", "FRERO", "PATRON", "MON AMI"),
    *("MONSIEUR", "MADAME", "LES GARS", "MY FRIEND", "LOVE", "L'AMI"),
)  # fmt: skip
"""Whom one speaks to at the end of a command."""

FAREWELL = (
    *("BONNE NUIT", "BONNE JOURNEE", "BONNE SOIREE", "BONNE SEMAINE", "BON WEEKEND"),
    *("BON WEEK END", "A DEMAIN", "A PLUS", "A TOUT DE SUITE", "CORDIALEMENT", "CDT"),
    *("BIEN A VOUS", "BISOUS", "GOOD NIGHT", "GOODNIGHT", "BYE", "SEE YOU", "SEE YA", "CHEERS"),
    *("REGARDS", "TA", "BISES", *("X" * kisses for kisses in (1, 2, 3))),
)  # fmt: skip
"""At the end of a command."""

HURRY = (
    *("NOW", "RIGHT NOW", "QUICK", "QUICKLY", "ASAP", "FAST", "VITE", "MAINTENANT"),
    *("TOUT DE SUITE",),
)  # fmt: skip
"""Behind a command, as little of it as a please."""

HESITATION = (
    *("EUH", "HEU", "EUHH", "BEN", "BAH", "ALORS", "BON", "UH", "UM", "UMM", "ERM", "ER", "HMM"),
    *("SO", "WELL", "DONC", "OK ALORS", "RIGHT", "SORRY", "PARDON", "DESOLE", "DSL", "OUPS"),
    *("OOPS",),
)  # fmt: skip
"""Before what one came to say."""

INTRODUCED = ("C", "C'EST", "CEST", "ICI", "MOI C'EST", "IT'S", "ITS", "THIS IS", "HERE IS")
"""Before one's own name."""

SIGHS = (
    *HESITATION,
    *("OUPS", "OOPS", "OUPSS", "WOOPS", "WHOOPS", "ZUT", "MINCE", "MERDE", "PUTAIN", "AIE", "OH"),
    *("AH", "NO NO", "NON NON", "SH T", "DAMN", "SHIT", "OH NO", "OUPS PARDON", "EXCUSE ME"),
    *("EXCUSEZ MOI", "EXCUSE MOI", "MY BAD", "MY MISTAKE", "WAIT", "ATTENDS", "ATTENDEZ", "OK"),
    *("OKAY", "BON BEN", "BON ALORS", "VOILA", "OH LA", "OULA", "AH NON", "ERREUR", "MISTAKE"),
    *("WRONG GROUP", "MAUVAIS GROUPE", "PAS LE BON GROUPE", "JE ME SUIS TROMPE", "SO SORRY"),
)  # fmt: skip
"""Before a command: a breath, or that it is meant to mend something."""

REASONS = (
    *("I", "IM", "I'M", "IVE", "I'VE", "ILL", "I'LL", "ID", "I'D", "MY", "WE", "WE'RE", "WERE"),
    *("IT", "ITS", "IT'S", "THAT WAS", "THATS", "THAT'S", "THIS WAS", "NO LONGER", "WRONG"),
    *("SORRY", "BECAUSE", "COS", "CUZ", "COZ", "BCOS", "BECOS", "CAUSE", "SINCE", "AS I", "CANT"),
    *("CAN'T", "TOO MANY", "TOO MUCH", "GOING", "GONNA", "NEED", "HAVE", "JE", "J", "J'AI", "J'Y"),
    *("JAI", "J'ETAIS", "JSUIS", "JSUI", "CHUIS", "CHUI", "JVAIS", "JPEUX", "C'EST", "CEST", "C"),
    *("C'ETAIT", "CETAIT", "CT", "CA", "SA", "CAR", "PARCE", "PCQ", "PSK", "PASK", "PUISQUE"),
    *("VU QUE", "MAUVAIS", "ERREUR", "DESOLE", "DESOLEE", "DSL", "PARDON", "TROMPE", "ON", "MON"),
    *("MA", "MES", "TROP", "FAUX", "Y A", "YA", "J'EN", "J'ARRIVE"),
)  # fmt: skip
"""Behind a command these begin why it is asked for."""

NEGATIONS = ("NOT", "DONT", "DON'T", "PAS", "PLUS", "NO MORE")
"""The same, but only behind a comma: `annule pas` is no `annule`."""

GOING_ON = (
    *("FOR", "OF", "TO", "FROM", "IN", "AT", "DE", "DU", "DES", "POUR", "PR", "AU", "AUX", "DANS"),
)  # fmt: skip
"""Behind a please these go on with what is asked for."""
