"""`timebank audit`: whether the book is right, and says the same as the record of contributions and the releases."""

import json

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.commands.house import open_session
from timebank.contributions import audit as contributions
from timebank.database import READS_ONLY
from timebank.exchanges import audit as exchanges
from timebank.ledger import audit as ledger
from timebank.ledger import seals
from timebank.members.enrol import timebank_at
from timebank.members.models import Timebank
from timebank.reports import releases


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
@click.option(
    "--held",
    multiple=True,
    metavar='"SLUG NUMBER DIGEST"',
    help="Hold the book against a seal that was kept elsewhere, as `timebank seal --show` printed it.",
)
@click.pass_context
def command(ctx: click.Context, held: tuple[str, ...], *, as_json: bool) -> None:
    """Count the whole book anew and say what is wrong; the exit code is 1 where something is."""
    with open_session(ctx) as session:
        # Nobody who writes has to wait for someone who only looks.
        session.connection(execution_options={READS_ONLY: True})
        transfers, accounts = ledger.counted(session)
        found = [
            *ledger.findings(session),
            *seals.findings(session, [_read(session, one) for one in held]),
            *contributions.findings(session),
            *exchanges.findings(session),
            *releases.findings(session),
        ]
        named = session.execute(select(Timebank.book_id, Timebank.slug).order_by(Timebank.book_id)).all()
    if as_json:
        click.echo(json.dumps({"right": not found, "transfers": transfers, "accounts": accounts, "findings": found}))
    else:
        for finding in found:
            click.echo(finding)
        for book_id, slug in named if found else []:
            click.echo(f"Book {book_id} is that of {slug}.")
        looked = f"{_many(transfers, 'transfer')} between {_many(accounts, 'account')}"
        wrong = "One thing is wrong" if len(found) == 1 else f"{len(found)} things are wrong"
        click.echo(f"The book is right: {looked}." if not found else f"{wrong} in {looked}.")
    if found:
        ctx.exit(1)


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _read(session: Session, line: str) -> seals.Held:
    """A seal as it was printed: the timebank's address, the number, the digest or how it begins."""
    parts = line.split(maxsplit=2)
    if len(parts) != 3 or not parts[1].isascii() or not parts[1].isdigit():
        raise click.BadParameter("Write it as it was printed, for example: riverside 12 8f3a1b2c9d0e4f5a")
    slug, number, digest = parts
    return seals.Held(timebank_at(session, slug).book_id, int(number), digest)
