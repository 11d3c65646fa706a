"""Words that phones, firms and good manners put below a text: data for `signatures`.

Kept apart from the rules so that a language is one more line and no more code.
"""

from typing import Final

from gateway.channels.email.reply.languages import listed

# "Sent from my phone": the phrase before the device.
SENT_FROM: Final = listed(
    """
    sent from|sent via|sent by|sent with|sent using|sent through|sent wirelessly|
    sent on the go|sent on|from my|get outlook for|get bluemail for|posted from|
    written on my|typed on|sent securely from|sent in|someone from|envoyé depuis|envoyé de|
    envoyé à partir|envoyé sans fil|envoyé par|envoyé avec|envoyé via|envoyé du|envoyé d'|
    expédié depuis|télécharger outlook|obtenir outlook pour|obtenez outlook|
    téléchargez outlook|von meinem|von unterwegs|gesendet von|gesendet mit|gesendet über|
    gesendet aus|gesendet via|vom handy gesendet|diese nachricht wurde von|
    holen sie sich outlook|outlook für|enviado desde|enviado con|enviado por|enviado de|
    enviado do|enviado a partir|enviado via|enviado com|enviado através|obtener outlook|
    obtenga outlook|obter o outlook|obtenha o outlook|baixar o outlook|inviato da|
    inviato dal|inviato con|inviato tramite|scarica outlook|ottieni outlook|verzonden met|
    verzonden vanaf|verzonden via|verstuurd vanaf|verstuurd met|verstuurd via|
    verstuurd vanop|outlook downloaden|outlook voor|download outlook|skickat från|
    skickat med|skickat via|skaffa outlook|hämta outlook|hent outlook|sendt fra|sendt via|
    sendt med|sendt fre|last ned outlook|få outlook|lähetetty|hanki outlook|wysłane z|
    wysłano z|wysłane przez|pobierz outlook|pobierz aplikację outlook|odesláno z|
    odesláno ze|odoslané z|odoslané zo|získejte outlook|získat outlook|poslano s|poslano sa|
    poslano z|poslato sa|poslano iz|preuzmite outlook|отправлено с|отправлено из|
    отправлено через|отправлено от|послано с|скачать outlook|загрузить outlook|надіслано з|
    надіслано із|відправлено з|изпратено от|στάλθηκε από|εστάλη από|αποκτήστε το outlook|
    iphone'umdan gönderildi|gönderildi|edinin|küldve|elküldve|trimis de pe|trimis din|
    trimis de la|enviat des de|enviat des del|saadetud minu|išsiųsta iš|nosūtīts no|
    nosūtīts no mana|dikirim dari|được gửi từ|đã gửi từ|gửi từ|ส่งจาก|मेरे|发自我的|從我的|
    来自我的|發自我的|发自|傳送自|获取outlook|取得 outlook|获取 outlook|から送信|送信元|
    outlook をダウンロード|iphoneから送信|나의|내|보낸 사람의|أرسلت من|أُرسلت من|
    تم الإرسال من|أرسل من|مرسل من|احصل على|נשלח מה|נשלח מ|קבל את|via mobile|sent mobile|
    poslano iz mojega|послато са|послато из|испратено од|ارسال شده از|فرستاده شده از|
    dihantar dari|ipinadala mula|naipadala mula|enviado dende|anfonwyd o|gestuur vanaf|
    imetumwa kutoka|адпраўлена з|dërguar nga|sent úr|send frá|sendt úr|sent while|
    sent in haste|sent out of|envoyée depuis|envoyée de|rédigé depuis|écrit depuis mon|
    écrit de mon|posté depuis|message envoyé depuis|message envoyé avec|
    ce message a été envoyé depuis|ce message a été envoyé de|geschrieben auf|
    geschrieben mit|verschickt mit|versendet mit|versendet von|mobil gesendet|
    diese mail wurde von|diese e-mail wurde von|escrito desde|mensaje enviado desde|
    este mensaje fue enviado desde|mensagem enviada|esta mensagem foi enviada|
    escrito do meu|inviata da|messaggio inviato|spedito da|scritto dal mio|verzonden van|
    geschreven op|dit bericht is verzonden|skickat av|sänt från|sänt med|sendt av|sendt på|
    wiadomość wysłana|wysłane za pomocą|wysłano przy użyciu|odesláno pomocí|
    odoslané pomocou|сообщение отправлено|написано с|отправлено при помощи|
    відправлено через|надіслано через|изпратено със|στάλθηκε με|a fost trimis de pe|
    enviat amb|saadetud|išsiųsta naudojant|sūtīts no|dikirim melalui|dikirim menggunakan|
    gửi bằng|发送自|發送自|從 我的|寄自|skaff deg outlook|skaff outlook|obțineți outlook|
    descărcați outlook|obteniu l'outlook|baixeu l'outlook|отримати outlook|
    завантажити outlook|λήψη του outlook|κατεβάστε το outlook|الحصول على outlook|
    تنزيل outlook|השג את outlook|pobierz program outlook|pobierz outlooka|stáhnout outlook|
    stiahnuť outlook|získať outlook|az outlook beszerzése|az outlook letöltése|
    preuzmi outlook|pridobite outlook|изтегляне на outlook|вземете outlook|hankige outlook|
    lejupielādēt outlook|atsisiųsti outlook|获取适用于|下载适用于|android 版 outlook|
    ios 版 outlook|android용 outlook|ios용 outlook|tải outlook|unduh outlook|
    dapatkan outlook|get proton|get airmail|get spark|get aol|get yahoo|取得 android|
    取得 ios|skickades från|sent on the move|provenance : courrier|provenance : mail|
    verzonden vanuit
    """
)

