"""Words for groups and the people in them."""

from gateway.core.commands import Admitted, GroupList, GroupView, JoinAsked, Joined, Left, People
from gateway.core.wording.fit import one_line, width
from gateway.core.wording.voice import Voice


def group_list(value: GroupList, v: Voice) -> str:
    """The member's own groups, and those to join with the command that does it."""
    if not value.mine and not value.others:
        if value.word:
            return v.say('No group with "{quote}". GROUPS lists them all', quote=value.word)
        return v.say("There is no group yet.")
    others = _to_join(value.others, v)
    mine = _mine(value.mine, v, width(others) + 1 if others else 0)
    return "\n".join(filter(None, (mine, others)))


def joined(value: Joined, v: Voice) -> str:
    group = value.group
    if value.again:
        return v.say(
            "You are in {group} already. LEAVE {slug} to go", group=group.title, slug=group.slug
        )
    if group.kind == "announce" and not group.animator:
        return v.say(
            "Welcome to {group}: you will get its news. LEAVE {slug} to go",
            group=group.title,
            slug=group.slug,
        )
    return v.say_many(
        "Welcome to {group} ({people} person). P {slug} text = post. LEAVE {slug} to go",
        "Welcome to {group} ({people} people). P {slug} text = post. LEAVE {slug} to go",
        group.people,
        group=group.title,
        people=group.people,
        slug=group.slug,
    )


def join_asked(value: JoinAsked, v: Voice) -> str:
    return v.say(
        "Your request went to the animator of {group}. You will hear from us.",
        group=value.group.title,
    )


def admitted(value: Admitted, v: Voice) -> str:
    return v.say("OK, {member} is in {group}.", member=value.member, group=value.group.title)


def left(value: Left, v: Voice) -> str:
    group = value.group
    if value.again:
        return v.say("You were not in {group}. GROUPS lists yours", group=group.title)
    return v.say(
        "OK, you left {group}. JOIN {slug} to come back", group=group.title, slug=group.slug
    )


def people(value: People, v: Voice) -> str:
    """Who is in a group, or who wrote about a word."""
    if value.group is not None:
        title = value.group.title
        if not value.names:
            return v.say("{group}: nobody yet.", group=title)
        return v.say(
            "{group} ({n}): {names}",
            group=title,
            n=value.count,
            names=value.names,
            total=value.count,
        )
    if not value.names:
        return v.say('Nobody wrote about "{quote}". FIND word looks in posts', quote=value.word)
    return v.say(
        'Wrote about "{word}" ({n}): {names}',
        word=value.word,
        n=value.count,
        names=value.names,
        total=value.count,
    )


def label(group: GroupView) -> str:
    """A group as its members would type it; with its title where that says more."""
    title = one_line(group.title)
    plain = "".join(sign for sign in title.lower() if sign.isalnum())
    return title if plain == group.slug else f"{group.slug} ({title})"


def _mine(groups: tuple[GroupView, ...], v: Voice, taken: int) -> str:
    if not groups:
        return v.say("You are in no group.")
    return v.narrowed(v.room - taken).say(
        "Yours: {names}", names=[label(group) for group in groups]
    )


def _to_join(groups: tuple[GroupView, ...], v: Voice) -> str:
    if not groups:
        return ""
    names = [_open_label(group, v) for group in groups]
    return v.narrowed(v.room // 2).say(
        "To join: {names}. JOIN {slug}", names=names, slug=groups[0].slug
    )


def _open_label(group: GroupView, v: Voice) -> str:
    if group.state == "asked":
        return f"{label(group)} {v.say('(asked)')}"
    return label(group)
