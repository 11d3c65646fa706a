"""Whether this process is the only one that delivers from an SQLite file.

Only then may it owe again at once what a process that died had claimed. The system takes the lock
away from a process that dies, however that happens.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def delivering(database: Path, when_alone: Callable[[], object]) -> Iterator[None]:
    """Deliver from `database` in this block; `when_alone` is called first where nobody else does.

    Raises `OSError` where no file can be kept beside the database.
    """
    with database.with_name(f"{database.name}-delivering").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # Somebody delivers, or is looking like us: what they claimed is theirs.
        else:
            when_alone()
        fcntl.flock(file, fcntl.LOCK_SH)
        yield
