"""A receipt printer in a few lines, written from Epson's reference and from nothing of ours.

It obeys only the commands that it knows: an unknown one fails the test that printed it.
"""

from dataclasses import dataclass, field

_FIXED = {b"\x1b@": 0, b"\x1bt": 1, b"\x1ba": 1, b"\x1bd": 1, b"\x1d!": 1, b"\x1dV": 2}
"""ESC @, ESC t n, ESC a n, ESC d n, GS ! n, GS V m n: how many bytes follow."""


@dataclass
class Paper:
    """What came out of the printer."""

    text: str = ""
    codes: list[str] = field(default_factory=list)
    cut: int = 0
    fed: int = 0
    sizes: list[int] = field(default_factory=list)
    page: int | None = None
    stored: str = ""
    model: int | None = None

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


def print_out(data: bytes) -> Paper:
    """Obey `data` to the last byte."""
    paper, raw, at = Paper(), bytearray(), 0
    while at < len(data):
        if data[at] not in (0x1B, 0x1D):
            assert data[at] == 0x0A or data[at] >= 0x20, f"a control character at {at}"
            raw.append(data[at])
            at += 1
            continue
        name = data[at : at + 2]
        if name == b"\x1d(":
            assert data[at + 2 : at + 3] == b"k"
            size = data[at + 3] + 256 * data[at + 4]
            body = data[at + 5 : at + 5 + size]
            assert len(body) == size
            _symbol(paper, body)
            at += 5 + size
            continue
        given = data[at + 2 : at + 2 + _FIXED[name]]
        assert len(given) == _FIXED[name]
        _obey(paper, name, given)
        at += 2 + len(given)
    paper.text = raw.decode("cp437")
    return paper


def _obey(paper: Paper, name: bytes, given: bytes) -> None:
    if name == b"\x1bt":
        paper.page = given[0]
    elif name == b"\x1bd":
        paper.fed += given[0]
    elif name == b"\x1d!":
        paper.sizes.append(given[0])
    elif name == b"\x1dV":
        assert given[0] in (65, 66)
        paper.cut += 1


def _symbol(paper: Paper, body: bytes) -> None:
    """GS ( k with cn = 49, a QR code: 65 its model, 67 size, 69 correction, 80 store, 81 print."""
    assert body[0] == 49
    does, rest = body[1], body[2:]
    if does == 65:
        assert rest == b"\x32\x00"
        paper.model = 2
    elif does == 67:
        assert 1 <= rest[0] <= 16
    elif does == 69:
        assert 48 <= rest[0] <= 51
    elif does == 80:
        assert rest[:1] == b"0"
        paper.stored = rest[1:].decode("ascii")
    else:
        assert (does, rest) == (81, b"0")
        assert paper.model == 2, "no model was chosen"
        assert paper.stored, "nothing to print"
        paper.codes.append(paper.stored)
