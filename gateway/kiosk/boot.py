"""The clock that counts from the start of the machine, and the name of that start.

The time of day may be wrong by hours at a kiosk and may jump; waits and locks are told by this one.
It goes on while the machine sleeps, where the system can tell (`CLOCK_BOOTTIME`).
"""

import time
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def seconds() -> float:
    """Seconds since the machine started."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def name() -> str:
    """What tells this start of the machine from every other."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        # No such system: every start of the kiosk counts as one of the machine, which is safe.
        return f"unknown-{time.time_ns()}"
