"""What came of a command, without words: a channel says it in the member's language."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.commands.asked import Command
from gateway.core.commands.views import GroupView, PostView


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a command."""


@dataclass(frozen=True, slots=True)
class Helped(Result):
    """The commands usable now; `groups` are the member's own, for the examples."""

    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Result):
    """Posts in order, as many as fit; `remaining` more wait. `about`: `news`, `find`, `digest`."""

    items: tuple[PostView, ...]
    remaining: int = 0
    about: str = "news"
    group: str = ""


@dataclass(frozen=True, slots=True)
class Thread(Result):
    """A post and what was answered; the texts `skipped` were shown on the pages before."""

    post: PostView
    replies: tuple[PostView, ...] = ()
    remaining: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Posted(Result):
    post: PostView
    people: int


@dataclass(frozen=True, slots=True)
class Replied(Result):
    post: PostView
    target: PostView


@dataclass(frozen=True, slots=True)
class Thanked(Result):
    target: PostView
    again: bool = False


@dataclass(frozen=True, slots=True)
class GroupList(Result):
    mine: tuple[GroupView, ...]
    others: tuple[GroupView, ...]
    word: str = ""


@dataclass(frozen=True, slots=True)
class Joined(Result):
    group: GroupView
    again: bool = False


@dataclass(frozen=True, slots=True)
class JoinAsked(Result):
    """A closed group: its animators were asked."""

    group: GroupView


@dataclass(frozen=True, slots=True)
class Admitted(Result):
    member: str
    group: GroupView


@dataclass(frozen=True, slots=True)
class Left(Result):
    group: GroupView
    again: bool = False


@dataclass(frozen=True, slots=True)
class People(Result):
    """Who is in `group`, or (no group) who wrote about `word`; `count` is all, `names` some."""

    names: tuple[str, ...]
    count: int
    word: str
    group: GroupView | None = None


@dataclass(frozen=True, slots=True)
class Paused(Result):
    until: datetime
    hours: int


@dataclass(frozen=True, slots=True)
class Resumed(Result):
    unread: int


@dataclass(frozen=True, slots=True)
class TimeSet(Result):
    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class RhythmSet(Result):
    rhythm: str
    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class LanguageSet(Result):
    code: str


@dataclass(frozen=True, slots=True)
class Profile(Result):
    """What is kept and set about a member; addresses are masked."""

    member: str
    site: str
    language: str
    timezone: str
    groups: tuple[GroupView, ...]
    addresses: tuple[str, ...]
    rhythm: str
    hour: int
    minute: int
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodeGiven(Result):
    code: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Undone(Result):
    """`what` is the name of the command that was taken back, `about` the post or group."""

    what: str
    about: str


@dataclass(frozen=True, slots=True)
class Asked(Result):
    """A question, kept for some minutes; nothing was done yet.

    `about` would run on a yes. `choices` are numbered from 1 where it is not a yes or no;
    `people` is how many an alert would reach, `member` who asks to be let in.
    """

    about: Command
    choices: tuple[str, ...] = ()
    people: int = 0
    member: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Declined(Result):
    pass


@dataclass(frozen=True, slots=True)
class Activated(Result):
    member: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stopped(Result):
    """All messages on this channel stop. `others` are channels still open to the member."""

    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Started(Result):
    pass


@dataclass(frozen=True, slots=True)
class Explained(Result):
    """How to write the command `verb`."""

    verb: str


@dataclass(frozen=True, slots=True)
class NotKnown(Result):
    """Words that could not be placed, kept in no thread; `groups` are the sender's own."""

    heard: str
    groups: tuple[str, ...] = ()
