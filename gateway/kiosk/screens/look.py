"""How the screen looks, and whether it draws a keyboard: chosen before signing in, or after."""

from collections.abc import Callable, Mapping, Sequence

from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.texts import mark

LOOKS: Mapping[str, str] = {
    "vt": mark("White on black"),
    "contrast": mark("Yellow on black, strong"),
    "light": mark("Black on white"),
}


class LookScreen(PageScreen):
    """It lasts until the session is closed; then the kiosk looks as it was set up."""

    def heading(self) -> str:
        return self.t("SCREEN")

    def text(self) -> str:
        return self.t("How should the screen be?")

    def options(self) -> Sequence[Choice]:
        kiosk = self.kiosk
        looks = [
            self._choice(str(at), self.t(label), kiosk.theme == name, self._sets_look(name))
            for at, (name, label) in enumerate(LOOKS.items(), start=1)
        ]
        keys = self.t("Keyboard drawn on the screen")
        return [*looks, self._choice("4", keys, kiosk.draws_keys, self._keys), self.to_back()]

    def _choice(self, key: str, label: str, on: bool, does: Callable[[], None]) -> Choice:
        return Choice(key, f"{'[X]' if on else '[ ]'}  {label}", does)

    def _sets_look(self, name: str) -> Callable[[], None]:
        def does() -> None:
            self.kiosk.theme = name
            self._changed()

        return does

    def _keys(self) -> None:
        self.kiosk.draws_keys = not self.kiosk.draws_keys
        self._changed()

    def _changed(self) -> None:
        self.show()
        self.stay()
