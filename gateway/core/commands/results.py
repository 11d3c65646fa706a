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
    """Posts in order, as many as fit; `remaining` more wait. `about`: `news`, `find`, `digest`.

    `segments` is how many SMS its reader lets a page take.
    """

    items: tuple[PostView, ...]
    remaining: int = 0
    about: str = "news"
    group: str = ""
    segments: int = 1


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
class PageSet(Result):
    segments: int


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
    page: int = 1
    """How many SMS a page of news may take."""
    doubted: tuple[str, ...] = ()
    """Addresses from which the member must first say that they are still theirs."""
    failed: tuple[str, ...] = ()
    """Mailboxes that nothing is sent to any more, for mail to them comes back."""


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
    `people` is how many an alert would reach, `sms` the segments that it would cost, and `left` how
    many of those the budget still has where that is less; `member` who asks to be let in.
    """

    about: Command
    choices: tuple[str, ...] = ()
    people: int = 0
    member: str = ""
    title: str = ""
    sms: int = 0
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Disputed(Result):
    """Something came in the member's name, from `sender`: was it they? Their yes runs it.

    `kiosk` is the site where it was written, without a sender that could be named.
    """

    sender: str
    text: str
    kiosk: str = ""


@dataclass(frozen=True, slots=True)
class Declined(Result):
    pass


@dataclass(frozen=True, slots=True)
class Activated(Result):
    """`replaced` where a number took the place of another one."""

    member: str
    groups: tuple[str, ...] = ()
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Stopped(Result):
    """All messages on this channel stop. `others` are channels still open to the member."""

    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Started(Result):
    """`asked` where the phone's holder must first say whether it is still the member's."""

    asked: bool = False


@dataclass(frozen=True, slots=True)
class Recognized(Result):
    """A number that was in doubt is its owner's after all; `open` unless they stopped it."""

    member: str
    open: bool = True


@dataclass(frozen=True, slots=True)
class Disowned(Result):
    """A number is the member's no more: nothing leaves for it."""


@dataclass(frozen=True, slots=True)
class Explained(Result):
    """How to write the command `verb`."""

    verb: str


@dataclass(frozen=True, slots=True)
class NotKnown(Result):
    """Words that could not be placed, kept in no thread; `groups` are the sender's own."""

    heard: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhichAsked(Result):
    """Nobody can tell which of the `choices` (numbered from 1) was meant: `text` waits for that."""

    text: str
    choices: tuple[PostView, ...]


@dataclass(frozen=True, slots=True)
class NotDone(Result):
    """One of several answers, refused for a `reason` that is `about` a number or a group.

    `text` is what it said.
    """

    reason: str
    about: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SeveralDone(Result):
    """What came of each of several answers, in their order."""

    results: tuple[Result, ...]
