"""All threads of a process take memory from a few arenas."""

import platform
import subprocess
import sys

import pytest

MANY_THREADS = """
import ctypes, threading
from gateway import heap
shared = heap.share()
meeting = threading.Barrier(16)
def take():
    kept = [bytearray(1000) for _ in range(100)]
    meeting.wait()
threads = [threading.Thread(target=take) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
report = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, report)
libc.fflush(report)
print(shared, flush=True)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_all_threads_share_a_few() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", MANY_THREADS],
        env={},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout.split()[-1] == "True"
    assert ran.stdout.count("<heap nr=") == 2
