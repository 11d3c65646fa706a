"""The line above a quote as each client words it: `{n}` is the author's name, `{a}` the address.

One row a language. `{t}` is a clock time and `{d}` a day of the month, so that no two are alike.
"""


def table(text: str) -> dict[str, str]:
    """`language template` rows."""
    return dict(rows(text))


def rows(text: str) -> list[tuple[str, str]]:
    """The same where a language has several templates."""
    found = (row.strip().split(" ", 1) for row in text.strip().split("\n"))
    return [(language, template) for language, template in found]


GMAIL = table(
    """
    en On Mon, Feb {d}, 2025 at {t} AM {n} <{a}> wrote:
    fr Le lun. {d} févr. 2025 à {t}, {n} <{a}> a écrit :
    de Am Mo., {d}. Feb. 2025 um {t} Uhr schrieb {n} <{a}>:
    es El lun, {d} feb 2025 a las {t}, {n} (<{a}>) escribió:
    pt Em seg., {d} de fev. de 2025 às {t}, {n} <{a}> escreveu:
    pt-PT {n} <{a}> escreveu (segunda, {d}/02/2025 à(s) {t}):
    it Il giorno lun {d} feb 2025 alle ore {t} {n} <{a}> ha scritto:
    nl Op ma {d} feb 2025 om {t} schreef {n} <{a}>:
    pl pon., {d} lut 2025 o {t} {n} <{a}> napisał(a):
    tr {n} <{a}>, {d} Şub 2025 Pzt, {t} tarihinde şunu yazdı:
    ro În lun., {d} feb. 2025 la {t}, {n} <{a}> a scris:
    sv Den mån {d} feb. 2025 kl {t} skrev {n} <{a}>:
    da Den man. {d}. feb. 2025 kl. {t} skrev {n} <{a}>:
    nb man. {d}. feb. 2025 kl. {t} skrev {n} <{a}>:
    fi ma {d}. helmik. 2025 klo {t} {n} ({a}) kirjoitti:
    cs po {d}. 2. 2025 v {t} odesílatel {n} <{a}> napsal:
    sk po {d}. 2. 2025 o {t} {n} <{a}> napísal(a):
    hu {n} <{a}> ezt írta (időpont: 2025. febr. {d}., H, {t}):
    ru пн, {d} февр. 2025 г. в {t}, {n} <{a}>:
    uk пн, {d} лют. 2025 р. о {t} {n} <{a}> пише:
    el Στις Δευ {d} Φεβ 2025 στις {t} π.μ., ο χρήστης {n} <{a}> έγραψε:
    ar في الاثنين، {d} فبراير 2025 في {t} ص تمت كتابة ما يلي بواسطة {n} <{a}>:
    he בתאריך יום ב׳, {d} בפבר׳ 2025 ב-{t} מאת {n} <{a}>:
    ja 2025年2月{d}日(月) {t} {n} <{a}>:
    zh-Hans {n} <{a}> 于2025年2月{d}日周一 {t}写道：
    zh-Hant {n} <{a}> 於 2025年2月{d}日 週一 上午{t}寫道：
    ko 2025년 2월 {d}일 (월) 오전 {t}, {n} <{a}>님이 작성:
    vi Vào Th 2, {d} thg 2, 2025 vào lúc {t} {n} <{a}> đã viết:
    hr pon, {d}. velj 2025. u {t} {n} <{a}> napisao je:
    sl V V pon., {d}. feb. 2025 ob {t} je oseba {n} <{a}> napisala:
    bg На пн, {d}.02.2025 г. в {t} {n} <{a}> написа:
    lt 2025-02-{d}, pr, {t} {n} <{a}> rašė:
    lv pirmd., 2025. g. {d}. febr., plkst. {t} — lietotājs {n} (<{a}>) rakstīja:
    et Kuupäev E, {d}. veebruar 2025 kell {t} kirjutas kasutaja {n} <{a}>:
    ca Missatge de {n} <{a}> del dia dl., {d} de febr. 2025 a les {t}:
    id Pada tanggal Sen, {d} Feb 2025 pukul {t} {n} <{a}> menulis:
    sr пон, {d}. феб 2025. у {t} {n} <{a}> је написао/ла:
    th เมื่อ จ. {d} ก.พ. 2025 เวลา {t} {n} <{a}> เขียนว่า:
    """
)

