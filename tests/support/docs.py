"""The parts of docs/ that are written from the code: `make fix` writes them, `make check` compares.

Run as `python -m tests.support.docs [--write]`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gateway.cli import gateway
from gateway.config import PREFIX, described
from gateway.core.grammar import TABLE, Row
from gateway.kiosk.install.units import kiosk_unit
from gateway.kiosk.install.wishes import Wishes
from tests.channels.sms import costs

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "docs" / "settings.md"
OPERATING = ROOT / "docs" / "operating.md"
COMMANDS = ROOT / "docs" / "commands.md"
SMS = ROOT / "docs" / "sms.md"
KIOSK = ROOT / "docs" / "kiosk.md"
IN_THE_README = "demo"


DOES = {
    "help": "the commands usable now",
    "news": "what is unread, one page",
    "more": "the next page of what was shown last",
    "read": "one post whole, with its replies; a bare number does the same",
    "post": "posts; words without a command ask once, then post to the main group",
    "reply": "joins the thread; two digits are enough for what was just shown",
    "thanks": "a thank-you, once a person",
    "groups": "mine, and those I may join",
    "join": "comes in; a closed group asks its animator",
    "leave": "goes; an animator who goes hands the role back",
    "who": "who is in a group; who wrote about a word",
    "find": "posts with all these words, newest first",
    "pause": "silence for hours; alerts still come",
    "resume": "ends the silence, and brings what it held",
    "time": "when digests come, on my own clock",
    "rhythm": "a digest a day or a week, each post at once, or nothing but answers",
    "page": "how many SMS a page of my news may take, 1 to 5",
    "language": "the language of all words to me",
    "me": "what is kept and set about me",
    "code": "a one-time code to sign in at a kiosk, for 5 minutes",
    "undo": "takes back what I did last, for 10 minutes",
    "confirm": "yes to what was asked, for 10 minutes",
    "decline": "no to what was asked",
    "urgent": "wakes a whole group, by its animators and by operators; asks first",
    "activate": "ties this number or mailbox to me",
    "stop": "no more messages on this channel, at once; only START undoes it",
    "start": "messages here again",
}
"""What each command of the members does, in a line."""


def settings_table() -> str:
    rows = [
        f"| `{PREFIX}{setting.name}` | {setting.default} | {setting.meaning} |"
        for setting in described().values()
    ]
    return "\n".join(["| name | default | meaning |", "| --- | --- | --- |", *rows])


def members_commands() -> str:
    """What members write, in both languages, as the grammar knows it."""
    head = "| command | French | English | what it does |"
    rows = [
        f"| {row.name} | {_written(row, 'fr')} | {_written(row, 'en')} | {DOES[row.name]} |"
        for row in TABLE
    ]
    return "\n".join([head, "| --- | --- | --- | --- |", *rows])


def _written(row: Row, language: str) -> str:
    return ", ".join(f"`{usage}`" for usage in row.usages[language])


def commands_help() -> str:
    """What each command of the operator's says of itself, a block each."""
    blocks = [f"### {path}\n```\n{text}\n```" for path, text in _helps("gateway", gateway)]
    return "\n\n".join(blocks)


def _helps(path: str, command: click.Command) -> Iterator[tuple[str, str]]:
    # As wide as everybody's terminal, whatever this one is.
    context = click.Context(command, info_name=path, terminal_width=90, max_content_width=90)
    yield path, "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = None if name == IN_THE_README else command.get_command(context, name)
            if below is not None:
                yield from _helps(f"{path} {name}", below)


def unit() -> str:
    """What `gateway kiosk install` writes for systemd, on a console."""
    return f"```ini\n{kiosk_unit(Wishes('https://gateway.example'))}```"


def renewed(document: str, part: str, content: str) -> str:
    """The document with what stands between the marks of `part` replaced."""
    begin, end = f"<!-- {part}: written by make fix -->", f"<!-- end of {part} -->"
    if document.count(begin) != 1 or document.count(end) != 1:
        raise ValueError(f"one line {begin!r} and one line {end!r} are needed")
    between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return between.sub(lambda _: f"{begin}\n{content}\n{end}", document)


def generated() -> dict[Path, str]:
    """Each document with generated parts, as it should be."""
    return {
        SETTINGS: renewed(SETTINGS.read_text("utf-8"), "settings", settings_table()),
        OPERATING: renewed(OPERATING.read_text("utf-8"), "commands", commands_help()),
        SMS: renewed(SMS.read_text("utf-8"), "costs", costs.table()),
        KIOSK: renewed(KIOSK.read_text("utf-8"), "unit", unit()),
        COMMANDS: renewed(COMMANDS.read_text("utf-8"), "members", members_commands()),
    }


def stale() -> list[Path]:
    return [path for path, text in generated().items() if path.read_text("utf-8") != text]


def main(arguments: list[str]) -> None:
    if arguments == ["--write"]:
        for path, text in generated().items():
            path.write_text(text, "utf-8")
    elif arguments:
        sys.exit(__doc__)
    elif paths := stale():
        names = ", ".join(str(path.relative_to(ROOT)) for path in paths)
        sys.exit(f"not what the code says: {names}; run make fix")


if __name__ == "__main__":
    main(sys.argv[1:])
