"""One post to many members who want each at once: from the post's commit to the last hand-over."""

import http.client
import time

from bench.inbound import PHONES, signed
from bench.installation import installation, wait_for


def measure(members: int) -> dict[str, float]:
    """A text to a group of `members` readers by mail; how fast the sink had all of it."""
    people = [
        "name,phone,email,groups",
        *(f"P {phone[-4:]},{phone},,quai3" for phone in PHONES),
        *(f"M {number},,m{number}@readers.example,quai3" for number in range(members)),
    ]
    with installation(people, ["quai3"]) as running:
        before = running.cpu_seconds
        body, headers = signed(running.port, 0)
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
        connection.request("POST", "/sms/inbound", body, headers)
        assert connection.getresponse().status == 200
        committed = time.monotonic()
        seconds = wait_for(running.mail, members) - committed
        return {
            "deliveries_a_second": members / seconds,
            "seconds": seconds,
            "cpu_us_each": 1e6 * (running.cpu_seconds - before) / members,
            "peak_mib": running.peak_mebibytes,
        }
