"""Reads a mail from its connection, up to the dot that stands alone (RFC 5321, 4.5.2).

aiosmtpd reads line by line, and a mail of a few lines costs it more than all else it does.
"""

import asyncio

_DOT = b".\r\n"
_END = b"\r\n.\r\n"


async def content(reader: asyncio.StreamReader, most: int) -> bytes | None:
    """What stands before the dot, as it was before dots were doubled; None where it is too long.

    `most`: how many bytes it may have. What is too long is read to its end all the same.
    """
    parts: list[bytes] = []
    size, tail = 0, _END[:2]
    while tail != _END:
        try:
            part = await reader.readuntil(_DOT)
        except asyncio.LimitOverrunError as error:
            part = await reader.read(error.consumed)
        tail = (tail + part[-len(_END) :])[-len(_END) :]
        size += len(part)
        if size > most + len(_DOT):
            parts.clear()
        else:
            parts.append(part)
    if size > most + len(_DOT):
        return None
    whole = b"".join(parts)[: -len(_DOT)]
    return (whole[1:] if whole.startswith(b".") else whole).replace(b"\r\n.", b"\r\n")
