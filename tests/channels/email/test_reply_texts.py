"""What people type and what is put around it, line by line: none of the one is cut, all the other.

`¶` is a line end; before `⇒` stands a mail, behind it what the person wrote.
"""

import pytest

from gateway.channels.email.reply import extract_reply

TYPED = r"""
Hi Ann,¶¶On Monday 3 February 2025 at 10:12 we had a leak.¶Peter wrote it down.¶¶Jean
On 03/02/2025 at 10:12 the press stopped:¶¶- no oil¶- no power
Le 03/02/2025 à 10:12, la presse s'est arrêtée :¶¶- plus d'huile¶- plus de courant
Le 3 février 2025, Paul a écrit au client :¶il n'a pas répondu.
Am 03.02.2025 um 10:12 hat Peter geschrieben, dass er kommt:¶um 6 Uhr.
From: dock B¶To: dock C¶When: 03/02/2025 10:12¶What: 3 pallets
De : quai B¶À : quai C¶Objet : 3 palettes
Name: Jean Dupont¶Email: jean@x.org¶Phone: +33 6 12 34 56 78¶Date: 03/02/2025 10:12
Nom : Dupont¶Prénom : Jean¶Mail : jean@x.org¶Né le : 03/02/1985 à 10:12¶Ville : Nantes
Shift: late¶Date: 03/02/2025 22:00¶Place: hall 2¶Contact: Ann <ann@x.org>
Please write to Ann <ann@x.org> or Paul <paul@x.org>:¶they know.
Contact: Ann Martin <ann@x.org>¶Tel: 06 12 34 56 78¶She is there from 10:12 to 18:00.
Date: 03/02/2025¶Lieu : Nantes
Subject: the press¶¶It is broken again.
To do:¶- call Ann¶- write to Paul
Re: the press¶¶It is broken.
Merci,¶¶je viens à 6 h.
Thanks,¶I will be there.¶Thanks again for the help.
Bonjour,¶¶1. oui¶2. non¶3. le 12/03/2025 à 10:12 : absent¶¶Merci
Here is the code:¶¶    From: x¶    To: y¶    Subject: z¶¶It fails.
12 rue du Port¶44000 Nantes
+33 6 12 34 56 78
jean@x.org
https://example.org/x
Jean Dupont¶12 rue du Port¶44000 Nantes¶06 12 34 56 78
Call Paul:¶06 12 34 56 78
The address:¶¶ACME Logistics¶12 rue du Port¶www.acme.example¶contact@acme.example
My number changed:¶¶Jean Dupont¶06 12 34 56 78
I take Monday.¶¶Paul takes Tuesday.¶¶Marie
Who comes?¶¶Paul¶Marie¶Jean
A¶---¶B¶---¶C is the longest text of all, with a full stop.
Title¶=====¶¶Text under it.¶¶Other¶-----¶¶More.
Part one.¶¶__________¶¶Part two, which is long enough to be a text of its own.
2025-02-03 10:12 Start¶2025-02-03 10:15 Error: no oil¶2025-02-03 10:20 Stop
10:12 arrival¶10:20 unloading¶11:00 departure
10:12 - Ann: hello¶10:13 - Paul: hi¶10:14 - Ann: who comes?
[03/02/2025 10:12] Ann: hello¶[03/02/2025 10:13] Paul: hi
Ann wrote: the press is down.¶I say: it is not.
Paul said:¶the press is down.¶I do not know.
Paul a dit :¶"la presse est en panne".¶Je ne sais pas.
As you wrote:¶¶the press is down. So what?
I sent this from my phone because the computer is broken.
Sent from my office is a new lamp, take it.
My iPhone is broken
Envoyé de mon côté, rien reçu du tien.
I forward the message below to you tomorrow.
The original message was lost.
Message original perdu, merci de le renvoyer.
Please consider the environment.
This is confidential, do not tell Paul.
I am out of the organization now.
Regards to your wife.
Cordialement vôtre, je viens demain.
Sincerely, I do not know.
All the best for your exam!
Best is to come at 6.
Dock B — 3 pallets¶Dock C — 2 pallets
- Jean¶- Paul¶- Marie
* Jean¶* Paul
1) Jean¶2) Paul
a > b and c < d
> 3 pallets: two persons¶less: one
>>> print("x")¶x
| a | b |¶| 1 | 2 |
| one cell
Oui : 3¶Non : 2¶Absents : Paul <paul@x.org>¶Fait le : 03/02/2025 à 10:12¶¶Voilà.
Livraison¶De : Ann <ann@x.org>¶Pour : moi¶Heure : 10:12
Le lun. 3 févr. 2025 à 10:12 : livraison¶Le mar. 4 févr. 2025 à 10:12 : rien
On Mon 3 Feb 2025 at 10:12: delivery¶On Tue 4 Feb 2025 at 10:12: nothing
--¶ok
-- ok
___¶ok
👍¶¶👍
El 3 de febrero de 2025 a las 10:12 llegó el camión:¶estaba vacío.
W dniu 03.02.2025 o 10:12 przyjechał kierowca:¶nic nie przywiózł.
3 февраля 2025 г. в 10:12 пришла машина:¶пустая.
2025年2月3日 10:12 に着きました：¶空でした。
Wiadomość: przyjadę o 6.¶Data: 03.02.2025
Von mir: nichts.¶An alle: danke.¶Betreff egal.
À : 6 h¶De : 5 personnes
Cc Paul please.¶¶He knows.
Hello Ann¶¶see below¶¶Meeting¶From: 10:12¶To: 11:00¶Date: 03/02/2025¶Subject: press
Thank you for contacting me.¶¶Unsubscribe me from the mailing list please.
As John wrote: this is fine.¶On that note, I agree.
Please write to ann@x.org before 12/03/2025:¶- a¶- b
You can reach me at a@b.org on 2024-01-15 at 10:00:¶then we talk.
From: my perspective, this works¶To: be honest, I like it¶Subject: to change
First section¶¶---¶¶Second section
First section¶¶***¶¶Second section.¶¶***¶¶Third
Intro¶¶---¶¶- one¶- two
Notes¶-----¶first thing¶second thing
Plan:¶___¶¶Monday¶Tuesday
Total¶----¶42
On Mon, I will come. He wrote:¶nothing
On 12 March we meet. Ann wrote that she comes:¶fine
I wrote on 2024-01-15:¶no answer came.
On January 15, 2024 we received an order from Acme <sales@acme.org>:¶10 pallets.
See the thread from Ann Martin <ann@x.org> of 15/01/2024:¶she explains it.
My favourite quote:¶¶> To be or not to be¶¶What do you think?
My favourite quote:¶¶> To be or not to be,¶> that is the question¶¶What do you think?
Steps:¶1. Sent from A¶2. Sent from B
```¶> quoted in code¶-- ¶On 3 Feb 2025, Ann <a@b.c> wrote:¶```¶¶see above
It works.¶¶[image: image.png]
    if a > b:¶        return¶¶is wrong
""".strip().split("\n")

