"""Command -> result: the only code that changes groups, posts and subscriptions.

`run` is the one door. A handler takes the turn and its command, and gives back a result, or raises
`Refused`; it writes no words, commits nothing and knows no channel but by its name.
"""

from collections.abc import Callable
from typing import Any

from gateway.core import commands as c
from gateway.core.errors import Refused
from gateway.core.handlers import asking, doors, habits, membership, posting, reading, several
from gateway.core.handlers.turn import ABBREVIATION, Turn

Handler = Callable[[Turn, Any], c.Result]

ONE_DIGIT = 10

HANDLERS: dict[type[c.Command], Handler] = {
    c.Help: reading.help_,
    c.News: reading.news,
    c.More: reading.more,
    c.Read: reading.read,
    c.Groups: reading.groups_,
    c.Who: reading.who,
    c.Find: reading.find,
    c.Post: posting.post,
    c.Urgent: posting.urgent,
    c.Thanks: posting.thanks,
    c.Undo: posting.undo,
    c.Join: membership.join,
    c.Leave: membership.leave,
    c.Admit: membership.admit,
    c.Pause: habits.pause,
    c.Resume: habits.resume,
    c.Time: habits.time,
    c.Rhythm: habits.rhythm,
    c.PageLength: habits.page,
    c.Language: habits.language,
    c.Me: habits.me,
    c.KioskCode: habits.code,
    c.Stop: doors.stop,
    c.Start: doors.start,
    c.FreeText: asking.free_text,
    c.Guess: asking.guess,
    c.Usage: asking.usage,
    c.Reserved: asking.reserved,
    c.WhichItem: several.which_item,
}


def run(turn: Turn, command: c.Command) -> c.Result:
    """Run `command` for the turn's member. Raises `Refused`."""
    if isinstance(command, c.Reply):
        return _reply(turn, command)
    if isinstance(command, c.Confirm):
        return asking.confirm(turn, run)
    if isinstance(command, c.Decline):
        return asking.decline(turn, command, run)
    if isinstance(command, c.Pick):
        return asking.pick(turn, command, run)
    if isinstance(command, c.Several):
        return several.several(turn, command, run)
    if isinstance(command, c.Activate):
        # Whoever is here is known already: the address is tied, and the code stays unspent.
        raise Refused("already_active")
    return HANDLERS[type(command)](turn, command)


def _reply(turn: Turn, command: c.Reply) -> c.Result:
    """`12 ok` is an answer where 12 was just shown, else words that begin with a number.

    Nor is `R2 sensor is broken` one, where no list had a second item: `R2` may be a machine.
    """
    short = command.number < (ONE_DIGIT if command.explicit else ABBREVIATION)
    if short and not turn.knows_number(command.number):
        # A button's or a kiosk's text comes without its number; a phone's has it.
        parted = turn.text.strip() == command.text.strip()
        words = f"{command.number} {command.text}" if parted else turn.text
        return asking.free_text(turn, c.FreeText(words))
    return posting.reply(turn, command)
