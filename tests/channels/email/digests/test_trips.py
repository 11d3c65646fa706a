"""What follows an answer to a digest: questions, refusals, what is undone, and photos."""

import base64
import io
import json
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from PIL import Image
from sqlalchemy import select

from gateway.core.models import Media, Outbox, Question
from tests.channels.email.digests.programs import OWN, Written
from tests.channels.email.digests.room import BODIES, NADIA, Became, Letter, Room


def said(room: Room, letter: Letter, text: str, **more: str) -> Became:
    raw = OWN[more.get("program", "mutt")](letter, room.name(), Written(text))
    return room.take(raw, letter.to)


def results(became: Became) -> list[str]:
    return [one["is"] for one in json.loads(became.result)["results"]]


@pytest.fixture
def digest(room: Room) -> Letter:
    """A digest of this test's own."""
    return room.sent(BODIES)


class TestTheQuestion:
    def test_its_number_alone_posts_the_text_that_waited(self, room: Room, digest: Letter) -> None:
        assert said(room, digest, "le mécanicien passe demain").posted == {}
        asked = room.answered()
        assert "1. Ana, Quai 3" in asked.plain
        assert "> le mécanicien passe demain" in asked.plain
        became = said(room, asked, "3")
        assert became.posted == {digest.numbers[2]: "le mécanicien passe demain"}

    def test_it_waits_for_days_and_each_for_its_own(self, room: Room, digest: Letter) -> None:
        said(room, digest, "premier texte sans numéro")
        first = room.answered()
        said(room, digest, "second texte sans numéro")
        second = room.answered()
        room.clock.advance(days=6)
        assert said(room, first, "1").posted == {digest.numbers[0]: "premier texte sans numéro"}
        assert said(room, second, "4").posted == {digest.numbers[3]: "second texte sans numéro"}

    def test_a_number_in_another_mail_is_no_answer_to_it(self, room: Room, digest: Letter) -> None:
        said(room, digest, "texte sans numéro")
        room.clock.advance(hours=1)
        assert room.town.mail("Nadia", "2").words.startswith("Il n'y a pas")
        assert said(room, digest, "2").posted == {}

    def test_it_is_answered_once(self, room: Room, digest: Letter) -> None:
        said(room, digest, "texte sans numéro")
        asked = room.answered()
        assert said(room, asked, "2").posted
        assert said(room, asked, "2").posted == {}

    def test_no_leaves_it_unposted(self, room: Room, digest: Letter) -> None:
        said(room, digest, "texte sans numéro")
        asked = room.answered()
        assert said(room, asked, "NON").posted == {}
        assert said(room, asked, "2").posted == {}

    def test_a_thumb_that_waited_becomes_a_thank_you(self, room: Room, digest: Letter) -> None:
        assert said(room, digest, "👍").posted == {}
        became = said(room, room.answered(), "2")
        assert (became.posted, became.thanked) == ({}, {digest.numbers[1]})


class TestSeveral:
    def test_what_is_clear_is_posted_and_the_rest_asked(self, room: Room, digest: Letter) -> None:
        became = said(room, digest, "1: je prends la grue\n3 palettes de plus")
        assert became.posted == {digest.numbers[0]: "je prends la grue"}
        assert results(became) == ["Replied", "WhichAsked"]
        became = said(room, room.answered(), "3")
        assert became.posted == {digest.numbers[2]: "3 palettes de plus"}

    def test_one_refusal_undoes_no_other(self, room: Room, digest: Letter) -> None:
        room.town.mail("Nadia", "QUITTER velo")
        became = said(room, digest, "1: ok pour la grue\n2: le chariot roule\n3 👍")
        room.town.mail("Nadia", "REJOINDRE velo")
        assert became.posted == {digest.numbers[0]: "ok pour la grue"}
        assert became.thanked == {digest.numbers[2]}
        assert results(became) == ["Replied", "NotDone", "Thanked"]
        assert "Vélo" in became.words
        assert "> le chariot roule" in became.words

    def test_undo_takes_back_all_of_one_mail(self, room: Room, digest: Letter) -> None:
        became = said(room, digest, "1: je viens\n2: pas moi\n4 +")
        assert "ANNULE retire tout" in became.words
        room.clock.advance(minutes=-59)
        undone = room.town.mail("Nadia", "ANNULE")
        room.clock.advance(minutes=59)
        assert "(3)" in undone.words
        assert all(room.withdrawn(number) for number in became.numbers)

    def test_each_has_its_place_in_the_tables_once(self, room: Room, digest: Letter) -> None:
        raw = OWN["mutt"](digest, room.name(), Written("1: un\n2: deux\n3: trois"))
        assert len(room.take(raw, digest.to).posted) == 3
        assert room.take(raw, digest.to).posted == {}  # the same mail once more

    def test_a_command_may_stand_above_them(self, room: Room, digest: Letter) -> None:
        became = said(room, digest, "MOI\n2: le chariot roule")
        assert results(became) == ["Profile", "Replied"]


