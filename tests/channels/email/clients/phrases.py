"""What people write in a reply, and what their phones and firms put under it, by language."""

# language: a word, a sentence, a text that begins with thanks
SAID = {
    "en": ("Ok", "I will be at dock B at 6, is that fine?", "Thanks Ann, got it.\n\nI will call."),
    "fr": ("Oui", "Je serai au quai B à 6 h, ça va ?", "Merci Ann, bien reçu.\n\nJe rappelle."),
    "de": ("Ja", "Ich bin um 6 am Tor B, passt das?", "Danke Ann, verstanden.\n\nIch rufe an."),
    "es": ("Vale", "Estaré en el muelle B a las 6.", "Gracias Ann, recibido.\n\nLlamo luego."),
    "pt": ("Sim", "Estarei na doca B às 6, pode ser?", "Obrigado Ann, recebi.\n\nLigo depois."),
    "pt-PT": ("Sim", "Estarei no cais B às 6, pode ser?", "Obrigado Ann, recebi.\n\nLigo já."),
    "it": ("Va bene", "Sarò alla banchina B alle 6, ok?", "Grazie Ann, ricevuto.\n\nTi chiamo."),
    "nl": ("Ja", "Ik ben om 6 uur bij dok B, goed?", "Bedankt Ann, begrepen.\n\nIk bel je."),
    "pl": ("Tak", "Będę przy rampie B o 6, dobrze?", "Dziękuję Ann, mam.\n\nZadzwonię."),
    "tr": ("Tamam", "Saat 6'da B rampasında olacağım.", "Teşekkürler Ann, aldım.\n\nArarım."),
    "ro": ("Da", "Voi fi la rampa B la ora 6, e bine?", "Mulțumesc Ann, am primit.\n\nTe sun."),
    "sv": ("Ja", "Jag är vid port B klockan 6, okej?", "Tack Ann, uppfattat.\n\nJag ringer."),
    "da": ("Ja", "Jeg er ved port B klokken 6, okay?", "Tak Ann, modtaget.\n\nJeg ringer."),
    "nb": ("Ja", "Jeg er ved port B klokka 6, greit?", "Takk Ann, mottatt.\n\nJeg ringer."),
    "fi": ("Joo", "Olen laiturilla B kello 6, sopiiko?", "Kiitos Ann, selvä.\n\nSoitan sinulle."),
    "cs": ("Ano", "Budu u rampy B v 6, hodí se to?", "Děkuji Ann, rozumím.\n\nZavolám."),
    "sk": ("Áno", "Budem pri rampe B o 6, hodí sa to?", "Ďakujem Ann, rozumiem.\n\nZavolám."),
    "hu": ("Igen", "Hatkor a B rámpánál leszek, jó?", "Köszönöm Ann, megkaptam.\n\nHívlak."),
    "ru": ("Да", "Буду у рампы Б в 6, хорошо?", "Спасибо, Анна, понял.\n\nПерезвоню."),
    "uk": ("Так", "Буду біля рампи Б о 6, добре?", "Дякую, Анно, зрозумів.\n\nПередзвоню."),
    "el": ("Ναι", "Θα είμαι στη ράμπα Β στις 6.", "Ευχαριστώ Άννα, το έλαβα.\n\nΘα πάρω."),
    "ar": ("نعم", "سأكون عند الرصيف ب في السادسة.", "شكرا آن، وصلت.\n\nسأتصل بك."),
    "he": ("כן", "אהיה ברציף ב בשעה שש, בסדר?", "תודה אן, קיבלתי.\n\nאתקשר."),
    "ja": ("はい", "6時にB番に行きます。いい？", "ありがとうございます。\n\nまた電話します。"),
    "zh-Hans": ("好的", "我六点到B号码头，可以吗？", "谢谢，收到了。\n\n我稍后打电话。"),
    "zh-Hant": ("好的", "我六點到B號碼頭，可以嗎？", "謝謝，收到了。\n\n我稍後打電話。"),
    "ko": ("네", "6시에 B 부두로 가겠습니다.", "감사합니다, 받았습니다.\n\n전화드릴게요."),
    "vi": ("Vâng", "Tôi sẽ ở bến B lúc 6 giờ, được không?", "Cảm ơn Ann, đã nhận.\n\nTôi sẽ gọi."),
    "hr": ("Da", "Bit ću na rampi B u 6, u redu?", "Hvala Ann, primljeno.\n\nZovem te."),
    "sl": ("Da", "Ob 6 bom na rampi B, je prav?", "Hvala Ann, prejeto.\n\nPokličem."),
    "bg": ("Да", "Ще бъда на рампа Б в 6, става ли?", "Благодаря, Ана, получих.\n\nЩе звънна."),
    "lt": ("Taip", "Būsiu prie B rampos 6 val., gerai?", "Ačiū Ann, gavau.\n\nPaskambinsiu."),
    "lv": ("Jā", "Būšu pie B rampas plkst. 6, labi?", "Paldies Ann, saņēmu.\n\nPiezvanīšu."),
    "et": ("Jah", "Olen kell 6 B rambi juures, sobib?", "Aitäh Ann, sain kätte.\n\nHelistan."),
    "ca": ("D'acord", "Seré al moll B a les 6, va bé?", "Gràcies Ann, rebut.\n\nTruco després."),
    "id": ("Ya", "Saya di dermaga B jam 6, bisa?", "Terima kasih Ann, diterima.\n\nSaya telepon."),
    "sr": ("Да", "Бићу на рампи Б у 6, може?", "Хвала, Ана, примљено.\n\nЗовем."),
    "th": ("ครับ", "ผมจะอยู่ที่ท่า B ตอนหกโมง", "ขอบคุณครับ ได้รับแล้ว\n\nเดี๋ยวโทรไป"),
}  # fmt: skip