# Scripts and languages that put the device before the verb.
SENT_FROM_ENDS: Final = listed(
    """
    から送信|から送信しました|에서 보냄|에서 보냈습니다|傳送|发送|gönderildi|से भेजा गया|
    gesendet|gesendet.|edinin|küldve|より送信|から送られた|傳送自|寄出|bidalia|göndərildi|
    outlook を入手|outlook 다운로드|をダウンロード|보낸 메일|전송됨|gönderilmiştir
    """
)

# Where the line of a mail program leads, whatever its language.
APP_LINKS: Final = listed(
    """
    aka.ms/|go.microsoft.com/fwlink|overview.mail.yahoo|onelink.me|proton.me|protonmail.com|
    play.google.com/store|apps.apple.com|itunes.apple.com|bluemail.me|sparkmailapp|airmailapp|
    mailspring|missiveapp|superhuman.com|tutanota.com|tuta.com|typeapp.com|gmx.net/mail|
    fairemail|k9mail|newtonhq|cloudmagic|edisonmail|canarymail|emclient.com|readdle.com
    """
)

DEVICES: Final = listed(
    """
    iphone|ipad|ipod|android|blackberry|windows|outlook|yahoo|galaxy|samsung|huawei|xiaomi|
    redmi|nokia|phone|mobile|mobil|mobiltelefon|mobilgerät|handy|smartphone|tablet|
    tablette|téléphone|téléfon|portable|móvil|movil|celular|cellulare|telefoon|telefon|
    telefonu|телефон|телефона|mail|mailbox|airmail|proton|protonmail|thunderbird|bluemail|
    spark|typeapp|gmail|imail|device|appareil|gerät|dispositivo|urządzenia|cell|treo|htc|
    lg|sony|xperia|motorola|oneplus|pixel|oppo|vivo|honor|alcatel|orange|sfr|free|zimbra|
    k-9|fairemail|tutanota|hey|superhuman|newton|aquamail|nine|edison|mailspring|em client|
    laptop|macbook|imac|mac|pc|computer|ordinateur|手机|手機|スマートフォン|携帯|휴대폰|
    스마트폰|هاتف|טלפון|điện thoại
    """
)

APOLOGIES: Final = listed(
    """
    excuse|typo|typoz|brevity|brief|forgive|pardon|erreurs|fautes|concis|brièveté|
    tippfehler|kürze|errores|brevedad|disculp|erros|brevità|errori|beknopt|tikfout|stavfel|
    please|fat finger
    """
)