class TestOldAndChanged:
    def test_an_old_digest_still_takes_answers(self, room: Room, digest: Letter) -> None:
        room.clock.advance(days=80)
        assert said(room, digest, "2 ok merci").posted == {digest.numbers[1]: "ok merci"}

    def test_what_was_withdrawn_is_refused_and_moves_no_number(self, room: Room) -> None:
        digest = room.sent(BODIES)
        room.take_back(1)
        refused = said(room, digest, "4: je viens au repas")
        assert refused.posted == {}
        assert "je viens au repas" in room.answered().plain
        assert said(room, digest, "3: je les ai").posted == {digest.numbers[2]: "je les ai"}

    def test_the_numbers_are_those_of_the_mail_that_left(self, room: Room) -> None:
        """One post is taken back between the making of the digest and its leaving."""
        digest = room.sent(BODIES, taken_back=1)
        assert len(digest.numbers) == 3
        became = said(room, digest, "2: les clés sont au bureau")
        assert became.posted == {digest.numbers[1]: "les clés sont au bureau"}

    def test_whoever_left_the_group_is_told_and_keeps_the_text(
        self, room: Room, digest: Letter
    ) -> None:
        room.town.mail("Nadia", "QUITTER velo")
        became = said(room, digest, "2 ok merci")
        words = room.answered().plain
        room.town.mail("Nadia", "REJOINDRE velo")
        assert (became.posted, became.state) == ({}, "refused")
        assert "Vélo" in words
        assert words.endswith("\n> 2 ok merci\n")


class TestCommands:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("NEUF", "Page"),
            ("MOI", "Profile"),
            ("AIDE\nNadia", "Helped"),
            ("GROUPES", "GroupList"),
            ("2", "Thread"),
            ("R@2 ok merci", "Replied"),
            ("@3 +", "Thanked"),
            ("P quai3 la rampe est libre", "Posted"),
            ("CHERCHE grue", "Page"),
        ],
    )
    def test_a_command_stays_one(self, room: Room, digest: Letter, text: str, kind: str) -> None:
        for place, number in enumerate(digest.numbers, start=1):
            text = text.replace(f"@{place}", str(number))
        assert json.loads(said(room, digest, text).result)["is"] == kind

    @pytest.mark.parametrize("program", list(OWN))
    @pytest.mark.parametrize("text", ["STOP", "Stop.\nNadia Ben"])
    def test_stop_is_stop_wherever(
        self, room: Room, digest: Letter, text: str, program: str
    ) -> None:
        became = said(room, digest, text, program=program)
        room.town.mail("Nadia", "START")
        assert json.loads(became.result)["is"] == "Stopped"

    @pytest.mark.parametrize(
        "text",
        [
            "Oui", "Non", "Merci", "Merci !", "Find attached the plan of the new hall",
            "14 camions sont arrivés", "Il manque :\n1 gants\n2 casques",
            "Il manque :\n1. gants\n2. casques", "1. gants\n2. casques\n3. bottes",
            "2 et 3 : ok", "1 ok, 2 non", "2 palettes\n3 cartons", "2 non conformes",
            "2. Schicht kommt später", "02/03 ok pour moi", "2h de retard", "7: ok",
            "Join us at 5 if you can make it", "Il en manque\n3\nmerci",
        ],
    )  # fmt: skip
    def test_what_may_mean_something_else_is_asked(
        self, room: Room, digest: Letter, text: str
    ) -> None:
        became = said(room, digest, text)
        assert (became.posted, became.thanked) == ({}, set())
        assert json.loads(became.result)["is"] == "WhichAsked"
        assert json.loads(became.result)["text"] == text


