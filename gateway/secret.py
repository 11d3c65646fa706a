"""The secret that is given, or that an embedded installation makes for itself, and keeps."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from gateway import formats
from gateway.settings_error import SettingsError


def secret_in_use(given: str | None, path: Path, *, only_looking: bool = False) -> bytes:
    """The secret that is `given`, else the one in `path`, made on first use.

    Who is `only_looking` makes none: nothing is signed by what they get. Raises `SettingsError`.
    """
    if given:
        return given.encode()
    try:
        if only_looking and not path.exists():
            return secrets.token_bytes()
        return kept_secret(path).encode()
    except OSError as error:
        raise SettingsError([_trouble(error, path)]) from None


def _trouble(error: OSError, path: Path) -> str:
    if error.filename == str(path):
        return (
            f"{path}: the secret is there and cannot be read ({error.strerror}): run this as the "
            "user that the gateway runs as, or set GATEWAY_SECRET"
        )
    return (
        f"GATEWAY_DATABASE_URL: cannot keep the secret in {path} ({error.strerror}): let this user "
        "write there, or set GATEWAY_SECRET"
    )


def kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use, for its owner's eyes only.

    Processes that start together get the same one: each writes its own apart, whole, and only one
    can link it to the name.
    """
    if not path.exists():
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(made)
        finally:
            made.unlink(missing_ok=True)
    try:
        return formats.secret(path.read_text("utf-8").strip())
    except ValueError as error:
        raise SettingsError([f"{path}: {error}"]) from None