# Good manners at the end, without thanks: a "thank you" is something that was said.
VALEDICTIONS: Final = listed(
    """
    abraço|abraços|all the best|amicalement|ar cieņu|atenciosamente|atentament|atentamente|
    att|atte|best|best regards|best wishes|beste grüsse|beste grüße|bien cordialement|
    bien à toi|bien à vous|br|cari saluti|cdlt|cdt|com os melhores cumprimentos|
    cordialement|cordiales saludos|cordiales salutations|cordiali saluti|cordialmente|
    cordlt|cu respect|cu stimă|cumprimentos|dbh|de bedste hilsner|distinti saluti|
    freundliche grüsse|freundliche grüße|groet|groeten|groetjes|gruss|gruß|grüße|
    hartelijke groet|hartelijke groeten|herzliche grüße|hilsen|hochachtungsvoll|hormat saya|
    hälsningar|iyi çalışmalar|kind regards|kind wishes|kindest regards|kr|lep pozdrav|lg|
    liebe grüsse|liebe grüße|lijep pozdrav|lp|lugupidamisega|many regards|med venlig hilsen|
    med vennlig hilsen|med vänlig hälsning|med vänliga hälsningar|meilleures salutations|
    melhores cumprimentos|met vriendelijke groet|met vriendelijke groeten|mfg|
    mit besten grüßen|mit freundlichem gruß|mit freundlichen grüssen|
    mit freundlichen grüßen|mit lieben grüßen|mvg|mvh|o zi bună|pagarbiai|parhain terveisin|
    pozdrawiam|pozdrowienia|regards|respectfully|respectueusement|rgds|s pozdravem|
    s pozdravom|s přátelským pozdravem|salam|saludos|saludos cordiales|salutacions|
    salutations|salutations distinguées|saluti|saygılar|saygılarımla|schöne grüße|selamlar|
    serdecznie pozdrawiam|sincerely|sincerely yours|sincèrement|sincères salutations|
    srdačan pozdrav|terveiset|terveisin|tisztelettel|trân trọng|très cordialement|un abrazo|
    un cordial saludo|un saludo|un saluto|venlig hilsen|vennlig hilsen|vg|vh|viele grüsse|
    viele grüße|vriendelijke groet|vriendelijke groeten|vänliga hälsningar|vänligen|
    warm regards|warmest regards|with best regards|with kind regards|with regards|
    yours faithfully|yours sincerely|yours truly|ystävällisin terveisin|z poważaniem|
    z wyrazami szacunku|zdravím|üdv|üdvözlettel|με εκτίμηση|φιλικά|χαιρετισμούς|з повагою|
    поздрави|с наилучшими пожеланиями|с уважение|с уважением|בברכה|بكل احترام|تحياتي|
    مع أطيب التحيات|مع تحياتي|敬上|敬具|此致|此致敬礼|此致敬禮|祝好|顺祝商祺|順頌商祺|谨上|
    謹上|以上|よろしくお願いします|よろしくお願いいたします|宜しくお願い致します|
    ขอแสดงความนับถือ|ด้วยความเคารพ|срдачан поздрав|поздрав|с поштовањем|srdačno|
    s poštovanjem|pozdrav|s spoštovanjem|prijazen pozdrav|со почит|med hälsning|
    med hälsningar|bästa hälsningar|beste hilsen|mange hilsner|bedste hilsner|kærlig hilsen|
    ystävällisesti|terv|kunnioittaen|parimate soovidega|tervitades|tervitustega|su pagarba|
    geriausi linkėjimai|ar sveicieniem|s úctou|baráti üdvözlettel|szívélyes üdvözlettel|
    toate cele bune|cu considerație|salutări|salutari|με φιλικούς χαιρετισμούς|
    φιλικούς χαιρετισμούς|με σεβασμό|всего доброго|всего хорошего|з найкращими побажаннями|
    всього найкращого|с поздрав|saygılarımızla|salam hormat|salam hangat|thân ái|kính thư|
    trân trọng kính chào|تحية طيبة|وتفضلوا بقبول فائق الاحترام|בכבוד רב|با احترام|
    salutacions cordials|cordialment|una abraçada|saúdos|un saúdo|adeitasunez|bestu kveðjur|
    með kveðju|kveðja|vriendelike groete|cofion|cofion gorau|cheers|warmly|cordially|
    all my best|with kindest regards|with warm regards|bises|bisous|amitiés|
    bien amicalement|sentiments distingués|salutations respectueuses|avec mes salutations|
    besten gruß|bester gruß|beste gruesse|mit freundlichen gruessen|viele gruesse|
    liebe gruesse|freundlicher gruss|abrazos|cordial saludo|reciba un cordial saludo|
    respeitosamente|saluti cari|un caro saluto|met hartelijke groet|z pozdrowieniami|
    serdeczności|best regards always|kindly|yours|yours respectfully|gruss aus|lieben gruß|
    lieber gruß|herzlichst|herzliche grüsse|lieve groet|veel groeten|mange hilsener|
    vennlige hilsener|안녕히 계십시오|안녕히 계세요|좋은 하루 되세요
    """
)

