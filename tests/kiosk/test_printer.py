"""A printer that is off, stuck, gone or without paper: it is said, soon, and nothing is lost."""

import fcntl
import os
import pty
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.kiosk.printer import Printer, Sent
from tests.kiosk.floor import Floor, floor
from tests.kiosk.paper_reader import print_out

Gateway = Any
SLIP = b"slip\n" * 20


def reading(fd: int) -> list[bytes]:
    """Whatever comes out at the other end, from now on."""
    got: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(fd, 1 << 16):
                got.append(piece)
        except OSError:
            return

    threading.Thread(target=read, daemon=True).start()
    return got


def until(true: Any) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A FIFO in the place of a device, and its reading end."""
    path = tmp_path / "lp0"
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(end, True)
    yield path, end
    os.close(end)


def test_a_file_takes_one_slip_after_the_other(tmp_path: Path) -> None:
    file = tmp_path / "slips"
    file.touch()
    printer = Printer(file)
    assert [printer.send(SLIP), printer.send(SLIP)] == [Sent.PRINTED] * 2
    assert file.read_bytes() == SLIP * 2


def test_a_device_in_the_shape_of_a_terminal_gets_the_bytes_as_they_are() -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    got = reading(master)
    assert Printer(Path(os.ttyname(slave))).send(b"\x1b@\x1dV\x42\x00\n") is Sent.PRINTED
    until(lambda: b"".join(got) == b"\x1b@\x1dV\x42\x00\n")
    os.close(slave)
    os.close(master)


def test_a_slow_printer_gets_all_of_it(pipe: tuple[Path, int]) -> None:
    path, end = pipe
    data = os.urandom(300_000)
    got = bytearray()

    def sip() -> None:
        while len(got) < len(data):
            got.extend(os.read(end, 8_000))

    slow = threading.Thread(target=sip)
    slow.start()
    assert Printer(path).send(data) is Sent.PRINTED
    slow.join(10)
    assert bytes(got) == data


def test_a_printer_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert Printer(tmp_path / "lp0").send(SLIP) is Sent.NO_PRINTER
    os.mkfifo(tmp_path / "off")
    assert Printer(tmp_path / "off").send(SLIP) is Sent.NO_PRINTER
    assert Printer(tmp_path).send(SLIP) is Sent.NO_PRINTER


def test_a_printer_that_takes_nothing_is_given_up_in_time(pipe: tuple[Path, int]) -> None:
    path, _ = pipe
    full = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    fcntl.fcntl(full, fcntl.F_SETPIPE_SZ, 4096)
    os.write(full, b"x" * 4096)
    begun = time.monotonic()
    assert Printer(path, seconds=0.2).send(SLIP) is Sent.STUCK
    assert time.monotonic() - begun < 10
    os.close(full)


def test_a_printer_pulled_out_while_it_prints_is_told(pipe: tuple[Path, int]) -> None:
    path, end = pipe

    def pull() -> None:
        os.read(end, 1000)
        os.dup2(os.open(os.devnull, os.O_RDONLY), end)

    threading.Thread(target=pull).start()
    assert Printer(path).send(b"x" * 2_000_000) is Sent.NO_PRINTER


def test_no_paper_is_told_by_the_port_and_by_a_full_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Printer(Path("/dev/full")).send(SLIP) is Sent.NO_PAPER

    def port(_wire: int, asked: int, told: bytearray) -> int:
        assert asked == 0x060B
        told[0] = 0x20
        return 0

    monkeypatch.setattr("gateway.kiosk.printer.fcntl.ioctl", port)
    assert Printer(Path("/dev/null")).send(SLIP) is Sent.NO_PAPER


def test_a_hung_slip_holds_up_the_next_no_longer_than_itself(tmp_path: Path) -> None:
    hung, free = threading.Event(), threading.Event()

    class Hangs(Printer):
        def _print(self, data: bytes) -> Sent:
            hung.set()
            free.wait(30)
            return super()._print(data)

    (tmp_path / "slips").touch()
    printer = Hangs(tmp_path / "slips", seconds=0.05)
    assert printer.send(SLIP) is Sent.STUCK
    assert printer.send(SLIP) is Sent.STUCK, "never two at once"
    free.set()
    until(lambda: printer.send(SLIP) is Sent.PRINTED)


async def written(there: Floor) -> None:
    """Send a ready sentence."""
    await there.sign_in()
    await there.press("2")
    await there.sees("Écrire à quel groupe")
    await there.press("1")
    await there.sees("Quel message")
    await there.press("3")
    await there.sees("MESSAGE ENVOYÉ")


async def test_a_slip_is_printed_when_somebody_asks_for_it(
    gateway: Gateway, tmp_path: Path
) -> None:
    file = tmp_path / "slips"
    file.touch()
    async with floor(gateway, printer=Printer(file)) as there:
        await written(there)
        assert file.read_bytes() == b""
        await there.press("2")
        await there.sees("Le ticket est imprimé.")
        number = there.posts[-1].number
        paper = print_out(file.read_bytes())
        assert f"MESSAGE {number}" in paper.text
        assert paper.codes == [f"sms:+33700000000?body=R{number}%20"]
        for secret in ("Amina", "panne", "Quai", "1001"):
            assert secret not in paper.text
        there.ticks.now += 9
        await there.sees("encore 1 s")
        await there.press("1")
        await there.sees("Que voulez-vous faire")
        await there.press("1")
        await there.sees("NOUVELLES")
        await there.settled()
        await there.press("1")
        await there.sees("3   Imprimer un ticket")
        await there.press("3")
        await there.sees("Le ticket est imprimé.")
        assert print_out(file.read_bytes()).cut == 2


async def test_a_broken_printer_takes_nothing_away(gateway: Gateway, tmp_path: Path) -> None:
    async with floor(gateway, printer=Printer(tmp_path / "lp0")) as there:
        await written(there)
        await there.press("2")
        await there.sees("L'imprimante ne répond pas", "0   Annuler l'envoi")
        await there.press("0")
        await there.until(lambda: there.posts[-1].withdrawn, "taken back")


async def test_without_a_printer_nobody_is_offered_a_slip(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await written(there)
        assert "ticket" not in there.screen
