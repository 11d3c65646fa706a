"""`gateway doctor`: is everything as it must be, and if not, what to mend."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from gateway.cli import checkup, secured
from gateway.cli.checkup import Finding
from gateway.cli.output import counted, json_line, plain
from gateway.cli.progress import Progress
from gateway.config import PREFIX, Settings
from gateway.core.figures import SmsBudget, Troubles
from gateway.core.kiosks import ShutOut
from gateway.core.presence import Part
from gateway.settings_error import SettingsError
from gateway.wiring import Installation, install

LEAST_DISK = 500 * 2**20
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows less."""

STUCK = timedelta(minutes=15)
MOST_NAMED = 5
MUCH = 0.8
"""Of what everything but alerts may spend: then somebody should know before it is all spent."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def doctor(as_json: bool) -> None:
    """Check settings, database, what runs, carriers, mail, doors, clock, disk; say what to mend.

    Nothing is changed. Ends with 1 where something must be mended.
    """
    to_mend = 0
    for finding in _findings():
        to_mend += finding.state == "mend"
        if as_json:
            click.echo(json_line(asdict(finding)))
        else:
            click.echo(f"{finding.check:<11} {finding.state}: {plain(finding.words)}")
    if to_mend:
        raise click.ClickException(f"{counted(to_mend, 'thing')} to mend: see above.")


def _findings() -> Iterator[Finding]:
    try:
        settings = Settings.load()
        installation = install(settings, only_looking=True)
    except SettingsError as error:
        yield from (Finding("settings", "mend", problem) for problem in error.problems)
        return
    except OSError as error:
        words = f"cannot write {error.filename} ({error.strerror}): run this where one may"
        yield Finding("settings", "mend", words)
        return
    yield Finding("settings", "ok", "all that is set can be read")
    try:
        now = installation.gateway.parts.clock()
        yield from _stores(installation, now)
        yield from checkup.carriers(settings, now)
        yield from checkup.doors(settings)
        yield from secured.certificates(settings, now)
        yield _disk(settings)
    finally:
        installation.close()


def _stores(installation: Installation, now: datetime) -> Iterator[Finding]:
    """The database, Redis, and what the tables tell."""
    newest = None
    if _is_new(installation.settings):
        yield Finding("database", "ok", "not there yet: the first `gateway run` makes it")
    else:
        troubles = installation.probe()
        for name in ("database", "redis"):
            if name in troubles:
                yield _probed(name, troubles[name])
        yield from _eyes(_sqlite_file(installation.settings))
        if not troubles["database"]:
            yield _running(installation.gateway.watch.parts(), installation.settings)
            found = installation.gateway.ledger.troubles()
            newest = found.newest
            yield _inbox(found.parked)
            yield _budget(found.sms)
            yield _flood(found)
            with Progress("numbers looked at") as progress:
                unwritable = installation.gateway.ledger.unwritable(progress.add)
            yield _destinations(unwritable)
            yield _outbox(found.failed_last_day, found.unknown)
            yield _numbers(found.doubted)
            yield _mailboxes(found.closed, found.refusing)
            yield _badges(installation.gateway.ledger.shut_out())
            for row in installation.gateway.recall.caught_up():
                yield _recall(row.channel, row.until, row.recovered, now)
            for channel, why in installation.paused().items():
                words = f"{channel} is paused, and its messages wait: {why}; it tries by itself"
                yield Finding("paused", "mend", words)
            yield _delivery(found.oldest_due, set(installation.gateway.parts.channels), now)
    yield _clock(now, newest)


def _eyes(path: Path | None) -> Iterator[Finding]:
    """Whether this user may write the file, and others may not read all that people wrote."""
    if path is None:
        return
    if not all(os.access(one, os.W_OK) for one in (path, path.parent)):
        words = f"this user cannot write {path} and its folder: nothing more can be kept"
        yield Finding("file", "mend", words)
    if path.stat().st_mode & 0o077:
        words = f"other users of this machine may read {path}: chmod 600 {path}*"
        yield Finding("file", "warn", words)


def _probed(name: str, trouble: str) -> Finding:
    if not trouble:
        return Finding(name, "ok", "answers")
    advice = "" if ":" in trouble else ": check GATEWAY_" + name.upper() + "_URL, and start it"
    return Finding(name, "mend", f"{trouble}{advice}")


def _running(parts: Sequence[Part], settings: Settings) -> Finding:
    """Which processes live, by what they wrote of themselves, and which are missing."""
    alive = {one.part: one.alive for one in parts if one.alive}
    needed = {"web", "worker", "timer"} | ({"mail"} if settings.mail_domain else set())
    missing = set() if "run" in alive else needed - alive.keys()
    seen = {one.part: one.seen_at for one in parts}
    said = ", ".join(f"{part} ({number})" for part, number in sorted(alive.items()))
    if not alive:
        last = max(seen.values(), default=None)
        when = f", since {last:%Y-%m-%d %H:%M} UTC" if last else ""
        return Finding("processes", "warn", f"none runs{when}: start `gateway run`, or its parts")
    if missing:
        words = ", ".join(f"`gateway {part}`" for part in sorted(missing))
        return Finding("processes", "warn", f"{said}; not running: start {words}")
    return Finding("processes", "ok", said)


def _inbox(parked: int) -> Finding:
    if parked:
        return Finding(
            "inbox",
            "mend",
            f"{counted(parked, 'message is', 'messages are')} parked: look at them by "
            "`gateway inbox list --state failed`, then `gateway inbox replay`",
        )
    return Finding("inbox", "ok", "nothing is parked")


def _budget(sms: SmsBudget) -> Finding:
    """Whether the month's texts are paid for."""
    told = []
    if sms.held:
        told.append(f"{counted(sms.held, 'message')} held: `gateway outbox list --state held`")
    if sms.budget is not None and sms.spent >= MUCH * (sms.budget - sms.reserve):
        told.append(
            f"{sms.spent} of {sms.budget} segments spent in {sms.month} ({sms.reserve} for alerts "
            "only)"
        )
    if told:
        advice = f"raise {PREFIX}SMS_BUDGET or `gateway groups budget`, or wait for the next month"
        return Finding("budget", "warn", f"{'; '.join(told)}: {advice}")
    limit = "no limit" if sms.budget is None else f"of {sms.budget}"
    return Finding("budget", "ok", f"{counted(sms.spent, 'segment')} in {sms.month}, {limit}")


