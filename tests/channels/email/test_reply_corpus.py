"""The development corpus of public replies: how many come out exactly, by source and language.

The cases keep their own licences and are read from beside the repository, never copied into it.
"""

import base64
import json
import re
from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.email.reply import extract_reply

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "replies-dev.jsonl"

pytestmark = pytest.mark.skipif(
    not CORPUS.exists(), reason="shared/corpora/replies-dev.jsonl is not beside the repository"
)

FLOOR = 0.96  # measured: 97.4 %
FLOOR_NOT_ENGLISH = 0.95  # measured: 97.7 %
LOST = 0.02


def message(case: dict[str, Any]) -> bytes:
    if case["kind"] == "eml":
        return base64.b64decode(case["raw"])
    mail = EmailMessage()
    mail["From"] = "worker@example.org"
    mail.set_content(case["raw"], cte="8bit")
    return mail.as_bytes()


def right(case: dict[str, Any], got: str) -> bool:
    """Exact by the case's own normalisation. Some suites keep the signature that we strip: there,
    up to six lines less at the end are right too."""
    want = case["expected_reply"]
    squeeze = {"ws": " ", "nows": ""}[case["norm"]]
    mine, theirs = (re.sub(r"\s+", squeeze, text).strip() for text in (got, want))
    if mine == theirs:
        return True
    rest = sum(1 for row in want.splitlines() if row.strip()) - sum(
        1 for row in got.splitlines() if row.strip()
    )
    return case["sig"] == "kept" and bool(mine) and theirs.startswith(mine) and rest <= 6


def test_the_development_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    cases = [json.loads(row) for row in CORPUS.read_text(encoding="utf-8").splitlines()]
    total: Counter[str] = Counter()
    good: Counter[str] = Counter()
    empty: list[str] = []
    lost: list[str] = []
    for case in cases:
        got = extract_reply(message(case))
        keys = (
            "all",
            case["source"],
            f"language {case['lang']}",
            *(["not English"] if case["lang"] != "en" else []),
        )
        total.update(keys)
        if right(case, got):
            good.update(keys)
            continue
        if case["expected_reply"].strip() and not got:
            empty.append(case["id"])
        if Counter(case["expected_reply"].split()) - Counter(got.split()):
            lost.append(case["id"])
    with capsys.disabled():
        rows = (
            f"  {key:42} {good[key]:4} of {total[key]:4}  {good[key] / total[key]:6.1%}"
            for key in sorted(total)
        )
        print("", *rows, sep="\n")  # noqa: T201 - the table is what this test is run for
    assert not empty
    assert len(lost) <= LOST * len(cases), lost
    assert good["all"] >= FLOOR * total["all"]
    assert good["not English"] >= FLOOR_NOT_ENGLISH * total["not English"]