class TestOneItem:
    @pytest.mark.parametrize(
        ("text", "posted"),
        [
            ("1 ok merci", "ok merci"),
            ("@1: ok", "ok"),
            ("Oui", "Oui"),
            ("14 camions sont arrivés", "14 camions sont arrivés"),
            ("1. gants\n2. casques", "1. gants\n2. casques"),
            ("2 palettes de plus", "2 palettes de plus"),
        ],
    )
    def test_words_are_its_answer(self, room: Room, text: str, posted: str) -> None:
        text = text.replace("@1", str(room.small.numbers[0]))
        assert said(room, room.small, text).posted == {room.small.numbers[0]: posted}

    def test_a_number_of_another_digest_is_asked_about(self, room: Room) -> None:
        became = said(room, room.small, "2: ok")
        assert (became.posted, json.loads(became.result)["is"]) == ({}, "Asked")

    @pytest.mark.parametrize("text", ["👍", "+1", "❤️"])
    def test_a_gesture_is_a_thank_you(self, room: Room, text: str) -> None:
        letter = room.sent(BODIES[:1])
        assert said(room, letter, text).thanked == {letter.numbers[0]}


def reaction(letter: Letter, name: str, emoji: str, *, gmail: bool) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = NADIA, letter.to, "Re: nouveau"
    mail["Message-ID"], mail["In-Reply-To"] = name, str(letter.message["Message-ID"])
    if not gmail:
        mail.set_content(emoji, disposition="reaction")
        return mail.as_bytes()
    mail.set_content(f"{emoji} Nadia a réagi via Gmail")
    mail.add_alternative(
        json.dumps({"version": 1, "emoji": emoji}).encode(),
        maintype="text",
        subtype="vnd.google.email-reaction+json",
    )
    mail.add_alternative(f"<p>{emoji} Nadia a réagi via Gmail</p>", subtype="html")
    return mail.as_bytes()


@pytest.mark.parametrize("gmail", [True, False])
class TestReactions:
    def test_to_a_digest_of_one_it_is_a_thank_you(self, room: Room, gmail: bool) -> None:
        letter = room.sent(BODIES[:1])
        became = room.take(reaction(letter, room.name(), "👍", gmail=gmail), letter.to)
        assert (became.posted, became.thanked) == ({}, {letter.numbers[0]})

    def test_to_several_it_is_asked_about(self, room: Room, digest: Letter, gmail: bool) -> None:
        became = room.take(reaction(digest, room.name(), "👍", gmail=gmail), digest.to)
        assert (became.posted, became.thanked) == ({}, set())
        assert json.loads(became.result)["is"] == "WhichAsked"

    def test_one_that_is_no_thanks_is_words(self, room: Room, gmail: bool) -> None:
        letter = room.sent(BODIES[:1])
        became = room.take(reaction(letter, room.name(), "👎", gmail=gmail), letter.to)
        assert (became.posted, became.thanked) == ({letter.numbers[0]: "👎"}, set())

    def test_to_words_of_ours_it_asks_for_nothing(
        self, room: Room, digest: Letter, gmail: bool
    ) -> None:
        said(room, digest, "MOI")
        answer = room.answered()
        became = room.take(reaction(answer, room.name(), "👍", gmail=gmail), answer.to)
        assert (became.state, became.posted) == ("automatic", {})


def picture(side: int, seed: int = 1) -> bytes:
    """A JPEG that no compression makes small."""
    noise = bytes((x * seed * 2654435761 >> 7) & 255 for x in range(side * side * 3))
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(out, "JPEG", quality=95)
    return out.getvalue()


def photographed(
    letter: Letter, name: str, text: str, *pictures: bytes, logo: bytes = b""
) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = NADIA, letter.to, "Re: nouveau"
    mail["Message-ID"] = name
    mail.set_content(text)
    if logo:
        page = f'<p>{text}</p><div class="gmail_signature"><img src="cid:logo@x"></div>'
        mail.add_alternative(page, subtype="html")
        mail.get_payload()[-1].add_related(logo, "image", "jpeg", cid="<logo@x>")  # type: ignore[union-attr, index]  # it is a multipart
    for place, content in enumerate(pictures):
        mail.add_attachment(content, "image", "jpeg", filename=f"IMG_{place}.jpg")
    return mail.as_bytes()