APPLE = table(
    """
    en On {d} Feb 2025, at {t}, {n} <{a}> wrote:
    fr Le {d} févr. 2025 à {t}, {n} <{a}> a écrit :
    de Am {d}.02.2025 um {t} schrieb {n} <{a}>:
    es El {d} feb 2025, a las {t}, {n} <{a}> escribió:
    pt Em {d} de fev. de 2025, à(s) {t}, {n} <{a}> escreveu:
    pt-PT No dia {d}/02/2025, às {t}, {n} <{a}> escreveu:
    it Il giorno {d} feb 2025, alle ore {t}, {n} <{a}> ha scritto:
    nl Op {d} feb 2025 om {t} heeft {n} <{a}> het volgende geschreven:
    pl Wiadomość napisana przez {n} <{a}> w dniu {d} lut 2025, o godz. {t}:
    tr {n} <{a}> şunları yazdı ({d} Şub 2025 {t}):
    ro Pe {d} feb. 2025, la {t}, {n} <{a}> a scris:
    sv {d} feb. 2025 kl. {t} skrev {n} <{a}>:
    da Den {d}. feb. 2025 kl. {t} skrev {n} <{a}>:
    nb {d}. feb. 2025 kl. {t} skrev {n} <{a}>:
    fi {n} <{a}> kirjoitti {d}.2.2025 kello {t}:
    cs {d}. 2. 2025 v {t}, {n} <{a}>:
    sk {d}. 2. 2025, o {t}, {n} <{a}> napísal(a):
    hu {d}/02/2025 {t} dátummal, {n} <{a}> írta:
    ru {d} февр. 2025 г., в {t}, {n} <{a}> написал(а):
    uk {d} лют. 2025 р. о {t} {n} <{a}> пише:
    el Στις {d} Φεβ 2025, στις {t}, ο/η {n} <{a}> έγραψε:
    ar في {d} فبراير 2025، الساعة {t}، كتب {n} <{a}>:
    he ב-{d} בפבר׳ 2025, בשעה {t}, {n} <{a}> כתב/ה:
    ja 2025/02/{d} {t}、{n} <{a}>のメール:
    zh-Hans 2025年2月{d}日 {t}，{n} <{a}> 写道：
    zh-Hant {n} <{a}> 於 2025年2月{d}日 {t} 寫道：
    ko 2025. 2. {d}. 오전 {t}, {n} <{a}> 작성:
    vi Vào {d} thg 2, 2025, lúc {t}, {n} <{a}> đã viết:
    hr {n} <{a}> je napisao/la na dan {d}.02.2025. u {t}:
    ca El dia {d} febr. 2025, a les {t}, {n} <{a}> va escriure:
    id Pada {d} Feb 2025, pukul {t}, {n} <{a}> menulis:
    """
)

THUNDERBIRD = table(
    """
    en On {d}/02/2025 {t}, {n} wrote:
    fr Le {d}/02/2025 à {t}, {n} a écrit :
    de Am {d}.02.25 um {t} schrieb {n}:
    es El {d}/2/25 a las {t}, {n} escribió:
    pt Em {d}/02/2025 {t}, {n} escreveu:
    it Il {d}/02/2025 {t}, {n} ha scritto:
    nl Op {d}-02-2025 om {t} schreef {n}:
    pl W dniu {d}.02.2025 o {t}, {n} pisze:
    tr {d}.02.2025 {t} tarihinde {n} yazdı:
    ro În {d}.02.2025 {t}, {n} a scris:
    sv Den 2025-02-{d} kl. {t}, skrev {n}:
    da Den {d}.02.2025 kl. {t} skrev {n}:
    nb Den {d}.02.2025 {t}, skrev {n}:
    fi {n} kirjoitti {d}.2.2025 klo {t}:
    cs Dne {d}. 02. 25 v {t} {n} napsal(a):
    sk Dňa {d}. 2. 2025 o {t} {n} napísal(a):
    hu 2025. 02. {d}. {t} keltezéssel, {n} írta:
    ru {d}.02.2025 {t}, {n} пишет:
    uk {d}.02.25 {t}, {n} пише:
    el Στις {d}/2/25 {t}, ο/η {n} έγραψε:
    ar في {d}‏/2‏/2025 {t}، كتب {n}:
    he בתאריך {d}/02/2025 {t}, {n} כתב:
    ja On 2025/02/{d} {t}, {n} wrote:
    zh-Hans 在 2025/2/{d} {t}, {n} 写道:
    zh-Hant {n} 於 2025/2/{d} {t} 寫道:
    ko 2025-02-{d} {t}에 {n} 이(가) 쓴 글:
    vi Vào {d}/02/2025 {t}, {n} đã viết:
    hr {n} je napisao/la {d}. 02. 2025. u {t}:
    sl {n} je {d}. 02. 2025 ob {t} napisal:
    bg На {d}.02.25 г. в {t}, {n} написа:
    lt {n} rašė 2025-02-{d} {t}:
    et {n} kirjutas {d}.02.2025 kell {t}:
    ca El {d}/2/25 a les {t}, {n} ha escrit:
    id Pada {d}/02/25 {t}, {n} menulis:
    """
)

