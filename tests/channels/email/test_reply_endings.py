"""Signatures, phones' lines, footers and banners go; thanks, lists, addresses, dates stay."""

import pytest

from gateway.channels.email.reply import extract, extract_reply

SAID = "Ok pour moi."

PHONES = """
Envoyé de mon iPhone
Envoyé depuis mon mobile Orange
Envoyé de mon smartphone Samsung Galaxy.
Envoyé à partir de Yahoo Mail pour Android
Envoyé avec la messagerie sécurisée Proton Mail.
Envoyé à partir de Courrier pour Windows
Télécharger Outlook pour Android<https://aka.ms/x>
Obtenir Outlook pour iOS<https://aka.ms/o0ukef>
Get Outlook for Android<https://aka.ms/AAb9ysg>
Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows 10
Sent from my mobile phone. Please excuse typos.
Sent from my Verizon, Samsung Galaxy smartphone
Von meinem iPhone gesendet
Gesendet mit der GMX Mail App
Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.
Enviado desde mi iPhone
Enviado do meu smartphone Samsung Galaxy.
Obter o Outlook para iOS
Inviato dal mio telefono
Verstuurd vanaf mijn iPhone
Outlook voor Android downloaden
Skickat från min iPhone
Sendt fra min iPhone
Lähetetty iPhonesta
Wysłane z iPhone'a
Pobierz aplikację Outlook dla systemu Android
Odesláno z iPhonu
Odoslané z iPhonu
Poslano s mog iPhone-a
Отправлено с iPhone
Отправлено из мобильной Почты Mail.ru
Надіслано з iPhone
Изпратено от моя iPhone
Στάλθηκε από το iPhone μου
iPhone'umdan gönderildi
Android için Outlook'u edinin
Az iPhone-omról küldve
Trimis de pe iPhone-ul meu
Enviat des del meu iPhone
发自我的iPhone
從我的 iPhone 傳送
iPhoneから送信
나의 iPhone에서 보냄
أُرسلت من الـ iPhone
Được gửi từ iPhone của tôi
Dikirim dari iPhone saya
ส่งจาก iPhone ของฉัน
मेरे iPhone से भेजा गया
""".strip().split("\n")

ENDINGS = [
    "Cordialement,\nJean Dupont\nChef de quai",
    "Bien cordialement,\n\nJean",
    "Kind regards,\nAnn Lee\nDock B",
    "Best regards, Ann",
    "Mit freundlichen Grüßen\nMax Mustermann",
    "Saludos,\nJuan",
    "Atenciosamente,\nJoão Silva",
    "Pozdrawiam\nŁukasz",
    "-- \nJean\nTél. 06 12 34 56 78",
    "--\nJean",
    "---\nRoman",
    "Jean Dupont\njean@example.com\n+33 6 12 34 56 78",
    "—\nYou are receiving this because you commented.\nReply to this "
    "email directly, view it on GitHub",
    "This e-mail and any attachments are confidential and intended "
    "solely for the addressee. If you "
    "are not the intended recipient, please delete this message and notify the sender.",
    "Ce message et ses pièces jointes sont confidentiels et destinés "
    "exclusivement à son destinataire. "
    "Si vous avez reçu ce message par erreur, merci de le détruire et d'en avertir l'expéditeur.",
    "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Empfänger sind, "
    "informieren Sie bitte den Absender und vernichten Sie diese Mail.",
    "Garanti sans virus. www.avast.com",
    "Please consider the environment before printing this e-mail",
    "_______________________________________________\ndiscuss mailing "
    "list\ndiscuss@lists.example.org\n"
    "https://lists.example.org/listinfo/discuss",
]

BANNERS = """
CAUTION: This email originated from outside of the organization. Do not click links.
[EXTERNAL]
ATTENTION : ce message provient de l'extérieur. Ne cliquez pas sur les liens.
ACHTUNG: Diese E-Mail kommt von extern. Klicken Sie nicht auf Links.
You don't often get email from bob@example.com. Learn why this is important<https://aka.ms/x>
Vous n'obtenez pas souvent d'e-mail à partir de a@b.fr. Découvrez pourquoi cela est important
""".strip().split("\n")

KEPT = [
    "Merci",
    "Merci Paul",
    "Thanks",
    "Thanks for the lift, see you at 6",
    "Bonjour,\n\nBien reçu.\n\nMerci,\nPaul",
    "Liste:\n- pain\n- lait",
    "- fait",
    "Il manque :\n- pain",
    "1. ok\n2. non\n3. oui",
    "Adresse:\n12 rue des Lilas\n75001 Paris\n06 12 34 56 78",
    "Contact :\n\nJean Martin\njean@example.com\n06 12 34 56 78",
    "Demande à Jean Martin\njean@example.com",
    "Envoyé de Lyon hier, arrive demain",
    "Sent from warehouse B, should arrive tomorrow",
    "Because of:\n-- first point\n-- second point\n\nCheck it",
    "And here is a fix -- this is not a signature.\n\nbye",
    "Le 12 mars 2024 à 10:05 quai 3",
    "Cordialement",
    "Jean Dupont",
]


def reply(text: str, author: str = "x@example.com") -> str:
    head = f"From: {author}\nContent-Type: text/plain; charset=utf-8\n\n"
    return extract_reply((head + text).encode())


@pytest.mark.parametrize("line", PHONES)
def test_the_line_of_a_phone_goes(line: str) -> None:
    assert reply(f"{SAID}\n\n{line}\n") == SAID
    assert (
        reply(f"{SAID}\n{line}\n\nOn 3 May 2024 at 10:05, Ann <a@example.org> wrote:\n\n> x\n")
        == SAID
    )


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_signature_or_footer_goes(ending: str) -> None:
    assert reply(f"{SAID}\n\n{ending}\n") == SAID


@pytest.mark.parametrize("banner", BANNERS)
def test_the_banner_of_a_mail_filter_goes(banner: str) -> None:
    assert reply(f"{banner}\n\n{SAID}") == SAID


@pytest.mark.parametrize("text", KEPT)
def test_what_was_said_stays(text: str) -> None:
    assert reply(text) == text


def test_a_dash_and_the_name_of_the_author_is_a_signature() -> None:
    text = "Ok.\n\n- marie"
    assert reply(text, "Marie Curie <mc@example.org>") == "Ok."
    assert reply(text, "Paul <p@example.org>") == text


def test_a_signature_below_the_quote_goes() -> None:
    text = f"{SAID}\n\nOn 3 May 2024 at 10:05, Ann <a@example.org> wrote:\n> x\n\n-- \nJean\nQuai B"
    assert reply(text) == SAID


def test_text_below_a_phones_line_stays_when_the_quote_is_marked() -> None:
    text = (
        "Sent from my iPhone\n\nOn 3 May 2024 at 10:05, Ann <a@example.org>"
        " wrote:\n> x\n\nThis is below."
    )
    assert reply(text) == "This is below."


def test_each_cut_says_why() -> None:
    text = (
        f"[EXTERNAL]\n\n{SAID}\n\n-- \nJean\n\nLe 03/05/2024 à 10:05, Ann a écrit :\n> x\n\n"
        "Garanti sans virus. www.avast.com\n"
    )
    got = extract(
        ("From: x@example.com\nContent-Type: text/plain; charset=utf-8\n\n" + text).encode()
    )
    assert got.reply == SAID
    assert [cut.kind for cut in got.cut] == ["banner", "signature", "header", "quote", "footer"]
