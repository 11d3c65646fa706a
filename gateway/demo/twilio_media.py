"""Where the made-up carrier keeps the files of texts: behind a password, and then elsewhere.

Like the real one it answers the API's address, for those with credentials, with a redirect to a
place that is known to few and asks for none. It notes who came there with credentials all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.demo.twilio_http import Reply, Request
from gateway.demo.twilio_rest import media_path
from gateway.demo.twilio_rules import Account

ELSEWHERE = "/mms-of-the-made-up-carrier/"

PIXEL = bytes.fromhex(
    "47494638396101000100800000ff0000ffffff21f90400000000002c00000000010001000002024401003b"
)
"""What a phone's photo shows where nothing else is said: one red pixel, as GIF."""


@dataclass
class Shelf:
    """The files of texts. `leads_to` is where the redirect goes, where that is set."""

    account: Account
    leads_to: str = ""
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for, in order."""
    told_too_much: list[str] = field(default_factory=list)
    """The paths behind the redirect to which somebody brought credentials."""
    _files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def keep(self, sid: str, files: Mapping[int, tuple[str, bytes]]) -> None:
        """Keep the files of a text, by their places in it."""
        for place, file in files.items():
            self._files[media_path(self.account.sid, sid, place)] = file

    def answer(self, request: Request) -> Reply | None:
        """The answer to a request for a file; None where it is for something else."""
        behind = request.path.removeprefix(ELSEWHERE)
        path = f"/{behind}" if behind != request.path else request.path
        file = self._files.get(path)
        if file is None or request.method != "GET":
            return None
        self.asked.append(request.path)
        if behind != request.path:
            if request.user != ("", ""):
                self.told_too_much.append(request.path)
            return Reply(200, kind=file[0], content=file[1])
        if request.user != (self.account.sid, self.account.token):
            return Reply(401)
        return Reply(307, location=self.leads_to or ELSEWHERE + path.removeprefix("/"))
