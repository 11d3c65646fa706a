"""A company whose mail is Postfix and Dovecot: a world with real servers in place of the fake ones.

People at `bureau.example` have their mailboxes there, the gateway's domain goes to the gateway, and
other domains are other companies' servers, which is where the world's own mailbox stands.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stories.world import DOMAIN, World, set_up, world
from tests.support.dovecot import Dovecot
from tests.support.mutt import Mutt
from tests.support.postfix import SERVER, Houses, Ours, Postfix, postfix

PAUL = "paul@bureau.example"
GONE = "lea@parti.example"
MORE = f"name,email,badge,language,groups,role\nLea Blanc,{GONE},1005,fr,quai3,member\n"
NO_MAILBOX = "550 5.1.1 No such user here"


@dataclass(frozen=True)
class House:
    """The installation, its mail server and store, and Paul at his mail program."""

    made: World
    server: Postfix
    store: Dovecot
    paul: Mutt


@contextmanager
def mail_house(folder: Path, neomutt: Path, store: Dovecot) -> Iterator[House]:
    """Everything is set up, and the gateway is not yet running."""
    with world(folder) as made:
        elsewhere = made.mailbox.address[1]
        houses = Houses((PAUL,), {"office.example": elsewhere, "parti.example": elsewhere})
        with postfix(Ours(DOMAIN, made.lmtp), houses, store) as server:
            made.set(
                GATEWAY_SMTP_URL=f"smtp://127.0.0.1:{server.port}",
                GATEWAY_MAIL_AUTHSERV_ID=SERVER,
            )
            set_up(made)
            roll = folder / "more.csv"
            roll.write_text(MORE, encoding="utf-8")
            made.cli("members", "import", str(roll), "--consented")
            made.mailbox.fail(GONE, NO_MAILBOX, times=50)
            paul = Mutt(neomutt, folder / "paul", "Paul Martin", PAUL)
            yield House(made, server, store, paul.set_up(store, server))
