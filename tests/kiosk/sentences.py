"""Every sentence that the kiosk's source asks the catalogue for, read from the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import gateway.kiosk

SOURCE = Path(gateway.kiosk.__file__).parent
_CALLS = {"t", "texts", "mark", "self"}


def sentences() -> set[str]:
    """The msgids in use, plurals included."""
    return {said for path in SOURCE.rglob("*.py") for said in _in(ast.parse(path.read_text()))}


def _in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _asked(node)


def _asked(call: ast.Call) -> Iterator[str]:
    name = call.func
    plural = isinstance(name, ast.Attribute) and name.attr == "many"
    called = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
    if called in _CALLS or plural:
        for given in call.args[: 2 if plural else 1]:
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value
