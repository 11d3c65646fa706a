"""What every list says: a table for people, or with `--json` one object a line for programs.

What people wrote is shown on a terminal here: nothing in it may move the cursor or turn the text.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any, TypeVar

import click

Column = Callable[[Any], object]
F = TypeVar("F", bound=Callable[..., Any])

MEASURED = 200
"""Rows that the widths of a table are taken from, so that a list of any length starts at once."""

WIDEST = 60


def json_option(command: F) -> F:
    """`--json`, the same for every list."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(command)


def reveal_option(command: F) -> F:
    """`--reveal`, the same wherever an address is shown."""
    return click.option(
        "--reveal", is_flag=True, help="Whole phone numbers and addresses, and what was written."
    )(command)


def listing(lines: Iterable[Any], columns: Mapping[str, Column], *, as_json: bool) -> None:
    """Print `lines` as they come; the columns are for people, programs get every field."""
    if as_json:
        for line in lines:
            click.echo(json_line(asdict(line)))
        return
    cells = ([_cell(column(line)) for column in columns.values()] for line in lines)
    first = list(islice(cells, MEASURED))
    if not first:
        click.echo("none", err=True)
        return
    table = [[name.upper() for name in columns], *first]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in chain(table, cells):
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(padded).rstrip())


def details(line: Any, columns: Mapping[str, Column], *, as_json: bool) -> None:
    """Print one thing: a line for each of its fields."""
    if as_json:
        click.echo(json_line(asdict(line)))
        return
    widest = max(map(len, columns))
    for name, column in columns.items():
        click.echo(f"{name.ljust(widest)}  {plain(_text(column(line)))}")


def json_line(value: Mapping[str, object]) -> str:
    """One line of JSON; times in ISO 8601 and UTC."""
    text = json.dumps(value, ensure_ascii=False, default=_in_json)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def plain(text: str) -> str:
    """One line, without what a terminal would obey."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def when(at: datetime | None) -> str:
    """A time as people read it, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at is not None else ""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 post`, `2 posts`."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _cell(value: object) -> str:
    text = plain(_text(value))
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."


def _text(value: object) -> str:
    if value is None:
        return ""
    return when(value) if isinstance(value, datetime) else str(value)


def _in_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(type(value).__name__)
