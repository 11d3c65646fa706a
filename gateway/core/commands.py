"""Commands and their results: what members ask for, and what came of it, as plain values.

A channel makes a command out of what came in, the core runs it for a member and gives back a
result, a channel turns the result into words. Neither knows a language, a wire or a table.
`name` of a command is its row in the table of commands (docs/commands.md) and in the HTTP API.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Command:
    """What a member asks for."""

    name: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Help(Command):
    name: ClassVar[str] = "help"


@dataclass(frozen=True, slots=True)
class News(Command):
    """What is unread, one page; of one group where it is named."""

    name: ClassVar[str] = "news"
    group: str = ""


@dataclass(frozen=True, slots=True)
class More(Command):
    """The next page of what was shown last."""

    name: ClassVar[str] = "more"


@dataclass(frozen=True, slots=True)
class Read(Command):
    """One post whole, with its replies. `number` may be its last two digits."""

    name: ClassVar[str] = "read"
    number: int


@dataclass(frozen=True, slots=True)
class Pick(Command):
    """A number and nothing else: the choice of an open question, or else a post to read."""

    name: ClassVar[str] = "pick"
    number: int


@dataclass(frozen=True, slots=True)
class Post(Command):
    name: ClassVar[str] = "post"
    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply(Command):
    """An answer to the post `number`; `explicit` where its verb was written (`R1413`, `#1413`)."""

    name: ClassVar[str] = "reply"
    number: int
    text: str
    explicit: bool = True


@dataclass(frozen=True, slots=True)
class Thanks(Command):
    name: ClassVar[str] = "thanks"
    number: int


@dataclass(frozen=True, slots=True)
class Groups(Command):
    name: ClassVar[str] = "groups"
    word: str = ""


@dataclass(frozen=True, slots=True)
class Join(Command):
    name: ClassVar[str] = "join"
    group: str


@dataclass(frozen=True, slots=True)
class Leave(Command):
    name: ClassVar[str] = "leave"
    group: str


@dataclass(frozen=True, slots=True)
class Who(Command):
    """Who is in a group, or who wrote about a word."""

    name: ClassVar[str] = "who"
    word: str


@dataclass(frozen=True, slots=True)
class Find(Command):
    name: ClassVar[str] = "find"
    words: str


@dataclass(frozen=True, slots=True)
class Pause(Command):
    name: ClassVar[str] = "pause"
    hours: int = 8


@dataclass(frozen=True, slots=True)
class Resume(Command):
    name: ClassVar[str] = "resume"


@dataclass(frozen=True, slots=True)
class Time(Command):
    """When digests come, in the member's own time zone."""

    name: ClassVar[str] = "time"
    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Rhythm(Command):
    """How often: `each` (at once), `day`, `week`, `never`."""

    name: ClassVar[str] = "rhythm"
    rhythm: str


@dataclass(frozen=True, slots=True)
class Language(Command):
    name: ClassVar[str] = "language"
    code: str


@dataclass(frozen=True, slots=True)
class Me(Command):
    name: ClassVar[str] = "me"


@dataclass(frozen=True, slots=True)
class KioskCode(Command):
    name: ClassVar[str] = "code"


@dataclass(frozen=True, slots=True)
class Undo(Command):
    name: ClassVar[str] = "undo"


@dataclass(frozen=True, slots=True)
class Confirm(Command):
    name: ClassVar[str] = "confirm"


@dataclass(frozen=True, slots=True)
class Decline(Command):
    name: ClassVar[str] = "decline"


@dataclass(frozen=True, slots=True)
class Urgent(Command):
    name: ClassVar[str] = "urgent"
    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Activate(Command):
    name: ClassVar[str] = "activate"
    code: str


@dataclass(frozen=True, slots=True)
class Stop(Command):
    name: ClassVar[str] = "stop"


@dataclass(frozen=True, slots=True)
class Start(Command):
    name: ClassVar[str] = "start"


@dataclass(frozen=True, slots=True)
class FreeText(Command):
    """Words without a command."""

    name: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class Guess(Command):
    """Probably `command`, but not surely enough to run it: it is asked first."""

    name: ClassVar[str] = "guess"
    command: Command
    heard: str


@dataclass(frozen=True, slots=True)
class Usage(Command):
    """The verb of `verb` was understood, what belongs to it is missing or malformed."""

    name: ClassVar[str] = "usage"
    verb: str


@dataclass(frozen=True, slots=True)
class Reserved(Command):
    """A word that carriers take for themselves and that means nothing to us (`YES`)."""

    name: ClassVar[str] = "reserved"
    word: str


@dataclass(frozen=True, slots=True)
class Admit(Command):
    """An animator lets `member` into a closed group: only ever run through a question."""

    name: ClassVar[str] = "admit"
    member_id: int
    group: str


COMMANDS: dict[str, type[Command]] = {kind.name: kind for kind in Command.__subclasses__()}


@dataclass(frozen=True, slots=True)
class PostView:
    """One post as its readers see it. `parent` is the thread's number for a reply."""

    number: int
    group: str
    group_name: str
    author: str
    body: str
    created: datetime
    channel: str
    parent: int | None = None
    urgent: bool = False
    withdrawn: bool = False
    replies: int = 0
    thanks: int = 0


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as a member sees it. `state` is `in`, `asked` or `out`."""

    slug: str
    title: str
    kind: str
    people: int
    state: str
    animator: bool = False


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
