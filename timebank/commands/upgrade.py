"""`timebank upgrade`: the database has the tables of this version."""

import click

from timebank.commands.house import engine_of, settings
from timebank.commands.upgrading import upgrade


@click.command("upgrade")
def command() -> None:
    """Bring the database to the tables of this version, in one transaction."""
    engine = engine_of(settings())
    upgrade(engine)
    engine.dispose()
    click.echo("The database has the tables of this version.")
