"""Which screen an answer is shown on."""

from gateway.core.commands import Asked, GroupList, Page, Posted, Replied, Thread
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.groups import GroupsScreen
from gateway.kiosk.screens.kept import KeptScreen
from gateway.kiosk.screens.news import FoundScreen
from gateway.kiosk.screens.said import Question, Said, Sent
from gateway.kiosk.screens.thread import ThreadScreen
from gateway.kiosk.session import KEPT, Answer


def screen_for(answer: Answer) -> KioskScreen:
    """The screen that fits an answer; its words, where no screen is made for it."""
    match answer.result:
        case Page() as page if page.items:
            return FoundScreen(page)
        case Thread() as thread:
            return ThreadScreen(thread)
        case Asked() as asked:
            return Question(answer.words, asked)
        case Posted() | Replied() as sent:
            return Sent(sent)
        case GroupList() as found:
            return GroupsScreen(found)
        case _:
            return KeptScreen(answer.key) if answer.state == KEPT else Said(answer.words)
