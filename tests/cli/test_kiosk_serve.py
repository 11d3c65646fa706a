"""`gateway kiosk serve` refuses what would show badges and PINs to a network, with advice."""

import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Operator


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (["--origin", "http://kiosk.example"], "put a proxy with HTTPS before it"),
        (["--listen", "0.0.0.0:8090"], "put a proxy with HTTPS before it"),
        (["--origin", "https://kiosk.example/kiosk"], "a host, no more"),
        (["--origin", "kiosk.example"], "a host, no more"),
        (["--listen", "8090"], "write HOST:PORT"),
        (["--most", "0"], "1<=x<=200"),
    ],
)
def test_what_is_not_safe_is_refused(
    operator: Operator, options: list[str], advice: str, folder: Path
) -> None:
    start = ("kiosk", "serve", "--server", "https://gateway.example", "--state", str(folder / "s"))
    said = operator(*start, *options)
    assert said.code == 2
    assert advice in said.err
    assert not (folder / "s").exists()


def test_a_server_without_a_scheme_is_refused(operator: Operator) -> None:
    said = operator("kiosk", "serve", "--server", "gateway.example")
    assert said.code == 2
    assert "write http://" in said.err


def test_a_port_that_is_taken_is_said(operator: Operator, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = operator(
            "kiosk", "serve", "--server", "https://gateway.example", "--state", str(folder / "s"),
            "--listen", f"127.0.0.1:{port}",
        )  # fmt: skip
    assert said.code == 1
    assert "another --listen" in said.err