YAHOO = table(
    """
    en On Monday, February {d}, 2025 at {t}:33 AM GMT+1, {n} <{a}> wrote:
    fr Le lundi {d} février 2025 à {t}:33 UTC+1, {n} <{a}> a écrit :
    de Am Montag, {d}. Februar 2025 um {t}:33 MEZ hat {n} <{a}> Folgendes geschrieben:
    es El lunes, {d} de febrero de 2025, {t}:33 CET, {n} <{a}> escribió:
    pt Em segunda-feira, {d} de fevereiro de 2025 {t}:33 BRT, {n} <{a}> escreveu:
    it Il lunedì {d} febbraio 2025 alle ore {t}:33 CET, {n} <{a}> ha scritto:
    nl Op maandag {d} februari 2025 om {t}:33 CET schreef {n} <{a}>:
    pl W dniu poniedziałek, {d} lutego 2025 {t}:33 CET użytkownik {n} <{a}> napisał:
    ro luni, {d} februarie 2025 la {t}:33 EET, {n} <{a}> a scris:
    sv Den måndag {d} februari 2025 {t}:33 CET skrev {n} <{a}>:
    da Den mandag den {d}. februar 2025 {t}:33 CET skrev {n} <{a}>:
    nb mandag {d}. februar 2025, {t}:33 CET skrev {n} <{a}> følgende:
    tr {d} Şubat 2025 Pazartesi {t}:33 GMT+3 tarihinde {n} <{a}> şöyle yazdı:
    el Στις Δευτέρα {d} Φεβρουαρίου 2025 στις {t}:33 EET, ο χρήστης {n} <{a}> έγραψε:
    id Pada Senin, {d} Februari 2025 {t}:33 WIB, {n} <{a}> menulis:
    vi Vào Thứ Hai, {d} tháng 2, 2025 lúc {t}:33 GMT+7, {n} <{a}> đã viết:
    zh-Hant {n} <{a}> 於 2025年2月{d}日 星期一 上午{t}:33 [GMT+8] 寫道：
    """
)

PROGRAMS = rows(
    """
    en On Monday, February {d}, 2025 {t}:33 AM CET {n} wrote:
    de Am Montag, {d}. Februar 2025, {t}:33 CET schrieb {n}:
    fr Le lundi {d} février 2025, {t}:33 CET {n} a écrit :
    es El lunes, {d} de febrero de 2025 {t}:33 (CET) {n} escribió:
    it In data lunedì {d} febbraio 2025 {t}:33 CET, {n} ha scritto:
    nl Op maandag {d} februari 2025 {t}:33 CET schreef {n}:
    pl Dnia poniedziałek, {d} lutego 2025 {t}:33 CET {n} pisze:
    sv måndag {d} februari 2025 kl. {t}:33 CET skrev {n}:
    pt Em segunda-feira, {d} de fevereiro de 2025 {t}:33 WET {n} escreveu:
    ru В письме от понедельник, {d} февраля 2025 г. {t}:33 MSK пользователь {n} написал:
    en On Mon, 2025-02-{d} at {t} +0100, {n} wrote:
    fr Le lundi {d} février 2025 à {t} +0100, {n} a écrit :
    de Am Montag, dem {d}.02.2025 um {t} +0100 schrieb {n}:
    es El lun, {d}-02-2025 a las {t} +0100, {n} escribió:
    cs {n} píše v Po {d}. 02. 2025 v {t} +0100:
    en On Mon, Feb {d}, 2025 at {t}:33AM +0100, {n} wrote:
    de Am Mon, Feb {d}, 2025 at {t}:33AM +0100 schrieb {n}:
    fr Le Mon, Feb {d}, 2025 at {t}:33 +0100, {n} a écrit :
    en {n} <{a}> writes:
    en * {n} <{a}> [2025-02-{d} {t}]:
    en * {n} ({a}) wrote:
    en >>>>> "N" == {n} <{a}> writes:
    de {n} <{a}> schreibt:
    en Quoting {n} <{a}>:
    fr {n} <{a}> a écrit :
    de Zitat von {n} <{a}>:
    es {n} <{a}> escribió:
    it {n} <{a}> ha scritto:
    nl Citeren {n} <{a}>:
    pl Cytowanie {n} <{a}>:
    sv Citerar {n} <{a}>:
    fi Lainaus {n} <{a}>:
    en At {d}.02.2025 {t}, {n} wrote:
    de Hallo {n}, am Montag, {d}. Februar 2025 um {t} schrieben Sie:
    en Hello {n}, Monday, February {d}, 2025, {t} AM, you wrote:
    ru Здравствуйте, {n}. Вы писали {d} февраля 2025 г., {t}:33:
    """
)

