"""`timebank import`: a file of exchanges, tried dry or taken; what it holds is said on standard output."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from timebank.commands.house import open_session
from timebank.database import READS_ONLY
from timebank.hours import Hours
from timebank.imports import exchanges
from timebank.imports.exchanges import BadFile, Brought, Report
from timebank.imports.staging import Some
from timebank.members.enrol import timebank_at

_EVERY = 10_000


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--timebank", "slug", required=True, metavar="SLUG", help="The timebank's address.")
@click.option("--as", type=click.Choice(["exchanges"]), required=True, expose_value=False, help="What the file holds.")
@click.option("--create-members", is_flag=True, help="People whom nobody knows become members.")
@click.option("--by", "number", type=int, metavar="NUMBER", help="The membership number of who brings the file.")
@click.option("--dry-run", is_flag=True, help="Say what the file holds, and store nothing.")
@click.pass_context
def command(
    ctx: click.Context, file: Path, slug: str, *, create_members: bool, number: int | None, dry_run: bool
) -> None:
    """Take a CSV FILE of exchanges into a timebank: all of it, or nothing.

    \b
    The header names the columns, in any order:
      provider    who gave the help: a membership number, or a name
      receiver    who got it
      minutes     whole minutes, for example 90
      served_on   the day, for example 2026-03-31
    and may name these:
      category, project     by the names they have in the timebank
      capacity    member, professional or volunteer; member where empty
      stage       design, decide, deliver or evaluate; deliver where empty
      note        up to 500 letters
      reference   the row's key in the system it comes from
      told_by     provider, receiver or both; both is a confirmation

    The exchanges wait for a coordinator's approval. The same file a second time changes nothing.
    """  # noqa: D301 - click reads the \b as "keep these lines"
    try:
        with open_session(ctx) as session:
            if dry_run:
                # Nobody who writes has to wait for a look at a file.
                session.connection(execution_options={READS_ONLY: True})
            timebank = timebank_at(session, slug)
            at = datetime.now(UTC)
            by = None if number is None else exchanges.bringer(session, timebank, number)
            brought = Brought(path=file, create_members=create_members, by=by)
            act = exchanges.dry_run if dry_run else exchanges.take
            report = act(session, timebank, brought, at=at, progress=_progress)
            name = timebank.name
            session.commit()
    except BadFile as refusal:
        _say(refusal.report, newcomers="")
        raise
    _say(report, newcomers=", who become members" if create_members else "")
    _conclude(report, name, dry_run=dry_run)


def _conclude(report: Report, timebank: str, *, dry_run: bool) -> None:
    if report.problems:
        raise click.ClickException(f"The file cannot be taken as it is; {report.problems[0]}. Nothing was stored.")
    if dry_run:
        click.echo("This was a dry run: nothing was stored.")
    else:
        click.echo(f"{_count(report.figures.new)} stored; they wait for a coordinator of {timebank} to approve them.")


def _progress(what: str, rows: int) -> None:
    if rows % _EVERY == 0:
        click.echo(f"{rows:,} rows {what}", err=True)


def _say(report: Report, *, newcomers: str) -> None:
    for line in (*_figures(report), *_people(report, newcomers), *_problems(report)):
        click.echo(line)


def _figures(report: Report) -> Iterator[str]:
    figures = report.figures
    yield f"Rows: {report.rows:,}; new: {figures.new:,}; already here: {figures.already_here:,}"
    yield f"Time: {Hours(figures.minutes)}; new: {Hours(figures.new_minutes)}"
    if figures.smallest and figures.largest:
        yield f"Days: {figures.first_day} to {figures.last_day}"
        yield f"Smallest: {Hours(figures.smallest.minutes)} (line {figures.smallest.line})"
        yield f"Largest: {Hours(figures.largest.minutes)} (line {figures.largest.line})"
    yield f"Told by both: {figures.told_by_both:,}"
    yield f"Duplicates (the same two, day and minutes again): {_some(figures.duplicates)}"
    yield f"Outliers (longer than this timebank expects): {_some(figures.outliers)}"


def _people(report: Report, newcomers: str) -> Iterator[str]:
    then = newcomers if report.unknown else ""
    more = report.unknown_count - len(report.unknown)
    listed = (": " + ", ".join(report.unknown) if report.unknown else "") + (f" and {more:,} more" if more else "")
    yield f"Unknown people{then}: {report.unknown_count:,}{listed}"


def _problems(report: Report) -> Iterator[str]:
    yield f"Problems: {report.problem_count:,}"
    for problem in report.problems:
        yield f"  {problem}"
    more = report.problem_count - len(report.problems)
    if more:
        yield f"  and {more:,} more"


def _some(some: Some) -> str:
    more = some.count - len(some.lines)
    lines = ", ".join(str(line) for line in some.lines) + (f" and {more:,} more" if more else "")
    word = "line" if some.count == 1 else "lines"
    return f"{some.count:,} ({word} {lines})" if some.count else "0"


def _count(exchanges_stored: int) -> str:
    return "1 exchange" if exchanges_stored == 1 else f"{exchanges_stored:,} exchanges"
