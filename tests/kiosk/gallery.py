"""Every screen of the kiosk with something on it, for pictures and for looks at all of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from gateway.core.commands import (
    COMMANDS,
    Asked,
    Find,
    GroupList,
    GroupView,
    Page,
    Post,
    Posted,
    PostView,
    Replied,
    Thread,
    Urgent,
)
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.commands import AllCommands, CommandLine, table
from gateway.kiosk.screens.entry import BadgeScreen, ChoosePin, CodeScreen, PinScreen
from gateway.kiosk.screens.fields import Row, asking
from gateway.kiosk.screens.groups import GroupScreen, GroupsScreen
from gateway.kiosk.screens.help import HelpScreen
from gateway.kiosk.screens.kept import (
    ElsewhereScreen,
    KeptScreen,
    RefusedScreen,
    UncheckedMenu,
    UncheckedScreen,
    WasItYou,
)
from gateway.kiosk.screens.look import LookScreen
from gateway.kiosk.screens.me import Digests, MeScreen, rhythm
from gateway.kiosk.screens.menu import Menu
from gateway.kiosk.screens.news import FoundScreen, NewsScreen
from gateway.kiosk.screens.said import Question, Said, Sent
from gateway.kiosk.screens.search import NumberScreen, SearchScreen
from gateway.kiosk.screens.send import Aim, to_group
from gateway.kiosk.screens.sheet import LineScreen, WriteScreen
from gateway.kiosk.screens.still import StillThere
from gateway.kiosk.screens.thread import ThreadScreen
from gateway.kiosk.screens.write import PickGroup, PickSentence
from gateway.kiosk.session import Session
from gateway.kiosk.store import Item, Wish
from gateway.kiosk.store.outbox import KEPT
from gateway.kiosk.texts import READY_ANSWERS, Texts
from tests.kiosk.floor import Floor

POST = PostView(
    number=1413,
    group="nuit",
    group_name="Équipe de nuit",
    author="Paul Lefèvre",
    body="Le planning de la semaine 48 est affiché au réfectoire. Merci de vérifier vos jours "
    "avant vendredi, surtout ceux qui ont demandé un échange avec l'équipe du matin.",
    created=datetime(2026, 3, 1, 20, 2, tzinfo=UTC),
    channel="sms",
    thanks=3,
    replies=2,
)
ANSWERS = tuple(
    replace(POST, number=number, author=author, body=body, parent=POST.number)
    for number, author, body in [
        (1422, "Zoé", "Vu, merci Paul."),
        (1431, "Karim", "Je peux prendre le samedi si quelqu'un prend mon jeudi."),
    ]
)
GROUP = GroupView("nuit", "Équipe de nuit", "closed", 31, "in", animator=True)
GROUPS = GroupList(
    mine=(GROUP, GroupView("quai3", "Quai 3", "open", 24, "in")),
    others=(
        GroupView("covoit", "Covoiturage", "open", 12, "out"),
        GroupView("cariste", "Cariste", "closed", 8, "asked"),
        *(GroupView(f"g{at}", f"Groupe {at}", "open", at, "out") for at in range(3, 8)),
    ),
)

ARABIC = (
    replace(
        POST,
        number=1448,
        group_name="عمال الليل",
        author="سمير بن علي",
        body="الباب 4 مغلق حتى الساعة 18:00، مرّوا من الباب 5 (Quai 3) من فضلكم، وشكراً لكم جميعاً.",
        urgent=True,
    ),
    replace(POST, number=1456, author="ليلى", body="Réunion à 14h00 : قاعة الطعام, merci !"),
    replace(POST, number=1463, body="Le chariot de سمير est réparé, 25 % de moins à charger."),
)
"""Lines of both directions, names and numbers between them."""

REFUSED = Item(
    key="", owner="", lane="quai3", draft="quai3", text="Palette de 25 kg tombée au quai 3.",
    body={}, ticket="", badge="", state=KEPT, reason="not-in-group", words="",
)  # fmt: skip
WHY = "Tu n'es plus dans Quai 3."
WRITTEN = "Est-ce toi qui as écrit à 06:12 à Quai 3 ? Le portail ne ferme plus. OUI ou NON"

_AIM = to_group("quai3", "Quai 3")


def _row(name: str) -> Row:
    return next(row for row in table() if row.kind is COMMANDS[name])


def screens(t: Texts) -> Mapping[str, Callable[[], KioskScreen]]:
    asked = Asked(Urgent("quai3", "Fuite"), people=23, title="Quai 3")
    which = Asked(Post("quai", "Bonjour"), choices=("Quai 3", "Quai 30"))
    return {
        "badge": BadgeScreen,
        "pin": lambda: PinScreen("1001"),
        "code": CodeScreen,
        "choose pin": lambda: ChoosePin(lambda: None),
        "menu": Menu,
        "news": NewsScreen,
        "posts in Arabic": lambda: FoundScreen(Page(ARABIC[::-1], about="find")),
        "thread in Arabic": lambda: ThreadScreen(Thread(ARABIC[0], ARABIC[1:])),
        "thread": lambda: ThreadScreen(Thread(POST, ANSWERS, remaining=4)),
        "withdrawn": lambda: ThreadScreen(Thread(replace(POST, withdrawn=True, body=""))),
        "pick group": PickGroup,
        "pick sentence": lambda: PickSentence(_AIM),
        "pick answer": lambda: PickSentence(_AIM, READY_ANSWERS),
        "write": lambda: WriteScreen(_AIM),
        "write by touch": lambda: WriteScreen(_AIM, keys=True),
        "sent": lambda: Sent(Posted(POST, 24)),
        "answered": lambda: Sent(Replied(ANSWERS[0], POST)),
        "yes or no": lambda: Question("ALERTE à 23 pers. de Quai 3 ?", asked),
        "which one": lambda: Question("Quai 3 ou Quai 30 ?", which),
        "groups": lambda: GroupsScreen(replace(GROUPS, word="*")),
        "group": lambda: GroupScreen(GROUP),
        "group to join": lambda: GroupScreen(replace(GROUP, state="asked", animator=False)),
        "me": MeScreen,
        "digests": Digests,
        "look": LookScreen,
        "setting": lambda: rhythm(t),
        "search": SearchScreen,
        "search words": lambda: LineScreen(
            Aim(title=t("SEARCH"), draft="?find", make=Find), t("Which word?")
        ),
        "number": NumberScreen,
        "help": HelpScreen,
        "command": CommandLine,
        "commands": AllCommands,
        "which hour": lambda: asking(_row("time"), {}),
        "which group": lambda: asking(_row("leave"), {}),
        "which words": lambda: asking(_row("who"), {}),
        "kept": lambda: KeptScreen(""),
        "kept, unchecked": lambda: KeptScreen(""),
        "refused": RefusedScreen,
        "to another group": lambda: ElsewhereScreen(REFUSED),
        "was it you": WasItYou,
        "nobody can check": lambda: UncheckedScreen("1001"),
        "menu, unchecked": UncheckedMenu,
        "menu, unchecked, at a new kiosk": UncheckedMenu,
        "said": lambda: Said("Une réponse\nen deux lignes."),
        "still there": StillThere,
    }


@contextmanager
def shown(there: Floor, name: str, make: Callable[[], KioskScreen]) -> Iterator[None]:
    """One of them on the terminal, over what it tells of, until the block ends."""
    app, mine = there.app, there.app.session
    assert mine is not None
    outbox = app.stock.store.outbox
    refused = REFUSED
    if name == "refused":
        app.stock.sender.present("", "")  # Nobody hands it in before it is refused.
        wish = Wish(refused.lane, refused.text, {}, draft=refused.draft)
        refused = replace(refused, key=outbox.put(mine.owner, wish, 0.0))
        outbox.refuse(refused.key, refused.reason, WHY, 0.0)
    mine.questions = [(1, WRITTEN)] if name == "was it you" else []
    if "unchecked" in name:
        groups = () if "new kiosk" in name else mine.groups
        stranger = replace(app.stock.stranger(app.texts.language), groups=tuple(groups))
        app.session = Session(app.api, stranger, stock=app.stock, badge="1001")
    app.show(make())
    app.session = mine
    there.ticks.now += 45 if name == "still there" else 0
    yield
    app.pop_screen()
    outbox.discard(mine.owner, refused.key)