WEBMAIL = rows(
    """
    en On 2025-02-{d} {t}, {n} wrote:
    fr Le {d}-02-2025 {t}, {n} a écrit :
    de Am {d}.02.2025 {t}, schrieb {n}:
    es El {d}-02-2025 {t}, {n} escribió:
    pt Em {d}/02/2025 {t}, {n} escreveu:
    it Il {d}-02-2025 {t} {n} ha scritto:
    nl {n} schreef op {d}-02-2025 {t}:
    pl W dniu {d}.02.2025 {t}, {n} napisał(a):
    cs Dne {d}.02.2025 {t}, {n} napsal:
    hu {n} ekkor: 2025-02-{d} {t} ezt írta:
    ro La {d}-02-2025 {t}, {n} a scris:
    sv {n} skrev den {d}.02.2025 {t}:
    fi {n} kirjoitti {d}.02.2025 {t}:
    tr {n}, {d}.02.2025 {t} tarihinde şunu yazdı:
    ru {n} писал(а) {d}.02.2025 {t}:
    uk {n} писав {d}.02.2025 {t}:
    et {n} kirjutas {d}.02.2025 {t}:
    lv {d}.02.2025 {t}, {n} rakstīja:
    sl {n} je {d}.02.2025 {t} napisal(a):
    sk Dňa {d}.02.2025 {t} {n} napísal(a):
    ca El {d}.02.2025 {t}, {n} va escriure:
    el Στις {d}.02.2025 {t}, {n} έγραψε:
    bg На {d}.02.2025 {t}, {n} написа:
    ja {n} さんは {d}.02.2025 {t} に書きました:
    de {n} <{a}> hat am {d}.02.2025 {t} geschrieben:
    en On 02/{d}/2025 {t} AM {n} <{a}> wrote:
    fr Le {d}/02/2025 {t} CET, {n} <{a}> a écrit :
    es El {d}/02/2025 {t} CET {n} <{a}> escribió:
    nl Op {d}-02-2025 {t} CET schreef {n} <{a}>:
    it Il {d}/02/2025 {t} CET {n} <{a}> ha scritto:
    pl W dniu 2025-02-{d} {t}:33 użytkownik {n} <{a}> napisał:
    pl Dnia {d} lutego 2025 {t} {n} <{a}> napisał(a):
    ru {d}.02.2025, {t}, "{n}" <{a}>:
    ru Понедельник, {d} февраля 2025, {t} +03:00 от {n} <{a}>:
    uk {d} лютого 2025, {t}:33, від "{n}" <{a}>:
    zh-Hans 在 2025-02-{d} {t}:33，"{n}" <{a}> 写道：
    zh-Hans 在2025年02月{d}日 {t}，{n}<{a}>写道：
    en ---- On Mon, {d} Feb 2025 {t}:33 +0100 {n} <{a}> wrote ----
    fr ---- Le lun., {d} févr. 2025 {t}:33 +0100 {n} <{a}> a écrit ----
    de ---- Am Mo., {d} Feb. 2025 {t}:33 +0100 {n} <{a}> schrieb ----
    es ---- El lun, {d} feb. 2025 {t}:33 +0100 {n} <{a}> escribió ----
    """
)

