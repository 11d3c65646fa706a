"""The routes of the kiosk's API: one table that Flask serves, the guards obey and OpenAPI tells.

What is not in this table is not served, and what is in it cannot be left undescribed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from gateway.core import codec
from gateway.core.commands import Join, Posted, PostView
from gateway.core.wording.catalogue import LANGUAGES

Json = dict[str, Any]

MAX_TEXT: Final = 4_000
MAX_WORD: Final = 64
"""The longest badge, PIN or code that is looked at."""
MAX_CURSOR: Final = 128
KEY_PATTERN: Final = "[A-Za-z0-9-]{8,64}"


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path, below `/api/v1`. `name` is the view's, and OpenAPI's operationId."""

    method: str
    path: str
    name: str
    summary: str
    status: int = 200
    public: bool = False
    """Asked without a device token."""
    session: bool = False
    """Asked with the token of an open session."""
    session_too: bool = False
    """Asked without a session, or with one, which then tells more."""
    asked_with: Mapping[str, Json] = field(default_factory=dict)
    """What may stand behind the `?`: the schema of each parameter, by its name."""
    revalidated: bool = False
    """The answer has an ETag, and is 304 where the caller has it already."""
    ticket: bool = False
    """Asked with a ticket in place of the session, for what is handed in later."""
    key: bool = False
    """Asked with an Idempotency-Key."""
    body: Json | None = None
    answer: Json | None = None
    kind: str = "application/json"
    """The media type of the answer."""
    asks: Mapping[str, Json] = field(default_factory=dict)
    """Examples of the body, by name; the commands' own are added to `CommandRequest`."""
    example: Json | None = None
    problems: tuple[str, ...] = ()


def _object(required: tuple[str, ...], **properties: Json) -> Json:
    return {"type": "object", "required": list(required), "properties": properties}


def _text(longest: int, **more: Any) -> Json:
    return {"type": "string", "maxLength": longest, **more}


