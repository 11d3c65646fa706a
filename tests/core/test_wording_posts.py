"""Pages and threads: what is shown of each post, and how much of it."""

from gateway.channels.sms.segments import measure
from gateway.core import commands as c
from gateway.core.wording import words
from tests.core.wording_samples import LONG, USUAL, speak, threads


class TestPage:
    def test_a_page_groups_posts_under_titles(self) -> None:
        text = speak(dict(threads(USUAL))["Page, two groups"], "fr")

        assert text.splitlines() == [
            "Quai 3",
            "1415 Ana: palette cassée quai 4, attention en passant (1 rép.)",
            "1428 > 1415 Leo: ok merci, on arrive",
            "Secu",
            "1431 Leo: ok merci, on arrive",
            "SUITE (5)",
        ]

    def test_one_post_alone_gets_all_the_room(self) -> None:
        long = USUAL.post(body="un mot " * 60)

        assert measure(speak(c.Page((long,), remaining=2), "fr")).units > 150

    def test_several_get_at_least_fifty_characters_each(self) -> None:
        long = USUAL.post(body="un mot " * 60)
        lines = speak(c.Page((long,) * 5), "fr").splitlines()[1:]

        assert len(lines) == 5
        assert all(40 < len(line.partition(": ")[2]) <= 50 for line in lines)

    def test_several_share_the_room_that_is_left(self) -> None:
        long = USUAL.post(body="un mot " * 60)

        assert measure(speak(c.Page((long, long)), "fr")).units > 140

    def test_a_post_with_an_emoji_is_cut_short_and_keeps_it(self) -> None:
        post = LONG.post(body="merci \N{THUMBS UP SIGN} " * 30)

        assert "\N{THUMBS UP SIGN}" in speak(c.Page((USUAL.post(body=post.body),)), "fr")
        assert measure(speak(c.Page((USUAL.post(body=post.body),)), "fr")).count == 1
        assert measure(speak(c.Page((post,)), "fr")).units < 110

    def test_an_urgent_post_says_so(self) -> None:
        assert "1415 !URGENT Ana:" in speak(c.Page((USUAL.post(urgent=True),)), "fr")


class TestThread:
    def test_a_post_is_given_whole(self) -> None:
        body = "ligne une\nligne deux " + "mot " * 100
        text = speak(c.Thread(USUAL.post(body=body)), "fr")

        assert text.startswith("1415 Ana (Quai 3, aujourd'hui 12:00):\nligne une\nligne deux mot")
        assert text.count("mot") == 100

    def test_the_next_page_does_not_repeat_the_post(self) -> None:
        text = speak(c.Thread(USUAL.post(), (USUAL.reply(),), remaining=3, skipped=2), "en")

        assert USUAL.body not in text
        assert text.splitlines() == ["1415 Ana, continued:", "1428 Leo: ok merci, on arrive",
                                     "MORE (3)"]  # fmt: skip

    def test_who_does_not_say_the_time_is_told_none(self) -> None:
        assert words(c.Thread(USUAL.post()), "fr").startswith("1415 Ana (Quai 3):")
