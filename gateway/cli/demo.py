"""`gateway demo`: the made-up company, to play with in the browser."""

import logging
import signal
import sys

import click

from gateway.processes import wait_for_signal

_WORDS = """
  {name}: three depots, 40 people, two weeks of messages - all made up, all live.

  Look here:    {url}

  Type first, on the left phone:   P quai3 Palette cassee rampe 2, je bloque la place
  It comes up as a mail in the middle: answer it, and look at the phone again.
  At the kiosk: press "Scan the badge" below it, then the secret code {pin}.

  Ctrl-C ends it, and nothing is left on this machine.
"""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Of the page; 8080, or the next free.")
def demo(port: int | None) -> None:
    """Play with a made-up company: throwaway data, simulated carriers.

    One page with two phones, a mailbox and the kiosk; it never leaves this machine.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # Until the demo waits for it, a signal must still unwind what has been started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    from gateway.demo import company, stage

    click.echo("Two weeks of messages are being written ...")
    try:
        with stage.running(port) as shown:
            pin = company.PINS[company.KIOSK[1]]
            click.echo(_WORDS.format(name=company.NAME, url=shown.url, pin=pin))
            wait_for_signal()
            click.echo("Ending ...")
    except stage.NoPort as problem:
        raise click.ClickException(str(problem)) from None
