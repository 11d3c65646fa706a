"""One of each result and refusal, as samples for the words; run as a program, it writes them down.

`python -m tests.core.wording_samples` writes wording-samples.txt, in which a person can read every
text that a member can get, with the room that it takes of an SMS.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.channels.sms.segments import measure
from gateway.channels.sms.transliterate import for_gsm7
from gateway.core import commands as c
from gateway.core.errors import Refused
from gateway.core.wording import LANGUAGES, REASONS, words
from gateway.core.wording.usage import USAGE

FILE = Path(__file__).with_name("wording-samples.txt")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ZONE = "Europe/Paris"

Sample = tuple[str, c.Result | Refused]


@dataclass(frozen=True)
class Town:
    """The names and words that fill the samples."""

    title: str
    slug: str
    author: str
    other: str
    body: str
    word: str

    def group(self, kind: str = "open", state: str = "in") -> c.GroupView:
        return c.GroupView(self.slug, self.title, kind, 27, state)

    def post(self, number: int = 1415, **changes: object) -> c.PostView:
        post = c.PostView(
            number, self.slug, self.title, self.author, self.body, NOW - timedelta(hours=1), "sms"
        )
        return replace(post, **changes)  # type: ignore[arg-type]  # each sample names real fields

    def reply(self, number: int = 1428) -> c.PostView:
        return self.post(number, author=self.other, body="ok merci, on arrive", parent=1415)


USUAL = Town(
    title="Quai 3",
    slug="quai3",
    author="Ana",
    other="Leo",
    body="palette cassée quai 4, attention en passant",
    word="palette",
)
LONG = Town(
    title="Équipe de nuit du dépôt de Lyo",
    slug="equipe-de-nuit-du-depot-de-lyo",
    author="Marie-Antoinette de la Fontain",
    other="Jean-Christophe Vandenbroucke-",
    body="La palette du quai 4 est cassée, « attention » en passant l’après-midi… " * 5,
    word="anticonstitutionnellement-parl",
)


def samples(town: Town) -> Iterator[Sample]:
    """Every result and every reason, with the name of each sample."""
    yield from _posts(town)
    yield from _groups(town)
    yield from _settings(town)
    yield from _questions(town)
    yield from _usage(town)
    yield from _refusals(town)


def _posts(town: Town) -> Iterator[Sample]:
    post, reply = town.post(replies=3), town.reply()
    yield "Page", c.Page((post,))
    yield "Page, a reply", c.Page((reply,), remaining=1)
    yield "Page, urgent", c.Page((town.post(urgent=True),), remaining=12)
    yield "Page, taken back", c.Page((town.post(withdrawn=True, body=""),))
    yield "Page, nothing new", c.Page(())
    yield "Page, nothing found", c.Page((), about="find")
    yield "Posted", c.Posted(post, 27)
    yield "Posted, one reader", c.Posted(post, 1)
    yield "Posted, alert", c.Posted(town.post(urgent=True), 27)
    yield "Replied", c.Replied(reply, post)
    yield "Thanked", c.Thanked(post)
    yield "Thanked, again", c.Thanked(post, again=True)


def threads(town: Town) -> Iterator[Sample]:
    """Pages and threads that take what they need: the caller sees how many items fit."""
    post, reply = town.post(thanks=2), town.reply()
    other = replace(reply, group="secu", group_name="Secu", parent=None, number=1431)
    yield "Page, two groups", c.Page((town.post(replies=1), reply, other), remaining=5)
    yield "Thread", c.Thread(post, (reply, town.reply(1431)))
    yield "Thread, to be continued", c.Thread(post, (reply,), remaining=4)
    yield "Thread, continued", c.Thread(post, (reply,), remaining=3, skipped=1)
    yield "Profile", _profile(town)
    yield "Profile, in doubt", replace(_profile(town), doubted=("...78",))
    yield "Profile, closed mailbox", replace(_profile(town), failed=("a...@example.org",))
    yield "Profile, little", replace(_profile(town), groups=(), addresses=(), paused_until=None)


def mailed(town: Town) -> Iterator[Sample]:
    """What is only said in a mail, which has room for all of it."""
    post, reply = town.post(), town.reply()
    which = c.WhichAsked(
        "ok pour moi\n2 palettes", (post, town.post(1428, withdrawn=True, body=""))
    )
    refused = c.NotDone("not_in_group", town.title, "ok merci")
    yield "WhichAsked", which
    yield "NotDone", refused
    yield "NotDone, without a text", c.NotDone("withdrawn_post", "1415")
    done = (c.Replied(reply, post), c.Thanked(post), refused, c.Joined(town.group()), which)
    yield "SeveralDone", c.SeveralDone(done)
    yield "SeveralDone, one", c.SeveralDone((c.Replied(reply, post),))
    yield "SeveralDone, nothing", c.SeveralDone((refused,))


def _profile(town: Town) -> c.Profile:
    return c.Profile(
        member=town.author,
        site="Lyon",
        language="fr",
        timezone=ZONE,
        groups=(town.group(), c.GroupView("secu", "Secu", "closed", 4, "in")),
        addresses=("...78", "a...@example.org"),
        rhythm="day",
        hour=18,
        minute=0,
        paused_until=NOW + timedelta(hours=8),
    )


def _groups(town: Town) -> Iterator[Sample]:
    group = town.group()
    others = (town.group("closed", "asked"), c.GroupView("secu", "Secu", "open", 9, "out"))
    names = (town.author, town.other, "Sam", "Inès", "Paul")
    yield "GroupList", c.GroupList((group,) * 2, others)
    yield "GroupList, none of mine", c.GroupList((), others)
    yield "GroupList, all mine", c.GroupList((group,) * 9, ())
    yield "GroupList, none", c.GroupList((), ())
    yield "GroupList, none with the word", c.GroupList((), (), word=town.word)
    yield "Joined", c.Joined(group)
    yield "Joined, announce", c.Joined(town.group("announce"))
    yield "Joined, again", c.Joined(group, again=True)
    yield "JoinAsked", c.JoinAsked(town.group("closed", "asked"))
    yield "Admitted", c.Admitted(town.author, group)
    yield "Left", c.Left(group)
    yield "Left, again", c.Left(group, again=True)
    yield "People", c.People(names, 27, town.word, group)
    yield "People, nobody", c.People((), 0, town.word, group)
    yield "People, about a word", c.People(names, 5, town.word)
    yield "People, nobody about a word", c.People((), 0, town.word)


def _settings(town: Town) -> Iterator[Sample]:
    yield "Paused", c.Paused(NOW + timedelta(hours=8), 8)
    yield "Paused, long", c.Paused(NOW + timedelta(hours=400), 400)
    yield "Resumed", c.Resumed(0)
    yield "Resumed, unread", c.Resumed(1)
    yield "Resumed, many unread", c.Resumed(12)
    yield "TimeSet", c.TimeSet(18, 0)
    for rhythm in ("each", "day", "week", "never"):
        yield f"RhythmSet, {rhythm}", c.RhythmSet(rhythm, 18, 0)
    for segments in (1, 3):
        yield f"PageSet, {segments}", c.PageSet(segments)
    yield "LanguageSet, fr", c.LanguageSet("fr")
    yield "LanguageSet, en", c.LanguageSet("en")
    yield "CodeGiven", c.CodeGiven("483920", 5)
    yield "Activated", c.Activated(town.author, (town.slug, "secu", "atelier"))
    yield "Activated, no group", c.Activated(town.author)
    yield "Stopped", c.Stopped()
    yield "Stopped, others open", c.Stopped(("email", "kiosk", "sms"))
    yield "Started", c.Started()
    yield "Activated, in place of another", c.Activated(town.author, (town.slug,), replaced=True)
    yield "Started, asked first", c.Started(asked=True)
    yield "Recognized", c.Recognized(town.author)
    yield "Recognized, stopped", c.Recognized(town.author, open=False)
    yield "Disowned", c.Disowned()


def _questions(town: Town) -> Iterator[Sample]:
    slug, title, body = town.slug, town.title, town.body
    post = c.Post(slug, body)
    yield "Asked, post", c.Asked(post, title=title)
    yield "Asked, free text", c.Asked(c.FreeText(body), title=title)
    yield "Asked, which group", c.Asked(post, choices=(title, "Quai 30", title), title=title)
    yield "Asked, one group", c.Asked(post, choices=(title,), title=title)
    yield (
        "Asked, which one",
        c.Asked(c.Admit(7, slug), choices=(title, "Secu"), member=town.author, title=title),
    )
    yield "Asked, reply", c.Asked(c.Reply(1415, body))
    yield "Asked, reply with a title", c.Asked(c.Reply(1415, body), title=title)
    yield "Asked, join", c.Asked(c.Join(slug), title=title)
    yield "Asked, leave", c.Asked(c.Leave(slug))
    yield "Asked, urgent", c.Asked(c.Urgent(slug, body), people=27, title=title)
    yield "Asked, urgent for one", c.Asked(c.Urgent(slug, body), people=1, title=title)
    costly = c.Asked(c.Urgent(slug, body), people=27, title=title, sms=27)
    yield "Asked, urgent by SMS", costly
    yield "Asked, urgent by SMS for one", replace(costly, people=1, sms=1)
    yield "Asked, urgent beyond the budget", replace(costly, sms=54, left=20)
    yield "Asked, urgent for thousands", replace(costly, people=5000, sms=4800, left=1200)
    yield "Asked, admit", c.Asked(c.Admit(7, slug), member=town.author, title=title)
    yield "Asked, stop", c.Asked(c.Stop())
    yield "Asked, undo", c.Asked(c.Undo())
    yield "Asked, guess", c.Asked(c.Guess(c.Join(slug), "RJOINDRE"), title=title)
    for command in _guessed(town):
        yield f"Asked, {command.name} guessed", c.Asked(command)
    yield "Declined", c.Declined()
    for what in ("post", "urgent", "reply"):
        yield f"Undone, {what}", c.Undone(what, body)
    yield "Undone, thanks", c.Undone("thanks", "1415")
    yield "Undone, several", c.Undone("several", "3")
    for what, about in (("join", title), ("leave", title), ("pause", "")):
        yield f"Undone, {what}", c.Undone(what, about)
    yield "Disputed", c.Disputed("eve@evil.example", f"P {slug} {body}")
    yield "Disputed at a kiosk", c.Disputed("", body, kiosk="Gennevilliers")


def _guessed(town: Town) -> tuple[c.Command, ...]:
    return (
        c.Help(), c.News(), c.News(town.slug), c.More(), c.Read(1415), c.Pick(1415),
        c.Thanks(1415), c.Groups(), c.Groups(town.word), c.Who(town.word), c.Find(town.word),
        c.Pause(8), c.Resume(), c.Time(18, 30), c.Rhythm("week"), c.PageLength(2),
        c.Language("fr"), c.Me(),
        c.KioskCode(), c.Confirm(), c.Decline(), c.Activate("4K7M2PQ9"), c.Start(),
    )  # fmt: skip


def _usage(town: Town) -> Iterator[Sample]:
    yield "Helped", c.Helped((town.slug, "secu"))
    yield "Helped, no group", c.Helped()
    for verb in (*USAGE, town.word):
        yield f"Explained, {verb}", c.Explained(verb)
    yield "NotKnown", c.NotKnown(town.body, (town.slug,))
    yield "NotKnown, no group", c.NotKnown(town.word)


def _refusals(town: Town) -> Iterator[Sample]:
    details: dict[str, object] = {
        "number": 15, "choices": (town.slug, "quai30"), "name": town.word, "near": (town.slug,),
        "group": town.title, "verb": "post", "limit": 4000, "most": 720, "seconds": 300,
        "word": "YES", "groups": (town.slug, "quai30"), "address": "a...@example.org",
    }  # fmt: skip
    for reason, names in REASONS.items():
        yield (
            f"Refused, {reason}",
            Refused(reason, **{name: details[name] for name in names}),
        )
        if names:
            yield f"Refused, {reason}, no details", Refused(reason)
    yield "Refused, locked for seconds", Refused("locked", seconds=20)
    yield "Refused, a reason without words", Refused("of_tomorrow", why="new")


def speak(value: c.Result | Refused, language: str) -> str:
    return words(value, language, now=NOW, timezone=ZONE)


def written() -> str:
    """What wording-samples.txt must hold."""
    lines = ["Written by `python -m tests.core.wording_samples`: name, language, SMS, septets.", ""]
    for name, value in (*samples(USUAL), *threads(USUAL), *mailed(USUAL)):
        for language in LANGUAGES:
            text = speak(value, language)
            size = measure(for_gsm7(text))
            lines += [f"== {name} ({language}, {size.count} x SMS, {size.units})", text, ""]
    return "\n".join(lines)


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
