"""The log tells where and what kind, and never the words of an error."""

import logging

import pytest

from gateway import logs


def test_an_error_is_told_without_its_words(capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    root.handlers.clear()
    private = f"Key (value)=({33639980001:+}) already exists"
    try:
        logs.set_up(logging.INFO)
        try:
            try:
                raise ValueError(private)
            except ValueError as error:
                raise RuntimeError(private) from error
        except RuntimeError:
            logging.getLogger("gateway").exception("a message was not taken")
    finally:
        root.handlers[:], root.level = kept, level
    told = capfd.readouterr().err
    assert "ERROR gateway a message was not taken" in told
    assert "test_logs.py" in told
    assert told.rstrip().endswith("RuntimeError from ValueError")
    assert private not in told
