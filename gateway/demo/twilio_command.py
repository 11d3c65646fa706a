"""`python -m gateway.demo.twilio`: the made-up carrier as a process of its own."""

import signal
from pathlib import Path
from queue import SimpleQueue

import click

from gateway.demo import twilio


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=0, help="0 takes a free one; the ready line names it.")
@click.option("--webhook", default="", help="Where texts from phones go, `#rc=5&rp=all` allowed.")
@click.option("--account", default=twilio.ACCOUNT_SID, show_default=True)
@click.option("--token", default=twilio.AUTH_TOKEN, show_default=True)
@click.option("--number", "numbers", multiple=True, default=(twilio.NUMBER,), show_default=True)
@click.option("--opt-out", type=click.Choice(["default", "advanced", "off"]), default="default")
@click.option("--journal", type=click.Path(path_type=Path), help="One JSON line a message taken.")
def main(
    host: str,
    port: int,
    webhook: str,
    account: str,
    token: str,
    numbers: tuple[str, ...],
    opt_out: str,
    journal: Path | None,
) -> None:
    """Play Twilio until SIGTERM or Ctrl-C."""
    told: SimpleQueue[int] = SimpleQueue()  # a signal may come in the middle of an Event's wait
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: told.put(number))
    carrier = twilio.FakeTwilio(
        account_sid=account,
        auth_token=token,
        numbers=numbers,
        webhook=webhook,
        opt_out=opt_out,
        journal=journal,
        host=host,
        port=port,
    )
    with carrier:
        click.echo(f"ready {carrier.url}")
        told.get()
