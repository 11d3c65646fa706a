"""Keys for DKIM in tests: made on the spot, so that no private key lies in the repository."""

import base64
import random
from dataclasses import dataclass
from functools import cache

BITS = 1024
_EXPONENT = 65537


@dataclass(frozen=True)
class Key:
    """A key pair: `private` in PEM (PKCS #1), `record` as it stands in DNS (RFC 6376, 3.6.1)."""

    private: bytes
    record: str


@cache
def key(seed: int = 1, bits: int = BITS) -> Key:
    """A pair of keys; the same for the same seed."""
    chance = random.Random(seed)  # a test's key is no secret
    while True:
        p, q = _prime(chance, bits // 2), _prime(chance, bits // 2)
        phi = (p - 1) * (q - 1)
        if p != q and phi % _EXPONENT:
            break
    n, d = p * q, pow(_EXPONENT, -1, phi)
    numbers = (0, n, _EXPONENT, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    private = _sequence(*map(_integer, numbers))
    public = _sequence(_integer(n), _integer(_EXPONENT))
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    whole = _sequence(algorithm, _tagged(3, b"\0" + public))
    pem = base64.encodebytes(private).decode()
    return Key(
        f"-----BEGIN RSA PRIVATE KEY-----\n{pem}-----END RSA PRIVATE KEY-----\n".encode(),
        f"v=DKIM1; k=rsa; p={base64.b64encode(whole).decode()}",
    )


@cache
def short_key(seed: int = 1) -> Key:
    """A pair of Ed25519 (RFC 8463), in PEM as OpenSSL writes it."""
    from nacl.signing import SigningKey

    secret = random.Random(seed).randbytes(32)
    public = bytes(SigningKey(secret).verify_key)
    pem = base64.b64encode(bytes.fromhex("302e020100300506032b657004220420") + secret).decode()
    return Key(
        f"-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n".encode(),
        f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}",
    )


def _prime(chance: random.Random, bits: int) -> int:
    while True:
        number = chance.getrandbits(bits) | 3 << (bits - 2) | 1
        if all(number % small for small in (3, 5, 7, 11, 13, 17, 19)) and _is_prime(number, chance):
            return number


def _is_prime(number: int, chance: random.Random) -> bool:
    """Miller and Rabin's test, twenty times."""
    odd, twos = number - 1, 0
    while not odd % 2:
        odd, twos = odd // 2, twos + 1
    for _ in range(20):
        x = pow(chance.randrange(2, number - 1), odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


def _integer(number: int) -> bytes:
    return _tagged(2, number.to_bytes(number.bit_length() // 8 + 1))


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 128 | len(length)]) + length + content
