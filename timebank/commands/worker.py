"""`timebank worker`: what has to be done from time to time, for installs that run it apart from the pages."""

import signal
from threading import Event

import click

from timebank.commands.house import engine_of, missing, settings
from timebank.commands.sealing import round_of_work, work


@click.command("worker")
@click.option("--once", is_flag=True, help="Do one round and stop, as a timetable of the machine would have it.")
def command(*, once: bool) -> None:
    """Seal the books every ten minutes, until stopped. `timebank serve` does so by itself."""
    told = settings()
    lacks = missing(told)
    if lacks:
        raise click.ClickException(lacks)
    engine = engine_of(told)
    if once:
        made = round_of_work(engine)
        click.echo("One seal was made." if made == 1 else f"{made} seals were made.")
    else:
        stop = Event()
        for told_to in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told_to, lambda *_: stop.set())
        click.echo("The worker seals the books every ten minutes. Stop it with Ctrl+C.")
        work(engine, stop)
    engine.dispose()
