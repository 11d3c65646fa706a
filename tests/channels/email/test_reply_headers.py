"""Attributions, header blocks and separators of many languages, and what looks like them."""

import textwrap

import pytest

from gateway.channels.email.reply import extract_reply

WHO = "<ann.lee@example.org>"
ATTRIBUTIONS = f"""
On Fri, May 3, 2024 at 10:05 AM Ann Lee {WHO} wrote:
On 3 May 2024, at 10:05, Ann Lee {WHO} wrote:
On Friday, May 3rd, 2024 at 10:05 AM, Ann Lee {WHO} wrote:
On 03.05.24 10:05, Ann Lee wrote:
Ann Lee wrote on 5/3/24 10:05 AM:
Le ven. 3 mai 2024 à 10:05, Ann Lee {WHO} a écrit :
Le 03/05/2024 à 10:05, Ann Lee a écrit :
Le vendredi 3 mai 2024 à 10:05:12 UTC+2, Ann Lee {WHO} a écrit :
Le jeu. 14 nov. 2024, 09 h 12, Ann Lee {WHO} a écrit :
Am Fr., 3. Mai 2024 um 10:05 Uhr schrieb Ann Lee {WHO}:
Am 03.05.24 um 10:05 schrieb Ann Lee:
Ann Lee {WHO} hat am 03.05.2024 10:05 geschrieben:
El vie, 3 may 2024 a las 10:05, Ann Lee ({WHO}) escribió:
El 3/5/24 a las 10:05, Ann Lee escribió:
Em sex., 3 de mai. de 2024 às 10:05, Ann Lee {WHO} escreveu:
Il giorno ven 3 mag 2024 alle ore 10:05 Ann Lee {WHO} ha scritto:
Il 03/05/2024 10:05, Ann Lee ha scritto:
Op vr 3 mei 2024 om 10:05 schreef Ann Lee {WHO}:
Op 3 mei 2024 om 10:05 heeft Ann Lee {WHO} het volgende geschreven:
Den fre 3 maj 2024 kl 10:05 skrev Ann Lee {WHO}:
Den fre. 3. maj 2024 kl. 10.05 skrev Ann Lee {WHO}:
pe 3. toukok. 2024 klo 10.05 Ann Lee {WHO} kirjoitti:
pt., 3 maj 2024 o 10:05 Ann Lee {WHO} napisał(a):
W dniu 03.05.2024 o 10:05, Ann Lee pisze:
pá 3. 5. 2024 v 10:05 odesílatel Ann Lee {WHO} napsal:
pi 3. 5. 2024 o 10:05 Ann Lee {WHO} napísal(a):
V V pet., 3. maj 2024 ob 10:05 je oseba Ann Lee {WHO} napisala:
pet, 3. svi 2024. u 10:05 Ann Lee {WHO} napisao je:
пт, 3 мая 2024 г. в 10:05, Ann Lee {WHO}:
03.05.2024 10:05, Ann Lee пишет:
пт, 3 трав. 2024 р. о 10:05 Ann Lee {WHO} пише:
на пт, 3.05.2024 г. в 10:05 Ann Lee {WHO} написа:
Στις Παρ 3 Μαΐ 2024 στις 10:05 π.μ., ο χρήστης Ann Lee {WHO} έγραψε:
Ann Lee {WHO}, 3 May 2024 Cum, 10:05 tarihinde şunu yazdı:
Ann Lee {WHO} ezt írta (időpont: 2024. máj. 3., P, 10:05):
În vin., 3 mai 2024 la 10:05, Ann Lee {WHO} a scris:
El dv., 3 de maig 2024, 10:05, Ann Lee {WHO} va escriure:
في الجمعة، 3 مايو 2024 في 10:05 ص تمت كتابة ما يلي بواسطة Ann Lee {WHO}:
‫בתאריך יום ו׳, 3 במאי 2024 ב-10:05 מאת ‪Ann Lee‬‏ <‪ann@example.org‬‏>:‬
2024年5月3日(金) 10:05 Ann Lee {WHO}:
Ann Lee {WHO} 于2024年5月3日周五 10:05写道：
2024년 5월 3일 (금) 오전 10:05, Ann Lee {WHO}님이 작성:
Vào Th 6, 3 thg 5, 2024 vào lúc 10:05 Ann Lee {WHO} đã viết:
Pada tanggal Jum, 3 Mei 2024 pukul 10.05 Ann Lee {WHO} menulis:
เมื่อ ศ. 3 พ.ค. 2024 เวลา 10:05 Ann Lee {WHO} เขียนว่า:
Kuupäev R, 3. mai 2024 kell 10:05 kirjutas Ann Lee {WHO}:
2024-05-03, pn, 10:05 Ann Lee {WHO} rašė:
""".strip().split("\n")