SIGNED = r"""
> Is it at 6?¶¶Yes.¶¶> And where?¶¶Dock B.⇒Yes.¶¶Dock B.
Best practice is to wait.¶¶Best⇒Best practice is to wait.
Ok¶¶本邮件及其附件含有保密信息，仅限于收件人使用。如果您错收了本邮件，请立即删除并通知发件人。⇒Ok
Ok¶¶本電子郵件包含機密資訊，僅供指定收件人使用。若您誤收本郵件，請立即刪除並通知寄件人。⇒Ok
Ok¶¶هذه الرسالة سرية ومخصصة للمستلم فقط. إذا استلمتها عن طريق الخطأ فيرجى حذفها وإبلاغ المرسل.⇒Ok
Ok¶¶P Please consider the environment before printing this email⇒Ok
Ok¶¶Avant d'imprimer ce message, pensez à l'environnement.⇒Ok
Ok¶¶Diese E-Mail wurde von Avast Antivirus-Software auf Viren geprüft.¶www.avast.com⇒Ok
Ok¶¶—¶Reply to this email directly, view it on GitHub, or unsubscribe.⇒Ok
Ok¶¶You received this email because you are subscribed to Dock B. Unsubscribe: https://x.org/u⇒Ok
CAUTION: This email originated from outside of the organization. Do not click links.¶¶Ok⇒Ok
[EXTERNAL]¶¶Ok⇒Ok
EXTERNAL EMAIL: be careful¶¶Ok⇒Ok
*** EXTERNAL ***¶¶Ok⇒Ok
This Message Is From an External Sender¶This message came from outside your organization.¶¶Ok⇒Ok
⚠ Externe E-Mail – Vorsicht bei Links und Anhängen¶¶Ok⇒Ok
Ce courriel provient de l'externe. Soyez prudent.¶¶Ok⇒Ok
Ok¶¶Jean¶¶2025-02-03 10:12 GMT+01:00 Ann Martin <ann@x.org>:¶¶> Hello⇒Ok¶¶Jean
Hi Ann,¶¶I will come.¶¶Best,¶Jean⇒Hi Ann,¶¶I will come.
I will come.¶¶Best Regards¶Jean Dupont⇒I will come.
I will come.¶Regards,¶Jean⇒I will come.
I will come.¶¶~Jean⇒I will come.
I will come.¶¶--Jean⇒I will come.
I will come.¶¶-- Jean⇒I will come.
I will come.¶¶— Jean⇒I will come.
I will come.¶¶/Jean⇒I will come.
I will come.¶¶Cheers,¶Jean⇒I will come.
I will come.¶¶Cheers!¶¶Jean Dupont⇒I will come.
I will come.¶¶Sincerely,¶Jean Dupont, PhD⇒I will come.
I will come.¶¶With best regards,¶Jean Dupont,¶Team leader⇒I will come.
Je viens.¶¶Cordialement,¶¶Jean Dupont¶Chef d'équipe¶Tél. : 06 12 34 56 78⇒Je viens.
Je viens.¶¶Bien à vous,¶¶Jean⇒Je viens.
Je viens.¶¶Cdlt¶Jean⇒Je viens.
Ich komme.¶¶Viele Grüße¶Jean⇒Ich komme.
Ich komme.¶¶MfG Jean⇒Ich komme.
Ich komme.¶¶LG¶Jean⇒Ich komme.
Ich komme.¶¶Gruß, Jean⇒Ich komme.
Ich komme.¶¶Gruß Jean⇒Ich komme.
Voy.¶¶Saludos,¶Jean⇒Voy.
Voy.¶¶Un saludo.¶¶Jean Dupont⇒Voy.
Vengo.¶¶Cordiali saluti¶Jean Dupont⇒Vengo.
Ik kom.¶¶Met vriendelijke groet,¶¶Jean Dupont¶ACME B.V.¶T: 06 12345678⇒Ik kom.
Przyjdę.¶¶Pozdrawiam,¶Jean⇒Przyjdę.
Przyjdę.¶¶Z poważaniem¶Jean Dupont⇒Przyjdę.
Я приду.¶¶С уважением,¶Жан Дюпон¶начальник смены¶тел. +7 495 123 45 67⇒Я приду.
Jag kommer.¶¶Mvh¶Jean⇒Jag kommer.
Jag kommer.¶¶//Jean⇒Jag kommer.
Jag kommer.¶¶/Jean⇒Jag kommer.
Tulen.¶¶Terveisin,¶Jean⇒Tulen.
Jövök.¶¶Üdv,¶Jean⇒Jövök.
Geliyorum.¶¶Saygılarımla,¶Jean Dupont⇒Geliyorum.
I will come.¶¶Sent from my phone⇒I will come.
I will come.¶¶Sent from Samsung tablet⇒I will come.
I will come.¶¶Sent from my Samsung Galaxy , an AT&T LTE smartphone⇒I will come.
I will come.¶¶Sent from my T-Mobile 4G LTE Device⇒I will come.
I will come.¶¶Sent from Outlook⇒I will come.
I will come.¶¶Sent from Outlook for iOS⇒I will come.
I will come.¶¶Sent from Gmail Mobile⇒I will come.
I will come.¶¶Get Outlook for iOS⇒I will come.
I will come.¶¶Sent with Shortwave⇒I will come.
I will come.¶¶Sent via Superhuman⇒I will come.
I will come.¶¶Sent from ProtonMail mobile⇒I will come.
I will come.¶¶Sent with Proton Mail secure email.⇒I will come.
I will come.¶¶Sent from Nine⇒I will come.
I will come.¶¶Sent from my Pixel 8⇒I will come.
I will come.¶¶Sent from my mobile⇒I will come.
I will come.¶¶Sent from mobile, sorry for typos⇒I will come.
I will come.¶¶Sent from a mobile device⇒I will come.
I will come.¶¶Jean¶Sent from my iPhone⇒I will come.
I will come.¶¶--¶Sent from my Android phone with K-9 Mail. Please excuse my brevity.⇒I will come.
I will come.¶¶Von meinem Samsung Galaxy Smartphone gesendet.⇒I will come.
I will come.¶¶Envoyé depuis l'application Mail Orange⇒I will come.
I will come.¶¶Envoyé depuis mon téléphone Huawei⇒I will come.
I will come.¶¶Envoyé depuis Yahoo Mail pour iPhone⇒I will come.
I will come.¶¶Provenance : Courrier pour Windows 10⇒I will come.
I will come.¶¶Téléchargez Outlook pour iOS<https://aka.ms/o0ukef>⇒I will come.
I will come.¶¶Enviado desde Correo para Windows 10⇒I will come.
I will come.¶¶Enviado desde Outlook⇒I will come.
I will come.¶¶Enviado do Email para Windows 10⇒I will come.
I will come.¶¶Inviato da Posta per Windows⇒I will come.
I will come.¶¶Gesendet von Mail für Windows⇒I will come.
I will come.¶¶Verzonden vanuit Mail voor Windows⇒I will come.
I will come.¶¶Skickades från E-post för Windows⇒I will come.
I will come.¶¶Sendt fra Mail til Windows⇒I will come.
I will come.¶¶Wysłano z aplikacji Poczta systemu Windows⇒I will come.
I will come.¶¶Odesláno z Pošty pro Windows⇒I will come.
I will come.¶¶Отправлено из Почты для Windows⇒I will come.
I will come.¶¶Windows için Posta ile gönderildi⇒I will come.
I will come.¶¶Отправлено с моего Galaxy⇒I will come.
I will come.¶¶从 Windows 版邮件发送⇒I will come.
I will come.¶¶发自我的华为手机⇒I will come.
I will come.¶¶Windows 版のメールから送信⇒I will come.
I will come.¶¶Windows용 메일에서 보냄⇒I will come.
""".strip().split("\n")

