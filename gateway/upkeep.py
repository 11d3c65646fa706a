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
    keep_messages: Annotated[
        int,
        Setting(
            "KEEP_MESSAGES",
            formats.days_of_messages,
            "days for which messages in and out are kept once they have ended, 90 at least; what "
            "people posted stays ([operating.md](operating.md#what-is-kept-and-for-how-long))",
            "`400`",
        ),
    ] = 400
    keep_originals: Annotated[
        int,
        Setting(
            "KEEP_ORIGINALS",
            formats.days_of_originals,
            "days for which mails and texts are kept as they came (headers, attachments), 7 at "
            "least",
            "`90`",
        ),
    ] = 90
