"""What an operator wants a machine to be, and the names that follow from it."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

HOME: Final = "/etc/gateway-kiosk"
TOKEN: Final = f"{HOME}/token"
LOCKED_KEYS: Final = f"{HOME}/lock.map"
TERMINAL: Final = f"{HOME}/foot.ini"
UNIT: Final = "gateway-kiosk.service"
CONSOLE_UNIT: Final = "gateway-kiosk-console.service"
STATE: Final = "/var/lib/gateway-kiosk"

KEYMAPS: Final = {
    "fr": ("fr", ""),
    "fr-bepo": ("fr", "bepo"),
    "be-latin1": ("be", ""),
    "us": ("us", ""),
    "uk": ("gb", ""),
    "de": ("de", ""),
    "es": ("es", ""),
    "it": ("it", ""),
}
"""A console's keymap (vconsole.conf(5)), and the same keyboard's layout and variant for XKB."""

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_TTY = re.compile(r"tty[1-9][0-9]?")
_FONT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,60}")


@dataclass(frozen=True, slots=True)
class Wishes:
    """One kiosk. Raises `ValueError` with what to write instead, named by the option."""

    server: str
    program: str = "/usr/local/bin/gateway"
    touch: bool = False
    tty: str = "tty1"
    user: str = "gateway-kiosk"
    language: str = "fr"
    look: str = "vt"
    keys: bool = False
    keymap: str = "fr"
    font: str = "Uni2-TerminusBold32x16"
    letters: int = 20
    """How large letters are on a touch screen, in points."""
    printer: str = ""

    def __post_init__(self) -> None:
        split = urlsplit(self.server)
        sayable = self.server.isascii() and self.server.isprintable() and " " not in self.server
        checks = {
            "server": sayable and split.scheme in ("http", "https") and split.hostname,
            "program": PurePosixPath(self.program).is_absolute() and self.program.isprintable(),
            "tty": _TTY.fullmatch(self.tty),
            "user": _USER.fullmatch(self.user) and self.user != "root",
            "keymap": self.keymap in KEYMAPS,
            "font": _FONT.fullmatch(self.font),
            "printer": not self.printer
            or (self.printer.startswith("/dev/") and self.printer.isprintable()),
        }
        for name, good in checks.items():
            if not good:
                raise ValueError(f"--{name}: {_ADVICE[name]}")


_ADVICE: Final = {
    "server": "write http:// or https:// and a host",
    "program": "write where the program `gateway` is, from / on",
    "tty": "write tty1, or another console from tty1 to tty99",
    "user": "write a name of small letters and digits, and not root",
    "keymap": f"write one of {', '.join(KEYMAPS)}",
    "font": "write the name of a console font, as in /usr/share/consolefonts",
    "printer": "write a device below /dev, such as /dev/usb/lp0",
}