def _flood(found: Troubles) -> Finding:
    """What was too much: of messages, of answers, of wrong codes."""
    seen = [
        (found.flooded, "kept of who wrote too much: `gateway inbox list --state held`, `replay`"),
        (found.waiting, "waiting, for their senders wrote too much at once; the timer runs them"),
        (found.looped, "not answered in the last 24 hours: two machines answer each other"),
        (
            found.locked,
            "locked for 24 h by wrong codes: `gateway members invite` opens a known one",
        ),
    ]
    said = [f"{count} {words}" for count, words in seen if count]
    return Finding("flood", "warn" if said else "ok", "; ".join(said) or "nobody writes too much")


def _badges(shut_out: ShutOut) -> Finding:
    """Badges that nine wrong PINs have locked."""
    if shut_out.names:
        some = ", ".join(plain(name) for name in shut_out.names[:MOST_NAMED])
        more = len(shut_out.names) - MOST_NAMED
        told = f"{some} and {more} more" if more > 0 else some
        words = f"locked by wrong PINs: {told}; `gateway members unlock` lets them in"
        return Finding("badges", "warn", words)
    if shut_out.unknown:
        words = f"{counted(shut_out.unknown, 'badge')} of nobody tried over and over at a kiosk"
        return Finding("badges", "warn", words)
    return Finding("badges", "ok", "none is locked")


