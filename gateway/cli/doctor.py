"""`gateway doctor`: is everything as it must be, and if not, what to mend."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from gateway.cli import checkup
from gateway.cli.checkup import Finding
from gateway.cli.output import counted, json_line, plain
from gateway.config import Settings, SettingsError
from gateway.wiring import Installation, install

LEAST_DISK = 500 * 2**20
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows less."""

STUCK = timedelta(minutes=15)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def doctor(as_json: bool) -> None:
    """Check settings, database, carriers, mail, doors, clock and disk; say what to mend.

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
        installation = install(settings)
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
        if not troubles["database"]:
            found = installation.gateway.ledger.troubles()
            newest = found.newest
            yield _inbox(found.parked)
            yield _outbox(found.failed_last_day, found.unknown)
            for channel, why in installation.paused().items():
                words = f"{channel} is paused, and its messages wait: {why}; it tries by itself"
                yield Finding("paused", "mend", words)
            yield _delivery(found.oldest_due, set(installation.gateway.parts.channels), now)
    yield _clock(now, newest)


def _probed(name: str, trouble: str) -> Finding:
    if not trouble:
        return Finding(name, "ok", "answers")
    advice = "" if ":" in trouble else ": check GATEWAY_" + name.upper() + "_URL, and start it"
    return Finding(name, "mend", f"{trouble}{advice}")


def _inbox(parked: int) -> Finding:
    if parked:
        return Finding(
            "inbox",
            "mend",
            f"{counted(parked, 'message is', 'messages are')} parked: look at them by "
            "`gateway inbox list --state failed`, then `gateway inbox replay`",
        )
    return Finding("inbox", "ok", "nothing is parked")


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
