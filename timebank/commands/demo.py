"""`timebank demo`: a believable community to look around in, laid once and kept, then served."""

import time
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.commands.house import engine_of, instance_folder, settings, write_settings
from timebank.commands.serve import serve
from timebank.commands.upgrading import upgrade
from timebank.demo.community import PASSWORD, SIGN_INS, SLUG, lay
from timebank.members.models import Timebank


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), envvar="PORT", default=8000, show_default=True)
@click.option("--lay-only", is_flag=True, help="Lay the community and stop, without serving it.")
def command(host: str, port: int, *, lay_only: bool) -> None:
    """Lay a community of about 60 members over 18 months, and serve it. What is there already is kept."""
    write_settings(instance_folder(), production=False)
    engine = engine_of(settings())
    upgrade(engine)
    with Session(engine) as session:
        if session.scalar(select(Timebank.id).where(Timebank.slug == SLUG)):
            click.echo("The community is there already; it is kept as it is.")
        else:
            _lay(session)
    engine.dispose()
    if settings().mail_folder:
        click.echo(f"Letters are not sent; they become files in {instance_folder() / settings().mail_folder}.")
    click.echo("\nSign in with one of these; the password of each is: " + PASSWORD)
    for what, email in SIGN_INS:
        click.echo(f"  {what:<14} {email}")
    if not lay_only:
        click.echo("")
        serve(host, port)


def _lay(session: Session) -> None:
    began = time.monotonic()
    lay(session, today=datetime.now(UTC).date(), progress=lambda line: click.echo(f"  {line}"))
    session.commit()
    click.echo(f"The community is laid, in {time.monotonic() - began:.0f} seconds.")
