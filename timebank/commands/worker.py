"""`timebank worker`: what has to be done from time to time, for installs that run it apart from the pages."""

import signal
from datetime import UTC, datetime
from threading import Event

import click

from timebank import create_app
from timebank.commands import rounds
from timebank.commands.house import engine_of, missing, settings
from timebank.commands.sealing import seal_all


@click.command("worker")
@click.option("--once", is_flag=True, help="Do one round and stop, as a timetable of the machine would have it.")
def command(*, once: bool) -> None:
    """Send letters, seal the books, and see to what falls due, until stopped. `timebank serve` does so by itself."""
    told = settings()
    lacks = missing(told)
    if lacks:
        raise click.ClickException(lacks)
    engine, app = engine_of(told), create_app(told)
    if once:
        made = seal_all(engine)
        click.echo("One seal was made." if made == 1 else f"{made} seals were made.")
        rounds.chores(engine, at=datetime.now(UTC))
        decided = rounds.letters(engine, app)
        click.echo("One notice was seen to." if decided == 1 else f"{decided} notices were seen to.")
    else:
        stop = Event()
        for told_to in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told_to, lambda *_: stop.set())
        click.echo("The worker sends letters, and seals the books every ten minutes. Stop it with Ctrl+C.")
        rounds.work(engine, app, stop)
    engine.dispose()
