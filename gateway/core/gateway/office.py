"""The operator's verbs: people, groups, kiosks, and sending again what went wrong."""

from collections.abc import Sequence

from sqlalchemy import select, update

from gateway.core import groups, inbox, kiosks, members, outbox, pauses, people
from gateway.core.errors import Refused
from gateway.core.gateway.parts import Parts
from gateway.core.models import Group, Inbox, Member, Outbox
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
            return {
                member_id: members.new_code(session, member_id, "activation", secret, now)[0]
                for member_id in member_ids
            }

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

    def parked(self) -> list[int]:
        """The inbox rows that a bug parked, oldest first."""
        with self._parts.database.read() as session:
            return list(
                session.scalars(select(Inbox.id).where(Inbox.state == "failed").order_by(Inbox.id))
            )

    def ring(self) -> None:
        """Wake up whoever delivers, where something is due."""
        with self._parts.database.read() as session:
            channels = outbox.due_channels(session, self._parts.clock())
        for channel in channels:
            self._parts.bell.ring(channel)

    def measures(self) -> dict[str, tuple[str, str, list[tuple[dict[str, str], float]]]]:
        """For Prometheus: help, kind and values by label."""
        now = self._parts.clock()
        with self._parts.database.read() as session:
            owed = outbox.counts(session)
            came = inbox.counts(session)
            waits = outbox.oldest_due(session)
            shut = [(pause.channel, pause.code) for pause in pauses.every(session)]
        return {
            "gateway_outbox": (
                "Messages owed, by channel and state",
                "gauge",
                [({"channel": c, "state": s}, float(n)) for (c, s), n in owed.items()],
            ),
            "gateway_inbox": (
                "Messages that came in, by channel and state",
                "gauge",
                [({"channel": c, "state": s}, float(n)) for (c, s), n in came.items()],
            ),
            "gateway_channel_paused": (
                "Channels on which nothing leaves until somebody mends something, by the reason",
                "gauge",
                [({"channel": channel, "code": code}, 1.0) for channel, code in shut],
            ),
            "gateway_outbox_oldest_seconds": (
                "Age of the oldest message that is due",
                "gauge",
                [({"channel": c}, (now - at).total_seconds()) for c, at in waits.items()],
            ),
        }

    def owe_again(self, row_ids: Sequence[int]) -> int:
        """Owe failed and unknown messages again; how many."""
        now = self._parts.clock()
        with self._parts.database.write() as session:
            rows = session.execute(
                update(Outbox)
                .where(Outbox.id.in_(row_ids), Outbox.state.in_(("failed", "unknown")))
                .values(state="due", claim="", not_before=now, attempts=0, status="", code="")
                .returning(Outbox.id)
            ).all()
        self.ring()
        return len(rows)
