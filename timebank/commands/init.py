"""`timebank init`: an instance folder with a secret of its own, and an empty database with its tables."""

import click

from timebank.commands.house import engine_of, instance_folder, settings, write_settings
from timebank.commands.upgrading import upgrade


@click.command("init")
def command() -> None:
    """Set up this install: its settings and its database. What is there already is kept."""
    folder = instance_folder()
    if write_settings(folder, production=True):
        click.echo(f"The settings are in {folder / 'timebank.toml'}. Keep the secret in it to yourself.")
    engine = engine_of(settings())
    upgrade(engine)
    engine.dispose()
    click.echo("The database is ready. Next: timebank create, timebank enrol, timebank serve.")
