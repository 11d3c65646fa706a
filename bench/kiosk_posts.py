"""`python -m bench.kiosk_posts COUNT`: the kiosk with so many posts in its list, to be timed."""

import sys
from datetime import UTC, datetime, timedelta

from gateway.core.commands import Page, PostView
from gateway.kiosk import harden
from gateway.kiosk.api import Api, SignedIn
from gateway.kiosk.app import KioskApp

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def posts(count: int) -> tuple[PostView, ...]:
    """Posts of a depot, one a minute."""
    return tuple(
        PostView(
            number=1000 + at,
            group="quai3",
            group_name="Quai 3",
            author="Paul Lefèvre",
            body=f"Camion {at} parti à l'heure, la rampe est libre pour le suivant.",
            created=BEGUN + timedelta(minutes=at),
            channel="sms",
            urgent=at % 50 == 7,
        )
        for at in range(count)
    )


def main() -> None:
    from gateway.kiosk.screens.news import FoundScreen

    person = SignedIn("token", "Amina", "fr", 0, 0, (("quai3", "Quai 3"),), must_choose_pin=False)
    app = KioskApp(Api("http://127.0.0.1:9", "none"))
    harden.forgive_bytes(app.driver_class)
    many = posts(int(sys.argv[1]))

    def show() -> None:
        app.enter(person, "1001")
        app.show(FoundScreen(Page(many, about="find")))

    app.call_later(show)
    app.run()


if __name__ == "__main__":
    main()
