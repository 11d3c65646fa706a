"""A small depot in memory: members, groups and posts, and what commands do to them.

`FakeDesk` runs commands on it. It keeps the rules that a kiosk can see (check digits, one level of
replies, closed groups, questions before alerts), not the store, the other channels or the timers.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.core import commands as c
from gateway.core.errors import Refused
from gateway.core.numbers import FIRST_SERIAL, number_of
from gateway.core.ports import Clock


@dataclass
class Group:
    slug: str
    title: str
    kind: str = "open"
    members: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    animators: set[int] = field(default_factory=set)


@dataclass
class Member:
    id: int
    name: str
    language: str
    badge: str
    pin: str
    must_choose_pin: bool = False
    seen: set[int] = field(default_factory=set)
    question: c.Command | None = None
    more: tuple[c.PostView, ...] = ()
    undo: c.Command | None = None
    paused_until: datetime | None = None
    rhythm: str = "day"
    hour: int = 18
    minute: int = 0
    page: int = 1


class Depot:
    """Amina (1, French) and John (2, English), four groups and the posts of one morning."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.members = {
            1: Member(1, "Amina", "fr", "1001", "123456"),
            2: Member(2, "John", "en", "1002", "654321"),
            3: Member(3, "Luc", "fr", "1003", "271828"),
        }
        self.groups = {
            group.slug: group
            for group in (
                Group("quai3", "Quai 3", members={1, 2, 3}, animators={3}),
                Group("secu", "Sécurité", "announce", {1, 2, 3}, animators={3}),
                Group("foot", "Football", members={3}),
                Group("syndic", "Syndicat", "closed", {3}, animators={3}),
            )
        }
        self.posts: dict[int, c.PostView] = {}
        self.thanked: set[tuple[int, int]] = set()
        self.codes: dict[str, int] = {}
        self.write(3, "quai3", "La rampe du quai 3 est fermée jusqu'à midi.")
        self.write(3, "secu", "Exercise at 3 pm: leave by the north door.", urgent=True)
        self.write(2, "quai3", "Who has the key of the cage?")

    def write(
        self, author: int, group: str, text: str, parent: int | None = None, urgent: bool = False
    ) -> c.PostView:
        """Put a post in a group, as if it came from any channel."""
        number = number_of(FIRST_SERIAL + len(self.posts))
        post = c.PostView(
            number=number,
            group=group,
            group_name=self.groups[group].title,
            author=self.members[author].name,
            body=text,
            created=self.clock(),
            channel="kiosk",
            parent=parent,
            urgent=urgent,
        )
        self.posts[number] = post
        self.members[author].seen.add(number)
        if parent is not None:
            root = self.posts[parent]
            self.posts[parent] = replace(root, replies=root.replies + 1)
        return post

    def readable(self, member: Member | None) -> dict[str, Group]:
        """A member's groups by their slugs; without one, those that are open to the site."""
        return {
            slug: group
            for slug, group in sorted(self.groups.items())
            if (group.kind != "closed" if member is None else member.id in group.members)
        }

    def unread(self, member: Member) -> list[c.PostView]:
        """What `member` has not seen in their groups, oldest first."""
        return [
            post
            for post in self.posts.values()
            if member.id in self.groups[post.group].members
            and post.number not in member.seen
            and not post.withdrawn
        ]

    def view(self, group: Group, member: Member) -> c.GroupView:
        state = "in" if member.id in group.members else "out"
        return c.GroupView(
            slug=group.slug,
            title=group.title,
            kind=group.kind,
            people=len(group.members),
            state="asked" if member.id in group.asked else state,
            animator=member.id in group.animators,
        )

    def post(self, member: Member, number: int) -> c.PostView:
        found = [
            post
            for post in self.posts.values()
            if post.number == number or (number < 100 and post.number % 100 == number)
        ]
        if len(found) != 1 or member.id not in self.groups[found[0].group].members:
            raise Refused("no_such_post", number=number)
        return found[0]

    def group(self, slug: str) -> Group:
        group = self.groups.get(slug.lower())
        if group is None:
            raise Refused("no_such_group", group=slug)
        return group

    def slugs(self, member: Member) -> tuple[str, ...]:
        """The groups of a member."""
        return tuple(g.slug for g in self.groups.values() if member.id in g.members)
