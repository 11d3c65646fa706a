"""The line that introduces a quote: "On 3 May 2024 at 10:00, Ann <ann@example.org> wrote:".

A date and an address in one line are enough in any language; where one is missing, the verb of a
known language stands in. Each rule looks at a bounded window of bounded lines.
"""

import re

from gateway.channels.email.reply.languages import STARTS, UNSPACED_VERBS, VERBS
from gateway.channels.email.reply.lines import LONG, Line, any_of, fold, following
from gateway.channels.email.reply.moments import dated, day, moment, zoned

WINDOW = 4  # lines that a wrapped attribution may take
NARROW = 60  # no client folds a line that with its next word is shorter

VERB = re.compile(rf"(?<!\w)(?:{any_of(VERBS)})(?!\w)|{any_of(UNSPACED_VERBS)}")
_VERB_LAST = re.compile(rf"[>)\]],? (?:{any_of(VERBS)})$")
EMAIL = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")

# "Ann <ann@example.org> wrote:" and "Quoting Ann <ann@example.org>:", and no more than that.
_BY = re.compile(
    r"^\W{0,2}(?:[^\s<>:]{1,60} ){1,7}[<(\[](?:mailto:)? ?[^<>\s]{3,120}"
    r"(?:<mailto:[^<>\s]{3,120}>)? ?[>)\]],?(?: [^<>:]{2,20})? ?[:：]?$"
)
_BRACKETED = re.compile(r"[<(\[][^<>()\[\]]{0,80}@|\d \S+@")
_RULED_END = re.compile(r"[^\W_] ?-{4,}$")
_MIDWAY = re.compile(
    r"^([^\W\d_][^<>@]{0,400}?) ((?:On|Le|Am|El|Em|Il|Op|Den|Dnia|W dniu)"
    r" (?:[^\W\d_]{2,10}[.,]{0,2} ){0,2}\d{1,4}[\s.,/-].*)$"
)


_RUN_ON = re.compile(
    r"^((?:On|Le|Am|El|Em|Il|Op|Den|Dnia|W dniu) [^:<>]{0,80}(?:\d:\d\d[^:<>]{0,80})?"
    r"<[^<>\s]{1,64}@[^<>\s]{1,255}>[^<>:]{0,30}:) {2,}(\S.*)$"
)


def divided(lines: list[Line]) -> list[Line]:
    """A header that a client put on the same line as the reply gets its own: "ok On 3 May ...".

    So does one that the quote stands behind: "On 3 May Ann <ann@example.org> wrote:   Is it ok?".
    """
    out: list[Line] = []
    for line in lines:
        match = _MIDWAY.match(line.text) if _divisible(line) else None
        if match and _is_attribution(match[2], ends=True, quoted=False):
            out.append(Line(match[1], match[1], role=line.role))
            out.append(Line(match[2], match[2], role=line.role))
        elif (run_on := _RUN_ON.match(line.text[:LONG])) and not (line.depth or line.code):
            out.append(Line(run_on[1], run_on[1], role=line.role))
            quoted = line.text[run_on.start(2) :]
            out.append(Line(quoted, quoted, role=line.role))
        else:
            out.append(line)
    return out


def _divisible(line: Line) -> bool:
    if line.depth or line.code or len(line.text) > LONG or not _ends(line.text):
        return False
    return line.text.split(maxsplit=1)[0].casefold() not in STARTS


def attribution(lines: list[Line], index: int) -> int:
    """Where the attribution ends that begins at this line; 0 where none does."""
    first = lines[index].text
    if not _colon_near(lines, index) or not _may_start(first):
        return _end(lines, index) if _name_above(lines, index) else 0
    end = _end(lines, index)
    return 0 if end - index > 1 and _tighter(lines, index, end) else end


def _end(lines: list[Line], index: int) -> int:
    joined = ""
    for end in range(index, min(index + WINDOW, len(lines))):
        line = lines[end]
        if line.blank and _goes_on(lines, end, joined):
            continue
        if not _may_belong(line) or (end > index and _better_start(line.text, joined)):
            return 0
        joined = f"{joined} {line.text}".strip()
        if not _colon(line.text) and _colon_below(lines, end + 1):
            continue
        below = following(lines, end + 1)
        quoted = below < len(lines) and lines[below].quoted
        ends = _ends(line.text)
        if (ends or quoted) and _is_attribution(joined, ends=ends, quoted=quoted):
            return end + 1
        if ends:
            return 0
    return 0


def _may_belong(line: Line) -> bool:
    return not (line.blank or line.depth or line.cut) and len(line.text) <= LONG


def _colon_below(lines: list[Line], index: int) -> bool:
    """The rest of a folded attribution: a colon, a short word, a date in brackets."""
    text = lines[index].text if index < len(lines) else ""
    return len(text) <= NARROW and _colon(text) and not lines[index].depth


def _goes_on(lines: list[Line], index: int, joined: str) -> bool:
    """An empty line inside it, from a client that doubled all line ends."""
    text = lines[index + 1].text if index + 1 < len(lines) else ""
    rest = text.startswith("<") or (len(text) <= 25 and says(fold(text)))
    return rest and _ends(text) and day(joined)


def whole(text: str) -> bool:
    """Is this one line an attribution, whatever stands around it?"""
    return 0 < len(text) <= LONG and _ends(text) and _is_attribution(text, ends=True, quoted=False)


