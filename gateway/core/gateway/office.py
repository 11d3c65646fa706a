"""The operator's verbs: people, groups, kiosks, and sending again what went wrong."""

from collections.abc import Sequence

from sqlalchemy import select, update

from gateway.core import (
    changes,
    doubts,
    groups,
    kiosks,
    members,
    outbox,
    people,
    reports,
    resends,
    throttle,
)
from gateway.core.errors import Refused
from gateway.core.gateway import strangers
from gateway.core.gateway.parts import Parts
from gateway.core.models import Address, Group, Inbox, Member, Outbox, Subscription
from gateway.core.numbers import number_of
from gateway.core.people import Imported, Person


class Office:
    """Each verb is one transaction. Raises `Refused` with a reason for the command line."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def import_members(
        self, rows: Sequence[Person], *, consented: bool = False, dry_run: bool = False
    ) -> Imported:
        """Take the rows of a file, all of them or (with `dry_run`) none.

        Raises `Refused("unknown_groups", groups=...)` before anything is changed.
        """
        with self._parts.database.write() as session, session.begin_nested() as tried:
            unknown = people.unknown_groups(session, rows)
            if unknown:
                raise Refused("unknown_groups", groups=tuple(unknown))
            done = people.take(
                session, rows, self._parts.house, self._parts.clock(), consented=consented
            )
            if dry_run:
                tried.rollback()
        return done

    def invite(self, member_id: int) -> str:
        """A fresh activation code for a member, shown once."""
        return self.invite_all([member_id])[member_id]

    def invite_all(self, member_ids: Sequence[int]) -> dict[int, str]:
        """A fresh activation code for each of these members, shown once."""
        now, secret = self._parts.clock(), self._parts.house.secret
        with self._parts.database.write() as session:
            known = set(session.scalars(select(Member.id).where(Member.id.in_(member_ids))))
            for missing in set(member_ids) - known:
                raise Refused("no_such_member", number=missing)
            for address in session.scalars(select(Address).where(Address.member_id.in_(known))):
                # Whoever asked their manager for help, as they were told, may try again.
                tries = strangers.tries_of(self._parts.house, address.channel, address.value)
                throttle.passed(session, tries)
            return {
                member_id: members.new_code(session, member_id, "activation", secret, now)[0]
                for member_id in member_ids
            }

    def lose_phone(self, member_id: int) -> int:
        """Close the phone of a member who lost it, with the codes and sessions it could open.

        How many numbers were closed. Whoever has it is a stranger from now on.
        """
        with self._parts.database.write() as session:
            return doubts.lose(session, member_id, self._parts.clock())

    def revoke_tokens(self, member_id: int) -> None:
        """Make all that a member's mails carry to answer by worth nothing; new mails carry more."""
        with self._parts.database.write() as session:
            session.execute(
                update(Member)
                .where(Member.id == member_id)
                .values(token_epoch=Member.token_epoch + 1)
            )

    def set_role(self, member_id: int, role: str) -> bool:
        """Make a member who exists an `operator`, or a `member` again; False where they were."""
        with self._parts.database.write() as session:
            member = session.get_one(Member, member_id, with_for_update=True)
            was, member.role = member.role, role
            return was != role

    def set_animator(self, member_id: int, slug: str, *, animates: bool) -> bool:
        """Have a member of a group animate it, or no longer; False where it was so.

        Raises `Refused("animates_nothing")` where they are not in it.
        """
        with self._parts.database.write() as session:
            row = session.scalar(
                select(Subscription)
                .join(Group, Group.id == Subscription.group_id)
                .where(Subscription.member_id == member_id, Group.slug == slug)
                .with_for_update(of=Subscription)
            )
            if row is None or row.state != "in":
                raise Refused("animates_nothing", group=slug)
            was, row.animator = row.animator, animates
            return was != animates

    def add_group(self, slug: str, title: str, kind: str = "open") -> None:
        """A new group.

        Raises `Refused`: `bad_slug`, or `group_exists` where the slug or the name is taken.
        """
        groups.check_slug(slug)
        with self._parts.database.write() as session:
            taken = {
                groups.fold(name)
                for row in session.scalars(select(Group))
                for name in (row.slug, row.title)
            }
            if {groups.fold(slug), groups.fold(title)} & taken:
                raise Refused("group_exists", group=slug)
            session.add(Group(slug=slug, title=title, kind=kind, created_at=self._parts.clock()))

    def set_budget(self, slug: str, segments: int | None) -> None:
        """How many segments a month the posts and alerts of a group may cost; None: no limit.

        Raises `Refused("no_such_group")`.
        """
        with self._parts.database.write() as session:
            group = session.scalar(select(Group).where(Group.slug == slug))
            if group is None:
                raise Refused("no_such_group", name=slug, near=())
            group.sms_budget = segments

    def add_kiosk(self, site: str) -> str:
        """A new kiosk's device token, shown once."""
        with self._parts.database.write() as session:
            return kiosks.add(session, site, self._parts.clock())

    def revoke_kiosk(self, kiosk_id: int) -> bool:
        """Take a kiosk's token away and end the sessions at it; False where it was taken before."""
        with self._parts.database.write() as session:
            return kiosks.revoke(session, kiosk_id, self._parts.clock())

    def set_pin(self, member_id: int, pin: str) -> None:
        """Give a member a PIN. Raises `Refused("weak_pin")`."""
        kiosks.check_pin(pin)
        hashed = members.pin_hash(pin)
        with self._parts.database.write() as session:
            kiosks.choose_pin(session, member_id, hashed)

    def let_in(self, member_id: int) -> bool:
        """Let a badge in again that was locked by wrong PINs; False where none were counted."""
        with self._parts.database.write() as session:
            return kiosks.let_in(session, session.get_one(Member, member_id).badge)

    def parked(self) -> list[int]:
        """The inbox rows that a bug parked, oldest first."""
        with self._parts.database.read() as session:
            return list(
                session.scalars(select(Inbox.id).where(Inbox.state == "failed").order_by(Inbox.id))
            )

    def restored(self, posts: int) -> int:
        """The database is a backup: the numbers of the posts since are not given again.

        And kiosks, which may have those posts, take all anew. The number of the next post.
        """
        with self._parts.database.write() as session:
            return number_of(changes.pass_over(session, posts))

    def ring(self) -> None:
        """Wake up whoever delivers, where something is due."""
        with self._parts.database.read() as session:
            channels = outbox.due_channels(session, self._parts.clock())
        for channel in channels:
            self._parts.bell.ring(channel)

    def owe_again(self, row_ids: Sequence[int]) -> dict[int, str]:
        """Owe failed and unknown messages again; which of them are left as they are, and why.

        The reasons are those of `resends.left_alone`. What its carrier still says of the try that
        failed is not said of the next one.
        """
        now = self._parts.clock()
        with self._parts.database.write() as session:
            left = resends.left_alone(session, row_ids, now)
            ids = [row_id for row_id in dict.fromkeys(row_ids) if row_id not in left]
            reports.give_up(session, ids, "", now)
            session.execute(
                update(Outbox)
                .where(Outbox.id.in_(ids))
                .values(
                    state="due",
                    claim="",
                    not_before=now,
                    attempts=0,
                    external_id=None,
                    status="",
                    code="",
                )
            )
        self.ring()
        return left
