"""Header blocks as Outlook and its like put them above a quote: labels and a date, by language.

A row: language, From, Sent, To, Subject, a long date (`{d}` the day, `{t}` the clock).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Labels:
    sender: str
    sent: str
    to: str
    subject: str
    date: str


def _table(text: str) -> dict[str, Labels]:
    rows = ([part.strip() for part in row.split("|")] for row in text.strip().split("\n"))
    return {row[0]: Labels(*row[1:]) for row in rows}


OUTLOOK = _table(
    """
    en|From:|Sent:|To:|Subject:|Monday, February {d}, 2025 {t} AM
    fr|De :|Envoyé :|À :|Objet :|lundi {d} février 2025 {t}
    de|Von:|Gesendet:|An:|Betreff:|Montag, {d}. Februar 2025 {t}
    es|De:|Enviado el:|Para:|Asunto:|lunes, {d} de febrero de 2025 {t}
    pt|De:|Enviada em:|Para:|Assunto:|segunda-feira, {d} de fevereiro de 2025 {t}
    pt-PT|De:|Enviado:|Para:|Assunto:|segunda-feira, {d} de fevereiro de 2025 {t}
    it|Da:|Inviato:|A:|Oggetto:|lunedì {d} febbraio 2025 {t}
    nl|Van:|Verzonden:|Aan:|Onderwerp:|maandag {d} februari 2025 {t}
    pl|Od:|Wysłano:|Do:|Temat:|poniedziałek, {d} lutego 2025 {t}
    tr|Kimden:|Gönderildi:|Kime:|Konu:|{d} Şubat 2025 Pazartesi {t}
    ro|De la:|Trimis:|Către:|Subiect:|luni, {d} februarie 2025 {t}
    sv|Från:|Skickat:|Till:|Ämne:|den {d} februari 2025 {t}
    da|Fra:|Sendt:|Til:|Emne:|{d}. februar 2025 {t}
    nb|Fra:|Sendt:|Til:|Emne:|mandag {d}. februar 2025 {t}
    fi|Lähettäjä:|Lähetetty:|Vastaanottaja:|Aihe:|maanantai {d}. helmikuuta 2025 {t}
    cs|Od:|Odesláno:|Komu:|Předmět:|pondělí {d}. února 2025 {t}
    sk|Od:|Odoslané:|Komu:|Predmet:|pondelok {d}. februára 2025 {t}
    hu|Feladó:|Elküldve:|Címzett:|Tárgy:|2025. február {d}., hétfő {t}
    ru|От:|Отправлено:|Кому:|Тема:|{d} февраля 2025 г. {t}
    uk|Від:|Надіслано:|Кому:|Тема:|{d} лютого 2025 р. {t}
    el|Από:|Στάλθηκε:|Προς:|Θέμα:|Δευτέρα, {d} Φεβρουαρίου 2025 {t} πμ
    ar|من:|تم الإرسال:|إلى:|الموضوع:|{d} فبراير, 2025 {t} ص
    he|מאת:|נשלח:|אל:|נושא:|יום שני {d} פברואר 2025 {t}
    ja|差出人:|送信日時:|宛先:|件名:|2025年2月{d}日 {t}
    zh-Hans|发件人:|发送时间:|收件人:|主题:|2025年2月{d}日 {t}
    zh-Hant|寄件者:|寄件日期:|收件者:|主旨:|2025年2月{d}日 上午 {t}
    ko|보낸 사람:|보낸 날짜:|받는 사람:|제목:|2025년 2월 {d}일 월요일 오전 {t}
    vi|Từ:|Đã gửi:|Đến:|Chủ đề:|Thứ Hai, {d} tháng 2, 2025 {t}
    hr|Šalje:|Poslano:|Prima:|Predmet:|ponedjeljak, {d}. veljače 2025. {t}
    sl|Od:|Poslano:|Za:|Zadeva:|ponedeljek, {d}. februar 2025 {t}
    bg|От:|Изпратено:|До:|Относно:|понеделник, {d} февруари 2025 г. {t}
    lt|Nuo:|Išsiųsta:|Kam:|Tema:|2025 m. vasario {d} d., pirmadienis {t}
    lv|No:|Nosūtīts:|Kam:|Tēma:|Pirmdiena, 2025. gada {d}. februāris {t}
    et|Saatja:|Saatmisaeg:|Adressaat:|Teema:|esmaspäev, {d}. veebruar 2025 {t}
    ca|De:|Enviat el:|Per a:|Tema:|dilluns, {d} de febrer de 2025 {t}
    id|Dari:|Dikirim:|Kepada:|Subjek:|Senin, {d} Februari 2025 {t}
    sr|Од:|Послато:|За:|Тема:|понедељак, {d}. фебруар 2025. {t}
    th|จาก:|ส่ง:|ถึง:|เรื่อง:|วันจันทร์ที่ {d} กุมภาพันธ์ 2025 {t}
    """
)

DATE = {
    "en": "Date:", "fr": "Date :", "de": "Datum:", "es": "Fecha:", "pt": "Data:", "pt-PT": "Data:",
    "it": "Data:", "nl": "Datum:", "pl": "Data:", "tr": "Tarih:", "ro": "Dată:", "sv": "Datum:",
    "da": "Dato:", "nb": "Dato:", "fi": "Päivämäärä:", "cs": "Datum:", "sk": "Dátum:",
    "hu": "Dátum:", "ru": "Дата:", "uk": "Дата:", "el": "Ημερομηνία:", "ar": "التاريخ:",
    "he": "תאריך:", "ja": "日付:", "zh-Hans": "日期:", "zh-Hant": "日期:", "ko": "날짜:",
    "vi": "Ngày:", "hr": "Datum:", "sl": "Datum:", "bg": "Дата:", "lt": "Data:", "lv": "Datums:",
    "et": "Kuupäev:", "ca": "Data:", "id": "Tanggal:", "sr": "Датум:", "th": "วันที่:",
}  # fmt: skip

ORIGINAL = {
    "en": "Original Message", "fr": "Message d'origine", "de": "Ursprüngliche Nachricht",
    "es": "Mensaje original", "pt": "Mensagem original", "pt-PT": "Mensagem original",
    "it": "Messaggio originale", "nl": "Oorspronkelijk bericht", "pl": "Oryginalna wiadomość",
    "tr": "Orijinal Mesaj", "ro": "Mesaj original", "sv": "Ursprungligt meddelande",
    "da": "Oprindelig meddelelse", "nb": "Opprinnelig melding", "fi": "Alkuperäinen viesti",
    "cs": "Původní zpráva", "sk": "Pôvodná správa", "hu": "Eredeti üzenet",
    "ru": "Исходное сообщение", "uk": "Вихідне повідомлення", "el": "Αρχικό μήνυμα",
    "ar": "الرسالة الأصلية", "he": "הודעה מקורית", "ja": "元のメッセージ", "zh-Hans": "原始邮件",
    "zh-Hant": "原始郵件", "ko": "원본 메시지", "vi": "Thư gốc", "hr": "Izvorna poruka",
    "sl": "Izvirno sporočilo", "bg": "Оригинално съобщение", "lt": "Originalus laiškas",
    "lv": "Sākotnējā ziņa", "et": "Algne sõnum", "ca": "Missatge original", "id": "Pesan Asli",
    "sr": "Оригинална порука", "th": "ข้อความต้นฉบับ",
}  # fmt: skip

FORWARDED = {
    "en": "Forwarded message", "fr": "Message transféré", "de": "Weitergeleitete Nachricht",
    "es": "Mensaje reenviado", "pt": "Mensagem encaminhada", "it": "Messaggio inoltrato",
    "nl": "Doorgestuurd bericht", "pl": "Wiadomość przekazana dalej", "tr": "Yönlendirilmiş ileti",
    "ro": "Mesaj redirecționat", "sv": "Vidarebefordrat meddelande", "da": "Videresendt besked",
    "nb": "Videresendt melding", "fi": "Välitetty viesti", "cs": "Přeposlaná zpráva",
    "sk": "Preposlaná správa", "hu": "Továbbított üzenet", "ru": "Пересланное сообщение",
    "uk": "Переслане повідомлення", "el": "Προωθημένο μήνυμα", "ar": "رسالة مُعاد توجيهها",
    "he": "הודעה שהועברה", "ja": "転送されたメッセージ", "zh-Hans": "转发的邮件",
    "zh-Hant": "轉寄的郵件", "ko": "전달된 메시지", "vi": "Tin nhắn đã chuyển tiếp",
    "hr": "Proslijeđena poruka", "sl": "Posredovano sporočilo", "bg": "Препратено съобщение",
    "lt": "Persiųstas laiškas", "lv": "Pārsūtīta ziņa", "et": "Edastatud kiri",
    "ca": "Missatge reenviat", "id": "Pesan yang diteruskan", "sr": "Прослеђена порука",
    "th": "ข้อความที่ส่งต่อ",
}  # fmt: skip
