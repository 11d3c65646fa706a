"""What processes cost, by the operating system's own account."""

import os
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of one process so far, with that of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def cpu_of_group(leader: int) -> float:
    """The same of a process and of all that came from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            parents[int(entry.name)] = int(fields[1])
    family = {leader}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    total = 0.0
    for pid in family:
        try:
            total += cpu_seconds(pid)
        except OSError:
            continue
    return total


def children_cpu() -> float:
    """User and system time of all children of this process that have ended."""
    times = os.times()
    return times.children_user + times.children_system
