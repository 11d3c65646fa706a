"""What orchestrators and Prometheus ask: is it alive, is it ready, what does it count.

The Prometheus text format 0.0.4 is written here by hand: it is three kinds of line.
"""

import logging
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import accumulate
from typing import Final

from flask import Blueprint, Response, jsonify

from gateway.core.tally import SECONDS, Buckets

Probe = Callable[[], Mapping[str, str]]
"""What is wrong with each part: an empty text where nothing is."""

Sample = tuple[Mapping[str, str], float | Buckets]
Family = tuple[str, str, Iterable[Sample]]
Measures = Callable[[], Mapping[str, Family]]
"""By name: help, kind (`counter`, `gauge`, `histogram`), and the value for each set of labels."""

_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_KINDS: Final = frozenset({"counter", "gauge", "histogram"})
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"

log = logging.getLogger("gateway.web")


def blueprint(
    probe: Probe,
    measures: Measures = dict,
    paused: Probe = dict,
    spared: Collection[str] = (),
) -> Blueprint:
    """`/health/live`, `/health/ready` and `/metrics`.

    `paused` are channels that wait for an operator, and why; `spared` are parts of the probe that
    we work on without. No other process would fare better, so that is told, trouble with the latter
    as `degraded`, and takes nobody out of service.
    """
    routes = Blueprint("health", __name__)

    def live() -> Response:
        return Response("alive\n", content_type="text/plain; charset=utf-8")

    def ready() -> tuple[Response, int]:
        parts = _probed(probe)
        wrong = {name: why for name, why in parts.items() if why}
        sound = wrong.keys() <= set(spared)
        also = {"degraded": wrong, "paused": _probed(paused)} if sound else {}
        told = {name: found for name, found in also.items() if found}
        return jsonify(ready=sound, parts=parts, **told), 200 if sound else 503

    def metrics() -> Response:
        return Response(exposition(measures()), content_type=_TEXT)

    routes.add_url_rule("/health/live", view_func=live)
    routes.add_url_rule("/health/ready", view_func=ready)
    routes.add_url_rule("/metrics", view_func=metrics)
    return routes


def exposition(families: Mapping[str, Family]) -> str:
    """The measures in Prometheus' text format. Raises `ValueError` for a name it would refuse."""
    lines: list[str] = []
    for name, (told, kind, samples) in families.items():
        if not _NAME.fullmatch(name) or kind not in _KINDS:
            raise ValueError(f"no measure of Prometheus: {name} {kind}")
        lines.append(f"# HELP {name} {_escaped(told)}")
        lines.append(f"# TYPE {name} {kind}")
        for labels, value in samples:
            lines.extend(_lines(name, labels, value))
    return "".join(f"{line}\n" for line in lines)


def _lines(name: str, labels: Mapping[str, str], value: float | Buckets) -> Iterable[str]:
    if not isinstance(value, Buckets):
        yield f"{name}{_labels(labels)} {_number(value)}"
        return
    ends = [*map(repr, SECONDS), "+Inf"]
    up_to = accumulate(value.counts.get(end, 0.0) for end in ends)
    for end, number in zip(ends, up_to, strict=True):
        yield f"{name}_bucket{_labels({**labels, 'le': end})} {_number(number)}"
    yield f"{name}_sum{_labels(labels)} {_number(value.total)}"
    yield f"{name}_count{_labels(labels)} {_number(sum(value.counts.values()))}"


def _probed(probe: Probe) -> dict[str, str]:
    try:
        return dict(probe())
    except Exception:
        log.exception("the readiness probe failed")
        return {"probe": "failed, see the log"}


def _labels(labels: Mapping[str, str]) -> str:
    for name in labels:
        if not _LABEL.fullmatch(name):
            raise ValueError(f"no label of Prometheus: {name}")
    quoted = (f'{name}="{_escaped(value, quote=True)}"' for name, value in labels.items())
    return "{" + ",".join(quoted) + "}" if labels else ""


def _escaped(text: str, *, quote: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quote else text


def _number(value: float) -> str:
    """Go's spelling of a number: `+Inf`, `-Inf`, `NaN`, or as Python writes it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value)
