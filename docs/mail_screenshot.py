"""Makes docs/digest-neomutt.png: `python -m docs.mail_screenshot`.

A digest that went through a real Postfix into a real Dovecot, as neomutt shows it in a terminal.
Nothing in it is arranged: people text, the digest is sent, its reader opens it.
"""

import html
import re
import tempfile
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

import click
from playwright.sync_api import Browser

from tests.stories.mail_house import House, mail_house
from tests.stories.world import DOMAIN
from tests.support import servers
from tests.support.browser import browsing
from tests.support.dovecot import dovecot
from tests.support.processes import wait_until

FOLDER = Path(__file__).parent
COLUMNS, ROWS, LETTERS = 80, 26, 16
SAID = (
    ("+33639980001", "P quai3 Palette cassée rampe 2, attention aux clous"),
    ("+33639980004", "P quai3 Le camion de 6 h part à 5 h 30 demain"),
    ("+33639980001", "P quai3 Qui a trouvé un gant gauche, taille 9 ?"),
)
_PAGE = """<!doctype html><meta charset=utf-8><style>
body {{ margin: 0; padding: {letters}px; background: #1c1f26; width: max-content }}
pre {{ margin: 0; font: {letters}px/1.32 monospace; color: #e4e6ea }}
i {{ font-style: normal; background: #e4e6ea; color: #1c1f26 }}
</style><pre>{screen}</pre>"""
_REVERSED = re.compile(r"\x1b\[[0-9;]*\b7m(.*?)(?=\x1b\[|$)", re.MULTILINE)
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[a-zA-Z]|\([A-Z0-9])|[\x0e\x0f]")


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER)
def main(folder: Path) -> None:
    """Draw docs/digest-neomutt.png anew."""
    with (
        tempfile.TemporaryDirectory() as home,
        dovecot() as store,
        mail_house(Path(home), servers.neomutt(), store) as house,
        house.made.running("run"),
        browsing(servers.chromium()) as browser,
    ):
        draw(browser, digest_on_screen(house), folder / "digest-neomutt.png")


def digest_on_screen(house: House) -> str:
    """What a terminal draws, with its escapes."""
    made = house.made
    house.paul.writes(f"gateway@{DOMAIN}", "RYTHME jour", "RYTHME jour")
    wait_until(lambda: made.listed("members", "show", "1002")[0]["rhythm"] == "day", 20, "rhythm")
    for number, text in SAID:
        made.phone(number).sends(text)
    made.cli("digests", "send", "--now", (datetime.now(UTC) + timedelta(days=1)).isoformat())
    with house.paul.reading(COLUMNS, ROWS) as screen:
        screen.shows("3 nouveaux dans Quai 3")
        screen.presses("End", "Enter")
        screen.shows("Pour répondre")
        return screen.drawn


def draw(browser: Browser, drawn: str, file: Path) -> None:
    """A picture of a terminal: what is drawn in reverse is shown so."""
    safe = html.escape(drawn.rstrip("\n"), quote=False)
    screen = _ESCAPES.sub("", _REVERSED.sub(r"<i>\1</i>", safe))
    width = int(LETTERS * 0.6) * COLUMNS + 3 * LETTERS
    page = browser.new_page(viewport={"width": width, "height": ceil(LETTERS * 1.32) * ROWS})
    page.set_content(_PAGE.format(letters=LETTERS, screen=screen))
    page.screenshot(path=file, full_page=True)
    page.close()


if __name__ == "__main__":
    main()
