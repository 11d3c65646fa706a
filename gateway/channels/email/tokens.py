"""The tokens in our addresses: who may write there, and about what, signed by us.

A token is what stands between two people's voices, so it is an HMAC and no row: it lives as long
as the mail that carries it, works any number of times, and cannot be made or changed by anybody
else. It survives what mail systems do to a local part (64 octets, letters in any case) and what
people do to one that they copy by hand: no 0, O, 1, I or L in it. That leaves 31 characters, so a
token is a number written in base 31.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from itertools import product
from types import MappingProxyType

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
MAX_LENGTH = 52
"""What 64 octets leave beside our longest name and its `+`."""

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# Triples are so many that each of them is fetched from far away in the machine's memory.
_PAIRS = ["".join(two) for two in product(ALPHABET, repeat=2)]
_BASE = len(_PAIRS)
_FOUR = _BASE**2
_SIX = _BASE**3  # so many characters at a time are one digit of Python's own numbers
_BLOCK = 64  # bytes of a block of SHA-256
_SIGNATURE = 12  # bytes: 96 bits, far beyond guessing over a wire
_MARK = b"\x01"  # keeps leading zero bytes when the bytes become a number

_KINDS = [bytes([octet]) for octet in range(256)]
_BOUNCE, _UNSUBSCRIBE, _PHOTO = 1, 2, 12
_ABOUT: Mapping[str, int] = MappingProxyType({"post": 3, "digest": 4, "answer": 5})
_NAMES = {kind: name for name, kind in _ABOUT.items()}


class Tokens:
    """Makes and reads tokens. Whatever was not made with this secret reads as None."""

    def __init__(self, secret: bytes) -> None:
        # A key of our own: the same secret signs other things, and none may stand for another.
        key = hmac.digest(secret, b"gateway/mail-address", "sha256").ljust(_BLOCK, b"\0")
        # HMAC (RFC 2104) with its two beginnings made once: a mail to thousands has three a reader.
        self._inner = sha256(bytes(octet ^ 0x36 for octet in key))
        self._outer = sha256(bytes(octet ^ 0x5C for octet in key))

    def reply(self, member_id: int, about: str, epoch: int = 0) -> str:
        """The right to answer `about` (`post:5`, `digest:7`, `answer:9`) as this member.

        It lasts until the member's `epoch` is another: what was given out before is revoked then.
        """
        name, _, number = about.partition(":")
        return self._write(_ABOUT[name], member_id, int(number), epoch)

    def read_reply(self, token: str, epoch: int = 0) -> tuple[int, str] | None:
        """The member and what they answer, where this is that member's epoch."""
        kind, member_id, number = self._read(token, epoch)
        return (member_id, f"{_NAMES[kind]}:{number}") if kind in _NAMES else None

    def claimed(self, token: str) -> int | None:
        """Whose reply token this says it is: nothing is proved by it."""
        payload, _ = _split(token)
        kind, member_id, _ = _parted(payload) if payload else (0, 0, 0)
        return member_id if kind in _NAMES else None

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

    def photo(self, media_id: int, member_id: int) -> str:
        """The right of this member to see a picture, as long as they may see its post."""
        return self._write(_PHOTO, media_id, member_id)

    def read_photo(self, token: str) -> tuple[int, int] | None:
        """The picture, and the member whose link this is."""
        kind, media_id, member_id = self._read(token)
        return (media_id, member_id) if kind == _PHOTO else None

    def _write(self, kind: int, first: int, second: int, epoch: int = 0) -> str:
        head = _octets(first)
        payload = _KINDS[kind << 4 | len(head)] + head + (_octets(second) if second else b"")
        return _spell(payload + self._sign(payload, epoch))

    def _read(self, token: str, epoch: int = 0) -> tuple[int, int, int]:
        payload, signature = _split(token)
        if not payload or not hmac.compare_digest(signature, self._sign(payload, epoch)):
            return 0, 0, 0
        return _parted(payload)

    def _sign(self, payload: bytes, epoch: int) -> bytes:
        # Beside the payload and not in it, so that a token grows no longer by it.
        signed = payload if not epoch else payload + b"/" + str(epoch).encode()
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(signed)
        outer.update(inner.digest())
        return outer.digest()[:_SIGNATURE]


def _split(token: str) -> tuple[bytes, bytes]:
    signed = _unspell(token.lower()) or b""
    return signed[:-_SIGNATURE], signed[-_SIGNATURE:]


def _parted(payload: bytes) -> tuple[int, int, int]:
    kind, split = payload[0] >> 4, 1 + (payload[0] & 15)
    return kind, int.from_bytes(payload[1:split]), int.from_bytes(payload[split:])


def _octets(number: int) -> bytes:
    if not 0 <= number < 1 << 63:
        raise ValueError("not the id of a row")
    return number.to_bytes((number.bit_length() + 7) // 8)


def _spell(octets: bytes) -> str:
    number, spelt = int.from_bytes(_MARK + octets), ""
    while number:
        number, six = divmod(number, _SIX)
        four = six % _FOUR
        spelt = f"{_PAIRS[six // _FOUR]}{_PAIRS[four // _BASE]}{_PAIRS[four % _BASE]}{spelt}"
    return spelt.lstrip(ALPHABET[0])


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
