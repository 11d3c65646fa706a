"""What goes on beside a measurement, in threads, until that is over."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Work = Callable[[threading.Event], None]
"""It ends soon after the event is set."""


@contextmanager
def meanwhile(*works: Work) -> Iterator[None]:
    """Each in a thread of its own, begun before the block and ended after it."""
    over = threading.Event()
    threads = [threading.Thread(target=work, args=(over,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
