"""How long requests took in this process: Prometheus asks each one that serves."""

import time
from collections import defaultdict
from threading import Lock

from flask import Flask, Response, g, request

from gateway.core.tally import Buckets, bucket
from gateway.web.health import Family

NAME = "gateway_web_request_seconds"
_HERE = "gateway.clocked"


class Clocked:
    """Counts by the rule that a request met and the kind of its answer: no path, no token."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        self._totals: dict[tuple[str, str], float] = defaultdict(float)

    def watch(self, app: Flask) -> None:
        """Count every request of this app from now on."""
        app.before_request(_begin)
        app.after_request(self._end)
        app.extensions[_HERE] = self

    def measures(self) -> dict[str, Family]:
        with self._lock:
            samples = [
                ({"route": route, "status": status}, Buckets(dict(counts), self._totals[key]))
                for key, counts in self._counts.items()
                for route, status in [key]
            ]
        told = "How long requests took in this process, by route and kind of answer"
        return {NAME: (told, "histogram", samples)}

    def _end(self, response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        rule = request.url_rule.rule if request.url_rule else "-"
        self.count(rule, response.status_code, seconds)
        return response

    def count(self, rule: str, status: int, seconds: float) -> None:
        """A request that met `rule` was answered."""
        key, end = (rule, f"{status // 100}xx"), bucket(seconds)
        with self._lock:
            counts = self._counts[key]
            counts[end] = counts.get(end, 0.0) + 1
            self._totals[key] += seconds


def clocked_by(app: Flask) -> Clocked | None:
    """What counts the requests of an app, where anything does."""
    found: Clocked | None = app.extensions.get(_HERE)
    return found


def _begin() -> None:
    g.began = time.perf_counter()