SEPARATORS = """
-----Original Message-----
----- Mail original -----
-------- Message d'origine --------
-------- Message transféré --------
-----Ursprüngliche Nachricht-----
-----Mensaje original-----
-----Mensagem original-----
-----Messaggio originale-----
-----Oorspronkelijk bericht-----
-----Ursprungligt meddelande-----
-----Oprindelig meddelelse-----
-----Alkuperäinen viesti-----
-----Wiadomość oryginalna-----
-----Původní zpráva-----
-------- Исходное сообщение --------
-----Αρχικό μήνυμα-----
-----Orijinal Mesaj-----
------------------ 原始邮件 ------------------
-----Ann Lee/Paris/ACME wrote: -----
---- On Fri, 03 May 2024 10:05:12 +0200 Ann Lee <a@example.org> wrote ----
Begin forwarded message:
Début du message réexpédié :
""".strip().split("\n")

BLOCKS = """
From|Sent|To|Subject
De|Envoyé|À|Objet
De|Date|À|Objet
Von|Gesendet|An|Betreff
De|Enviado el|Para|Asunto
De|Enviada em|Para|Assunto
Da|Inviato|A|Oggetto
Van|Verzonden|Aan|Onderwerp
Från|Skickat|Till|Ämne
Fra|Sendt|Til|Emne
Lähettäjä|Lähetetty|Vastaanottaja|Aihe
Od|Wysłano|Do|Temat
Od|Odesláno|Komu|Předmět
От|Отправлено|Кому|Тема
Від|Надіслано|Кому|Тема
Από|Στάλθηκε|Προς|Θέμα
Kimden|Gönderildi|Kime|Konu
Feladó|Elküldve|Címzett|Tárgy
De la|Trimis|Către|Subiect
发件人|发送时间|收件人|主题
寄件者|寄件日期|收件者|主旨
差出人|送信日時|宛先|件名
보낸 사람|보낸 날짜|받는 사람|제목
من|تم الإرسال|إلى|الموضوع
מאת|נשלח|אל|נושא
Từ|Đã gửi|Đến|Chủ đề
""".strip().split("\n")

SAID = "Ok pour moi."
QUOTED = "Bonjour\nla machine est en panne"
MARKED = "> Bonjour\n> la machine est en panne"


def reply(text: str) -> str:
    head = "From: x@example.com\nContent-Type: text/plain; charset=utf-8\n\n"
    return extract_reply((head + text).encode())


@pytest.mark.parametrize("header", ATTRIBUTIONS)
def test_an_attribution_ends_the_reply_marked_or_not(header: str) -> None:
    wrapped = "\n".join(textwrap.wrap(header, 58, break_long_words=False))
    for quote in (MARKED, QUOTED):
        assert reply(f"{SAID}\n\n{header}\n\n{quote}") == SAID
        assert reply(f"{SAID}\n{header}\n{quote}") == SAID
        assert reply(f"{SAID}\n\n{wrapped}\n\n{quote}") == SAID
    assert reply(f"{header}\n{MARKED}\n\n{SAID}") == SAID


@pytest.mark.parametrize("header", SEPARATORS)
def test_a_separator_ends_the_reply(header: str) -> None:
    assert reply(f"{SAID}\n\n{header}\n\n{QUOTED}") == SAID
    assert reply(f"{SAID}\n{header}\nFrom: Ann <a@example.org>\nSubject: x\n\n{QUOTED}") == SAID


@pytest.mark.parametrize("labels", BLOCKS)
@pytest.mark.parametrize("colon", [": ", " : "])
def test_a_header_block_ends_the_reply(labels: str, colon: str) -> None:
    values = ["Ann Lee <ann@example.org>", "3 mai 2024 10:05", "Bob", "Panne"]
    block = "\n".join(
        f"{label}{colon}{value}" for label, value in zip(labels.split("|"), values, strict=True)
    )
    assert reply(f"{SAID}\n\n{block}\n\n{QUOTED}") == SAID
    assert reply(f"{SAID}\n{block}\n{QUOTED}") == SAID
    assert reply(f"{SAID}\n\n{'_' * 32}\n{block}\n\n{QUOTED}") == SAID
    starred = "\n".join(
        f"*{row.replace(colon, colon.rstrip() + '* ', 1)}" for row in block.split("\n")
    )
    assert reply(f"{SAID}\n\n{starred}\n\n{QUOTED}") == SAID