def _destinations(outside: int) -> Finding:
    if outside:
        words = (
            f"{counted(outside, 'open phone number is', 'open phone numbers are')} never written "
            f"to: abroad, premium or no mobile; countries are added to {PREFIX}SMS_COUNTRIES"
        )
        return Finding("countries", "warn", words)
    return Finding("countries", "ok", "every open phone number may be written to")


def _outbox(failed: int, unknown: int) -> Finding:
    if failed:
        return Finding(
            "outbox",
            "mend",
            f"{counted(failed, 'message')} refused in the last 24 hours: look at them by "
            "`gateway outbox list --state failed`, mend the cause, then `gateway outbox replay`",
        )
    if unknown:
        words = f"{counted(unknown, 'outcome is', 'outcomes are')} unknown; the timer asks again"
        return Finding("outbox", "warn", words)
    return Finding("outbox", "ok", "nothing was refused in the last 24 hours")


def _numbers(doubted: int) -> Finding:
    if doubted:
        words = (
            f"{counted(doubted, 'phone number is', 'phone numbers are')} in doubt, and asked: who "
            "has another by now needs a code (`gateway members list`, `members invite`)"
        )
        return Finding("numbers", "warn", words)
    return Finding("numbers", "ok", "none is in doubt")


def _mailboxes(closed: int, refusing: Sequence[str]) -> Finding:
    if refusing:
        words = (
            f"much of what goes to {', '.join(refusing)} comes back: their server refuses us; ask "
            "its postmaster, and look at `gateway outbox list --state failed`"
        )
        return Finding("mailboxes", "mend", words)
    if closed:
        words = (
            f"{counted(closed, 'mailbox was', 'mailboxes were')} closed in the last 7 days, for "
            "mail came back; START from there, or at a kiosk, opens it (`gateway members list`)"
        )
        return Finding("mailboxes", "warn", words)
    return Finding("mailboxes", "ok", "mail comes back from none")


def _delivery(oldest: Mapping[str, datetime], set_up: set[str], now: datetime) -> Finding:
    stuck = {channel: now - at for channel, at in oldest.items() if now - at > STUCK}
    if nowhere := sorted(stuck.keys() - set_up):
        words = f"messages wait for {', '.join(nowhere)}, which is not set up: see docs/settings.md"
        return Finding("delivery", "mend", words)
    if stuck:
        minutes = int(max(stuck.values()).total_seconds() // 60)
        words = f"nothing leaves since {minutes} min: start `gateway run`, or `gateway worker`"
        return Finding("delivery", "mend", words)
    return Finding("delivery", "ok", "nothing waits for long")


def _recall(channel: str, until: datetime, recovered: int, now: datetime) -> Finding:
    words = f"all that came in by {channel} until {until:%Y-%m-%d %H:%M} UTC is here"
    if recovered:
        words = f"{words}; {counted(recovered, 'message')} found only by asking the carrier"
    if now - until > STUCK:
        advice = "start `gateway run` or `gateway timer`, and see that the carrier can be asked"
        return Finding("recall", "warn", f"{words}: {advice}")
    return Finding("recall", "ok", words)


def _clock(now: datetime, newest: datetime | None) -> Finding:
    if now < MADE:
        return Finding("clock", "mend", f"shows {now:%Y-%m-%d}: let NTP set it")
    if newest is not None and newest > now + checkup.MOST_SKEW:
        return Finding("clock", "mend", f"was at {newest:%Y-%m-%d %H:%M} before: let NTP set it")
    return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _disk(settings: Settings) -> Finding:
    path = _sqlite_file(settings)
    folder = path.parent if path is not None else Path.cwd()
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK:
        words = f"{free // 2**20} MB left: make room, or nothing more can be kept"
        return Finding("disk", "mend", words)
    return Finding("disk", "ok", f"{free // 2**20} MB left")


def _is_new(settings: Settings) -> bool:
    path = _sqlite_file(settings)
    return path is not None and not path.exists()


def _sqlite_file(settings: Settings) -> Path | None:
    url = make_url(settings.database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(url.database or "") if is_file else None
