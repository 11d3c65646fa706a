"""Pictures of strangers, redrawn: only what is to be seen leaves here, small, as a JPEG of ours.

A photo tells more than it shows: where and when it was taken, on whose phone, and a thumbnail of
what was cut away. And a file that claims to be a picture may be made to break whoever opens it. So
it is decoded within bounds and drawn anew, and nothing of the file itself is kept.
"""

import io
import warnings
from typing import Final

from PIL import Image, UnidentifiedImageError

from gateway.core.errors import PermanentFailure

FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
LONGEST_SIDE: Final = 1_600
LARGEST: Final = 400_000
"""Bytes of what is kept."""

MOST_PIXELS: Final = 50_000_000
"""Of a JPEG, which is decoded at the size that is needed; a phone's largest have as many."""
MOST_PIXELS_WHOLE: Final = 25_000_000
"""Of the other formats, which can only be decoded whole: 100 MB of memory."""
MOST_SCANS: Final = 60
"""A progressive JPEG has about ten, each as long to decode as a picture; some hold previews."""

_QUALITIES: Final = (85, 75, 60, 45, 30)
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def redraw(content: bytes) -> bytes:
    """A JPEG of at most 1600 pixels a side and about 400 kB, upright, without any metadata.

    Raises `PermanentFailure`: `heic`, `no picture`, `too large`, `broken`.
    """
    if content[4:8] == b"ftyp":
        raise PermanentFailure("heic", "HEIC and AVIF are not read: send a JPEG")
    if content.count(b"\xff\xda") > MOST_SCANS and content.startswith(b"\xff\xd8"):
        raise PermanentFailure("too large", "too many scans")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd notes of a camera, on stderr
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                return _small(_drawn(image))
    except PermanentFailure:
        raise
    except UnidentifiedImageError:
        raise PermanentFailure("no picture") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PermanentFailure("too large", "too many pixels") from None
    except Exception as error:  # noqa: BLE001  # a decoder may fail at a hostile file in any way
        raise PermanentFailure("broken", type(error).__name__) from None


def _drawn(image: Image.Image) -> Image.Image:
    """What is to be seen, on a sheet of our own: no text, profile or comment comes along."""
    width, height = image.size
    whole = image.format not in ("JPEG", "MPO")
    if width * height > (MOST_PIXELS_WHOLE if whole else MOST_PIXELS):
        raise PermanentFailure("too large", "too many pixels")
    turn = _UPRIGHT.get(_orientation(image))
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    seen: Image.Image = image
    if image.mode in ("P", "PA", "LA", "1") or "transparency" in image.info:
        seen = image.convert("RGBA")
    seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    sheet = Image.new("RGB", seen.size, "white")
    if seen.mode == "RGBA":
        sheet.paste(seen, mask=seen.getchannel("A"))
    else:
        sheet.paste(seen.convert("RGB"))
    return sheet.transpose(turn) if turn is not None else sheet


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001  # broken notes of the camera do not spoil the picture
        return 1
    return found if isinstance(found, int) else 1


def _small(sheet: Image.Image) -> bytes:
    while True:
        for quality in _QUALITIES:
            drawn = io.BytesIO()
            sheet.save(drawn, "JPEG", quality=quality, optimize=True)
            if drawn.tell() <= LARGEST:
                return drawn.getvalue()
        sheet = sheet.resize((max(1, sheet.width * 3 // 4), max(1, sheet.height * 3 // 4)))
