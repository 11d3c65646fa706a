"""The units that systemd starts a kiosk by: on a console, or on a touch screen in cage and foot.

systemd.exec(5), systemd.service(5), sd_notify(3). Screens are written to standard error, so a
journal there would keep them; a shell would leave its prompt where the kiosk ends.
"""

from typing import Final

from gateway.kiosk.install.wishes import (
    CONSOLE_UNIT,
    KEYMAPS,
    LOCKED_KEYS,
    TERMINAL,
    TOKEN,
    Wishes,
)

WATCHDOG_SECONDS: Final = 30
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@+,~")


def quoted(word: str) -> str:
    """One word of a command line of a unit, as it is: no specifier, no variable in it."""
    doubled = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return doubled if word and set(word) <= _PLAIN else f'"{doubled}"'


def kiosk_unit(wishes: Wishes) -> str:
    """The kiosk's own unit."""
    return "".join((_head(wishes), _touch(wishes) if wishes.touch else _console(wishes), _TAIL))


def console_unit(wishes: Wishes) -> str:
    """What a console needs before the kiosk is on it, by root, once."""
    font, locked = quoted(wishes.font), quoted(LOCKED_KEYS)
    # A font that is set before the first words are on a console that is still to be taken over
    # from the firmware is lost: so something is written, and waited for (fbcon, `quiet`).
    return f"""\
[Unit]
Description=Letters and keys of the kiosk's console
After=systemd-vconsole-setup.service keyboard-setup.service console-setup.service

[Service]
Type=oneshot
RemainAfterExit=yes
StandardInput=tty
StandardOutput=tty
StandardError=journal
TTYPath=/dev/{wishes.tty}
ExecStart=-/bin/sh -c "echo; sleep 1"
ExecStart=-/usr/bin/setfont -C /dev/{wishes.tty} {font}
ExecStart=-/usr/bin/loadkeys -q -C /dev/{wishes.tty} {locked}
ExecStart=-/usr/bin/setleds -D +num
"""


def command(wishes: Wishes) -> str:
    """How the kiosk itself is started."""
    words = [wishes.program, "kiosk", "--server", wishes.server, "--language", wishes.language]
    # Read out in lines, it would not tell systemd that it stands.
    words += ["--look", wishes.look, "--screens"]
    if wishes.keys:
        words.append("--keys")
    if wishes.printer:
        words += ["--printer", wishes.printer]
    # %d is where systemd puts what LoadCredential names, for this service's eyes alone.
    return f"{' '.join(map(quoted, words))} --device-file %d/token"


def _head(wishes: Wishes) -> str:
    more = "seatd.service" if wishes.touch else CONSOLE_UNIT
    return f"""\
[Unit]
Description=The gateway's kiosk on {wishes.tty}
Documentation=man:systemd.service(5)
After=systemd-user-sessions.service plymouth-quit-wait.service {more}
Wants={more}
Conflicts=getty@{wishes.tty}.service
StartLimitIntervalSec=0

[Service]
Type=notify
WatchdogSec={WATCHDOG_SECONDS}
TimeoutStartSec=60
TimeoutStopSec=5
Restart=always
RestartSec=1
User={wishes.user}
LoadCredential=token:{TOKEN}
TTYPath=/dev/{wishes.tty}
TTYReset=yes
TTYVHangup=yes
TTYVTDisallocate=yes
"""


def _console(wishes: Wishes) -> str:
    return f"""\
NotifyAccess=main
ExecStartPre=/bin/stty -echo
ExecStartPre=-/usr/bin/setleds -D +num
ExecStart={command(wishes)}
ExecStopPost={quoted(wishes.program)} kiosk wipe
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
Environment=TERM=linux
UnsetEnvironment=COLORTERM COLUMNS LINES
"""


def _touch(wishes: Wishes) -> str:
    layout = _layout(wishes)
    # The kiosk is a grandchild here: it gives the signs of life, and not cage, whose number
    # systemd tells. seatd and no session of logind, which would take it out of the unit.
    return f"""\
NotifyAccess=all
ExecStart=/usr/bin/cage -d -- /usr/bin/foot --config={TERMINAL} {command(wishes)}
StandardInput=tty-force
StandardOutput=journal
StandardError=journal
Environment=LIBSEAT_BACKEND=seatd XDG_RUNTIME_DIR=%t/gateway-kiosk {layout}
UnsetEnvironment=WATCHDOG_PID COLUMNS LINES
"""


def _layout(wishes: Wishes) -> str:
    layout, variant = KEYMAPS[wishes.keymap]
    more = f" XKB_DEFAULT_VARIANT={variant}" if variant else ""
    return f"XKB_DEFAULT_LAYOUT={layout}{more}"


_TAIL = """\
StateDirectory=gateway-kiosk
StateDirectoryMode=0700
RuntimeDirectory=gateway-kiosk
RuntimeDirectoryMode=0700
RuntimeDirectoryPreserve=restart
UMask=0077
LimitCORE=0
MemorySwapMax=0
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes

[Install]
WantedBy=multi-user.target
"""
