"""Everything that is written to make a machine a kiosk, as values: nothing is touched here."""

from dataclasses import dataclass
from itertools import product

from gateway.kiosk.install.units import console_unit, kiosk_unit
from gateway.kiosk.install.wishes import (
    CONSOLE_UNIT,
    KEYMAPS,
    LOCKED_KEYS,
    STATE,
    TERMINAL,
    TOKEN,
    UNIT,
    Wishes,
)

UNITS = "/etc/systemd/system"
USERS = "/etc/sysusers.d/gateway-kiosk.conf"
KERNEL = "/etc/sysctl.d/90-gateway-kiosk.conf"
DEBIANS_KEYBOARD = "/etc/default/keyboard"
NOWHERE = "/dev/null"
OURS = "# Written by `gateway kiosk install`; `gateway kiosk uninstall` takes it away.\n"


@dataclass(frozen=True, slots=True)
class File:
    """A file and what is in it."""

    path: str
    text: str
    why: str
    mode: int = 0o644
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    path: str
    target: str
    why: str


Item = File | Link


def items(wishes: Wishes, token: str | None, *, debian: bool) -> list[Item]:
    """All of it, in the order in which it is written; `token` is None where it lies there already.

    `debian`: the machine reads its keyboard from Debian's file too.
    """
    found: list[Item] = [
        File(USERS, _users(wishes), "a user of its own, without a password or a shell")
    ]
    if token is not None:
        found.append(
            File(TOKEN, f"{token}\n", "the device token, for root alone", 0o600, secret=True)
        )
    found += [*_keys(wishes, debian=debian), *_screen(wishes), *_locks(wishes)]
    found.append(File(f"{UNITS}/{UNIT}", OURS + kiosk_unit(wishes), "starts the kiosk"))
    wants = f"{UNITS}/multi-user.target.wants/{UNIT}"
    found.append(Link(wants, f"{UNITS}/{UNIT}", "starts it with the machine"))
    return found


def _users(wishes: Wishes) -> str:
    """sysusers.d(5)."""
    groups = ["video", "render", "input"] if wishes.touch else []
    groups += ["lp"] if wishes.printer else []
    lines = [f'u {wishes.user} - "The gateway\'s kiosk" {STATE} /usr/sbin/nologin']
    lines += [f"m {wishes.user} {group}" for group in groups]
    return OURS + "".join(f"{line}\n" for line in lines)


def _keys(wishes: Wishes, *, debian: bool) -> list[Item]:
    layout, variant = KEYMAPS[wishes.keymap]
    text = f"{OURS}KEYMAP={wishes.keymap}\nFONT={wishes.font}\n"
    found: list[Item] = [File("/etc/vconsole.conf", text, "keyboard and letters of the console")]
    if debian:
        words = f'XKBMODEL="pc105"\nXKBLAYOUT="{layout}"\nXKBVARIANT="{variant}"\nXKBOPTIONS=""\n'
        why = "the same keyboard, where Debian reads it"
        found.append(File(DEBIANS_KEYBOARD, f'{OURS}{words}BACKSPACE="guess"\n', why))
    return found


def _screen(wishes: Wishes) -> list[Item]:
    if wishes.touch:
        return [File(TERMINAL, _foot(wishes), "the terminal: no keys of its own, no way back")]
    return [
        File(LOCKED_KEYS, locked_keys(), "no keys that change the console or stop the machine"),
        File(f"{UNITS}/{CONSOLE_UNIT}", OURS + console_unit(wishes), "letters, NumLock, locks"),
    ]


def _locks(wishes: Wishes) -> list[Item]:
    getty = f"{UNITS}/getty@{wishes.tty}.service"
    consoles = "[Login]\nNAutoVTs=0\nReserveVT=0\n"
    cores = "[Coredump]\nStorage=none\nProcessSizeMax=0\n"
    kernel = "kernel.sysrq = 0\nkernel.core_pattern = |/bin/false\nfs.suid_dumpable = 0\n"
    folder, name = "/etc/systemd", "90-gateway-kiosk.conf"
    return [
        File(f"{folder}/logind.conf.d/{name}", OURS + consoles, "no other console to go to"),
        File(
            f"{folder}/system.conf.d/{name}",
            f"{OURS}[Manager]\nCtrlAltDelBurstAction=none\n",
            "no restart by seven Ctrl+Alt+Del",
        ),
        File(f"{folder}/coredump.conf.d/{name}", OURS + cores, "no memory written to disk"),
        File(KERNEL, OURS + kernel, "no SysRq, no memory written to disk"),
        Link(f"{UNITS}/ctrl-alt-del.target", NOWHERE, "no restart by Ctrl+Alt+Del"),
        Link(getty, NOWHERE, f"no prompt to log in on {wishes.tty}"),
    ]


def locked_keys() -> str:
    """A keymap on top of the country's: the keys that leave the kiosk do nothing (keymaps(5)).

    Keys are told by the kernel's numbers, which are the same on every keyboard.
    """
    consoles = [*range(59, 69), 87, 88]
    """F1 to F12: Alt and one of them goes to another console."""
    neighbours = [105, 106, 103, 108]
    """The arrows: to the next console; Alt+up is keyboard_signal, which init may obey."""
    held = [("", "shift "), ("", "control "), ("", "alt ", "altgr ")]
    lines = [
        f"{shift}{control}{alt}keycode {key} = VoidSymbol"
        for key, (shift, control, alt) in product([*consoles, *neighbours], product(*held))
        if alt
    ]
    boot = [
        f"{shift}{control}{alt}keycode {key} = VoidSymbol"
        for key, (shift, control, alt) in product([83, 111, 99, 70, 119], product(*held))
        if (control and alt) or key in (99, 70, 119)
    ]
    """Delete with Ctrl and Alt, and PrintScreen, ScrollLock (it halts the screen), Pause at all."""
    heading = "# Below the country's own keymap: changing the console, SysRq, Ctrl+Alt+Del.\n"
    return OURS + heading + "".join(f"{line}\n" for line in [*lines, *boot])


def _foot(wishes: Wishes) -> str:
    """foot.ini(5): nothing to scroll back to, and none of the keys that foot itself has."""
    keys = "".join(f"{name}=none\n" for name in _FOOTS_KEYS.split())
    return (
        f"{OURS}font=monospace:size={wishes.letters}\npad=0x0 center\n"
        "initial-window-mode=fullscreen\n\n[scrollback]\nlines=0\n\n[bell]\nurgent=no\nnotify=no\n"
        f"\n[key-bindings]\n{keys}\n[mouse-bindings]\nprimary-paste=none\n"
    )


_FOOTS_KEYS = """
noop scrollback-up-page scrollback-up-half-page scrollback-up-line scrollback-down-page
scrollback-down-half-page scrollback-down-line clipboard-copy clipboard-paste primary-paste
search-start font-increase font-decrease font-reset spawn-terminal minimize maximize
fullscreen pipe-visible pipe-scrollback pipe-selected show-urls-launch show-urls-copy
show-urls-persistent prompt-prev prompt-next unicode-input
"""