HEADERS = r"""
Ann Martin <ann@x.org> ¶03/02/2025 10:12¶¶To¶Jean <j@x.org>¶cc¶¶Subject¶Press
Ann Martin/Paris/ACME¶03/02/2025 10:12¶¶A¶Jean/Paris/ACME@ACME¶cc¶¶Objet¶Presse
On 3 Feb 2025, at 10:12, Ann Martin <ann@x.org> wrote
On Monday, Ann Martin <ann@x.org> wrote:
On Monday, 3 February 2025, Ann Martin wrote:
From: Ann Martin <ann@x.org>¶Date: Mon, 3 Feb 2025
From: ann@x.org¶To: jean@x.org¶Subject: Press¶Date: Mon, 3 Feb 2025 10:12:00 +0100
To: jean@x.org¶From: ann@x.org¶Date: Mon, 3 Feb 2025 10:12:00 +0100¶Subject: Press
Subject: Press¶From: ann@x.org¶To: jean@x.org¶Date: Mon, 3 Feb 2025 10:12:00 +0100
Date: Mon, 3 Feb 2025 10:12:00 +0100¶Subject: Press¶From: ann@x.org¶To: jean@x.org
From: Ann Martin <ann@x.org>¶¶Sent: Monday, February 3, 2025 10:12 AM¶¶To: Jean¶¶Subject: Press
----- Original Message -----
--- Original Message ---
-- Original Message --
----Original Message----
----- Original message ----- From: Ann¶To: Jean
-----Original Message-----
*-----Original Message-----*
----- Forwarded by Ann Martin/Paris/ACME on 03/02/2025 10:12 -----
## Please type your reply above this line ##
##- Please type your reply above this line -##
--- Reply ABOVE THIS LINE to add a comment ---
-- Please reply above this line --
=-=-= Reply above this line =-=-=
Le 3 févr. 2025 10:12, « Ann Martin » <ann@x.org> a écrit :
Le lundi 3 février 2025 à 10:12, Ann Martin a écrit :
Le lun. 3 févr. 2025 à 10 h 12, Ann Martin <ann@x.org> a écrit :
Ann Martin <ann@x.org> wrote (3 Feb 2025 10:12):
Ann Martin (ann@x.org) wrote on 3 Feb 2025:
Ann Martin wrote on 03/02/2025 10:12:
Ann Martin a écrit le 03/02/2025 10:12 :
Ann Martin schrieb am 03.02.2025 um 10:12:
On 03/02/2025 10:12, Ann Martin via Dock <dock@x.org> wrote:
On Feb 3, 2025, at 10:12, "ann@x.org" <ann@x.org> wrote:
On Feb 3, 2025 10:12 AM, Ann Martin <ann@x.org> wrote:
On Feb 3, 2025 10:12, "Ann Martin" <ann@x.org> wrote:
On Mon, Feb 3, 2025 at 10:12 AM, Ann Martin¶<ann@x.org>¶wrote:
On Mon, Feb 3, 2025 at 10:12 AM, Ann¶Martin <ann@x.org> wrote:
On Mon, Feb 3, 2025 at¶10:12 AM, Ann Martin <ann@x.org> wrote:
On Mon, Feb 3, 2025 at 10:12 AM, Ann Martin <ann@x.org>¶¶wrote:
On Mon, Feb 3, 2025 at 10:12 AM, Ann Martin¶¶<ann@x.org> wrote:
2025-02-03 10:12 GMT+01:00 Ann Martin <ann@x.org>:
2025-02-03 10:12 Ann Martin <ann@x.org>:
03.02.2025, 10:12, "Ann Martin" <ann@x.org>:
03.02.2025 10:12, Ann Martin пишет:
3 февраля 2025 г., 10:12 пользователь Ann Martin <ann@x.org> написал:
From:⇥Ann Martin <ann@x.org>¶To:⇥Jean¶Date:⇥03/02/2025 10:12¶Subject:⇥Press
From:       Ann Martin/Paris/ACME¶To:       Jean¶Date:       03/02/2025 10:12¶Subject:    Press
On 2/3/25, Ann Martin <ann@x.org> wrote:
On 3-Feb-25 10:12, Ann Martin wrote:
At 10:12 AM 2/3/2025, Ann Martin wrote:
At 10:12 03/02/2025 +0100, you wrote:
On Mon, 3 Feb 2025 10:12:33 +0100¶Ann Martin <ann@x.org> wrote:
On Mon, 3 Feb 2025 10:12:33 +0100, Ann Martin said:
Ann Martin <ann@x.org> (Mon, 3 Feb 2025 10:12:33 +0100):
Op ma 3 feb. 2025 10:12 schreef Ann Martin <ann@x.org>:
Am 3. Februar 2025 um 10:12:33, Ann Martin (ann@x.org) schrieb:
Von: Ann Martin¶Datum: 3. Februar 2025 um 10:12¶An: Jean¶Betreff: Press
De : Ann Martin¶Envoyé : lundi 3 février 2025 10:12¶À : Jean¶Cc : Paul¶Objet : Press
De: Ann Martin¶Para: Jean¶Enviado: Lunes 3 de febrero de 2025 10:12¶Asunto: Press
Début du message transféré :¶¶> De: Ann <ann@x.org>
""".strip().split("\n")

QUOTE = "Hello,¶¶Can you come on Thursday?¶¶Ann"
MARKED = "> Hello,¶>¶> Can you come on Thursday?¶> Ann"
SAID = "Yes, I will."


def reply(text: str) -> str:
    body = text.replace("¶", "\n").replace("⇥", "\t")
    head = "From: w@example.net\nContent-Type: text/plain; charset=utf-8\n\n"
    return extract_reply((head + body).encode()).replace("\n", "¶")


@pytest.mark.parametrize("text", TYPED)
def test_what_people_type_stays(text: str) -> None:
    assert reply(text).replace("¶", " ").split() == text.replace("¶", " ").split()


@pytest.mark.parametrize("case", SIGNED)
def test_what_is_put_below_or_above_goes(case: str) -> None:
    mail, said = case.split("⇒")
    assert reply(mail) == said


@pytest.mark.parametrize("header", HEADERS)
def test_each_form_of_a_header_is_known(header: str) -> None:
    assert reply(f"{SAID}¶¶{header}¶¶{QUOTE}") == SAID
    assert reply(f"{SAID}¶{header}¶{QUOTE}") == SAID
    assert reply(f"{SAID}¶¶{header}¶¶{MARKED}") == SAID
