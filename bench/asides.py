"""What is said beside the figures of a part: what they are, and what to hold them against."""

from bench import pruning, recovery
from bench.cases import (
    BESIDE,
    CLAIMS,
    COMMANDS,
    COMMANDS_BESIDE,
    DIGESTS,
    DRAIN,
    FANOUT,
    KIOSK_IDLE,
    KIOSK_POSTS,
    KIOSK_START,
    LIMITS,
    MAILS,
    MAILS_BESIDE,
    NAMESPACES,
    PLAIN,
    PRUNING,
    RECOVERY,
    SERVERS,
    SMS_IN,
    TEXTS,
)
from gateway.core import retention

ASIDES = {
    SMS_IN: "Wanted: the door at 80 % of the bare one, p99 under 100 ms at 70 % of that load. "
    "`Accepted` and `answered`: all of it (`gateway run`, or web, worker and timer with "
    "Redis), from the carrier's request to our thanks, and to the carrier's having the answer. "
    "`Door`: our webhook alone, with nothing beside it that delivers: it checks the signature, "
    "runs what was written, and commits that and the answer that is owed. `Bare door`: a handler "
    "in Flask on the same server and database that checks the signature by twilio's own "
    "validator, writes two rows by SQLAlchemy Core and commits; `set as ours`: in a process with "
    "the garbage collector and the switches of threads set as in ours. CPU is that of our own "
    "processes, without the database's. Kannel, which takes texts as well, is not run here: it "
    "hands them on from memory, and has no member, signature, post or answer to write.",
    LIMITS: "One connection, nothing else at work; SQLite with WAL and synchronous=FULL, "
    "PostgreSQL with fsync. `Brought`: executemany, and COPY; `made`: INSERT ... SELECT, both "
    "100,000 rows in one commit.",
    SERVERS: "One process with 16 threads each; 16 connections post as fast as they can. `posted "
    "again`: where the server broke a kept connection.",
    MAILS: "Wanted: 0.7 of mlmmj, 0.4 of the bare loop, under 100 us of CPU each. Each copy has "
    "its own token, List-Unsubscribe and bounce address. Figures without a word more are of a "
    "second post, which finds all warm; the first one stands beside. mlmmj has as many members, "
    "and gets two posts as well; what it does without bounce addresses of their own is not run, "
    "for no copy of ours is without.",
    PLAIN: "Wanted: 0.6 of smtplib on one kept connection.",
    MAILS_BESIDE: "Wanted: 100 times VERP, 5 times bulk. As many members for each (`members`), and "
    "two posts for each, one after the other: figures without a word more are of the second, which "
    "finds all warm. VERP: each copy has its own bounce address, as ours have. Bulk: 500 "
    "recipients a message, and nothing is personal. How fast it adds members by its command line "
    "is not run: nobody waits for that.",
    COMMANDS: "Each by another mailbox, on 8 connections.",
    COMMANDS_BESIDE: "Wanted: 30 times. As many joins for each (`joins`), on as many connections "
    "(8).",
    TEXTS: "Wanted: 0.6 of the bare loop, and far away 0.9 of what is in flight: there the carrier "
    "takes 50 ms for each text, and 32 are on the wire at once. Peers that are not run: Kannel, in "
    "C, which hands texts on to a network's own protocol, keeps no member, no post and no answer, "
    "and is a carrier to us (`tests/stories/test_kannel.py` delivers through it); Jasmin, which "
    "does the same in Python and wants a RabbitMQ.",
    DIGESTS: "Wanted: under 10 s. 500 groups with 10 new posts each, every member in 3 of them, "
    "half with a phone and half with a mailbox: `gateway digests send`, from its start to its last "
    "commit.",
    BESIDE: "All digests are due at once and leave by mail; meanwhile a text comes every 0.5 s, "
    "which the carrier of texts answers, and a join by mail, which is answered through the same "
    "mail server as the digests. Wanted: no answer later than 2 s. From when it was to be written "
    "to when the carrier had the answer; `alone` is the half minute before. Each digest is "
    "a page of 30 posts, and the time of one process goes into writing it. The mail server notes "
    "whom it takes what for, in Python, on the same two cores.",
    RECOVERY: f"Wanted: full rate in under 15 s. {recovery.TEXTS:.0f} texts a second, which the "
    f"carrier of texts answers, {recovery.MAILS:.0f} mails, which are answered by mail, and "
    f"{recovery.DIGESTS:.0f} digests that are due. `Full rate after`: to the first answer of "
    f"the first second of which both halves have {100 * recovery.SHARE:.0f} % of their answers; "
    "nearly 0 where it never fell. `Slowest` and `later than` are of all that was brought or due "
    f"in the {recovery.LEAD:.0f} s before the kill and while it was watched, from when it was "
    "brought or due. The timer looks every 5 s, which is what a digest waits in any case; the "
    "office of one that was killed is free again after 10 s. What a killed worker had "
    "claimed on PostgreSQL is owed again once it was missed and looked for, 50 s at most. "
    "These carriers are in Python, in the process that "
    "brings all this, and this PostgreSQL waits for no disk.",
    FANOUT: "Wanted: time and CPU for each flat within 20 %, memory flat. A text costs the same "
    "before its first reader, whoever it goes to (its signature, its words, its answer, the "
    "commit): at 1,000 readers that is much of what each seems to cost. `Us` and `cpu us for one "
    "more` are without it: what is spent beyond the smallest size, for each reader beyond those. "
    "On PostgreSQL its server's part is counted as well.",
    CLAIMS: "Wanted: flat, also with stale statistics. They are stale here: PostgreSQL analyzed "
    "its tables while they were empty and may not again, so that its planner knows nothing of the "
    "rows that wait. SQLite is never told to, here or by us.",
    DRAIN: "Wanted: memory flat, under 300 MiB. `gateway worker` alone, from its first mail to the "
    "last, to a server that offers PIPELINING; the CPU is the worker's.",
    PRUNING: f"As many old texts as old answers, by `gateway prune`, which makes no pause between "
    f"its batches of {retention.BATCH}; the timer makes one. Meanwhile {pruning.RATE:.0f} posts a "
    f"second come in, in another process; `alone` are {pruning.ALONE_SECONDS:.0f} s before. "
    "`Bytes` are those of one text and of its answer, with their indexes.",
    NAMESPACES: "Wanted: 1.7 times. Workers, PostgreSQL and the sink share the two cores here: "
    "where one worker leaves less than half of their time, a second one can but take it from the "
    "others. A mail server that takes 5 ms for each mail leaves them idle.",
    KIOSK_START: "Wanted: under 600 ms. A prototype on an idle machine: 375 - 500, at most 801; "
    "`import textual.app` alone 265 - 340; here it stands beside, for machines differ.",
    KIOSK_POSTS: "Wanted: ready under 1,000 ms and 60 MiB, p95 under 35 ms. The prototypes: drawn "
    "line by line 612 ms, 50 MiB, p95 33; OptionList 1,312 ms, 65 MiB; ListView 67 s, 599 MiB.",
    KIOSK_IDLE: "Wanted: under 0.5 %. The prototype: 0.25 %.",
}
"""By the beginning of the part's name. Prototypes of the same lists were measured on two cores."""


def aside(name: str) -> list[str]:
    """What is said of a part, in the lines of a report."""
    return [line for start, said in ASIDES.items() if name.startswith(start) for line in (said, "")]
