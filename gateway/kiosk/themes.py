"""Three looks. The first holds on a Linux console: 16 colours, nothing bold on a colour.

Every pair used for text has a contrast of at least 4.5 (7 for `contrast`); no state is told by
colour alone.
"""

from textual.theme import Theme

VT = Theme(
    name="vt",
    dark=True,
    primary="#aaaaaa",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    variables={
        "alarm": "#ff5555",
        "marked": "#000000",
        "marked-back": "#aaaaaa",
        "quiet": "#aaaaaa",
    },
)
CONTRAST = Theme(
    name="contrast",
    dark=True,
    primary="#ffff55",
    foreground="#ffff55",
    background="#000000",
    surface="#000000",
    variables={
        "alarm": "#ffffff",
        "marked": "#000000",
        "marked-back": "#ffff55",
        "quiet": "#ffff55",
    },
)
LIGHT = Theme(
    name="light",
    dark=False,
    primary="#1a3a6b",
    foreground="#111111",
    background="#ffffff",
    surface="#ffffff",
    variables={
        "alarm": "#aa0000",
        "marked": "#ffffff",
        "marked-back": "#1a3a6b",
        "quiet": "#444444",
    },
)
THEMES = {theme.name: theme for theme in (VT, CONTRAST, LIGHT)}