# What anybody may write, whatever the language: none of it is around a text.
ANYWHERE = (
    "👍",
    "1413: ok",
    "2 ok\n5 no",
    "See https://example.org/a/b?c=1 for it.",
    "- gloves\n- helmet\n- 3 pallets",
    "1. first\n2. second\n3. third",
    "Address:\n12 rue du Port\n44000 Nantes\nFrance",
    "Meeting: 12/03/2025 at 14:30\nWhere: Dock B",
    "Call me: +33 6 12 34 56 78",
    "On the other hand, I can come at 6:30.",
    "Le camion est parti à 10:12, je crois.",
    "Am Montag um 10:12 Uhr kommt der LKW, sagt Peter.",
    "```\nfrom: x\nto: y\n-- \nz\n```",
    "From what I see, dock B is closed.\nTo me it looks fine.",
    "He wrote: the door is stuck.\nI do not know.",
    "Questions:\n\nHow many?\n\nWhen?",
    "Ann <ann@example.org> knows more about it.",
    "10:12 is fine, 11:00 is not.",
    "> 30 kg: two persons.\nElse one.",
    "Bonjour Ann,\n\nLa porte est ouverte.\nJe ferme à 18:00.\n\nEt demain ?",
)

VALEDICTION = {
    "en": "Best regards,", "fr": "Cordialement,", "de": "Mit freundlichen Grüßen", "es": "Saludos,",
    "pt": "Atenciosamente,", "pt-PT": "Com os melhores cumprimentos,", "it": "Cordiali saluti,",
    "nl": "Met vriendelijke groet,", "pl": "Pozdrawiam,", "tr": "Saygılarımla,",
    "ro": "Cu stimă,", "sv": "Med vänliga hälsningar,", "da": "Med venlig hilsen",
    "nb": "Med vennlig hilsen", "fi": "Ystävällisin terveisin", "cs": "S pozdravem",
    "sk": "S pozdravom", "hu": "Üdvözlettel,", "ru": "С уважением,", "uk": "З повагою,",
    "el": "Με εκτίμηση,", "ar": "مع أطيب التحيات،", "he": "בברכה,", "ja": "敬具",
    "zh-Hans": "此致敬礼", "zh-Hant": "敬上", "ko": "안녕히 계십시오.", "vi": "Trân trọng,",
    "hr": "Srdačan pozdrav,", "sl": "Lep pozdrav,", "bg": "Поздрави,", "lt": "Pagarbiai",
    "lv": "Ar cieņu,", "et": "Lugupidamisega", "ca": "Salutacions,", "id": "Hormat saya,",
    "sr": "Срдачан поздрав,", "th": "ขอแสดงความนับถือ",
}  # fmt: skip

PHONE = {
    "en": "Sent from my iPhone", "fr": "Envoyé de mon iPhone", "de": "Von meinem iPhone gesendet",
    "es": "Enviado desde mi iPhone", "pt": "Enviado do meu iPhone",
    "pt-PT": "Enviado do meu iPhone",
    "it": "Inviato da iPhone", "nl": "Verstuurd vanaf mijn iPhone", "pl": "Wysłane z iPhone'a",
    "tr": "iPhone'umdan gönderildi", "ro": "Trimis de pe iPhone-ul meu",
    "sv": "Skickat från min iPhone", "da": "Sendt fra min iPhone", "nb": "Sendt fra min iPhone",
    "fi": "Lähetetty iPhonesta", "cs": "Odesláno z iPhonu", "sk": "Odoslané z iPhonu",
    "hu": "Elküldve az iPhone-omról", "ru": "Отправлено с iPhone", "uk": "Надіслано з iPhone",
    "el": "Εστάλη από το iPhone μου", "ar": "تم الإرسال من الـ iPhone", "he": "נשלח מה-iPhone שלי",
    "ja": "iPhoneから送信", "zh-Hans": "发自我的iPhone", "zh-Hant": "從我的iPhone傳送",
    "ko": "나의 iPhone에서 보냄", "vi": "Đã gửi từ iPhone của tôi", "hr": "Poslano s mog iPhonea",
    "sl": "Poslano iz mojega iPhona", "bg": "Изпратено от моя iPhone",
    "lt": "Išsiųsta iš mano „iPhone“", "lv": "Nosūtīts no mana iPhone",
    "et": "Saadetud minu iPhone'ist", "ca": "Enviat des del meu iPhone",
    "id": "Dikirim dari iPhone saya", "sr": "Послато са мог iPhone-а", "th": "ส่งจาก iPhone ของฉัน",
}  # fmt: skip