_TIME: Final[Json] = {"type": "string", "format": "date-time"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_STRING: Final[Json] = {"type": "string"}
_LANGUAGE: Final[Json] = {"type": "string", "enum": list(LANGUAGES)}
_GROUP: Final = _object(("slug", "title"), slug=_STRING, title=_STRING)

_KIOSK: Final = _object(
    ("site", "organisation", "sms_number", "languages", "time"),
    site=_STRING,
    organisation=_STRING,
    sms_number={"type": "string", "description": "Where a worker writes to; empty where none is."},
    languages={"type": "array", "items": _LANGUAGE},
    time=_TIME,
)
_SIGN_IN: Final[Json] = {
    "oneOf": [
        _object(("badge", "pin"), badge=_text(MAX_WORD), pin=_text(MAX_WORD)),
        _object(("code",), code=_text(MAX_WORD)),
    ]
}
_SIGNED_IN: Final = _object(
    (
        "session",
        "id",
        "member",
        "language",
        "unread",
        "urgent",
        "groups",
        "must_choose_pin",
        "seconds",
        "ticket",
        "questions",
    ),
    session={"type": "string", "description": "The token for the header Gateway-Session."},
    id={"type": "integer", "description": "The same for one member, however they sign in."},
    member={"type": "string", "description": "The member's name."},
    language=_LANGUAGE,
    unread=_COUNT,
    urgent=_COUNT,
    groups={"type": "array", "items": _GROUP},
    must_choose_pin={"type": "boolean"},
    seconds={"type": "integer", "description": "How long the session may last."},
    ticket={
        "type": "string",
        "description": "For the header Gateway-Ticket: hands in, from this kiosk and for 7 days, "
        "what this member wrote, and reads nothing.",
    },
    questions={
        "type": "array",
        "description": "What was written in the member's name at a kiosk that could not check it.",
        "items": _object(("id", "words"), id={"type": "integer"}, words=_STRING),
    },
)
_WRITTEN: Final[Json] = {
    **_TIME,
    "description": "What the kiosk's clock said when it was written. It is only ever shown.",
}
_ANSWERS: Final[Json] = {
    "type": "integer",
    "minimum": 1,
    "maximum": 2**31 - 1,
    "description": "The question that a Confirm or a Decline answers, of those at sign-in.",
}
_DEPOSIT: Final = _object(
    ("badge", "command"),
    badge=_text(MAX_WORD, minLength=1),
    command={"$ref": "#/components/schemas/WriteCommand"},
    language=_LANGUAGE,
    written=_WRITTEN,
)
_HELD: Final = _object(("state", "words"), state={"const": "held"}, words={"type": "string"})
_COMMAND: Final[Json] = {
    "oneOf": [
        _object(
            ("command",),
            command={"$ref": "#/components/schemas/Command"},
            language=_LANGUAGE,
            written=_WRITTEN,
            answers=_ANSWERS,
        ),
        _object(
            ("text",),
            text=_text(MAX_TEXT),
            language=_LANGUAGE,
            written=_WRITTEN,
            answers=_ANSWERS,
        ),
    ]
}
_RECEIVED: Final = _object(
    ("state", "result", "words"),
    state={
        "type": "string",
        "description": "What became of it: done (a question, too: result Asked), refused, failed.",
    },
    result={"anyOf": [{"$ref": "#/components/schemas/Result"}, {"type": "null"}]},
    words={"type": "string", "description": "The result in words of the language asked for."},
)

_FEED_POST: Final = _object(
    ("number", "group", "author", "text", "created", "urgent", "parent", "thanks"),
    number={"type": "integer"},
    group={"type": "string", "description": "The slug of its group."},
    author=_STRING,
    text=_STRING,
    created=_TIME,
    urgent={"type": "boolean"},
    parent={
        "anyOf": [{"type": "integer"}, {"type": "null"}],
        "description": "The post that it answers.",
    },
    thanks=_COUNT,
    written={
        **_TIME,
        "description": "What its writer's clock said, where it came in later. Only to be shown.",
    },
    media={"type": "array", "items": {"$ref": "#/components/schemas/MediaView"}},
)
_FEED: Final = _object(
    ("cursor", "full", "more", "groups", "posts", "gone"),
    cursor={"type": "string", "description": "To be kept with the rows, and sent next time."},
    full={"type": "boolean", "description": "Forget all that was told before."},
    more={"type": "boolean", "description": "Ask again at once, with this cursor."},
    groups={
        "type": "array",
        "description": "All groups that may be read, each time.",
        "items": _object(
            ("slug", "title", "kind"),
            slug=_STRING,
            title=_STRING,
            kind={"type": "string", "enum": ["open", "closed", "announce"]},
        ),
    },
    posts={
        "type": "array",
        "description": "New and changed, by number, which is the order of the server.",
        "items": _FEED_POST,
    },
    gone={
        "type": "array",
        "description": "Numbers of posts that were taken back.",
        "items": {"type": "integer"},
    },
)

_POST: Final = PostView(
    number=1413,
    group="quai3",
    group_name="Quai 3",
    author="Amina",
    body="La rampe est libre.",
    created=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    channel="kiosk",
)

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "GET",
        "/openapi.json",
        "openapi",
        "This description",
        public=True,
        answer={"type": "object"},
    ),
    Route(
        "GET",
        "/problems/<kind>",
        "problem",
        "What a type of problem means",
        public=True,
        answer={"$ref": "#/components/schemas/Problem"},
        problems=("not-found",),
    ),
    Route(
        "GET",
        "/kiosk",
        "kiosk",
        "What a kiosk shows before anybody signs in",
        answer=_KIOSK,
        example={
            "site": "Gennevilliers",
            "organisation": "Transports Martin",
            "sms_number": "+33700000000",
            "languages": list(LANGUAGES),
            "time": "2026-03-02T09:00:00+00:00",
        },
    ),
    Route(
        "POST",
        "/session",
        "sign_in",
        "Sign a member in, by badge and PIN or by a one-time code",
        status=201,
        body=_SIGN_IN,
        answer=_SIGNED_IN,
        asks={"badge": {"badge": "1001", "pin": "123456"}, "code": {"code": "482913"}},
        example={
            "session": "0f5c...",
            "id": 17,
            "member": "Amina",
            "language": "fr",
            "unread": 3,
            "urgent": 1,
            "groups": [{"slug": "quai3", "title": "Quai 3"}],
            "must_choose_pin": False,
            "seconds": 900,
            "ticket": "MTIuMy4w...",
            "questions": [{"id": 7, "words": "Écrit à la borne Quai en votre nom : ..."}],
        },
        problems=("malformed", "too-long", "wrong-sign-in", "shut-out", "locked"),
    ),
    Route(
        "DELETE",
        "/session",
        "sign_out",
        "Sign out; once more is no error, nor is it without a session",
        status=204,
    ),
    Route(
        "POST",
        "/pin",
        "choose_pin",
        "Choose a PIN of six digits",
        status=204,
        session=True,
        body=_object(("pin",), pin=_text(MAX_WORD)),
        asks={"pin": {"pin": "271828"}},
        problems=("malformed", "too-long", "weak-pin"),
    ),
    Route(
        "POST",
        "/commands",
        "run",
        "Run a command once for each key; reads go this way too, so that a lost answer comes again",
        session=True,
        ticket=True,
        key=True,
        body=_COMMAND,
        answer=_RECEIVED,
        asks={
            "as text": {"text": "REJOINDRE quai3", "language": "fr"},
            "as a value": {"command": codec.encode(Join("quai3")), "language": "fr"},
        },
        example={
            "state": "done",
            "result": codec.encode(Posted(_POST, 12)),
            "words": "1413 est chez 12 personnes de Quai 3.",
        },
        problems=(
            "malformed",
            "not-from-outside",
            "too-long",
            "key-reused",
            "busy",
            "needs-session",
        ),
    ),
    Route(
        "POST",
        "/deposits",
        "deposit",
        "Keep what somebody wrote at a kiosk that could not check who they are",
        status=202,
        key=True,
        body=_DEPOSIT,
        answer=_HELD,
        asks={
            "a post": {
                "badge": "1001",
                "command": {"is": "Post", "group": "quai3", "text": "La rampe est libre."},
                "written": "2026-03-02T07:12:00+01:00",
            }
        },
        example={"state": "held", "words": "C'est gardé. ..."},
        problems=(
            "malformed",
            "not-from-outside",
            "needs-session",
            "too-long",
            "key-reused",
            "busy",
        ),
    ),
    Route(
        "GET",
        "/feed",
        "feed",
        "What changed since a cursor: for the kiosk, or for the member whose session is sent too",
        session_too=True,
        asked_with={"cursor": _text(MAX_CURSOR)},
        revalidated=True,
        answer=_FEED,
        example={
            "cursor": "1f-0-9c1d...",
            "full": False,
            "more": False,
            "groups": [{"slug": "quai3", "title": "Quai 3", "kind": "open"}],
            "posts": [
                {
                    "number": 1413,
                    "group": "quai3",
                    "author": "Amina",
                    "text": "La rampe est libre.",
                    "created": "2026-03-02T09:00:00+00:00",
                    "urgent": False,
                    "parent": None,
                    "thanks": 2,
                }
            ],
            "gone": [1406],
        },
    ),
    Route(
        "GET",
        "/photos/<media>",
        "photo",
        "A photo of a post that the member may read, once its state is `kept`",
        session=True,
        answer={"type": "string", "format": "binary"},
        kind="image/jpeg",
        problems=("not-found",),
    ),
)
