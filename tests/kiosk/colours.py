"""Colours as they stand on a screen: can they be read, and is anything said by them alone?"""

from collections import defaultdict
from dataclasses import dataclass, field

from rich.style import Style
from textual.theme import Theme

from gateway.kiosk import themes
from tests.kiosk.floor import Floor

VGA = {
    *("#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa"),
    *("#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff"),
}
"""What a Linux console has; the second row only in front, for it has eight grounds."""

BACKS = {colour for colour in VGA if "ff" not in colour and colour != "#555555"}


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of an sRGB colour."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def pair(style: Style) -> tuple[str, str]:
    assert style.color is not None
    assert style.bgcolor is not None
    front, back = (c.get_truecolor().hex for c in (style.color, style.bgcolor))
    return (back, front) if style.reverse else (front, back)


def styles(there: Floor) -> list[tuple[str, Style]]:
    strips = there.app.screen._compositor.render_strips()
    return [(part.text, part.style) for strip in strips for part in strip if part.text.strip()]  # type: ignore[misc]


@dataclass
class Pairs:
    """Every pair of letters and ground that was seen in one look, and on which screens."""

    look: str
    seen: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def theme(self) -> Theme:
        return themes.THEMES[self.look]

    def take(self, name: str, there: Floor) -> None:
        """Look at the screen that is there now."""
        drawn = styles(there)
        for _, style in drawn:
            assert not any((style.bold, style.dim, style.blink)), name
            self.seen[pair(style)].add(name)
        for lines in marked(there, self.theme):
            assert any(text.strip()[0] in ">[" for text in lines), (name, lines)
        alarms = [text for text, style in drawn if pair(style)[0] == self.theme.variables["alarm"]]
        if name == "posts in Arabic":
            assert any("! URGENT" in text for text in alarms)

    def can_be_read(self) -> None:
        """WCAG 2.2, 1.4.3 and, in the look of high contrast, 1.4.6."""
        least = 7.0 if self.look == "contrast" else 4.5
        poor = {both: contrast(*both) for both in self.seen if contrast(*both) < least}
        assert not poor
        if self.look == "vt":
            assert {front for front, _ in self.seen} <= VGA
            assert {back for _, back in self.seen} <= BACKS

    def table(self) -> str:
        lines = ["letters  ground   contrast  screens"]
        for (front, back), names in sorted(self.seen.items()):
            where = ", ".join(sorted(names)) if len(names) < 9 else f"{len(names)} screens"
            lines.append(f"{front}  {back}  {contrast(front, back):8.1f}  {where}")
        return "\n".join(lines) + "\n"


def marked(there: Floor, theme: Theme) -> list[list[str]]:
    """Stretches of lines in the marked colours; the first line is the heading, and no state."""
    found: list[list[str]] = [[]]
    for strip in there.app.screen._compositor.render_strips()[1:]:
        marked = [
            part.text
            for part in strip
            if part.text.strip() and part.style and _ismarked(part.style, theme)
        ]
        if marked:
            found[-1] += marked
        elif found[-1]:
            found.append([])
    return [lines for lines in found if lines]


def _ismarked(style: Style, theme: Theme) -> bool:
    return pair(style) == (theme.variables["marked"], theme.variables["marked-back"])
