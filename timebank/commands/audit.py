"""`timebank audit`: whether the book is right, and says the same as the record of contributions and the releases."""

import json

import click

from timebank.commands.house import open_session
from timebank.contributions import audit as contributions
from timebank.database import READS_ONLY
from timebank.ledger import audit as ledger
from timebank.reports import releases


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Count the whole book anew and say what is wrong; the exit code is 1 where something is."""
    with open_session(ctx) as session:
        # Nobody who writes has to wait for someone who only looks.
        session.connection(execution_options={READS_ONLY: True})
        transfers, accounts = ledger.counted(session)
        found = [*ledger.findings(session), *contributions.findings(session), *releases.findings(session)]
    if as_json:
        click.echo(json.dumps({"right": not found, "transfers": transfers, "accounts": accounts, "findings": found}))
    else:
        for finding in found:
            click.echo(finding)
        looked = f"{transfers} transfers between {accounts} accounts"
        click.echo(f"The book is right: {looked}." if not found else f"{len(found)} things are wrong in {looked}.")
    if found:
        ctx.exit(1)
