"""`timebank create`: a timebank with its book, its kinds of help, and nobody in it yet."""

from datetime import UTC, datetime

import click

from timebank.commands.house import open_session
from timebank.hours import Hours
from timebank.listings.board import seed_categories
from timebank.members.enrol import create_timebank


@click.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="What the timebank is called.")
@click.option("--credit-limit", default="20h", show_default=True, help="How far below zero a member may go, or 'none'.")
@click.option("--welcome", default="0", show_default=True, help="The hours that a new member begins with.")
@click.option("--contact-name", default="", help="The person whom members call.")
@click.option("--contact-phone", default="", help="Their telephone number.")
@click.option("--contact-hours", default="", help="When they answer, for example 'weekdays 9 to 4'.")
@click.pass_context
def command(
    ctx: click.Context,
    slug: str,
    name: str,
    credit_limit: str,
    welcome: str,
    contact_name: str,
    contact_phone: str,
    contact_hours: str,
) -> None:
    """Create a timebank at the address SLUG."""
    limit = None if credit_limit.lower() == "none" else Hours.read(credit_limit)
    with open_session(ctx) as session:
        begin_with, at = Hours.read(welcome), datetime.now(UTC)
        timebank = create_timebank(session, slug, name, credit_limit=limit, welcome=begin_with, at=at)
        timebank.contact_name, timebank.contact_phone = contact_name, contact_phone
        timebank.contact_hours = contact_hours
        seed_categories(session, timebank)
        session.commit()
    click.echo(f"{name} stands at /{slug}/. Next: timebank enrol --timebank {slug} --role coordinator …")
