"""`timebank serve`: the pages, for everyone who reaches this machine, and the worker beside them."""

from dataclasses import replace
from threading import Event, Thread

import click
import waitress

from timebank import create_app
from timebank.commands.house import engine_of, missing, settings
from timebank.commands.rounds import work


@click.command("serve")
@click.option("--host", help="The address to listen at; otherwise as the settings say.")
@click.option("--port", type=click.IntRange(0, 65535), envvar="PORT", help="The port; otherwise as the settings say.")
def command(host: str | None, port: int | None) -> None:
    """Serve the pages with waitress until stopped."""
    told = settings()
    lacks = missing(told)
    if lacks:
        raise click.ClickException(lacks)
    serve(host or told.host, told.port if port is None else port)


def serve(host: str, port: int) -> None:
    """The pages are served until the program is stopped; where the port is taken, one sentence says so."""
    told = replace(settings(), host=host, port=port)
    app = create_app(told)
    try:
        server = waitress.create_server(app, host=host, port=port, threads=told.threads, ident=None)
    except OSError as error:
        raise click.ClickException(f"Port {port} is taken already; choose another with PORT=…") from error
    stop = Event()
    engine = engine_of(told)
    Thread(target=work, args=(engine, app, stop), name="worker", daemon=True).start()
    click.echo(f"The timebank is at http://{host}:{server.effective_port}/ — stop it with Ctrl+C.")
    try:
        server.run()
    finally:
        stop.set()
