"""Is this request from Twilio? Its signature over the public URL and every received parameter.

The algorithm is twilio-python's own. What is decided here is what goes into it: the URL as Twilio
wrote it and not as a proxy or a framework rewrote it, each of several tokens while one is being
replaced, and for a JSON body its hash. Whatever is not plainly right is wrong.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from urllib.parse import SplitResult, parse_qs, urlsplit

Fields = Mapping[str, Sequence[str]]

HEADER = "X-Twilio-Signature"
FRAGMENT = "rc=5&rp=all"
"""The override that the docs tell operators to add to the webhook's URL: repeat five times."""

_PORTS = {"http": 80, "https": 443}
_LONGEST = 200
"""Characters of a signature that are worth a look; 28 are usual."""


def valid(
    url_candidates: Iterable[str],
    raw_body: bytes,
    content_type: str,
    params: Fields,
    header: str | None,
    tokens: Sequence[str],
) -> bool:
    """Did one of `tokens` sign one of the URLs with this body? Anything malformed is a no."""
    if not header or len(header) > _LONGEST or not header.isascii():
        return False
    try:
        urls = [form for url in url_candidates for form in _with_and_without_port(url)]
        if is_json(content_type):
            urls, params = [url for url in urls if _hash_matches(url, raw_body)], {}
        return any(
            hmac.compare_digest(signature, header)
            for signature in _signatures(urls, params, tokens)
        )
    except (ValueError, TypeError, LookupError):
        return False


def candidates(public_url: str, target: str, fragment: str = FRAGMENT) -> list[str]:
    """The URLs that Twilio may have signed for a request to `target`, a raw path and query.

    `public_url` may carry a path that a proxy strips on the way in or leaves in place. Whether the
    fragment with Twilio's own settings is signed is not documented: both are tried.
    """
    base = urlsplit(public_url)
    prefixed = public_url.rstrip("/") + target
    urls = [prefixed]
    if base.path.rstrip("/"):
        urls.append(f"{base.scheme}://{base.netloc}{target}")
    return urls + [f"{url}#{fragment}" for url in urls if fragment]


def is_json(content_type: str) -> bool:
    """Is the body signed by its hash rather than by its fields?"""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _signatures(urls: Iterable[str], params: Fields, tokens: Sequence[str]) -> Iterator[str]:
    # Not at the top: no command but a web server needs twilio, and it is slow to import.
    from twilio.request_validator import (  # type: ignore[import-untyped]  # it has none
        RequestValidator,
    )

    received = _Received(params)
    validators = [RequestValidator(token) for token in tokens if token]
    for url in urls:
        for validator in validators:
            yield validator.compute_signature(url, received)


class _Received(dict[str, Sequence[str]]):
    """The parameters as twilio-python reads several values of one name."""

    def getlist(self, name: str) -> Sequence[str]:
        return self[name]


def _hash_matches(url: str, raw_body: bytes) -> bool:
    given = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return hmac.compare_digest(sha256(raw_body).hexdigest().encode(), given.encode())


def _with_and_without_port(url: str) -> list[str]:
    """The URL as it is, and with the scheme's own port added or taken away: Twilio does either.

    Cut by hand: a parser that puts the URL together again loses a `?` with nothing behind it.
    """
    parts = urlsplit(url)
    usual = _PORTS.get(parts.scheme)
    if parts.port is None:
        return [url, _replace_host(url, parts, f"{parts.netloc}:{usual}")] if usual else [url]
    without = parts.netloc.rpartition(":")[0]
    return [url, _replace_host(url, parts, without)]


def _replace_host(url: str, parts: SplitResult, host: str) -> str:
    return url.replace(f"//{parts.netloc}", f"//{host}", 1)
