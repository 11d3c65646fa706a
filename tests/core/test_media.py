"""Pictures: they follow their words into the post, once, whatever happens on the way."""

import threading
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select, update

from gateway.core import handlers, media
from gateway.core.commands import Asked, Posted, PostView, Replied, Thread
from gateway.core.envelope import EMAIL, SMS, Inbound, MediaRef, Received
from gateway.core.errors import DeliveryError, PermanentFailure, TemporaryFailure
from gateway.core.gateway import Gateway
from gateway.core.models import Inbox, Media, Subscription
from gateway.core.numbers import serial_of
from tests.support.town import Town

URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME"
_ids = count(1)


class Source:
    """A carrier's shelf. `faults` are raised first, one a fetch."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if self.faults:
            raise self.faults.pop(0)
        return b"what lies at " + url.encode()


def redrawn(content: bytes) -> bytes:
    return b"redrawn " + content


def with_source(town: Town, source: Source | None) -> Gateway:
    parts = replace(town.gateway.parts, media=source, redraw=redrawn)
    return Gateway.build(parts, lambda *_: "")


def photos(number: int = 1, kind: str = "image/jpeg") -> tuple[MediaRef, ...]:
    return tuple(MediaRef(kind, f"{URL}{next(_ids)}") for _ in range(number))


def texts(town: Town, text: str, media: tuple[MediaRef, ...] = (), who: str = "") -> Received:
    phone = who or "+33600000001"
    return town.gateway.intake.receive(Inbound(SMS, f"MM{next(_ids)}", phone, text, media=media))


def rows(town: Town) -> list[Media]:
    with town.database.read() as session:
        return list(session.scalars(select(Media).order_by(Media.id)))


def post_of(town: Town, number: int) -> PostView:
    """The post as Leo reads it."""
    result = texts(town, f"L{number}", who="+33600000002").result
    assert isinstance(result, Thread)
    return result.post


def number_in(told: Received) -> int:
    assert isinstance(told.result, Posted | Replied), told.words
    return told.result.post.number


@pytest.mark.parametrize("text", ["P quai3 palette cassée [photo]", "P quai3 palette"])
def test_a_picture_goes_with_its_post(any_town: Town, text: str) -> None:
    told = texts(any_town, text, photos())
    view = post_of(any_town, number_in(told))
    assert view.body.endswith("[photo]")
    assert view.body.count("[photo]") == 1
    assert [(picture.kind, picture.state) for picture in view.media] == [("photo", "wanted")]


def test_a_reply_and_an_alert_take_theirs_too(town: Town) -> None:
    number = number_in(texts(town, "P quai3 palette cassée"))
    texts(town, f"R{number} réparée", photos())
    texts(town, "URGENT quai3 fuite de gaz", photos())
    assert [row.post_id for row in rows(town)] == [rows(town)[0].post_id, None]
    texts(town, "OUI")
    tied = [row.post_id for row in rows(town)]
    assert None not in tied
    assert len(set(tied)) == 2


def test_a_picture_follows_when_the_yes_comes(any_town: Town) -> None:
    asked = texts(any_town, "la rampe est encore cassée [photo]", photos(2))
    assert rows(any_town)[0].post_id is None
    assert "OUI" in asked.words
    told = texts(any_town, "OUI", photos())
    view = post_of(any_town, number_in(told))
    assert len(view.media) == 3, "and what came with the yes as well"


def test_a_picture_follows_through_two_questions(town: Town) -> None:
    texts(town, "REJOINDRE quai30")
    first = texts(town, "URGENT quai fuite de gaz [photo]", photos())
    second = texts(town, "1")
    told = texts(town, "OUI")
    assert isinstance(first.result, Asked)
    assert isinstance(second.result, Asked)
    assert [row.post_id for row in rows(town)] == [serial_of(number_in(told))]


def test_a_picture_alone_is_a_post_once_it_is_confirmed(town: Town) -> None:
    texts(town, "[photo]", photos())
    view = post_of(town, number_in(texts(town, "OUI")))
    assert view.body == "[photo]"
    assert len(view.media) == 1


def test_a_picture_of_another_question_stays_out(town: Town) -> None:
    texts(town, "la rampe est encore cassée [photo]", photos())
    texts(town, "NON")
    told = texts(town, "P quai3 rien à voir")
    assert post_of(town, number_in(told)).media == ()


def test_only_what_is_in_a_post_is_fetched(any_town: Town) -> None:
    source = Source()
    gateway = with_source(any_town, source)
    texts(any_town, "la rampe est encore cassée [photo]", photos())
    assert not gateway.pictures.fetch_media()
    texts(any_town, "OUI")
    assert gateway.pictures.fetch_media()
    assert not gateway.pictures.fetch_media()
    row = rows(any_town)[0]
    assert len(source.asked) == 1
    assert (row.state, row.kind, row.url) == ("kept", "image/jpeg", "")
    assert row.content == b"redrawn what lies at " + source.asked[0].encode()


def test_what_is_no_picture_is_listed_and_never_fetched(town: Town) -> None:
    source = Source()
    refs = (*photos(kind="video/mp4"), *photos(kind="text/html"), MediaRef("image/png", ""))
    texts(town, "P quai3 regardez ce film [video]", refs)
    assert not with_source(town, source).pictures.fetch_media()
    assert [row.state for row in rows(town)] == ["refused"] * 3
    assert not source.asked


def test_a_picture_inside_a_mail_needs_no_carrier(town: Town) -> None:
    photo = MediaRef("image/png", content=b"the bytes of a photo")
    town.mail("Paul", "regardez [photo]", about="", member_id=town.id_of("Paul"), media=(photo,))
    with town.database.read() as session:
        envelope = session.scalars(select(Inbox.envelope).where(Inbox.channel == EMAIL)).one()
    assert "image/png" in envelope
    assert "bytes" not in envelope
    town.mail("Paul", "OUI", member_id=town.id_of("Paul"))
    assert with_source(town, None).pictures.fetch_media()
    assert rows(town)[0].content == b"redrawn the bytes of a photo"


def test_without_a_carrier_a_picture_waits(town: Town) -> None:
    texts(town, "P quai3 palette cassée [photo]", photos())
    assert not town.gateway.pictures.fetch_media()
    assert with_source(town, None).pictures.fetch_media()
    assert rows(town)[0].state == "wanted"


def test_five_tries_in_about_a_day_and_then_no_more(town: Town) -> None:
    source = Source(*[TemporaryFailure("http 503")] * 9)
    gateway = with_source(town, source)
    texts(town, "P quai3 palette cassée [photo]", photos())
    began, last = town.clock(), town.clock()
    for _ in range(3 * 24 * 60):
        if gateway.pictures.fetch_media():
            last = town.clock()
        town.clock.advance(minutes=1)
    row = rows(town)[0]
    assert (len(source.asked), row.state, row.reason) == (5, "refused", "http 503")
    assert timedelta(hours=20) < last - began < timedelta(hours=30)


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (PermanentFailure("host", "elsewhere"), "refused"),
        (TemporaryFailure("http 429", retry_after=600), "wanted"),
        (RuntimeError("a bug"), "wanted"),
    ],
)
def test_what_cannot_be_fetched(town: Town, fault: Exception, state: str) -> None:
    texts(town, "P quai3 palette cassée [photo]", photos())
    assert with_source(town, Source(fault)).pictures.fetch_media()
    row = rows(town)[0]
    assert row.state == state
    assert row.content is None
    assert row.reason
    if isinstance(fault, DeliveryError) and state == "wanted":
        assert row.not_before >= town.clock() + timedelta(minutes=10)


class Killed(BaseException):
    """Nothing that a program can catch by accident."""


@pytest.mark.parametrize(
    ("of", "verb"), [(Source, "fetch"), (media, "kept")], ids=["on the wire", "at the commit"]
)
def test_a_worker_that_died_on_the_way_leaves_the_picture_to_another(
    any_town: Town, of: object, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> bool:
        raise Killed

    gateway = with_source(any_town, Source())
    texts(any_town, "P quai3 palette cassée [photo]", photos())
    with monkeypatch.context() as dying:
        dying.setattr(of, verb, killed)
        with pytest.raises(Killed):
            gateway.pictures.fetch_media()
    assert not gateway.pictures.fetch_media(), "its lease is not over"
    any_town.clock.advance(minutes=3)
    assert gateway.pictures.fetch_media()
    assert rows(any_town)[0].state == "kept"


def test_many_workers_fetch_each_picture_once(any_town: Town) -> None:
    source = Source()
    gateway = with_source(any_town, source)
    for number in range(4):
        texts(any_town, f"P quai3 palette cassée {number} [photo]", photos(2))
    busy = threading.Barrier(4)

    def work() -> None:
        busy.wait(30)
        while gateway.pictures.waiting():
            gateway.pictures.fetch_media()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert len(source.asked) == len(set(source.asked)) == 8
    assert {row.state for row in rows(any_town)} == {"kept"}


def test_a_slow_worker_does_not_overwrite_another(town: Town) -> None:
    gateway = with_source(town, Source())

    class Slow(Source):
        def fetch(self, url: str) -> bytes:
            town.clock.advance(minutes=3)
            assert gateway.pictures.fetch_media()
            return b"too late"

    texts(town, "P quai3 palette cassée [photo]", photos())
    assert with_source(town, Slow()).pictures.fetch_media()
    assert rows(town)[0].content != b"redrawn too late"


def test_a_parked_message_keeps_its_pictures(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(handlers, "run", lambda *_: 1 / 0)
        parked = texts(town, "P quai3 palette cassée [photo]", photos())
    assert parked.state == "failed"
    town.clock.advance(days=5)
    town.gateway.delivery.sweep()
    told = town.gateway.intake.replay(parked.inbox_id)
    assert len(post_of(town, number_in(told)).media) == 1


def test_a_repeat_adds_no_picture(town: Town) -> None:
    inbound = Inbound(SMS, "MM-twice", "+33600000001", "P quai3 deux fois [photo]", media=photos())
    for _ in range(3):
        town.gateway.intake.receive(inbound)
    assert len(rows(town)) == 1


def test_what_became_no_post_is_forgotten_after_two_days(any_town: Town) -> None:
    texts(any_town, "la rampe est encore cassée [photo]", photos())
    texts(any_town, "P quai3 palette cassée [photo]", photos())
    any_town.clock.advance(days=1, hours=23)
    any_town.gateway.delivery.sweep()
    assert len(rows(any_town)) == 2
    any_town.clock.advance(hours=2)
    any_town.gateway.delivery.sweep()
    assert [row.post_id is not None for row in rows(any_town)] == [True]


def test_a_post_that_is_taken_back_takes_its_pictures_along(any_town: Town) -> None:
    gateway = with_source(any_town, Source())
    texts(any_town, "P quai3 palette cassée [photo]", photos())
    gateway.pictures.fetch_media()
    media_id = rows(any_town)[0].id
    ana = any_town.id_of("Ana")
    assert gateway.pictures.linked(media_id, ana) is not None
    texts(any_town, "ANNULE")
    assert not rows(any_town)
    assert gateway.pictures.linked(media_id, ana) is None


def test_who_may_see_a_picture(any_town: Town) -> None:
    gateway = with_source(any_town, Source())
    album = gateway.pictures
    texts(any_town, "P secu la porte est ouverte [photo]", photos())
    texts(any_town, "P quai3 la rampe est cassée [photo]", photos())
    closed, opened = (row.id for row in rows(any_town))
    ana, leo = any_town.id_of("Ana"), any_town.id_of("Leo")
    found = album.linked(closed, ana)
    assert found is not None
    assert (found.state, found.content) == ("wanted", b"")
    while gateway.pictures.fetch_media():
        pass
    found = album.linked(closed, ana)
    assert found is not None
    assert found.content.startswith(b"redrawn")
    assert album.linked(closed, leo) is None
    assert album.readable(closed, leo) is None
    assert album.linked(opened, leo) is not None
    with any_town.database.write() as session:
        session.execute(
            update(Subscription).where(Subscription.member_id == leo).values(state="out")
        )
    assert album.linked(opened, leo) is None, "the link of one who left shows nothing"
    assert album.readable(opened, leo) is not None, "but an open group may be read"
    assert album.linked(4711, ana) is None
    assert album.readable(4711, ana) is None


def test_a_long_list_is_cut_and_a_bad_address_is_none(town: Town) -> None:
    refs = (MediaRef("image/\0png", "https://x\0"), MediaRef("image/png", "h" * 3000), *photos(20))
    texts(town, "P quai3 palette cassée [photo]", refs)
    kept = rows(town)
    assert len(kept) == 10
    assert [row.state for row in kept[:3]] == ["refused", "refused", "wanted"]
