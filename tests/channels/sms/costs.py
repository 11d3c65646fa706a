"""What a digest of five posts costs in segments, counted by the code that sends it: docs/sms.md."""

from collections.abc import Iterable, Iterator

from gateway.channels.sms import render
from gateway.channels.sms.segments import Segments, fits, measure
from gateway.channels.sms.transliterate import for_gsm7
from gateway.core import views
from gateway.core.commands import Page, PostView, Result
from gateway.core.envelope import Digest
from tests.support.sms import owed, post

BODIES = (
    "Palette cassée devant la porte n° 4 : passez par l’allée B, le cariste s’en occupe après sa "
    "pause.",
    "Le camion de 14 h est « reporté » à 16 h 30 — il faut garder deux places libres côté nord "
    "jusqu’à son départ.",
    "Contrôle des extincteurs mardi à 9 h ; merci de dégager l’accès aux bornes, même pour cinq "
    "minutes…",
    "Ça glisse près du vestiaire, quelqu’un a laissé tomber de l’huile. J’ai mis un cône, la "
    "maintenance est prévenue.",
    "Menu de Noël jeudi : pensez à vous inscrire avant lundi midi, il reste une vingtaine de "
    "places près de la fenêtre.",
)
HEADS = (
    (1415, "Quai 3", "Ana"),
    (1428, "Quai 3", "Léo"),
    (1431, "Sécurité", "Zoë"),
    (1444, "Sécurité", "Paul"),
    (1453, "Cantine", "Inès"),
)
POSTS: tuple[PostView, ...] = tuple(
    post(body, number=number, group_name=group, author=author)
    for body, (number, group, author) in zip(BODIES, HEADS, strict=True)
)


def raw() -> str:
    """As five people wrote it, one post a line."""
    return "\n".join(f"{one.group_name} {one.number} {one.author}: {one.body}" for one in POSTS)


def pages() -> Iterator[str]:
    """The digest, and what SUITE brings after it: each as it is sent."""
    left = POSTS
    while left:
        page = views.fill_page(left, _in_one_segment, about="digest")
        yield _sent(page)
        left = left[len(page.items) :]


def table() -> str:
    """The table of docs/sms.md."""
    every = list(pages())
    headline = every[0]
    rows = [
        _row("as five people wrote it", measure(raw())),
        _row("the same, its letters written in GSM-7", measure(for_gsm7(raw()))),
        _row("as sent: one page, `SUITE` for the rest", measure(headline)),
        _row("all of it, with `SUITE` as often as it takes", _together(map(measure, every))),
    ]
    shown = "\n".join(["```", headline, "```"])
    head = "| the digest | alphabet | units | segments |\n| --- | --- | ---: | ---: |"
    return f"{head}\n" + "\n".join(rows) + f"\n\nThat one page:\n{shown}"


def _in_one_segment(page: Result) -> bool:
    assert isinstance(page, Page)
    return fits(_sent(page))


def _sent(page: Page) -> str:
    return render.text(owed(Digest(page)))


def _together(costs: Iterable[Segments]) -> Segments:
    """Of several SMS that come one by one."""
    every = list(costs)
    (encoding,) = {cost.encoding for cost in every}
    return Segments(encoding, sum(cost.count for cost in every), sum(cost.units for cost in every))


def _row(what: str, cost: Segments) -> str:
    return f"| {what} | {cost.encoding} | {cost.units} | {cost.count} |"
