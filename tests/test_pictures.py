"""Pictures are drawn anew: small, upright, and without anything that their file told."""

import io
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gateway.core.errors import PermanentFailure
from gateway.pictures import LARGEST, LONGEST_SIDE, redraw

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def drawn(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    into = io.BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 200).convert("RGB")


def halves(width: int = 60, height: int = 40) -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width, height // 2))
    return image


def reason(content: bytes) -> str:
    with pytest.raises(PermanentFailure) as raised:
        redraw(content)
    return raised.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_a_phone_sends_becomes_a_jpeg(kind: str) -> None:
    image = opened(redraw(drawn(halves(), kind)))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (60, 40))
    red, _, blue = image.getpixel((30, 5))  # type: ignore[misc]  # RGB gives three
    assert red > 200 > 60 > blue


def test_where_and_by_whose_phone_it_was_taken_is_gone() -> None:
    exif = Image.Exif()
    exif[MAKER] = "the phone of Ana"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (48.0, 56.0, 7.0)
    profile = b"a profile of colours" * 10
    content = drawn(halves(), exif=exif, comment=b"a comment", icc_profile=profile)
    assert b"the phone of Ana" in content
    assert b"a comment" in content
    redone = redraw(content)
    for told in (b"Ana", b"a comment", b"a profile", b"Exif", b"ICC", b"XMP", b"http"):
        assert told not in redone
    image = opened(redone)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_text_in_a_png_is_gone_too() -> None:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Author", "Ana Petit")
    content = drawn(halves(), "PNG", pnginfo=told)
    assert b"Ana Petit" in content
    assert b"Ana Petit" not in redraw(content)


@pytest.mark.parametrize(
    ("turn", "size", "red"),
    [(1, (60, 40), (30, 5)), (3, (60, 40), (30, 35)), (6, (40, 60), (35, 30)),
     (8, (40, 60), (5, 30)), (99, (60, 40), (30, 5))],
)  # fmt: skip
def test_it_stands_upright(turn: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    image = opened(redraw(drawn(halves(), exif=exif)))
    assert image.size == size
    found, _, blue = image.getpixel(red)  # type: ignore[misc]  # RGB gives three
    assert found > 200 > 60 > blue


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (9000, 100)])
def test_it_is_small_enough_for_a_slow_line(size: tuple[int, int]) -> None:
    redone = redraw(drawn(noise(*size), quality=60))
    assert len(redone) <= LARGEST
    image = opened(redone)
    assert max(image.size) <= LONGEST_SIDE
    assert image.width * size[1] == pytest.approx(image.height * size[0], rel=0.1)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK", "I;16"])
def test_every_kind_of_pixel(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(redraw(drawn(Image.new(mode, (30, 20)), kind))).mode == "RGB"


def test_what_is_transparent_is_white() -> None:
    image = opened(redraw(drawn(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG")))
    assert image.getpixel((4, 4)) == (255, 255, 255)


def test_of_what_moves_the_first_picture() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "lime")]
    content = drawn(frames[0], "GIF", save_all=True, append_images=frames[1:])
    red, _, blue = opened(redraw(content)).getpixel((4, 4))  # type: ignore[misc]  # RGB gives three
    assert red > 200 > 60 > blue


def png_of(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG that claims a size, whatever is in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (png_of(100_000, 10_000), "too large"),  # 10^9 pixels
        (png_of(12_000, 8_000), "too large"),  # what Pillow only warns of
        (png_of(6_000, 5_000), "too large"),  # what Pillow takes, in 120 MB
        (png_of(100, 100, b"\0" * 50), "broken"),
        (b"<html><script>alert(1)</script></html>", "no picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "no picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"", "no picture"),
        (b"%PDF-1.7", "no picture"),
        (drawn(halves(), "BMP"), "no picture"),
        (drawn(halves(), "TIFF"), "no picture"),
        (drawn(noise(400, 300))[:2_000], "broken"),
        (b"\xff\xd8\xff\xda" * 1_000, "too large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_picture_of_ours(content: bytes, why: str) -> None:
    began = time.process_time()
    assert reason(content) == why
    assert time.process_time() - began < 2


def test_notes_of_a_camera_that_are_broken_do_not_spoil_the_picture() -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 40
    assert opened(redraw(drawn(halves(), exif=exif))).size == (60, 40)


@given(st.data())
def test_a_file_with_bytes_changed_is_drawn_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))
    content = bytearray(drawn(halves(), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert redraw(bytes(content)).startswith(b"\xff\xd8")
    except PermanentFailure:
        return
