"""Who speaks to whom: the language, clock and room in which a result is put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core.wording import catalogue
from gateway.core.wording.catalogue import Translator
from gateway.core.wording.fit import SEGMENT, in_plain, listed, shorten, width

NAME_WIDTH = 32
"""No name, title or word takes more: what was asked about must still fit beside it."""

LEAST_QUOTE = 8


@dataclass(frozen=True, slots=True)
class Voice:
    t: Translator
    language: str
    now: datetime | None = None
    timezone: str = "UTC"
    room: int = SEGMENT
    plain: bool = False
    """Whether what people wrote is quoted without emoji and other scripts."""

    def narrowed(self, room: int) -> "Voice":
        return replace(self, room=room)

    def say(
        self,
        msgid: str,
        /,
        *,
        quote: str = "",
        names: Sequence[str] = (),
        total: int = 0,
        **values: object,
    ) -> str:
        """The words of `msgid`, filled in; `quote` or `names` take the room that is left.

        `total` is how many there are where `names` are only some.
        """
        template = self.t.gettext(msgid)
        return self._fill(template, values, quote=quote, names=names, total=total)

    def say_many(self, one: str, many: str, n: int, /, *, quote: str = "", **values: object) -> str:
        """Like `say`, for a number of things."""
        return self._fill(self.t.ngettext(one, many, n), values, quote=quote)

    def when(self, moment: datetime) -> str:
        """When it was; nothing where nobody said what time it is."""
        if self.now is None:
            return ""
        return catalogue.when(moment, self.now, self.timezone, self.language)

    def until(self, moment: datetime) -> str:
        return catalogue.until(moment, self.now, self.timezone, self.language)

    def _fill(
        self,
        template: str,
        values: Mapping[str, object],
        quote: str = "",
        names: Sequence[str] = (),
        total: int = 0,
    ) -> str:
        if self.plain:
            values = {name: in_plain(str(value)) for name, value in values.items()}
            quote, names = in_plain(quote), [in_plain(name) for name in names]
        short = {name: shorten(str(value), NAME_WIDTH) for name, value in values.items()}
        bare = template.format_map({"quote": "", "names": "", **short})
        left = max(self.room - width(bare), LEAST_QUOTE)
        return template.format_map(
            {"quote": shorten(quote, left), "names": listed(names, left, total), **short}
        )