PHONES = rows(
    """
    en On February {d}, 2025 {t}:33 AM GMT+01:00, {n} <{a}> wrote:
    fr Le {d} février 2025 {t}:33 GMT+01:00, "{n}" <{a}> a écrit :
    de Am {d}. Februar 2025 {t}:33 MEZ schrieb {n} <{a}>:
    es El {d} de febrero de 2025 {t}:33 CET, {n} <{a}> escribió:
    nl Op {d} februari 2025 {t}:33 CET schreef {n} <{a}>:
    it Il {d} febbraio 2025 {t}:33 CET, {n} <{a}> ha scritto:
    pl Dnia {d} lutego 2025 {t}:33 CET, {n} <{a}> napisał(a):
    sv Den {d} februari 2025 {t}:33 CET, skrev {n} <{a}>:
    da Den {d}. februar 2025 {t}:33 CET skrev {n} <{a}>:
    cs Dne {d}. února 2025 {t}:33 SEČ, {n} <{a}> napsal:
    hu 2025. február {d}. {t}:33 CET, {n} <{a}> írta:
    ru {d} февраля 2025 г. {t}:33 GMT+03:00, {n} <{a}> пишет:
    tr {d} Şubat 2025 {t}:33 GMT+03:00 tarihinde {n} <{a}> yazdı:
    pt Em {d} de fevereiro de 2025 {t}:33 WET, {n} <{a}> escreveu:
    fi {n} <{a}> kirjoitti {d}. helmikuuta 2025 {t}:33:
    en On {d} February 2025 {t}:33 CET, {n} <{a}> wrote:
    en On Feb {d}, 2025, {t} +0100, {n} <{a}>, wrote:
    de Am {d}. Feb. 2025, {t} +0100 schrieb {n} <{a}>:
    fr Le {d} févr. 2025 à {t} +0100, {n} <{a}>, a écrit :
    ru {d} февр. 2025 г., {t} +0300, {n} <{a}>, писал:
    en On {d} February 2025 at {t}:33, {n} ({a}) wrote:
    de Am {d}. Februar 2025 um {t}:33, {n} ({a}) schrieb:
    fr Le {d} février 2025 à {t}:33, {n} ({a}) a écrit:
    es El {d} de febrero de 2025 en {t}:33, {n} ({a}) escribió:
    en On Mon, Feb {d}, 2025 at {t} AM -0800, "{n}" <{a}> wrote:
    fr Le lun. {d} févr. 2025 à {t} +0100, "{n}" <{a}> a écrit :
    en On Mon, Feb {d}, 2025 at {t} AM, {n} < {a} > wrote:
    en On February {d}, 2025 at {t} AM, {n} <{a}> wrote:
    en On February {d}, 2025 at {t} AM GMT+1 {a} wrote:
    en Feb {d}, 2025, {t} by {a}:
    de {d}. Feb. 2025, {t} von {a}:
    fr {d} févr. 2025, {t} de {a}:
    en On Monday, February {d}rd, 2025 at {t} AM, {n} <{a}> wrote:
    fr Le lundi {d} février 2025 à {t}, {n} <{a}> a écrit :
    de {n} <{a}> schrieb am Montag, {d}. Februar 2025 um {t}:
    es El lunes, {d} de febrero de 2025 a las {t}, {n} <{a}> escribió:
    it lunedì {d} febbraio 2025 {t}, {n} <{a}> ha scritto:
    pt Na segunda-feira, {d} de fevereiro de 2025 às {t}, {n} <{a}> escreveu:
    ru понедельник, {d} февраля 2025 г. в {t}, {n} <{a}> написал(а):
    en {n} <{a}> schrieb am Mo., {d}. Feb. 2025, {t}:
    pl pon., {d} lut 2025, {t} użytkownik {n} <{a}> napisał:
    es El lun., {d} de febrero de 2025 {t} a. m., {n} <{a}> escribió:
    pt Em seg, {d} de fev de 2025 {t}, {n} <{a}> escreveu:
    it Il Lun {d} Feb 2025, {t} {n} <{a}> ha scritto:
    sv Den mån {d} feb. 2025 {t}{n} <{a}> skrev:
    zh-Hans {n} <{a}>于2025年2月{d}日 周一{t}写道：
    """
)
