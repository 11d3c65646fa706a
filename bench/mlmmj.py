"""mlmmj, a mailing list manager in C, from Debian: each copy with a bounce address of its own."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench.installation import sink, wait_for
from bench.mailman import NotHere
from bench.processes import children_cpu
from bench.wire import letter

_FOLDERS = ("queue/discarded", "archive", "text", "bounce", "control", "subscribers.d", "requeue")

_NO_DELAY = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
int connect(int fd, const struct sockaddr *to, socklen_t size) {
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return ((int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "connect"))(
        fd, to, size);
}
"""
"""It says a mail in several pieces, and on some kernels waits 40 ms for an acknowledgement between
two of them: it is measured without that."""


def post(members: int) -> dict[str, float]:
    """A mail of ours to so many subscribers, and another. Raises `NotHere`."""
    program = shutil.which("mlmmj-send")
    if program is None:
        raise NotHere("mlmmj is not installed: apt-get install mlmmj")
    with tempfile.TemporaryDirectory() as name, sink("smtp") as outside:
        home = Path(name)
        for folder in _FOLDERS:
            (home / folder).mkdir(parents=True)
        control = home / "control"
        (control / "listaddress").write_text("hands@lists.example\n")
        (control / "owner").write_text("owner@lists.example\n")
        (control / "relayhost").write_text("127.0.0.1\n")
        (control / "smtpport").write_text(f"{outside.port}\n")
        (home / "index").write_text("0")
        people = "".join(f"m{number}@readers.example\n" for number in range(members))
        (home / "subscribers.d" / "m").write_text(people)
        environment, took = _environment(home), list[float]()
        for number in (1, 2):
            mail = home / "queue" / f"mail{number}"
            mail.write_bytes(letter().replace(b"\r\n", b"\n"))
            before, began = children_cpu(), time.monotonic()
            subprocess.run(
                [program, "-L", home, "-m", mail], check=True, timeout=300, env=environment
            )
            took.append(wait_for(outside, number * members) - began)
        return {
            "deliveries_a_second": members / took[1],
            "deliveries_a_second_of_the_first_post": members / took[0],
            "cpu_us_each": 1e6 * (children_cpu() - before) / members,
        }


def _environment(home: Path) -> dict[str, str]:
    compiler = shutil.which("cc")
    if compiler is None:
        raise NotHere("mlmmj waits 40 ms a mail here, and there is no C compiler to help it")
    source, shim = home / "no_delay.c", home / "no_delay.so"
    source.write_text(_NO_DELAY)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
    return {**os.environ, "LD_PRELOAD": str(shim)}