@pytest.mark.parametrize(
    "text",
    [
        "Merci. Le rendez-vous est pris.\n\nDe : Paris\nÀ : Lyon\nDate : 12 mars\n\n3 palettes",
        "Thanks, see below:\nFrom: the dock\nTo: the yard\n10 boxes",
        "Invitation:\n\nDate: Wednesday 3 October 2024\nTime: 7:00\nAddress: "
        "130 Fox St\n\nBring your badge.",
        'Le 12 mai, le client a écrit : "pas content". On fait quoi ?',
        "RDV le 12/03/2024 à 10:30:\nquai 3",
        "Il a dit:\nnon",
        "J'ai écrit à bob@example.com :\npas de réponse",
        "On Monday we deliver.\nTo: check the list",
        "Objet: la panne\nDate: demain",
        "On the surface it is fine.\n\nOn the other hand we wrote 2 letters.\nOn average it works.",
        "2024-01-15 14:30:25\n15.01.2024 14:30\n01/15/2024 at 2:30 PM\nces dates me vont",
        "Total :\n----------\n12 palettes\n3 cartons",
        "> 30 kg : appelez-moi\nsinon c'est bon",
        "a > b\nc < d",
        "```\n> rm\nFrom: a@b.c\nSubject: x\n--\nfin\n```\n\nvoilà",
        "| quai | heure |\n| 3 | 10:05 |",
    ],
)
def test_a_text_that_looks_like_a_header_stays_whole(text: str) -> None:
    assert reply(text) == text


def test_text_above_a_wrapped_header_stays() -> None:
    header = "On Mon, Aug 26, 2024 at 4:37 PM The Hiring Engine <\nlong.address@example.org> wrote:"
    assert reply(f"On 5 boxes we agree.\n{header}\n\n{QUOTED}") == "On 5 boxes we agree."


@pytest.mark.parametrize(
    "header",
    [
        "On Wed, Apr 4, 2024 at 3:59 PM, bob@example.com wrote:",
        "Le 3 mai 2024 à 10:05, Ann Lee <a@example.org> a écrit :",
        "Am 03.05.2024 um 10:05 schrieb Ann Lee <a@example.org>:",
    ],
)
def test_a_header_on_the_line_of_the_reply_leaves_the_reply(header: str) -> None:
    assert reply(f"C'est fait {header}\n{MARKED}") == "C'est fait"
    assert reply(f"C'est fait {header}\n\n{QUOTED}") == "C'est fait"


@pytest.mark.parametrize("header", ["---- Ann Lee wrote ----", "---- Ann Lee a écrit ----"])
def test_a_dashed_name_and_verb(header: str) -> None:
    assert reply(f"{SAID}\n\n{header}\n\n{QUOTED}") == SAID


@pytest.mark.parametrize(
    "text", ["- Mail original :\nle voici", "Le message original :\nrien", "-- Total: 3 --\nfin"]
)
def test_words_of_a_separator_in_a_text_stay(text: str) -> None:
    assert reply(text) == text


def test_a_mail_passed_on_without_a_word_means_the_mail() -> None:
    text = (
        "-------- Message transféré --------\nDe : Ann <a@example.org>\nObjet "
        ": x\n\nLa machine est en panne."
    )
    assert reply(text) == "La machine est en panne."


def test_everything_quoted_without_a_header_was_perhaps_no_quote() -> None:
    assert reply("> 30 kg\n> 40 kg") == "> 30 kg\n> 40 kg"


def test_a_header_with_a_quote_and_nothing_else_says_nothing() -> None:
    assert reply(f"{ATTRIBUTIONS[0]}\n\n{MARKED}") == ""


def test_a_quoted_line_that_was_torn_is_still_quoted() -> None:
    torn = "> Voir (https://example.org/action?\nnonce=3dd518)\n>\n"
    assert reply(f"{SAID}\n\n{ATTRIBUTIONS[0]}\n\n> x\n{torn}") == SAID
    assert reply(f"{SAID}\n\n{ATTRIBUTIONS[0]}\n\n> x\n(https://example.org/a)\n> y\n") == SAID


def test_an_answer_between_two_quoted_lines_is_not_torn() -> None:
    assert reply(f"{ATTRIBUTIONS[0]}\n> Une question ?\noui\n> Une autre ?\nnon") == "oui\n\nnon"
