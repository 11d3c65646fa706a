"""Signs what we send (DKIM, RFC 6376), where no mail server behind us does.

The signature covers all headers by which a mail is read, answered and unsubscribed from: one click
counts only where it is signed (RFC 8058, 4). Those that may stand once only are signed as such, so
that nobody can add a second. By RSA, or by Ed25519 where the key is such a one (RFC 8463).
"""

import base64

import dkim
from dkim.crypto import UnparsableKeyError, parse_pem_private_key

LEAST_BITS = 1024

_ONCE = (b"from", b"to", b"subject", b"date", b"reply-to", b"message-id")
_COVERED = (
    *_ONCE,
    b"in-reply-to",
    b"references",
    b"list-id",
    b"list-post",
    b"list-help",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"auto-submitted",
    b"content-language",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
)
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # AlgorithmIdentifier of rsaEncryption


_ED25519 = bytes.fromhex("302e020100300506032b657004220420")  # PKCS #8 before its 32 octets


class NoKey(ValueError):
    """Not the private key of RSA or Ed25519 that it should be."""


class Signer:
    """Signs for one domain with one key. RSA costs some milliseconds each, in plain Python."""

    def __init__(self, key: str, selector: str, domain: str) -> None:
        self._key, self._selector, self._domain = key.encode(), selector.encode(), domain.encode()
        self._algorithm = b"rsa-sha256"
        public_record(key)  # what cannot be read is told at the start, and not by the first mail
        if seed := _seed(key):
            self._key, self._algorithm = base64.b64encode(seed), b"ed25519-sha256"

    def __call__(self, message: bytes) -> bytes:
        """The message with its signature in front; its lines end with CR LF."""
        head = message.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")
        there = {line.partition(b":")[0] for line in head if line[:1] not in (b" ", b"\t")}
        covered = [name for name in _COVERED if name in there]
        signature: bytes = dkim.sign(
            message,
            self._selector,
            self._domain,
            self._key,
            signature_algorithm=self._algorithm,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*covered, *_ONCE],
        )
        return signature + message


def public_record(key: str) -> str:
    """What must stand in DNS for a private key in PEM. Raises `NoKey`."""
    if seed := _seed(key):
        import nacl.signing  # here, for most keys are RSA

        public = bytes(nacl.signing.SigningKey(seed).verify_key)
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}"
    try:
        found = parse_pem_private_key(key.encode())
        modulus, exponent = found["modulus"], found["publicExponent"]
    except (UnparsableKeyError, KeyError, ValueError, IndexError, TypeError):
        raise NoKey("not a private key of RSA or Ed25519 in PEM") from None
    if modulus.bit_length() < LEAST_BITS:
        raise NoKey(f"shorter than {LEAST_BITS} bits")
    pair = _tagged(0x30, _integer(modulus) + _integer(exponent))
    whole = _tagged(0x30, _RSA + _tagged(3, b"\0" + pair))
    return f"v=DKIM1; k=rsa; p={base64.b64encode(whole).decode()}"


def publishes(texts: list[str], record: str) -> bool:
    """Whether one of the texts of a name has the key of `record`."""
    return any(_key_in(text) == _key_in(record) for text in texts)


def _seed(key: str) -> bytes | None:
    """The 32 octets of a private key of Ed25519 in PEM; None where it is another."""
    body = "".join(line for line in key.split("\n") if not line.startswith("-----"))
    try:
        der = base64.b64decode(body, validate=True)
    except ValueError:
        return None
    return der[len(_ED25519) :] if der.startswith(_ED25519) and len(der) == 48 else None


def _key_in(record: str) -> str:
    tags = (tag.partition("=") for tag in record.split(";"))
    values = {name.strip(): "".join(value.split()) for name, _, value in tags}
    return values.get("p", "")


def _integer(number: int) -> bytes:
    return _tagged(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _tagged(tag: int, content: bytes) -> bytes:
    """A value of ASN.1 in DER."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
