"""Who signed in here since the machine started, so that they can again without a network.

In the memory of this process only: six digits behind scrypt are tried out in a day and a half by
one core, so nothing of them may lie on a disk. A power cut forgets everybody.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from gateway.kiosk.api import SignedIn

COST: Final = 2**15
MEMORY: Final = 64 * 1024 * 1024
ROOM: Final = 300
"""As many people as share a kiosk; whoever came longest ago makes room."""


@dataclass(frozen=True, slots=True)
class _Known:
    salt: bytes
    hash: bytes
    person: SignedIn


class Pins:
    """Verifiers by badge."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def learn(self, badge: str, pin: str, person: SignedIn) -> None:
        """The gateway said yes to this badge and PIN. The session's token is not kept."""
        salt = secrets.token_bytes(16)
        self._known.pop(badge, None)
        self._known[badge] = _Known(salt, _hash(pin, salt), replace(person, token=""))
        while len(self._known) > self._room:
            self._known.popitem(last=False)

    def forget(self, badge: str) -> None:
        """The gateway said no: what was known of them is worth nothing any more."""
        self._known.pop(badge, None)

    def knows(self, badge: str) -> bool:
        return badge in self._known

    def check(self, badge: str, pin: str) -> SignedIn | None:
        """The person behind a badge and the right PIN, as they were last seen.

        An unknown badge takes as long as a wrong PIN.
        """
        known = self._known.get(badge)
        salt = known.salt if known is not None else bytes(16)
        wanted = known.hash if known is not None else bytes(32)
        right = hmac.compare_digest(_hash(pin, salt), wanted)
        return known.person if known is not None and right else None


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=COST, r=8, p=1, maxmem=MEMORY, dklen=32)