# A word of these makes a short line an answer, never a name.
SAID: Final = listed(
    """
    aide|aujourd'hui|bedankt|bonjour|bravo|ciao|dank|danke|demain|dimanche|done|dzięki|
    dziękuję|děkuji|evet|fait|friday|gracias|grazie|great|gràcies|hallo|hayır|hei|hej|hello|
    help|hey|hi|hola|ja|jeudi|join|kiitos|köszönöm|leave|lu|lundi|mardi|merci|mercredi|
    monday|mulțumesc|nee|nein|nie|no|non|nope|noted|noté|obrigada|obrigado|ok|okay|oui|
    parfait|perfect|quitter|received|rejoindre|reçu|salut|samedi|saturday|seen|si|sim|start|
    stop|sunday|super|sí|tack|tak|takk|teşekkürler|thank|thanks|thursday|today|tomorrow|
    tuesday|urgent|vendredi|vu|wednesday|yep|yes|ευχαριστώ|благодаря|да|дякую|нет|ні|
    спасибо|так|תודה|شكرا|شكراً|谢谢|謝謝|ありがとう|ありがとうございます|감사합니다|
    고맙습니다|хвала|hvala|aitäh|ačiū|paldies|ďakujem|díky|díki|köszi|tänan|terima|ขอบคุณ|
    dankjewel|dankeschön|remerciements|thx|ty|obg
    """
)

# Several of these in one trailing paragraph make it a legal footer.
LEGAL: Final = listed(
    """
    confidential|intended recipient|intended solely|intended only|addressee|privileged|
    unauthori|disclos|if you have received|received this|in error|notify the sender|
    delete this|destroy|liability|viruses|virus-free|attachments|disclaimer|dissemination|
    proprietary|confidentiel|destinataire|pièces jointes|par erreur|strictement|détruire|
    diffusion|non autorisé|responsabilité|vertraulich|empfänger|irrtümlich|unbefugt|
    vernichten|anhänge|absender|confidencial|destinatari|por error|por erro|prohibid|
    proibid|eliminar|riservat|confidenzial|per errore|vietat|vertrouwelijk|geadresseerde|
    ontvanger|onbevoegd|konfidentiell|avsedd|mottagare|fortrolig|fejlagtig|luottamuksell|
    poufn|adresat|důvěrn|konfiden|конфиденц|получател|по ошибке|gizli|alıcı|bizalmas|
    címzett|confidențial|εμπιστευτικ|机密|保密|機密|기밀|سري|חסוי|
    environment before printing|avant d'imprimer|bevor sie diese|antes de imprimir|
    prima di stampare|modtager|ved en fejl|afsender|mottaker|ved en feil|vastaanottaja|
    vahingossa|lähettäj|určen|adresát|omylem|odesílatel|odosielateľ|dôvern|destinatar|
    din greșeală|expeditor|παραλήπτ|κατά λάθος|αποστολέ|απόρρητ|收件人|错收|誤收|删除|刪除|
    发件人|寄件人|誤って|削除|送信者|受信者|سرية|المستلم|للمستلم|طريق الخطأ|حذف|المرسل|
    הנמען|בטעות|למחוק|수신자|수신인|잘못|삭제|povjerljiv|zaupn|prejemnik|primatelj|pogrešk|
    pomoto|поверителн|погрешка|конфіденційн|одержувач|отримувач|помилково|bảo mật|
    người nhận|nhầm|rahasia|penerima|kesalahan|konfidentsiaal|adressaa|eksikombel|
    konfidencial|gavėj|klaid|konfidenciāl|kļūd|tévedés|feladó|yanlışlıkla|gönderen|
    av misstag|avsändaren|radera|otrzymali|omyłkowo|usunięci|nadawc|erroneamente|mittente|
    afzender|abusivement|expéditeur|supprimer|löschen|versehentlich|удалите|отправител
    """
)

