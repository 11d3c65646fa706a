"""What is wrong with the settings; apart from them, so that a command starts without them."""

from collections.abc import Sequence


class SettingsError(ValueError):
    """Everything that is wrong with the settings, one line each, with what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
