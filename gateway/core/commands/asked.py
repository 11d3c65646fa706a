"""What a member asks for. `name` is the row of the table of commands (docs/commands.md)."""

from dataclasses import dataclass
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
class PageLength(Command):
    """How many SMS one page of news may take."""

    name: ClassVar[str] = "page"
    segments: int


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
    """An animator lets `member` into a closed group, or turns them `away`.

    It is only ever run through a question.
    """

    name: ClassVar[str] = "admit"
    member_id: int
    group: str
    away: bool = False


@dataclass(frozen=True, slots=True)
class Several(Command):
    """Several answers in one message: each is run alone, so that a no to one undoes no other."""

    name: ClassVar[str] = "several"
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class WhichItem(Command):
    """An answer to one item of the digest that is answered, and nobody can tell to which."""

    name: ClassVar[str] = "which"
    text: str


COMMANDS: dict[str, type[Command]] = {kind.name: kind for kind in Command.__subclasses__()}
