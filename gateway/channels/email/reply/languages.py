"""Words that mail clients put around a reply, in the languages of the people we serve.

Data only. All languages are tried at once: a French phone quotes an English mail, and a guess of
the language from three words would be wrong more often than the union of the lists is.
"""

from typing import Final


def listed(text: str) -> tuple[str, ...]:
    """The words of a block, between bars and line ends."""
    return tuple(
        words for row in text.split("\n") for part in row.split("|") if (words := part.strip())
    )


# "On 3 May, Ann wrote:": the verb, looked for in case-folded text.
VERBS: Final = listed(
    """
    wrote|writes|has written|sent|said|a écrit|a ecrit|écrit|écrivait|schrieb|geschrieben|
    schreibt|escribió|escribio|escribe|ha escrito|escreveu|escrevia|ha scritto|scrive|
    scriveva|ha escrit|va escriure|escrigué|escribiu|a scris|schreef|geschreven|skrev|
    skrifaði|skreiv|kirjoitti|kirjutas|írta|napisał|napisał(a)|napisała|pisze|napsal|
    napsal(a)|napsala|napísal|napísal(a)|napísala|napisao|napisao je|napisala|napisala je|
    napisao/la|je napisao/la|napisal|napisal/-a|написал|написал(а)|написала|написали|пишет|
    писал|писал(а)|написав|написав(-ла)|пише|писав|напісаў|написа|је написао|напиша|έγραψε|
    yazdı|şunları yazdı|şunu yazdı|כתב|כתב/ה|כתבה|מאת|كتب|كتبت|كتابة ما يلي بواسطة|نوشت|
    نوشته|đã viết|menulis|rašė|parašė|rakstīja|idatzi du|shkroi|aliandika|geskryf|skribis|
    ysgrifennodd|scríobh|følgende|folgendes|følgjande|жазды|yazıb|schrouf|kiteb|sumulat|
    isinulat ni|نے لکھا|تكتب|يكتب|כותב|píše|rašo|raksta|skrifar|escrigueu|escribía|
    escribira|írja|írt|odpisał|odpisała|kirjoittaa|бичсэн|գրել է|գրեց|დაწერა|წერდა|répondit|
    antwortete|şöyle yazdı|quoting|zitat von|zitiere|citeren|citerar|citat från|cytowanie|
    lainaus|citando|citando a|citazione|citat fra|citējot|idézet|citace|цитирую|цитирование|
    quotando
    """
)

# The same in scripts that put no space around words.
UNSPACED_VERBS: Final = listed(
    """
    写道|寫道|写到|撰写|のメッセージ|書きました|のメール|작성|썼습니다|님이 쓴|เขียนว่า|
    เขียน|ने लिखा|লিখেছেন|எழுதியது|написано|书写|发表|のコメント|に書いた|が書きました|
    が作成|이(가) 쓴|쓰셨습니다|రాశారు|എഴുതി|ಬರೆದಿದ್ದಾರೆ|એ લખ્યું|ने लिहिले|ले लेख्यो|
    បានសរសេរ|ຂຽນ|ရေးခဲ့|ጽፈዋል|ጻፈ
    """
)

# How such a line begins, where it does not begin with the date itself or a weekday.
STARTS: Final = frozenset(
    listed(
        """
        a|am|at|czw|d.|dana|das|date|datum|den|dia|dne|dnia|dí|dňa|ek|el|el:|em|fri|friday|i|
        il|il-ħadd|im|in|je|ke|kl|la|le|les|ma|mon|monday|msg|na|nd|ne|on|op|pada|pe|pi|po|pon|
        pt|pá|på|på:|sat|saturday|so|sob|st|sun|sunday|tarihinde|thu|thursday|ti|to|tue|
        tuesday|um|ut|v|ve|vom|vào|w|wed|wednesday|wt|ze|à|út|čt|śr|št|στις|в|на|ב|בתאריך|
        بتاريخ|در|في|เมื่อ|于|在|於
        """
    )
)

