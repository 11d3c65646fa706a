"""Posts, answers, alerts and questions, and taking them back."""

from typing import Any

from gateway.core.commands import PostView
from gateway.kiosk.paper import Paper
from gateway.kiosk.screens.send import to_group
from gateway.kiosk.screens.sheet import WriteScreen
from tests.kiosk.floor import Floor, floor

Gateway = Any


def last(there: Floor) -> PostView:
    return there.posts[-1]


async def test_own_words_take_four_keys_beside_the_text(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.keys = 0
        await there.press("2")
        await there.sees("Écrire à quel groupe")
        await there.press("1")
        await there.sees("Quel message")
        await there.press("1")
        await there.sees("Votre message")
        text = "La porte 4 est bloquée, [b]passez[/] par la 5"
        await there.type(text)
        await there.press("\r")
        await there.sees("MESSAGE ENVOYÉ")
        assert there.keys - len(text) <= 5
        assert (last(there).body, last(there).group) == (text, "quai3")


async def test_a_ready_sentence_takes_three_keys_and_is_taken_back_with_one(
    gateway: Gateway,
) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.keys = 0
        await there.press("2")
        await there.sees("Écrire à quel groupe")
        await there.press("1")
        await there.sees("Quel message")
        await there.press("3")
        await there.sees("MESSAGE ENVOYÉ", "encore 10 s")
        assert there.keys == 3
        assert last(there).body == "Machine en panne, besoin d'aide."
        await there.press("0")
        await there.until(lambda: last(there).withdrawn, "taken back")
        await there.sees("0   Retour")
        await there.press("0")
        await there.sees("Que voulez-vous faire")


async def test_what_is_sent_goes_on_by_itself_after_ten_seconds(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("2")
        await there.sees("Écrire à quel groupe")
        await there.press("1")
        await there.sees("Quel message")
        await there.press("2")
        await there.sees("encore 10 s")
        there.ticks.now += 4
        await there.sees("encore 6 s")
        there.ticks.now += 6
        await there.sees("Que voulez-vous faire")
    assert not last(there).withdrawn


async def test_an_alert_is_asked_first(gateway: Gateway) -> None:
    gateway[1].depot.groups["quai3"].animators.add(1)
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("3")
        await there.sees("[X]  Quai 3")
        await there.press("1")
        await there.sees("5   Message URGENT")
        await there.press("5")
        await there.sees("! URGENT · Quai 3")
        await there.type("Fuite de gaz")
        await there.press("\r")
        await there.sees("1   Oui", "2   Non")
        assert not any(post.body == "Fuite de gaz" for post in there.posts)
        await there.press("1")
        await there.sees("MESSAGE ENVOYÉ")
    assert last(there).urgent


async def test_going_back_from_a_question_is_a_no(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("9")
        await there.sees("1   Taper une commande")
        await there.press("1")
        await there.sees("comme par SMS")
        await there.type("le camion est en retard")
        await there.press("\r")
        await there.sees("1   Oui")
        await there.press("\x1b")
        await there.sees("1   Taper une commande")
    assert gateway[1].depot.members[1].question is None
    assert last(there).body != "le camion est en retard"


async def test_a_refusal_keeps_the_text_on_the_sheet(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("2")
        await there.sees("2   Sécurité")
        await there.press("2")
        await there.sees("Quel message")
        await there.press("1")
        await there.sees("Votre message")
        await there.type("Casque oblig")
        await there.press("\r")
        await there.sees("Sécurité", "Casque oblig", "animateur")
        await there.type("!")
        await there.sees("Casque oblig!")


async def test_a_text_is_sent_with_arrows_and_by_touch(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        for way in ("arrows", "touch"):
            there.app.show(WriteScreen(to_group("quai3", "Quai 3")))
            await there.sees("Votre message")
            await there.type(f"Par {way}")
            if way == "arrows":
                await there.press("down")
                await there.sees("[a]")
                await there.type("!")
                await there.sees(f"Par {way}!")
                await there.press(*["down"] * 4, *["right"] * 4)
                await there.sees("[ENVOYER]")
                await there.press("enter")
            else:
                at = next(
                    n for n, line in enumerate(there.screen.splitlines()) if "ENVOYER" in line
                )
                await there.pilot.click(offset=(10, at))
            await there.sees("MESSAGE ENVOYÉ", "Quai 3 · 2 personnes")
            assert last(there).body.startswith(f"Par {way}")
            there.app.home()


async def test_the_arrow_up_leads_back_to_the_sheet(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.app.show(WriteScreen(to_group("quai3", "Quai 3")))
        await there.sees("Votre message")
        await there.press("down")
        await there.sees("[a]")
        await there.press("up")
        await there.until(lambda: isinstance(there.app.focused, Paper), "on the sheet")
