"""What stands behind an address of ours."""

import pytest

from gateway.channels.email.addresses import (
    Addresses,
    Place,
    ToBounces,
    ToCommand,
    ToGateway,
    ToGroup,
    ToOperators,
    ToThread,
)
from gateway.core.commands import Join, Leave, Stop
from tests.channels.email.support import DOMAIN, TOKENS, Directory

ADDRESSES = Addresses(DOMAIN, Directory(), TOKENS)
REPLY = TOKENS.reply(7, "post:141")


@pytest.mark.parametrize(
    ("local", "place"),
    [
        ("quai3", ToGroup("quai3")),
        ("Quai3", ToGroup("quai3")),
        ("quai3+join", ToCommand(Join("quai3"))),
        ("quai3+LEAVE", ToCommand(Leave("quai3"))),
        ("help", ToGateway(helps=True)),
        ("gateway", ToGateway()),
        (f"reply+{REPLY}", ToThread(7, "post:141")),
        (f"REPLY+{REPLY.upper()}", ToThread(7, "post:141")),
        (f"reply+{TOKENS.reply(7, 'digest:5')}", ToThread(7, "digest:5")),
        (f"bounces+{TOKENS.bounce(31)}", ToBounces(31)),
        (f"unsubscribe+{TOKENS.unsubscribe(7)}", ToCommand(Stop(), 7)),
        ("postmaster", ToOperators()),
        ("abuse", ToOperators()),
        ("quai4", None),
        ("quai4+join", None),
        ("quai3+other", None),
        ("reply", None),
        ("reply+", None),
        (f"reply+{REPLY}x", None),
        (f"reply+{TOKENS.bounce(31)}", None),
        (f"reply+{TOKENS.reply(8, 'post:141')}", None),
        (f"bounces+{REPLY}", None),
        ("unsubscribe+x", None),
        ("", None),
        ("a@b", None),
    ],
)
def test_local_parts(local: str, place: Place | None) -> None:
    assert ADDRESSES.place(f"{local}@{DOMAIN.upper()}") == place


@pytest.mark.parametrize("address", ["quai3@elsewhere.example", "quai3", "", "@", "quai3@"])
def test_other_domains_are_not_ours(address: str) -> None:
    assert ADDRESSES.place(address) is None


def test_the_postmaster_needs_no_domain() -> None:
    assert ADDRESSES.place("Postmaster") == ToOperators()


def test_our_own_names_win_over_a_group() -> None:
    addresses = Addresses(DOMAIN, Directory(groups={"help", "postmaster"}), TOKENS)
    assert addresses.place(f"help@{DOMAIN}") == ToGateway(helps=True)
    assert addresses.place(f"postmaster@{DOMAIN}") == ToOperators()
