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

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "docs" / "settings.md"
OPERATING = ROOT / "docs" / "operating.md"
IN_THE_README = "demo"


def settings_table() -> str:
    rows = [
        f"| `{PREFIX}{setting.name}` | {setting.default} | {setting.meaning} |"
        for setting in described().values()
    ]
    return "\n".join(["| name | default | meaning |", "| --- | --- | --- |", *rows])


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
