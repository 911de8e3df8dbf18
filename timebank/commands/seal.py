"""`timebank seal`: seal the books now, and show the newest seals so that they can be kept elsewhere."""

import json

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from timebank.commands.house import called, engine_of, open_session, settings
from timebank.commands.sealing import seal_book
from timebank.database import READS_ONLY
from timebank.ledger import seals
from timebank.ledger.models import Seal
from timebank.members.enrol import timebank_at
from timebank.members.models import Timebank


@click.command("seal")
@click.argument("slug", required=False)
@click.option("--show", is_flag=True, help="Make no seal; show the newest, to print and keep elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object for each timebank.")
@click.pass_context
def command(ctx: click.Context, slug: str | None, *, show: bool, as_json: bool) -> None:
    """Seal the book of the timebank at SLUG, or of all of them, up to the last transfer."""
    with open_session(ctx) as session:
        session.connection(execution_options={READS_ONLY: True})
        chosen = [timebank_at(session, slug)] if slug else session.scalars(select(Timebank).order_by(Timebank.id)).all()
        places = [(one.name, one.slug, one.book_id) for one in chosen]
    made = {} if show else _seal(places)
    with open_session(ctx) as session:
        session.connection(execution_options={READS_ONLY: True})
        for name, at, book_id in places:
            _tell(session, name, at, book_id, made.get(book_id), as_json=as_json)


def _seal(places: list[tuple[str, str, int]]) -> dict[int, int]:
    """How many transfers of each book were sealed."""
    engine = engine_of(settings())
    made = {book_id: sum(one.transfers for one in seal_book(engine, book_id)) for _name, _slug, book_id in places}
    engine.dispose()
    return made


def _tell(session: Session, name: str, slug: str, book_id: int, made: int | None, *, as_json: bool) -> None:
    newest = seals.latest(session, book_id)
    if as_json:
        click.echo(json.dumps({"timebank": slug, "sealed_now": made or 0, **_as_told(newest)}))
        return
    if made is not None:
        many = "one transfer" if made == 1 else f"{made} transfers"
        click.echo(f"{name}: {many} sealed." if made else f"{name}: nothing new to seal.")
    if newest is None:
        click.echo(f"{name} ({slug}) has no seal yet.")
        return
    click.echo(f"{name} ({slug}), seal {newest.number} of {newest.sealed_at:%Y-%m-%d %H:%M} UTC, up to transfer")
    click.echo(f"{newest.up_to_id}. Keep this line where nobody can change it along with the database:")
    click.echo(f"    {slug} {newest.number} {newest.digest}")
    click.echo(f'Later: {called()} audit --held "{slug} {newest.number} {newest.digest[: seals.SHORTEST]}"')


def _as_told(newest: Seal | None) -> dict[str, object]:
    if newest is None:
        return {"seal": None}
    return {
        "seal": newest.number,
        "up_to_transfer": newest.up_to_id,
        "digest": newest.digest,
        "sealed_at": newest.sealed_at.isoformat(),
    }
