"""Posts and groups as members see them: what results are made of."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MediaView:
    """A picture of a post. `state` is `wanted` while it is fetched, then `kept`."""

    id: int
    kind: str = "photo"
    state: str = "kept"


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
    media: tuple[MediaView, ...] = ()
    written: datetime | None = None
    """When its writer's clock says that it was written, where it came in later: only shown."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as a member sees it. `state` is `in`, `asked` or `out`."""

    slug: str
    title: str
    kind: str
    people: int
    state: str
    animator: bool = False
