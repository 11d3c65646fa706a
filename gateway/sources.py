"""Where a setting's text comes from: a variable, the file that another one names, or `.env`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dotenv.parser import Original, parse_stream

FILE = "_FILE"
_LONGEST = 64 * 1024  # of a file that holds a value
_NEARLY = 0.87


@dataclass(frozen=True, slots=True)
class Setting:
    """How a field is given: its name without the prefix, its reader, its line in the documents."""

    name: str
    read: Callable[[str], Any]
    meaning: str
    default: str = "none"


def read(
    places: Sequence[Mapping[str, str]],
    described: Mapping[str, Setting],
    prefix: str,
    problems: list[str],
) -> tuple[dict[str, str], dict[str, Any]]:
    """What was given, by field; and the values of all that could be read."""
    given: dict[str, str] = {}
    values: dict[str, Any] = {}
    for field, setting in described.items():
        name = prefix + setting.name
        try:
            place = next((place for place in places if names(place, name)), None)
            if place is not None:
                given[field] = ""
                given[field] = text(place, name)
                values[field] = setting.read(given[field])
        except ValueError as error:
            problems.append(f"{name}: {error}")
    return given, values


def dotenv(path: Path | None, problems: list[str]) -> Mapping[str, str]:
    """What a `.env` file says; nothing where there is none. A line that is none is named."""
    if path is None or not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8") as file:
            # Without interpolation: a `$` in a password is a `$`.
            lines = list(parse_stream(file))
    except (OSError, UnicodeDecodeError):
        problems.append(f"{path}: cannot be read; it must be UTF-8 text, readable by this user")
        return {}
    problems += [
        f"{path}, line {_line(one.original)}: cannot be read; write NAME=value, or # before it"
        for one in lines
        if one.error or (one.key is not None and one.value is None)
    ]
    return {one.key: one.value for one in lines if one.key and one.value is not None}


def _line(original: Original) -> int:
    """Where it begins, behind the empty lines that it was read with."""
    text = original.string
    return int(original.line) + text[: len(text) - len(text.lstrip())].count("\n")


def names(source: Mapping[str, str], variable: str) -> list[str]:
    """The names under which a source has the variable; an empty value is as good as none."""
    return [name for name in (variable, variable + FILE) if source.get(name, "").strip()]


def text(source: Mapping[str, str], variable: str) -> str:
    """The value of a variable that the source has. `ValueError` where it cannot be had."""
    name, *other = names(source, variable)
    if other:
        raise ValueError(f"given twice; keep {name} or {other[0]}")
    value = source[name].strip()
    return _content(Path(value)) if name.endswith(FILE) else value


def misspelt(
    sources: Sequence[Mapping[str, str]], prefix: str, variables: Iterable[str]
) -> Iterator[str]:
    """A name that is nearly a setting's is a setting that would silently not be made."""
    known = list(variables)
    known += [name + FILE for name in known]
    ours = {name for source in sources for name in source if name.startswith(prefix)}
    for name in sorted(ours.difference(known)):
        for near in get_close_matches(name, known, 1, _NEARLY):
            yield f"{name}: did you mean {near}?"


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST).decode().strip()
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8 text") from None
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None
    if not content:
        raise ValueError(f"{path} is empty; write the value into it")
    return content
