"""A slip of paper with a post's number, where the kiosk has a printer and somebody asks for one."""

from collections.abc import Callable, Mapping

from gateway.kiosk.printer import Sent
from gateway.kiosk.receipt import Slip
from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.session import Trouble
from gateway.kiosk.texts import mark

_TOLD: Mapping[Sent, str] = {
    Sent.PRINTED: mark("The slip is printed."),
    Sent.NO_PAPER: mark("! The printer has no paper. Tell your team leader; nothing is lost."),
    Sent.NO_PRINTER: mark("! The printer does not answer. Tell your team leader; nothing is lost."),
    Sent.STUCK: mark("! The printer is stuck or busy. Try again in a moment; nothing is lost."),
}


def slip(
    screen: KioskScreen, key: str, number: int, then: Callable[[], None] = lambda: None
) -> list[Choice]:
    """The choice to print one, or none without a printer; `then` runs when it is over."""
    printer = screen.kiosk.printer
    if printer is None:
        return []

    def told(outcome: Sent | Trouble) -> None:
        then()
        sent = outcome if isinstance(outcome, Sent) else Sent.NO_PRINTER
        screen.notice(screen.t(_TOLD[sent]))

    def does() -> None:
        facts = screen.kiosk.facts
        data = Slip(number, facts.sms_number(), facts.here(), facts.day()).data(screen.t)
        screen.work(lambda: printer.send(data), told)

    return [Choice(key, screen.t("Print a slip"), does)]