# "From: / Sent: / To: / Subject:" as each client translates them.
LABELS: Final[dict[str, tuple[str, ...]]] = {
    "from": listed(
        """
        from|de|von|da|van|från|fra|od|от|від|از|από|kimden|gönderen|feladó|lähettäjä|
        expéditeur|expediteur|absender|remitente|remetente|mittente|afzender|avsändare|
        avsender|afsender|nadawca|odesílatel|odosielateľ|отправитель|від кого|от кого|de la|
        expeditor|from name|发件人|寄件者|寄件人|發件人|差出人|送信者|보낸 사람|보낸사람|
        발신|من|المرسل|מאת|người gửi|từ|dari|pengirim|จาก|से|kas|saatja|nuo|no|šalje|
        pošiljatelj|pošiljalac|пошиљалац|подател|от:|за кого|frá|message de|de la part de|
        од|שולח|מוען|ارسال کننده|فرستنده|प्रेषक|daripada|igorlea|nork|kimdən|nga|sūtītājs|
        siuntėjas|from/de|de/from|відправник|отправил|expedidor|remitent
        """
    ),
    "sent": listed(
        """
        sent|envoyé|envoyé le|envoye|gesendet|enviado|enviado el|enviada|enviado em|
        enviada em|enviat|inviato|inviata|verzonden|skickat|sendt|lähetetty|wysłano|wysłane|
        odesláno|odoslané|отправлено|отправлен|надіслано|στάλθηκε|gönderildi|
        gönderilme tarihi|elküldve|trimis|trimis la|发送时间|發送時間|傳送時間|寄件日期|
        送信日時|送信|보낸 날짜|보낸날짜|تم الإرسال|أرسلت|تاريخ الإرسال|נשלח|đã gửi|dikirim|
        ส่ง|poslano|poslato|изпратено|saadetud|išsiųsta|nosūtīts|message du|sent on|
        data wysłania|envoyé à|sendt den|послато|послано|испратено|saatmisaeg|
        išsiuntimo data|sent at|sent date|date sent|dihantar|göndərildi|dërguar|bidalita|
        bidaltze-data|भेजा गया|ارسال شده|تاریخ ارسال|gesendet am|versendet|enviat el|
        envoyée|відправлено|дата відправлення|data invio|verzonden op|skickat den|enviado a|
        enviado a las
        """
    ),
    "date": listed(
        """
        date|datum|fecha|data|dato|päivämäärä|pvm|päiväys|дата|ημερομηνία|tarih|dátum|日期|日付|
        날짜|التاريخ|תאריך|ngày|tanggal|วันที่|kuupäev|dagsetning|date d'envoi|time sent|
        sendedatum|дата отправки|日時|日期时间|датум|datums|dată|दिनांक|تاریخ|időpont|
        date & heure|date/time|date et heure|时间|時間|일시|일자|data e hora|date and time
        """
    ),
    "to": listed(
        """
        to|à|a|an|para|per|aan|naar|till|til|do|komu|кому|до|προς|kime|alıcı|címzett|
        vastaanottaja|către|destinataire|destinatario|destinatário|empfänger|ontvanger|
        mottagare|mottaker|modtager|adresat|收件人|收件者|宛先|받는 사람|받는사람|수신|إلى|
        الى|אל|đến|kepada|ถึง|za|prima|kam|kellele|saaja|til:|получатель|per a|adressaat|
        коме|gavėjas|saņēmējs|prejemnik|primatelj|adresát|recipient|recipients|nori|
        hartzailea|kimə|për|प्रति|को|به|گیرنده|destinataires|destinatari|à/to|to/à|收信人|
        수신자|받는이|受信者
        """
    ),
    "cc": listed(
        """
        cc|copie|copie à|cópia|copia|kopie|kopia|kopi|cc:|kopio|копия|копія|κοιν|bilgi|
        másolat|抄送|副本|ccへ|참조|نسخة|עותק|đồng gửi|dw|bcc|cci|ko|kópia|cópia de|kópija|kopija|
        копија|másolatot kap|tembusan|salinan|copia para|копирай|kopia do
        """
    ),
    "subject": listed(
        """
        subject|objet|sujet|betreff|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|
        předmět|predmet|тема|θέμα|konu|tárgy|subiect|assumpte|主题|主旨|主題|件名|標題|标题|
        제목|الموضوع|נושא|chủ đề|tiêu đề|subjek|perihal|เรื่อง|naslov|zadeva|относно|teema|
        tema|efni|betr|betreft|re|tēma|наслов|предмет|subjekti|gaia|mövzu|विषय|موضوع|
        dalykas|temats|perkara|subyek|ogg|tittel|titel
        """
    ),
    "reply-to": listed(
        """
        reply-to|reply to|répondre à|antwort an|antworten an|responder a|rispondi a|
        antwoord aan|svar til|svara till|responder para|odpowiedz do|mail|importance|priority|
        attachments|pièces jointes|anhang|anlagen|adjuntos|allegati|bijlagen|vedlegg|
        organisation
        """
    ),
}

