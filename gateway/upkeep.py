"""Settings of the upkeep: how the log is written, and for how long what is done with is kept."""

from dataclasses import dataclass
from typing import Annotated

from gateway import formats
from gateway.sources import Setting


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Upkeep:
    """The part of the settings that no message depends on."""

    log: Annotated[
        str,
        Setting(
            "LOG",
            formats.log,
            "`plain`: what goes wrong, and each request, in lines for people; `json`: one object a "
            "line, and also each step of each message ([operating.md](operating.md#the-log))",
            "`plain`",
        ),
    ] = "plain"