def _name_above(lines: list[Line], index: int) -> bool:
    """A name folded away from its address: a line of its own, above one that begins with "<"."""
    text = lines[index].text
    if not text or len(text) > 80 or text[-1] in ".?!:;" or index + 1 >= len(lines):
        return False
    alone = index == 0 or lines[index - 1].blank or bool(lines[index - 1].cut)
    return alone and lines[index + 1].text.startswith("<") and "@" in lines[index + 1].text


def _tighter(lines: list[Line], start: int, end: int) -> bool:
    """Is the head of it text that stands directly above a whole attribution?"""
    return any(
        _no_fold(lines[index - 1].text, lines[index].text)
        and (day(lines[index].text) or _opens_and_says(lines[index].text))
        and _end(lines, index) == end
        for index in range(start + 1, end)
    )


def _opens_and_says(text: str) -> bool:
    """A whole one that has no date that we know: "On Mon, Ann wrote:"."""
    return _ends(text) and says(fold(text)) and text.split(maxsplit=1)[0].casefold() in STARTS


def _no_fold(before: str, text: str) -> bool:
    """No client would have broken a line between these two."""
    if not text or not before or text.startswith(("<", "(")) or before.endswith(("<", "(", ",")):
        return False
    short = len(before) + 1 + len(text.split(maxsplit=1)[0]) <= NARROW
    return before[-1] in "?!。" or (short and not EMAIL.search(before))


def _colon_near(lines: list[Line], index: int) -> bool:
    near = lines[index : index + WINDOW + 2]
    return any(line.quoted or _ends(line.text) for line in near if line.text)


def _better_start(text: str, before: str) -> bool:
    """Does another attribution begin on this line, so that what stood before is text?"""
    start = "" if text.startswith("<") else _may_start(text)
    if start == "word":
        return day(text) or says(fold(text))
    whole = "@" in text or "@" not in before  # else this line goes on with the date of a name above
    return start == "date" and whole and day(text) and not dated(before)


def _may_start(text: str) -> str:
    """How an attribution could begin here: with a word and a date, with a date, with a name."""
    head = text[:60]
    word = re.split(r"[\s,.]", head.lstrip("*_[(<\"'- "), maxsplit=1)[0].casefold()
    if word in STARTS and any(letter.isdigit() for letter in text):
        return "word"
    if dated(head) or any(letter.isdigit() for letter in head[:12]):
        return "date"
    if "@" in text or "<" in text or says(fold(text)):
        return "name"
    return "name" if not text.isascii() and any(letter.isdigit() for letter in text) else ""


def says(folded: str) -> bool:
    return VERB.search(folded) is not None


def _colon(text: str) -> bool:
    return text.rstrip(" *_")[-1:] in (":", "：")


def _ends(text: str) -> bool:
    bare = text.rstrip(" *_")
    if _colon(bare):
        return True
    if bare.endswith("----"):
        return _RULED_END.search(bare) is not None
    return "@" in bare and len(bare) <= LONG and _VERB_LAST.search(fold(bare[-40:])) is not None


def _is_attribution(joined: str, *, ends: bool, quoted: bool) -> bool:
    if len(joined) > LONG:
        return False
    folded = fold(joined)
    verb = says(folded)
    date = dated(folded)
    email = "@" in folded and EMAIL.search(folded) is not None
    if quoted:
        return _introduces(folded, ends=ends, verb=verb, date=date, email=email)
    return _stands_alone(joined, folded, verb=verb, date=date, email=email)


def _introduces(folded: str, *, ends: bool, verb: bool, date: bool, email: bool) -> bool:
    """Above a marked quote little is needed."""
    if ends:
        return (verb and len(folded) < 200) or email or date
    return (email and date) or (verb and (email or date) and len(folded) < 160)


def _stands_alone(joined: str, folded: str, *, verb: bool, date: bool, email: bool) -> bool:
    """Above unmarked text a sentence that ends in a colon must not pass for one."""
    if date and email:
        return verb or not _prose(joined)
    if (
        zoned(joined)
        and day(joined)
        and _may_start(folded) in ("word", "date")
        and len(joined) < 160
    ):
        return True  # nobody types a time zone
    if verb and date:
        starts = _may_start(folded) in ("word", "date")
        return starts and len(folded) < 160 and not _sentence(joined, folded)
    return verb and email and _BY.match(folded) is not None


def _prose(joined: str) -> bool:
    """A person's own sentence that holds an address and a date, and none of the verbs."""
    before, bracket, _ = joined.partition("<")
    small = _small_words(before if bracket else joined)
    if not any(letter.isdigit() for letter in joined[:25]):
        return not _BRACKETED.search(joined) or small > 2
    return small > 2 and not moment(joined)


def _small_words(text: str) -> int:
    return sum(word.isalpha() and word.islower() and len(word) > 1 for word in text.split())


def _sentence(joined: str, folded: str) -> bool:
    """Does it say more after its verb than a name? "On 3 May Ann wrote to the client:"."""
    last = max((match.end() for match in VERB.finditer(folded)), default=0)
    rest = joined[len(joined) - len(folded) + last :] if last else ""
    if any(letter.isdigit() for letter in rest):
        return False  # "Ann schrieb am 3. Mai um 10:05:"
    return _small_words(rest) > 1
