"""What an operator is told when the office refuses: what is wrong, and which command comes next."""

from collections.abc import Iterable

from gateway.core.errors import Refused

SENTENCES = {
    "unknown_groups": "There is no group {groups}: add it first with `gateway groups add`.",
    "bad_slug": "{group} cannot be a slug: write a-z, 0-9 and hyphens, at most 31, and no command.",
    "group_exists": "The slug or the name of {group} is taken: see `gateway groups list`.",
    "no_such_group": "There is no group {name}: see `gateway groups list`.",
    "animates_nothing": "They are not in {group}: put them in by `gateway members import`.",
    "no_such_member": "There is no member {number}: see `gateway members list`.",
    "no_such_row": "There is no row {number}: see `gateway inbox list`.",
    "no_such_owed": "There is no row {number}: see `gateway outbox list`.",
    "weak_pin": "Choose six digits that are harder to guess (not 123456, not 111111).",
}
"""The operator's own; whatever else is refused is said in the words that members get."""


def sentence(refusal: Refused) -> str:
    """One sentence that says what to do."""
    details = {name: _text(value) for name, value in refusal.details.items()}
    if refusal.reason in SENTENCES:
        return SENTENCES[refusal.reason].format_map(_Details(details))
    from gateway.core.wording import words

    return words(refusal, "en")


class _Details(dict[str, str]):
    """Details that were left out read as `...`."""

    def __missing__(self, name: str) -> str:
        return "..."


def _text(value: object) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(one) for one in value)
    return str(value)
