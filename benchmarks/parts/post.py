"""One post and one commit: the timebank beside the floor, django-hordak and django-ledger, by one and eight writers."""

from collections.abc import Iterator

from benchmarks.books import check, lay
from benchmarks.contenders import floor, on_django, ours
from benchmarks.databases import POSTGRESQL, SQLITE, Host
from benchmarks.figures import Goal, Section, percentile
from benchmarks.parts.bench import Bench, has_hordak
from benchmarks.writers import Contender, Crew, Pattern, Series, apart, crews, heads, take_turns

_WRITERS = 8
_MEMBERS = 200
_OF_THE_FLOOR = {POSTGRESQL: 0.65, SQLITE: 0.7}


def measure(bench: Bench) -> Iterator[Section]:
    """The sections of this part."""
    for host in bench.hosts:
        contenders = _contenders(bench, host)
        with crews(contenders, writers=_WRITERS) as made:
            yield _one_writer(bench, host, made)
            yield _eight_writers(bench, host, made, Pattern.SPREAD)
            yield _eight_writers(bench, host, made, Pattern.HOT)
        check(contenders[1].url)


def _contenders(bench: Bench, host: Host) -> list[Contender]:
    """Floor and timebank, in this order, and whatever else runs on this database."""
    url = host.fresh("floor")
    floor.lay_floor(url, _MEMBERS)
    made = [Contender("floor", floor.floor, url, bench.turns(1000))]
    url = host.fresh("timebank")
    lay(url, _MEMBERS)
    made.append(Contender("timebank", ours.Posts, url, bench.turns(1000)))
    if has_hordak(host):
        url = host.fresh("hordak")
        apart(on_django.lay_hordak, url, _MEMBERS)
        made.append(Contender("django-hordak", on_django.HordakPosts, url, bench.turns(250)))
    url = host.fresh("django_ledger")
    apart(on_django.lay_django_ledger, url, _MEMBERS)
    made.append(Contender("django-ledger", on_django.DjangoLedgerPosts, url, bench.turns(30)))
    return made


def _one_writer(bench: Bench, host: Host, made: list[Crew]) -> Section:
    series = take_turns(made, Pattern.SPREAD, rounds=bench.rounds(11))
    base, timebank, *others = series
    goals = [
        Goal(
            f"{host.kind}: one writer's rate, of the floor's",
            timebank.over(base),
            least=_OF_THE_FLOOR[host.kind],
        )
    ]
    wanted = {"django-hordak": 2.5, "django-ledger": 20.0}
    for other in others:
        says = f"{host.kind}: one writer's rate, times {other.name}'s"
        goals.append(Goal(says, timebank.over(other), least=wanted[other.name]))
    return _section(f"One post a commit on {host.kind}, one writer", series, goals)


def _eight_writers(bench: Bench, host: Host, made: list[Crew], pattern: Pattern) -> Section:
    series = take_turns(made, pattern, rounds=bench.rounds(5), writers=_WRITERS)
    base, timebank, *_ = series
    what = f"{host.kind}: eight writers, {pattern}"
    if pattern is Pattern.SPREAD:
        goals = [Goal(f"{what}: rate, of the floor's", timebank.over(base), least=0.55)]
    else:
        times = percentile(timebank.seconds, 99) / percentile(base.seconds, 99)
        goals = [
            Goal(f"{what}: errors and deadlocks", len(timebank.errors), most=0),
            Goal(f"{what}: p99, times the floor's", times, most=3),
        ]
    return _section(f"One post a commit on {host.kind}, eight writers, {pattern}", series, goals)


def _section(title: str, series: list[Series], goals: list[Goal]) -> Section:
    notes = [
        f"{one.name} met {len(one.errors)} errors, the first: `{one.errors[0].splitlines()[0]}`"
        for one in series
        if one.errors
    ]
    return Section(title, heads("Posts", series[0].name), [one.row(series[0]) for one in series], notes, goals)
