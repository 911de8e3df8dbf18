"""`timebank enrol`: a person in a timebank, and the link with which they choose their password."""

from datetime import UTC, datetime

import click

from timebank.commands.house import open_session, settings
from timebank.members.enrol import Newcomer, enrol, timebank_at
from timebank.members.passwords import password_links
from timebank.policy import Role


@click.command("enrol")
@click.option("--timebank", "slug", required=True, help="The timebank's address.")
@click.option("--name", required=True, help="What the person is called.")
@click.option("--email", help="Their e-mail; without one they cannot sign in, and a coordinator acts for them.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), default=("member",),
    show_default=True, help="May be given several times.",
)  # fmt: skip
@click.pass_context
def command(ctx: click.Context, slug: str, name: str, email: str | None, roles: tuple[str, ...]) -> None:
    """Enrol a person in a timebank."""
    at = datetime.now(UTC)
    with open_session(ctx) as session:
        timebank = timebank_at(session, slug)
        newcomer = Newcomer(name=name, email=email, roles=frozenset(Role(role) for role in roles))
        membership = enrol(session, timebank, newcomer, at=at)
        secret = None
        if membership.person and membership.person.email:
            links = password_links(session, membership.person.email, at=at)
            secret = next(told for person, told in links if person.id == membership.person_id)
        session.commit()
        click.echo(f"{membership.name} is number {membership.number} of {timebank.name}.")
    if secret:
        told = settings()
        address = told.address.rstrip("/") or f"http://{told.host}:{told.port}"
        click.echo(f"Within two hours they choose their password at {address}/password/new/{secret}")
