"""Groups, settings and searches, by digits and by touch."""

from dataclasses import replace
from typing import Any

from gateway.core.commands import PostView
from tests.kiosk.floor import Floor, floor

Gateway = Any


def last(there: Floor) -> PostView:
    return there.posts[-1]


async def test_a_group_is_joined_and_left(gateway: Gateway) -> None:
    foot = gateway[1].depot.groups["foot"]
    async with floor(gateway) as there:
        await there.sign_in()
        for state, key in (("[ ]  Football", "1"), ("[X]  Football", "4")):
            await there.press("3")
            await there.sees(state)
            at = next(line for line in there.screen.splitlines() if state in line)
            await there.press(at.replace(">", " ").split()[0])
            await there.sees("1   Rejoindre ce groupe" if key == "1" else "4   Quitter")
            await there.press(key)
            await there.until(lambda want=key == "1": (1 in foot.members) is want, "changed")  # type: ignore[misc]
            await there.sees("0   Retour")
            await there.press("0")
            await there.sees("Choisissez un groupe")
            await there.press("0")
            await there.sees("Que voulez-vous faire")


async def test_the_language_changes_at_once(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("5")
        await there.sees("1   Langue", "Amina")
        await there.until(lambda: not there.app.screen.fetching, "loaded")  # type: ignore[attr-defined]
        await there.press("1")
        await there.sees("2   English")
        await there.press("2")
        await there.sees("0   Back")
        await there.press("0")
        await there.sees("1   Language")
        await there.press("0")
        await there.sees("What do you want to do?")


async def test_a_touch_does_what_a_digit_does(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        at = next(n for n, line in enumerate(there.screen.splitlines()) if "Chercher" in line)
        await there.pilot.click(offset=(10, at))
        await there.sees("Que cherchez-vous")


async def test_a_search_finds_words_people_and_groups(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        for key, word, found in (("2", "rampe", "La rampe du quai"), ("3", "quai3", "Amina, John")):
            await there.press("4")
            await there.sees("Que cherchez-vous")
            await there.press(key)
            await there.sees("Quel mot")
            await there.type(word)
            await there.press("\r")
            await there.sees(found)
            there.app.home()
            while len(there.app.screen_stack) > 2:
                there.app.pop_screen()
            await there.sees("Que voulez-vous faire")


async def test_settings_are_a_number_each(gateway: Gateway) -> None:
    amina = gateway[1].depot.members[1]
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("5")
        await there.sees("2   Mes résumés")
        await there.press("2")
        for key, question, value, changed in (
            ("1", "1   06:00", "1", lambda: amina.hour == 6),
            ("2", "2   Au début de chaque poste", "2", lambda: amina.rhythm == "shift"),
            ("2", "4   Une fois par semaine", "4", lambda: amina.rhythm == "week"),
            ("3", "3   3 SMS", "3", lambda: amina.page == 3),
        ):
            await there.sees("1   Heure de mon résumé")
            await there.press(key)
            await there.sees(question)
            await there.press(value)
            await there.until(changed, question)
            await there.sees("0   Retour")
            await there.press("0")
        await there.sees("1   Heure de mon résumé")
        await there.press("0")
        await there.sees("3   Pause, aucun message")
        await there.press("3")
        await there.sees("2   8 heures")
        await there.press("2")
        await there.until(lambda: amina.paused_until is not None, "paused")
        await there.sees("0   Retour")
        await there.press("0")
        await there.sees("3   Finir la pause")
        await there.press("3")
        await there.until(lambda: amina.paused_until is None, "resumed")


async def test_a_secret_code_is_changed_by_its_owner(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("5")
        await there.sees("4   Changer mon code secret")
        await there.until(lambda: not there.app.screen.fetching, "loaded")  # type: ignore[attr-defined]
        await there.press("4")
        await there.sees("Choisissez un code")
        await there.type("824613")
        await there.sees("Encore une fois")
        await there.type("824614")
        await there.sees("! Ce ne sont pas les mêmes chiffres")
        for again in ("Choisissez", "Encore une fois"):
            await there.sees(again)
            await there.type("824613")
        await there.sees("Votre nouveau code secret est en place.")
    assert gateway[1].depot.members[1].pin == "824613"


async def test_many_groups_come_page_by_page(gateway: Gateway) -> None:
    groups = gateway[1].depot.groups
    for at in range(9):
        groups[f"g{at}"] = replace(groups["foot"], slug=f"g{at}", title=f"Groupe {at}", members={1})
    async with floor(gateway) as there:
        await there.sign_in()
        for key, question in (("3", "Choisissez un groupe"), ("2", "Écrire à quel groupe")):
            await there.press(key)
            await there.sees(question, "1   ", "Quai 3")
            await there.press("8")
            await there.sees("Groupe 4")
            assert "Quai 3" not in there.screen
            while "Quai 3" not in there.screen:
                before = there.screen
                await there.press("8")
                await there.until(lambda before=before: there.screen != before, "turned")  # type: ignore[misc]
            await there.press("0")
            await there.sees("Que voulez-vous faire")


async def test_a_closed_group_is_asked_and_says_that_it_waits(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("3")
        await there.sees("4   [ ]  Syndicat")
        await there.press("4")
        await there.sees("Groupe fermé", "1   Rejoindre ce groupe")
        await there.press("1")
        await there.sees("Demande envoyée")
        await there.press("0")
        await there.sees("[?]  Syndicat", "demande envoyée")
        assert gateway[1].depot.groups["syndic"].asked == {1}


async def test_who_sees_my_messages_is_told(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("9")
        await there.sees("3   Qui voit mes messages")
        await there.press("3")
        await there.sees("Personne ne voit votre numéro")
