"""`gateway demo` as a process: what it says, and that nothing is left of it."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import httpx
import pytest

from tests.support.processes import accepts, free_port, ourselves, serving, wait_until

COMMAND = [sys.executable, "-m", "gateway", "demo", "--port"]
ENDS_WITHIN = 30


@contextmanager
def demo(folder: Path, port: int, said: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process, once it has said something. Its throwaway folder lies below `folder`."""
    (folder / "throwaway").mkdir()
    log = folder / "server.log"
    environ = {"TMPDIR": str(folder / "throwaway")}
    with serving(
        [*COMMAND, str(port)],
        folder,
        lambda: said in log.read_text(),
        environ=environ,
        owner=ourselves(),
    ) as process:
        yield process


def left(folder: Path) -> list[str]:
    """Files and processes that name the folder."""
    files = [path.name for path in (folder / "throwaway").iterdir()]
    lines = [_line(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
    return files + [line for line in lines if str(folder) in line]


def _line(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
async def test_a_signal_ends_all_of_it_with_a_kiosk_open(tmp_path: Path, name: str) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with demo(tmp_path, port, "Ctrl-C ends it") as process:
        assert url in (tmp_path / "server.log").read_text()
        assert httpx.get(url).status_code == 200
        async with aiohttp.ClientSession() as session:
            kiosk = await session.ws_connect(f"{url}/kiosk/terminal/fr", origin=url)
            async with asyncio.timeout(30):
                while b"BADGE" not in await kiosk.receive_bytes():
                    pass
            assert [line for line in left(tmp_path) if "kiosk" in line]
            process.send_signal(signal.Signals[name])
            assert await asyncio.to_thread(process.wait, ENDS_WITHIN) == 0
            await kiosk.close()
    wait_until(lambda: not left(tmp_path), 30, "nothing to be left")
    assert not accepts(port)
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_a_signal_while_it_starts_leaves_nothing_either(tmp_path: Path) -> None:
    with demo(tmp_path, free_port(), "being written") as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS_WITHIN) == 0
    assert left(tmp_path) == []
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run([*COMMAND, str(port)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert re.fullmatch(rf"port {port} is taken: .+\n", ended.stderr)
