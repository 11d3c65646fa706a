"""`gateway demo`: the made-up company, to play with in the browser."""

import logging

import click

from gateway.processes import until_told_to_stop

_WORDS = """
  {name}: three depots, 40 people, two weeks of messages - all made up, all live.

  Look here:    {url}

  Type first, on the left phone:   P quai3 Palette cassee rampe 2, je bloque la place
  It comes up as a mail in the middle: answer it, and look at the phone again.
  At the kiosk: press "Badger" (Scan) beside it, then the secret code {pin}.

  Ctrl-C ends it, and nothing is left on this machine.
"""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Of the page; 8080, or the next free.")
def demo(port: int | None) -> None:
    """Play with a made-up company: throwaway data, simulated carriers.

    One page with two phones, a mailbox and the kiosk; it never leaves this machine.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    from gateway.demo import company, stage

    try:
        with until_told_to_stop() as stack:
            click.echo("Two weeks of messages are being written ...")
            shown = stack.enter_context(stage.running(port))
            pin = company.PINS[company.KIOSK[1]]
            click.echo(_WORDS.format(name=company.NAME, url=shown.url, pin=pin))
            stack.callback(click.echo, "Ending ...")
    except stage.NoPort as problem:
        raise click.ClickException(str(problem)) from None
