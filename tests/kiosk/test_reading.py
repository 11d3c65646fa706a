"""News, threads and searches, read with few keys."""

from dataclasses import replace
from typing import Any

from gateway.core.commands import Page, PostView, Thread
from gateway.core.errors import Refused
from gateway.kiosk.screens.news import FoundScreen
from gateway.kiosk.screens.thread import ThreadScreen
from gateway.kiosk.session import Answer
from tests.kiosk.floor import Floor, floor

Gateway = Any


def last(there: Floor) -> PostView:
    return there.posts[-1]


def there_first(gateway: Gateway) -> PostView:
    first: PostView = next(iter(gateway[1].depot.posts.values()))
    return first


async def test_news_are_one_key_away_and_are_answered(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.keys = 0
        await there.press("1")
        await there.sees("La rampe du quai 3", "! URGENT · ", "Luc · aujourd'hui 10:00")
        assert there.keys == 1
        first = there.posts[0].number
        await there.press("enter")
        await there.sees(f"MESSAGE {first}", "1   Répondre")
        await there.press("1")
        await there.sees(f"Réponse au {first}", "2   Bien reçu.")
        await there.press("1")
        await there.sees("Votre message")
        await there.type("Bien noté à 9h")
        await there.press("\r")
        await there.sees("MESSAGE ENVOYÉ", "Annuler l'envoi")
        assert (last(there).body, last(there).parent) == ("Bien noté à 9h", first)
        await there.press("1")
        await there.sees("NOUVELLES  1/3")
        await there.press("enter")
        await there.sees("-- 1 réponse", "Bien noté à 9h")


async def test_thanks_are_counted_once(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("1")
        await there.sees("La rampe")
        await there.press("enter")
        await there.sees("Dire merci")
        await there.press("2")
        await there.sees("1 merci")
        await there.until(lambda: not there.app.screen.asking, "done")  # type: ignore[attr-defined]
        await there.press("2")
        await there.until(lambda: not there.app.screen.asking, "done")  # type: ignore[attr-defined]
        assert "2 merci" not in there.screen
    assert gateway[1].depot.posts[there.posts[0].number].thanks == 1


async def test_a_post_is_found_by_its_number(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("4")
        await there.sees("1   Un message, par son numéro")
        await there.press("1")
        await there.sees("Le numéro du message")
        await there.press(*str(there.posts[0].number), "\r")
        await there.sees("La rampe du quai 3", "1   Répondre")


async def test_a_long_text_is_read_with_the_arrows_before_the_choices(gateway: Gateway) -> None:
    first = there_first(gateway)
    gateway[1].depot.posts[first.number] = replace(first, body="\n".join(map(str, range(50))))
    async with floor(gateway, (40, 15)) as there:
        await there.sign_in()
        await there.press("1")
        await there.sees(f"> 1   {first.number}")
        await there.press("enter")
        await there.sees("1   Répondre", "7   Suite du texte")
        await there.settled()
        await there.press(*["down"] * 64)
        await there.sees(" 49", "> 0   Retour")
        await there.press("7")
        await there.sees(" 0\n", "> 7   Suite du texte")
        await there.until(lambda: not there.app.screen.chosen, "stayed")  # type: ignore[attr-defined]
        await there.press("7")
        await there.sees(" 10\n")


async def test_ten_thousand_posts_are_a_list_like_any_other(gateway: Gateway) -> None:
    post = there_first(gateway)
    many = tuple(replace(post, number=at, body=f"Camion {at}") for at in range(10_000))
    async with floor(gateway) as there:
        await there.sign_in()
        there.app.show(FoundScreen(Page(many, about="find")))
        await there.sees("MESSAGES  1/10000", "Camion 0")
        await there.press("end")
        await there.sees("MESSAGES  10000/10000", "Camion 9999")
        await there.press("pageup", "home", "down")
        await there.sees("MESSAGES  2/10000", "> 2   1 ·")


async def test_news_come_page_by_page_and_none_twice(gateway: Gateway) -> None:
    for at in range(6):
        gateway[1].depot.write(3, "quai3", f"Camion {at} parti")
    async with floor(gateway, (80, 40)) as there:
        await there.sign_in()
        await there.press("1")
        await there.sees("Encore 4")
        await there.press("end", "enter")
        await there.sees("Camion 5 parti", "/9")
        assert there.screen.count("Camion 1 parti") == 1
        await there.press("0")
        await there.sees("rien de nouveau")
        await there.press("1")
        await there.sees("Camion 5 parti")


async def test_more_answers_are_put_below_and_none_twice(gateway: Gateway) -> None:
    post = there_first(gateway)
    answers = tuple(replace(post, number=at, body=f"Réponse {at}") for at in range(1, 5))
    async with floor(gateway, (80, 50)) as there:
        await there.sign_in()
        screen = ThreadScreen(Thread(post, answers[:2], remaining=2))
        there.app.show(screen)
        await there.sees("-- 4 réponses", "Réponse 2", "8   Autres réponses")
        screen.further(Answer("done", Thread(post, answers[1:], skipped=1), ""))
        await there.sees("Réponse 4", "-- 4 réponses")
        assert there.screen.count("Réponse 2") == 1
        assert "8   Autres" not in there.screen
        screen.further(Answer("refused", Refused("no_more"), "Rien de plus."))
        await there.sees("Rien de plus.")


async def test_the_news_of_one_group_are_read_from_it(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("3")
        await there.sees("2   [X]  Sécurité")
        await there.press("2")
        await there.sees("2   Ses nouvelles", "Seuls ses animateurs")
        await there.press("2")
        await there.sees("Exercise at 3 pm")
        assert "rampe" not in there.screen
        await there.press("0")
        await there.sees("1   Y écrire")


async def test_nothing_new_is_said_in_words(gateway: Gateway) -> None:
    depot = gateway[1].depot
    depot.members[1].seen.update(depot.posts)
    async with floor(gateway) as there:
        await there.sign_in()
        await there.sees("rien de nouveau")
        await there.press("1")
        await there.sees("Rien de nouveau. Vous avez tout lu.")


async def test_a_post_that_is_gone_is_said_and_the_list_stays(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("1")
        await there.sees("La rampe")
        gateway[1].depot.posts.pop(there_first(gateway).number)
        await there.press("enter")
        await there.sees("Il n'y a pas de message", "La rampe")
