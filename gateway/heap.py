"""What a rush of messages took of memory is used again by all threads, and not by one of them.

The allocator of glibc gives threads arenas of their own, up to eight for each core, and what is
free in one of them no other takes: a process of thirty threads grows with each rush, for hours.
"""

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8  # malloc.h
ARENAS = 2


def share() -> bool:
    """Let all threads share a few arenas; False where there is another allocator.

    Before the first thread starts, for an arena is never given up (mallopt(3)).
    """
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS))
    return False