# A paragraph with one of these at the end of a mail was written by a machine.
MACHINE_FOOTERS: Final = listed(
    """
    consider the environment before printing|pensez à l'environnement avant|
    pensez à l’environnement avant|denken sie an die umwelt|piense en el medio ambiente|
    pense no ambiente antes|rispetta l'ambiente|virus-free|www.avast.com|garanti sans virus|
    exempt de virus|virenfrei|libre de virus|livre de vírus|no virus found|scanned by|
    you received this message because you|you are receiving this|to unsubscribe from this|
    reply to this email directly|view it on github|vous recevez ce message|
    vous avez reçu ce message|sie erhalten diese nachricht|ha recibido este mensaje|
    this email has been scanned|this message has been scanned|mailing list|
    to respond, reply to this email|to unsubscribe|se désinscrire de|sent to you by|
    avant d'imprimer|avant d’imprimer|you received this email because|
    you received this e-mail because|unsubscribe:|désabonner :|avast antivirus|
    avast! antivirus|microsoft teams meeting|réunion microsoft teams|microsoft teams-besprechung|
    reunión de microsoft teams|riunione di microsoft teams|
    yahoo mail: search, organize|www.avg.com|bitdefender|logiciel antivirus
    """
)

# Those of them that people use too.
LIST_WORDS: Final = frozenset(
    listed("mailing list|to unsubscribe|to unsubscribe from this|se désinscrire de|scanned by")
)

# Put above the text by the firm's mail filter.
BANNERS: Final = listed(
    """
    originated from outside|originated outside|from an external|external email|
    external sender|external message|this email is from outside|sent from outside|
    outside of your organi|outside the organi|outside of the organi|
    you don't often get email from|you don’t often get email from|
    some people who received this message don't often|learn why this is important|
    provient de l'extérieur|provient de l’extérieur|provenant de l'extérieur|
    expéditeur externe|message externe|courriel externe|mail externe|
    vous n'obtenez pas souvent|vous n’obtenez pas souvent|vous ne recevez pas souvent|
    découvrez pourquoi ceci est important|découvrez pourquoi cela est important|
    externer absender|externe e-mail|externe mail|von außerhalb|kommt von extern|
    sie erhalten nicht oft|sie erhalten nicht häufig|erfahren sie, warum dies wichtig|
    correo externo|remitente externo|de fuera de la organi|no suele recibir|mensaje externo|
    no recibe a menudo|e-mail externo|remetente externo|de fora da organi|
    não recebe com frequência|mittente esterno|email esterna|esterno all'organi|
    non si ricevono spesso|externe afzender|van buiten de organi|niet vaak e-mail|
    extern avsändare|ekstern avsender|ekstern afsender|spoza organizacji|nadawca zewnętrzny|
    внешний отправитель|harici gönderen|外部邮件|外部メール|external]|[externe]|[extern]|[externo]|
    [esterno]|provient de l'externe|provient de l’externe|vient de l'externe|*** external|
    * external *|<external>|expéditeur extérieur|[ext]|external:|extern:|caution: external|
    warning: external|came from outside|kommt von außen|von ausserhalb|externen absender|
    buiten de organisatie|utifrån organisationen|utenfor organisasjonen|
    uden for organisationen|fuera de la organización|fora da organização|
    al di fuori dell'organizzazione|organisaation ulkopuolelta|mimo organizaci|извне организации|
    за пределами организации|kuruluş dışından|外部からの|外部寄件者|외부에서
    """
)
