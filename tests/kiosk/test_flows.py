"""What people do at the kiosk, key by key, against the real HTTP API."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.core.commands import Page, PostView
from gateway.kiosk.screens.news import FoundScreen
from gateway.kiosk.screens.write import WriteScreen, to_group
from gateway.kiosk.widgets import Paper
from tests.kiosk.floor import Floor, floor

Gateway = Any


def last(there: Floor) -> PostView:
    return there.posts[-1]


async def test_a_badge_and_a_secret_code_open_a_session(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sees("PASSEZ VOTRE BADGE", "Transports Martin · Gennevilliers", "EN LIGNE")
        await there.scan("1001")
        await there.sees("Votre code secret")
        assert "1001" not in there.screen
        await there.type("123")
        await there.sees("*  *  *  _  _  _")
        await there.type("456")
        await there.sees("Amina", "Que voulez-vous faire", "1 URGENT, 3 à lire")


async def test_a_badge_is_typed_where_there_is_no_reader(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press("1")
        await there.sees("Tapez votre numéro de badge")
        await there.press(*"1002", "\r")
        await there.sees("Votre code secret")
        await there.type("654321")
        await there.sees("John", "What do you want to do?")


async def test_a_reader_without_prefix_is_understood_on_the_welcome(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press(*"1001", "\r")
        await there.sees("Votre code secret")


async def test_the_digit_row_of_a_french_keyboard_needs_no_shift(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press("\x02", *"&àà&", "\r")
        await there.sees("Votre code secret")
        await there.type("&é\"'(-")
        await there.sees("Que voulez-vous faire")
        await there.press("&")
        await there.sees("NOUVELLES")


async def test_a_pin_is_picked_with_arrows_alone(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.press("enter")
        for _ in range(5):
            await there.press("right", "enter")
        await there.sees("Que voulez-vous faire")


async def test_a_one_time_code_opens_a_session(gateway: Gateway) -> None:
    gateway[1].depot.codes["267486"] = 2
    async with floor(gateway) as there:
        await there.press("2")
        await there.sees("code à usage unique, puis")
        await there.press(*"267486", "\r")
        await there.sees("John")


@pytest.mark.parametrize("badge", ["1001", "9999"])
async def test_a_wrong_code_and_an_unknown_badge_look_alike(gateway: Gateway, badge: str) -> None:
    async with floor(gateway) as there:
        await there.scan(badge)
        await there.sees("Votre code secret")
        await there.type("000000")
        await there.sees("! Badge ou code secret inconnu", "_  _  _  _  _  _")


async def test_too_many_tries_are_told_to_wait(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        for _ in range(3):
            await there.type("000000")
            await there.sees("! Badge ou code secret inconnu")
            there.app.screen.notice("")  # type: ignore[attr-defined]
        await there.type("123456")
        await there.sees("! Trop d'essais. Attendez 30 s.")


async def test_a_first_secret_code_is_chosen_and_typed_twice(gateway: Gateway) -> None:
    amina = gateway[1].depot.members[1]
    amina.must_choose_pin = True
    async with floor(gateway) as there:
        there.app.enter(there.app.api.sign_in(badge="1001", pin="123456"), "1001")
        await there.sees("Choisissez un code secret")
        await there.type("111111")
        await there.sees("Encore une fois")
        await there.type("111111")
        await there.sees("! Trop facile")
        await there.type("824613")
        await there.sees("Encore une fois")
        await there.type("824613")
        await there.sees("Que voulez-vous faire")
    assert amina.pin == "824613"


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
        await there.sees(f"Réponse au {first}")
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


async def test_a_post_is_found_by_its_number(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("4")
        await there.sees("1   Un message, par son numéro")
        await there.press("1")
        await there.sees("Le numéro du message")
        await there.press(*str(there.posts[0].number), "\r")
        await there.sees("La rampe du quai 3", "1   Répondre")


async def test_zero_and_escape_lead_back_and_finish(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("5")
        await there.sees("1   Langue")
        await there.press("\x1b")
        await there.sees("Que voulez-vous faire")
        await there.press("0")
        await there.sees("PASSEZ VOTRE BADGE")
        assert "Amina" not in there.screen
        await there.until(lambda: not there.desk._sessions, "signed out at the gateway")


async def test_keys_typed_ahead_do_not_act_on_a_screen_that_was_not_seen(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("2", "1")
        await there.sees("Écrire à quel groupe")
        await there.rest()
        assert len(there.app.screen_stack) == 3


async def test_a_touch_does_what_a_digit_does(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        at = next(n for n, line in enumerate(there.screen.splitlines()) if "Chercher" in line)
        await there.pilot.click(offset=(10, at))
        await there.sees("Que cherchez-vous")


async def test_a_text_is_sent_with_arrows_and_by_touch(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        for way in ("arrows", "touch"):
            there.app.show(WriteScreen(to_group("quai3", "Quai 3")))
            await there.sees("Votre message")
            await there.type(f"Par {way}")
            if way == "arrows":
                await there.press("down")
                await there.sees("> ")
                await there.type("!")
                await there.sees(f"Par {way}!")
                await there.press("down", "enter")
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
        await there.sees(">     Entrée")
        await there.press("down")
        await there.sees(">     Échap")
        await there.press("up", "up")
        await there.until(lambda: isinstance(there.app.focused, Paper), "on the sheet")


async def test_a_long_text_is_read_with_the_arrows_before_the_choices(gateway: Gateway) -> None:
    first = there_first(gateway)
    gateway[1].depot.posts[first.number] = replace(first, body="\n".join(map(str, range(50))))
    async with floor(gateway, (40, 15)) as there:
        await there.sign_in()
        await there.press("1")
        await there.sees(f"> {first.number}")
        await there.press("enter")
        await there.sees("1   Répondre")
        await there.press(*["down"] * 60)
        await there.sees(" 49", "> 0   Retour")


def there_first(gateway: Gateway) -> PostView:
    first: PostView = next(iter(gateway[1].depot.posts.values()))
    return first


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
        await there.sees("MESSAGES  2/10000", "> 1 ·")


async def test_news_come_page_by_page_and_none_twice(gateway: Gateway) -> None:
    for at in range(6):
        gateway[1].depot.write(3, "quai3", f"Camion {at} parti")
    async with floor(gateway, (80, 40)) as there:
        await there.sign_in()
        await there.press("1")
        await there.sees("Encore 4 : Entrée")
        await there.press("end", "enter")
        await there.sees("Camion 5 parti", "/9")
        assert there.screen.count("Camion 1 parti") == 1
        await there.press("0")
        await there.sees("rien de nouveau")
        await there.press("1")
        await there.sees("Camion 5 parti")


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
        for key, question, value, changed in (
            ("2", "1   06:00", "1", lambda: amina.hour == 6),
            ("3", "3   Une fois par semaine", "3", lambda: amina.rhythm == "week"),
            ("4", "2   8 heures", "2", lambda: amina.paused_until is not None),
        ):
            await there.sees("1   Langue")
            await there.until(lambda: not there.app.screen.fetching, "loaded")  # type: ignore[attr-defined]
            await there.press(key)
            await there.sees(question)
            await there.press(value)
            await there.until(changed, question)
            await there.sees("0   Retour")
            await there.press("0")
        await there.sees("4   Finir la pause")
        await there.press("4")
        await there.until(lambda: amina.paused_until is None, "resumed")


async def test_a_secret_code_is_changed_by_its_owner(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("5")
        await there.sees("5   Changer mon code secret")
        await there.until(lambda: not there.app.screen.fetching, "loaded")  # type: ignore[attr-defined]
        await there.press("5")
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


async def test_a_secret_code_is_touched_on_the_screen(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        at = next(n for n, line in enumerate(there.screen.splitlines()) if "2     3" in line)
        columns = {sign: there.screen.splitlines()[at].index(sign) for sign in "123456"}
        for sign in "123456":
            await there.pilot.click(offset=(columns[sign], at))
        await there.sees("Que voulez-vous faire")


async def test_colours_change_at_the_welcome(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press("8")
        await there.until(lambda: there.app.theme == "contrast", "changed")
