"""Help: without a badge, how to write from a phone; with a session, every command."""

from collections.abc import Sequence

from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.page import PageScreen


class HelpScreen(PageScreen):
    """What to do without a badge, and where else one can write from."""

    reading = True

    def heading(self) -> str:
        return self.t("HELP")

    def text(self) -> str:
        number = self.kiosk.facts.sms_number()
        phone = [
            self.t("Write from your phone, no Internet needed:"),
            "",
            "    " + self.t("Text {number}", number=number),
            "",
            self.t("Send the word COMMANDS."),
            "",
        ]
        return "\n".join(
            [
                self.t("No badge? Forgot your code? Ask your team leader."),
                "",
                *(phone if number else []),
                self.t("A digit and Enter = choose   Enter alone = hear it again")
                if self.kiosk.plain
                else self.t("Arrows = move   Enter = choose   0 or Esc = back"),
                self.t("Another badge ends a session at once."),
            ]
        )

    def options(self) -> Sequence[Choice]:
        if self.kiosk.session is None:
            return [self.to_back()]
        return [
            Choice("1", self.t("Type a command"), self._type),
            Choice("2", self.t("All commands"), self._all),
            Choice("3", self.t("Who can see my messages?"), self._who_sees),
            self.to_back(),
        ]

    def _type(self) -> None:
        from gateway.kiosk.screens.commands import CommandLine

        self.open(CommandLine())

    def _all(self) -> None:
        from gateway.kiosk.screens.commands import AllCommands

        self.open(AllCommands())

    def _who_sees(self) -> None:
        from gateway.kiosk.screens.said import Said

        text = self.t(
            "The people in the group you write to see your words and your name.\n\n"
            "Nobody sees your phone number or your address.\n\n"
            "Nothing of you stays on this screen when you finish."
        )
        self.open(Said(text))
