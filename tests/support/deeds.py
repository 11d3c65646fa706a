"""What each command does in the fake depot: one function a command, as the kiosk would see it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.core import commands as c
from gateway.core.errors import Refused
from tests.support import wishes
from tests.support.depot import Depot, Member

PAGE = 5


def execute(depot: Depot, member: Member, command: c.Command) -> c.Result:
    """Do what `member` asks, or raise `Refused`."""
    deed = DEEDS.get(type(command))
    if deed is None:
        raise Refused("not_here")
    return deed(depot, member, command)


def _confirm(depot: Depot, member: Member, command: c.Confirm) -> c.Result:
    question, member.question = member.question, None
    if question is None:
        raise Refused("nothing_asked")
    if isinstance(question, c.Urgent):
        post = depot.write(member.id, question.group, question.text, urgent=True)
        return c.Posted(post, len(depot.groups[question.group].members) - 1)
    return execute(depot, member, question)


def _decline(depot: Depot, member: Member, command: c.Decline) -> c.Result:
    if member.question is None:
        raise Refused("nothing_asked")
    member.question = None
    return c.Declined()


def _help(depot: Depot, member: Member, command: c.Help) -> c.Result:
    return c.Helped(depot.slugs(member))


def _news(depot: Depot, member: Member, command: c.News) -> c.Result:
    posts = depot.unread(member)
    if command.group:
        depot.group(command.group)
        posts = [post for post in posts if post.group == command.group]
    return _page(depot, member, posts, "news", command.group)


def _more(depot: Depot, member: Member, command: c.More) -> c.Result:
    if not member.more:
        raise Refused("no_more")
    return _page(depot, member, list(member.more), "news", "")


def _page(depot: Depot, member: Member, posts: list[c.PostView], about: str, group: str) -> c.Page:
    shown, member.more = tuple(posts[:PAGE]), tuple(posts[PAGE:])
    member.seen.update(post.number for post in shown)
    return c.Page(shown, len(member.more), about, group)


def _read(depot: Depot, member: Member, command: c.Read) -> c.Result:
    post = depot.post(member, command.number)
    root = depot.posts[post.parent or post.number]
    replies = tuple(p for p in depot.posts.values() if p.parent == root.number)
    member.seen.update(p.number for p in (root, *replies))
    return c.Thread(root, replies)


def _pick(depot: Depot, member: Member, command: c.Pick) -> c.Result:
    return _read(depot, member, c.Read(command.number))


def _post(depot: Depot, member: Member, command: c.Post) -> c.Result:
    group = depot.group(command.group)
    text = command.text
    if member.id not in group.members:
        raise Refused("not_in_group", group=group.slug)
    if group.kind == "announce" and member.id not in group.animators:
        raise Refused("announce_only", group=group.slug)
    if not text.strip():
        raise Refused("empty_text", verb="post")
    member.undo = c.Post(group.slug, text)
    return c.Posted(depot.write(member.id, group.slug, text), len(group.members) - 1)


def _reply(depot: Depot, member: Member, command: c.Reply) -> c.Result:
    target = depot.post(member, command.number)
    root = depot.posts[target.parent or target.number]
    return c.Replied(depot.write(member.id, root.group, command.text, root.number), target)


def _thanks(depot: Depot, member: Member, command: c.Thanks) -> c.Result:
    target = depot.post(member, command.number)
    again = (member.id, target.number) in depot.thanked
    if not again:
        depot.thanked.add((member.id, target.number))
        target = replace(target, thanks=target.thanks + 1)
        depot.posts[target.number] = target
    return c.Thanked(target, again)


def _groups(depot: Depot, member: Member, command: c.Groups) -> c.Result:
    views = [depot.view(group, member) for group in depot.groups.values()]
    word = command.word.lower()
    found = [view for view in views if word in f"{view.slug} {view.title}".lower()]
    return c.GroupList(
        tuple(view for view in found if view.state == "in"),
        tuple(view for view in found if view.state != "in"),
        command.word,
    )


def _join(depot: Depot, member: Member, command: c.Join) -> c.Result:
    group = depot.group(command.group)
    again = member.id in group.members
    if group.kind == "closed" and not again:
        group.asked.add(member.id)
        return c.JoinAsked(depot.view(group, member))
    group.members.add(member.id)
    return c.Joined(depot.view(group, member), again)


def _leave(depot: Depot, member: Member, command: c.Leave) -> c.Result:
    group = depot.group(command.group)
    again = member.id not in group.members
    group.members.discard(member.id)
    return c.Left(depot.view(group, member), again)


def _who(depot: Depot, member: Member, command: c.Who) -> c.Result:
    group = depot.groups.get(command.word.lower())
    if group is None:
        return c.People((), 0, command.word)
    names = tuple(sorted(depot.members[one].name for one in group.members))
    return c.People(names, len(names), group.slug, depot.view(group, member))


def _find(depot: Depot, member: Member, command: c.Find) -> c.Result:
    words = command.words.lower()
    found = [
        post
        for post in depot.posts.values()
        if words in post.body.lower() and member.id in depot.groups[post.group].members
    ]
    return _page(depot, member, found, "find", "")


def _undo(depot: Depot, member: Member, command: c.Undo) -> c.Result:
    done, member.undo = member.undo, None
    if not isinstance(done, c.Post):
        raise Refused("nothing_to_undo")
    mine = [post for post in depot.posts.values() if post.author == member.name]
    depot.posts[mine[-1].number] = replace(mine[-1], withdrawn=True, body="")
    return c.Undone("post", str(mine[-1].number))


def _urgent(depot: Depot, member: Member, command: c.Urgent) -> c.Result:
    group = depot.group(command.group)
    if member.id not in group.animators:
        raise Refused("not_animator", group=group.slug)
    member.question = command
    return c.Asked(command, people=len(group.members) - 1, title=group.title)


def _text(depot: Depot, member: Member, command: c.FreeText) -> c.Result:
    mine = depot.slugs(member)
    if not mine:
        return c.NotKnown(command.text)
    member.question = c.Post(mine[0], command.text)
    return c.Asked(member.question, title=depot.groups[mine[0]].title)


def _usage(depot: Depot, member: Member, command: c.Usage) -> c.Result:
    return c.Explained(command.verb)


DEEDS: dict[type[c.Command], Callable[[Depot, Member, Any], c.Result]] = {
    c.Confirm: _confirm,
    c.Decline: _decline,
    c.Help: _help,
    c.News: _news,
    c.More: _more,
    c.Read: _read,
    c.Pick: _pick,
    c.Post: _post,
    c.Reply: _reply,
    c.Thanks: _thanks,
    c.Groups: _groups,
    c.Join: _join,
    c.Leave: _leave,
    c.Who: _who,
    c.Find: _find,
    c.Pause: wishes.pause,
    c.Resume: wishes.resume,
    c.Time: wishes.time,
    c.Rhythm: wishes.rhythm,
    c.PageLength: wishes.page,
    c.Language: wishes.language,
    c.Me: wishes.me,
    c.KioskCode: wishes.code,
    c.Undo: _undo,
    c.Urgent: _urgent,
    c.FreeText: _text,
    c.Usage: _usage,
}
