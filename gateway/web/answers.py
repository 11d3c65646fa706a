"""How the API answers: values as JSON, in few bytes, and not again where the caller has them."""

import gzip
import hashlib
import json
from typing import Final

from flask import Response, request

from gateway.core import codec
from gateway.core.commands import PostView
from gateway.core.envelope import Received
from gateway.core.errors import Refused
from gateway.web.routes import Json, Route

SESSION_HEADER: Final = "Gateway-Session"
COMPRESS_FROM: Final = 1_024


def feed_post(post: PostView) -> Json:
    """A post in as few bytes as it can be told in: a kiosk's link may be a bad one."""
    told: Json = {
        "number": post.number,
        "group": post.group,
        "author": post.author,
        "text": post.body,
        "created": post.created.isoformat(timespec="seconds"),
        "urgent": post.urgent,
        "parent": post.parent,
        "thanks": post.thanks,
    }
    if post.written is not None:
        told["written"] = post.written.isoformat(timespec="seconds")
    if post.media:
        told["media"] = [_linked(codec.encode(one)) for one in post.media]
    return told


def received(outcome: Received) -> Json:
    """What became of a command."""
    result = outcome.result
    told: Json | None = None
    if isinstance(result, Refused):
        told = {"is": "Refused", "reason": result.reason}
    elif result is not None:
        told = _linked(codec.encode(result))
    return {"state": outcome.state, "result": told, "words": outcome.words}


def _linked(told: Json) -> Json:
    """With the address of each photo: the core knows none."""
    for value in told.values():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                _linked(inner)
    if told.get("is") == "MediaView":
        told["url"] = f"/api/v1/photos/{told['id']}"
    return told


def answer(told: Json | bytes | None, route: Route) -> Response:
    if isinstance(told, bytes):
        return Response(told, route.status, content_type=route.kind)
    response = of_json(told, route.status)
    return _revalidated(response) if route.revalidated else response


def _revalidated(response: Response) -> Response:
    """With an ETag, which is weak for it is the same compressed; 304 for who has it already."""
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Authorization", SESSION_HEADER))
    response.make_conditional(request)
    return response


def of_json(body: Json | None, status: int) -> Response:
    if body is None:
        return Response(status=status)
    text = json.dumps(body, ensure_ascii=False) + "\n"
    return Response(text, status, content_type="application/json")


def compressed(response: Response) -> Response:
    if (response.mimetype or "").startswith("image/"):
        return response
    response.vary.add("Accept-Encoding")
    plain = response.get_data()
    if len(plain) > COMPRESS_FROM and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(plain, mtime=0))
        response.content_encoding = "gzip"
    return response
