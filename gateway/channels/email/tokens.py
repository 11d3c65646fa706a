"""The tokens in our addresses: who may write there, and about what, signed by us.

A token is what stands between two people's voices, so it is an HMAC and no row: it lives as long
as the mail that carries it, works any number of times, and cannot be made or changed by anybody
else. It survives what mail systems do to a local part (64 octets, letters in any case) and what
people do to one that they copy by hand: no 0, O, 1, I or L in it. That leaves 31 characters, so a
token is a number written in base 31.
"""

import hmac
from collections.abc import Mapping
from types import MappingProxyType

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
MAX_LENGTH = 52
"""What 64 octets leave beside our longest name and its `+`."""

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_SIGNATURE = 12  # bytes: 96 bits, far beyond guessing over a wire
_MARK = b"\x01"  # keeps leading zero bytes when the bytes become a number

_BOUNCE, _UNSUBSCRIBE = 1, 2
_ABOUT: Mapping[str, int] = MappingProxyType({"post": 3, "digest": 4, "answer": 5})
_NAMES = {kind: name for name, kind in _ABOUT.items()}


class Tokens:
    """Makes and reads tokens. Whatever was not made with this secret reads as None."""

    def __init__(self, secret: bytes) -> None:
        # A key of our own: the same secret signs other things, and none may stand for another.
        self._key = hmac.digest(secret, b"gateway/mail-address", "sha256")

    def reply(self, member_id: int, about: str) -> str:
        """The right to answer `about` (`post:5`, `digest:7`, `answer:9`) as this member."""
        name, _, number = about.partition(":")
        return self._write(_ABOUT[name], member_id, int(number))

    def read_reply(self, token: str) -> tuple[int, str] | None:
        """The member and what they answer."""
        kind, member_id, number = self._read(token)
        return (member_id, f"{_NAMES[kind]}:{number}") if kind in _NAMES else None

    def bounce(self, outbound_id: int) -> str:
        """Where reports on the message `outbound_id` come back."""
        return self._write(_BOUNCE, outbound_id, 0)

    def read_bounce(self, token: str) -> int | None:
        """The message that is reported on."""
        kind, outbound_id, _ = self._read(token)
        return outbound_id if kind == _BOUNCE else None

    def unsubscribe(self, member_id: int) -> str:
        """The right to stop all mail to this member."""
        return self._write(_UNSUBSCRIBE, member_id, 0)

    def read_unsubscribe(self, token: str) -> int | None:
        """The member whose mail shall stop."""
        kind, member_id, _ = self._read(token)
        return member_id if kind == _UNSUBSCRIBE else None

    def _write(self, kind: int, first: int, second: int) -> str:
        head, tail = _octets(first), _octets(second)
        payload = bytes([kind << 4 | len(head)]) + head + tail
        return _spell(payload + self._sign(payload))

    def _read(self, token: str) -> tuple[int, int, int]:
        signed = _unspell(token.lower()) or b""
        payload, signature = signed[:-_SIGNATURE], signed[-_SIGNATURE:]
        if not payload or not hmac.compare_digest(signature, self._sign(payload)):
            return 0, 0, 0
        kind, split = payload[0] >> 4, 1 + (payload[0] & 15)
        return kind, int.from_bytes(payload[1:split]), int.from_bytes(payload[split:])

    def _sign(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, "sha256")[:_SIGNATURE]


def _octets(number: int) -> bytes:
    if not 0 <= number < 1 << 63:
        raise ValueError("not the id of a row")
    return number.to_bytes((number.bit_length() + 7) // 8)


def _spell(octets: bytes) -> str:
    number, digits = int.from_bytes(_MARK + octets), ""
    while number:
        number, value = divmod(number, len(ALPHABET))
        digits = ALPHABET[value] + digits
    return digits


def _unspell(token: str) -> bytes | None:
    """The bytes of a token; None where it is too long or has two spellings (a leading zero)."""
    if not 0 < len(token) <= MAX_LENGTH or not _VALUES.keys() >= set(token):
        return None
    if token[0] == ALPHABET[0]:
        return None
    number = 0
    for character in token:
        number = number * len(ALPHABET) + _VALUES[character]
    octets = number.to_bytes((number.bit_length() + 7) // 8)
    return octets[1:] if octets[:1] == _MARK else None