class TestPhotos:
    def media(self, room: Room) -> list[tuple[int | None, str]]:
        with room.town.database.read() as session:
            return [(row.post_id, row.kind) for row in session.scalars(select(Media))]

    def test_a_photo_comes_with_its_answer(self, room: Room, digest: Letter) -> None:
        before = len(self.media(room))
        raw = photographed(digest, room.name(), "2: le voici", picture(300))
        became = room.take(raw, digest.to)
        assert became.posted == {digest.numbers[1]: "le voici [photo]"}
        [(post_id, kind)] = self.media(room)[before:]
        assert (post_id is not None, kind) == (True, "image/jpeg")

    def test_a_photo_alone_is_asked_about_and_posted_then(self, room: Room, digest: Letter) -> None:
        before = len(self.media(room))
        became = room.take(photographed(digest, room.name(), "", picture(300, 3)), digest.to)
        assert became.posted == {}
        became = said(room, room.answered(), "4")
        assert became.posted == {digest.numbers[3]: "[photo]"}
        [(post_id, _)] = self.media(room)[before:]
        assert post_id is not None

    def test_a_photo_alone_for_one_item_is_its_answer(self, room: Room) -> None:
        raw = photographed(room.small, room.name(), "", picture(300, 5))
        became = room.take(raw, room.small.to)
        assert became.posted == {room.small.numbers[0]: "[photo]"}

    def test_with_several_answers_it_is_asked_whose_it_is(self, room: Room, digest: Letter) -> None:
        raw = photographed(digest, room.name(), "1: la voici\n2: pas moi", picture(300, 7))
        became = room.take(raw, digest.to)
        assert set(became.posted) == set(digest.numbers[:2])
        assert results(became) == ["Replied", "Replied", "WhichAsked"]
        assert said(room, room.answered(), "1").posted == {digest.numbers[0]: "[photo]"}

    def test_logos_are_no_photos(self, room: Room, digest: Letter) -> None:
        before = len(self.media(room))
        raw = photographed(
            digest, room.name(), "2 ok merci", picture(40), b"GIF89a", logo=picture(400)
        )
        assert room.take(raw, digest.to).posted == {digest.numbers[1]: "ok merci"}
        assert len(self.media(room)) == before

    def test_no_more_than_five_and_each_once(self, room: Room, digest: Letter) -> None:
        before = len(self.media(room))
        many = [picture(200, seed) for seed in (11, 11, 13, 15, 17, 19, 21, 23)]
        room.take(photographed(digest, room.name(), "2 ok merci", *many), digest.to)
        assert len(self.media(room)) == before + 5


class TestTheItemsOwnLink:
    def test_it_answers_that_item(self, room: Room, digest: Letter) -> None:
        to = room.link(digest, 3)
        mail = f"From: {NADIA}\r\nMessage-ID: {room.name()}\r\nSubject: {digest.numbers[2]}\r\n\r\n"
        assert room.take(f"{mail}je les ai".encode(), to).posted == {digest.numbers[2]: "je les ai"}

    def test_the_number_that_it_wrote_as_the_subject_is_no_answer(
        self, room: Room, digest: Letter
    ) -> None:
        to = room.link(digest, 3)
        mail = f"From: {NADIA}\r\nMessage-ID: {room.name()}\r\nSubject: {digest.numbers[2]}\r\n\r\n"
        assert room.take(mail.encode(), to).posted == {}


def test_what_was_cut_is_kept(room: Room, digest: Letter) -> None:
    became = said(room, digest, "2 ok merci")
    assert "[quote]" in became.cut
    assert "Chariot 4 en panne" in became.cut


def test_a_question_is_bound_to_the_mail_that_asked(room: Room, digest: Letter) -> None:
    said(room, digest, "texte sans numéro")
    room.answered()
    with room.town.database.read() as session:
        question = session.scalars(select(Question).order_by(Question.id.desc()).limit(1)).one()
        row = session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(1)).one()
        assert row.key == f"answer:{question.inbox_id}"


def test_pictures_are_what_they_are_said_to_be() -> None:
    assert len(picture(300)) > 10_000
    assert base64.b64encode(picture(300, 3)) != base64.b64encode(picture(300, 5))