APP = {
    "en": "Get Outlook for Android", "fr": "Télécharger Outlook pour Android",
    "de": "Holen Sie sich Outlook für Android", "es": "Obtener Outlook para Android",
    "pt": "Obter o Outlook para Android", "it": "Scarica Outlook per Android",
    "nl": "Outlook voor Android downloaden", "pl": "Pobierz program Outlook dla systemu Android",
    "tr": "Android için Outlook'u edinin", "sv": "Hämta Outlook för Android",
    "da": "Hent Outlook til Android", "nb": "Skaff deg Outlook for Android",
    "fi": "Hanki Outlook Androidille", "cs": "Získat Outlook pro Android",
    "ru": "Скачать Outlook для Android", "ja": "Android 版 Outlook を入手",
    "zh-Hans": "获取适用于 Android 的 Outlook", "zh-Hant": "取得 Android 版 Outlook",
    "ko": "Android용 Outlook 다운로드", "hu": "Az Outlook beszerzése Android-eszközre",
    "ro": "Obțineți Outlook pentru Android", "el": "Λήψη του Outlook για Android",
    "ca": "Obteniu l'Outlook per a Android", "uk": "Отримати Outlook для Android",
    "ar": "الحصول على Outlook لـ Android", "he": "השג את Outlook עבור Android",
}  # fmt: skip

LEGAL = {
    "en": "This e-mail and any attachments are confidential and intended solely for the addressee. "
    "If you are not the intended recipient, please delete it and notify the sender.",
    "fr": "Ce message et ses pièces jointes sont confidentiels et destinés exclusivement à leur "
    "destinataire. Si vous l'avez reçu par erreur, merci de le détruire et d'avertir l'expéditeur.",
    "de": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Empfänger "
    "sind, informieren Sie bitte den Absender und vernichten Sie diese Mail.",
    "es": "Este mensaje es confidencial y va dirigido exclusivamente a su destinatario. Si lo ha "
    "recibido por error, le rogamos que lo elimine y lo comunique al remitente.",
    "it": "Questo messaggio è riservato ed è destinato esclusivamente al destinatario. Se lo avete "
    "ricevuto per errore, siete pregati di eliminarlo e avvisare il mittente.",
    "nl": "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde. Bent u niet "
    "de beoogde ontvanger, verwijder het dan en waarschuw de afzender.",
    "pt": "Esta mensagem é confidencial e destina-se exclusivamente ao destinatário. Se a recebeu "
    "por erro, por favor elimine-a e avise o remetente.",
    "pl": "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeżeli otrzymali "
    "ją Państwo omyłkowo, prosimy o jej usunięcie i powiadomienie nadawcy.",
}  # fmt: skip

BANNER = {
    "en": "CAUTION: This email originated from outside of the organization. Do not click links or "
    "open attachments unless you recognize the sender.",
    "fr": "ATTENTION : Ce message provient de l'extérieur de l'organisation. Ne cliquez pas sur "
    "les liens si vous ne connaissez pas l'expéditeur.",
    "de": "ACHTUNG: Diese E-Mail kommt von einem externen Absender. Klicken Sie nicht auf Links.",
    "es": "ATENCIÓN: Este correo proviene de fuera de la organización. No haga clic en enlaces.",
    "it": "ATTENZIONE: questa email proviene dall'esterno dell'organizzazione. Non cliccare link.",
    "nl": "LET OP: deze e-mail komt van buiten de organisatie. Klik niet op links.",
    "pt": "CUIDADO: Este e-mail veio de fora da organização. Não clique em links.",
    "pl": "UWAGA: Ta wiadomość pochodzi spoza organizacji. Nie klikaj w linki.",
}  # fmt: skip

MACHINE = (
    "--\nThis email has been checked for viruses by Avast antivirus software.\nwww.avast.com",
    "Garanti sans virus. www.avast.com",
    "Virenfrei.www.avast.com",
    "_______________________________________________\nDock mailing list\nDock@lists.example.org\n"
    "https://lists.example.org/mailman/listinfo/dock",
    '-- \nYou received this message because you are subscribed to the Google Groups "dock" '
    "group.\nTo unsubscribe from this group, send an email to dock+unsubscribe@example.org.",
)
