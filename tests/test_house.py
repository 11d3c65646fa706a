"""The rules of the house that no other tool keeps: size, words, papers, and the workshop itself."""

import ast
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

from tests.support import docs

ROOT = Path(__file__).parents[1]
FOLDERS = ("gateway", "tests", "bench", "docs", "deploy", "requirements", ".ci")
TEXT = {".py", ".md", ".txt", ".toml", ".html", ".css", ".tcss", ".js", ".po", ".csv", ".json", ""}
TEXT |= {".yaml", ".service", ".target"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
BANNED_NAMES = {
    *("utils", "util", "helpers", "helper", "manager", "service", "data", "info"),
    *("process_message", "notification", "client"),
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*suffixes: str) -> list[Path]:
    """The project's own files: what git keeps, without asking git, which may not be here."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    found += [path for path in ROOT.iterdir() if path.name not in {".env", ".coverage"}]
    return sorted(
        path
        for path in found
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.suffix in (suffixes or TEXT)
        and not path.name.startswith(".coverage")
    )


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))) for path in files(".py")
    )


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def test_each_module_says_what_it_is_for() -> None:
    silent = [name for name, tree in trees() if not ast.get_docstring(tree)]
    assert not silent, f"open with a docstring: {silent}"


def test_no_file_is_too_long_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files(".py")
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long, f"more than {LONGEST_FILE} lines: {long}"


def test_no_function_is_too_long_to_read() -> None:
    long = {
        f"{name}:{function.name}": lines
        for name, tree in trees()
        if "/migrations/versions/" not in name  # a list of tables, read from top to bottom
        for function in functions(tree)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert not long, f"more than {LONGEST_FUNCTION} lines: {long}"


def test_no_name_that_says_nothing() -> None:
    named = {name: {Path(name).stem} | _class_names(tree) for name, tree in trees()}
    empty = {name: bad for name, names in named.items() if (bad := names & BANNED_NAMES)}
    assert not empty, f"say what it is: {empty}"


def _class_names(tree: ast.Module) -> set[str]:
    return {node.name.lower() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
    assert not _lines_with(later), "do it, or open an issue"


def test_no_path_of_one_machine_and_no_address_of_a_registry() -> None:
    foreign = re.compile(
        r"/(?:work/(?:main|shared)|root|tmp|home/\w+)/|/opt/" r"pypi"
        r"|pypi\.org/" r"simple|python" r"hosted|--(?:extra-)?index-" r"url\b|--find-" r"links"
    )  # fmt: skip  # in pieces, or this file would be the first to be found
    assert not _lines_with(foreign)


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_each_test_can_fail() -> None:
    parsed = [(name, tree) for name, tree in trees() if name.startswith("tests/")]
    checks = _names_that_assert([function for _, tree in parsed for function in functions(tree)])
    toothless = [
        f"{name}:{function.name}"
        for name, tree in parsed
        if Path(name).name.startswith("test_")
        for function in functions(tree)
        if function.name.startswith("test_") and function.name not in checks
    ]
    assert not toothless, f"assert something: {toothless}"


def _names_that_assert(known: list[Function]) -> set[str]:
    """Functions that assert, and those that call one that does, however far away.

    By name alone: this finds what was forgotten, not what somebody hides.
    """
    calls = {id(function): set(_called(function)) for function in known}
    checks = {"raises", "fail"}
    before = 0
    while len(checks) > before:
        before = len(checks)
        checks |= {
            function.name
            for function in known
            if calls[id(function)] & checks
            or any(isinstance(node, ast.Assert) for node in ast.walk(function))
        }
    return checks


def _called(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr


class TestPapers:
    def test_the_readme_names_the_two_commands(self) -> None:
        readme = (ROOT / "README.md").read_text("utf-8")
        assert "make run" in readme
        assert "make test" in readme

    def test_what_is_written_from_the_code_is_what_the_code_says(self) -> None:
        assert not docs.stale(), "make fix"

    def test_a_part_that_is_written_from_the_code_needs_its_marks(self) -> None:
        whole = "a\n<!-- x: written by make fix -->\nold\n<!-- end of x -->\nb"
        assert docs.renewed(whole, "x", r"n\1").split("\n")[2] == r"n\1"
        with pytest.raises(ValueError, match="needed"):
            docs.renewed(whole.replace("end of", "end"), "x", "new")

    def test_each_dependency_has_its_reason_and_its_licence(self) -> None:
        reasons = _rows((ROOT / "docs" / "dependencies.md").read_text("utf-8"))
        assert set(reasons) == asked_for(), "one line each in docs/dependencies.md, and no more"
        assert not [name for name, cells in reasons.items() if not all(cells)]

    def test_what_is_pinned_is_hashed_and_is_all_that_was_asked_for(self) -> None:
        run, dev = pinned("run"), pinned("dev")
        assert run.items() <= dev.items(), "make lock"
        assert asked_for() <= dev.keys(), "make lock"
        for name in ("run", "dev"):
            text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
            entries = re.split(r"\n(?=\S)", text.strip())
            assert not [entry for entry in entries if "--hash=sha256:" not in entry]

    def test_nothing_that_we_run_with_is_under_the_gpl(self) -> None:
        licences = {name: licence(name) for name in pinned("run")}
        strict = re.compile(r"\b(?<!L)A?GPL|(?<!Lesser )General Public License|(?<!Lesser )AGPL")
        assert not {name: said for name, said in licences.items() if strict.search(said)}


def _rows(document: str) -> dict[str, list[str]]:
    """Packages of the tables, by the first word of their first cell."""
    cells = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in document.splitlines()
        if line.startswith("| ") and not line.startswith(("| package", "| ---"))
    ]
    return {re.split(r"[ ,]", row[0])[0]: row[1:] for row in cells}


def asked_for() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {re.split(r"[\[<>=~!; ]", one)[0].lower() for one in asked}


def pinned(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^ ;\\]+)", text, re.MULTILINE))


def licence(name: str) -> str:
    """What a package says of its licence; nothing of one for another system or Python."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ""
    said = [one for field in ("License-Expression", "License") for one in about.get_all(field, [])]
    classes = [one for one in about.get_all("Classifier", []) if one.startswith("License")]
    # Some put the whole text there, which may name other licences further down.
    return " ".join([one[:80] for one in said] + classes)


class TestWorkshop:
    def test_make_alone_says_what_can_be_made(self) -> None:
        makefile = (ROOT / "Makefile").read_text("utf-8")
        targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
        said = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))
        assert {"run", "test", "check", "fix", "bench", "cover", "lock", "clean"} <= targets
        assert targets == said

    def test_what_ci_runs_is_a_program_without_errors_of_syntax(self) -> None:
        script = ROOT / ".ci" / "run"
        assert os.access(script, os.X_OK)
        checked = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, "")