# Between dashes: "-----Original Message-----".
ORIGINAL: Final = listed(
    """
    original message|original appointment|original email|original mail|reply message|
    message d'origine|message d’origine|message original|message initial|courriel original|
    message du client|ursprüngliche nachricht|originalnachricht|original-nachricht|
    ursprünglicher termin|originalmail|mensaje original|mensagem original|
    messaggio originale|oorspronkelijk bericht|oorspronkelijke bericht|origineel bericht|
    ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|original meddelelse|
    opprinnelig melding|original melding|alkuperäinen viesti|oryginalna wiadomość|
    wiadomość oryginalna|wiadomość oryginalną|původní zpráva|pôvodná správa|
    originalna poruka|izvirno sporočilo|исходное сообщение|оригинальное сообщение|
    первоначальное сообщение|вихідне повідомлення|оригінальне повідомлення|
    оригинално съобщение|αρχικό μήνυμα|orijinal mesaj|özgün ileti|orijinal ileti|
    eredeti üzenet|mesaj original|mesajul original|missatge original|原始邮件|原始郵件|
    原始訊息|原邮件|邮件原件|元のメッセージ|original 메시지|원본 메시지|원본 메일|
    الرسالة الأصلية|رسالة أصلية|הודעה מקורית|tin nhắn gốc|thư gốc|pesan asli|ข้อความต้นฉบับ|
    originaal sõnum|algne kiri|algsõnum|pradinis laiškas|reply above this line|
    please reply above this line|répondre au-dessus de cette ligne|
    bitte über dieser linie antworten|responda por encima de esta línea|изворна порука|
    оригинална порука|оригинално писмо|originalus laiškas|sākotnējā ziņa|
    sākotnējais ziņojums|oriģinālā vēstule|originalno sporočilo|ursprüngliche mail|
    ursprüngliche e-mail|původní e-mail|původní mail|pôvodný e-mail|courriel d’origine|
    courriel d'origine|ursprungligt brev|upprunaleg skilaboð|asal mesej|mesej asal|
    jatorrizko mezua|mensaxe orixinal
    """
)

FORWARDED: Final = listed(
    """
    forwarded message|forwarded email|forwarded mail|begin forwarded message|forwarded by|
    message transféré|message transmis|début du message transféré|
    début du message réexpédié|courriel transféré|weitergeleitete nachricht|
    anfang der weitergeleiteten nachricht|weitergeleitete mail|mensaje reenviado|
    inicio del mensaje reenviado|mensaje encaminado|mensagem encaminhada|
    mensagem reencaminhada|início da mensagem reencaminhada|início da mensagem encaminhada|
    messaggio inoltrato|inizio messaggio inoltrato|messaggio inoltrato da|
    doorgestuurd bericht|begin doorgestuurd bericht|vidarebefordrat meddelande|
    vidarebefordrat brev|vidarebefordrat mejl|påbörja vidarebefordrat meddelande|
    videresendt meddelelse|start på videresendt besked|videresendt melding|
    videresendt e-post|videresendt besked|begynnelsen på videresendt melding|
    välitetty viesti|edelleenlähetetty viesti|välitetty viesti alkaa|wiadomość przekazana|
    przekazana wiadomość|treść przekazanej wiadomości|początek przekazanej wiadomości|
    přeposlaná zpráva|předávaná zpráva|preposlaná správa|začiatok preposlanej správy|
    začátek přeposílané zprávy|proslijeđena poruka|prosleđena poruka|posredovano sporočilo|
    пересылаемое сообщение|переадресованное сообщение|пересланное сообщение|
    начало переадресованного сообщения|начало пересылаемого сообщения|
    переслане повідомлення|перенаправлене повідомлення|
    початок переадресованого повідомлення|препратено съобщение|προωθημένο μήνυμα|
    yönlendirilmiş ileti|iletilen mesaj|yönlendirilen mesaj|iletilen ileti|
    továbbított üzenet|továbbított levél|mesaj redirecționat|mesaj transmis mai departe|
    missatge reenviat|转发邮件|转发的邮件|轉寄郵件|轉寄的郵件|転送メッセージ|
    転送されたメッセージ|전달된 메시지|전달된 메일|رسالة معاد توجيهها|
    رسالة تمت إعادة توجيهها|הודעה שהועברה|הודעה מועברת|thư đã chuyển tiếp|chuyển tiếp|
    pesan terusan|pesan yang diteruskan|ข้อความที่ส่งต่อ|edastatud sõnum|persiųstas laiškas|
    pārsūtītā ziņa|wiadomość przekazana dalej|прослеђена порука|pārsūtīta ziņa|
    edastatud kiri|tin nhắn đã chuyển tiếp|رسالة مُعاد توجيهها|przesłana dalej wiadomość|
    weitergeleitete e-mail|videresendt e-mail|framsend skilaboð
    """
)
