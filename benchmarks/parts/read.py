"""Reading an account in a small and in a large book, and beside django-hordak, which adds up its legs each time."""

from collections.abc import Callable, Iterator

from benchmarks.contenders import on_django, ours
from benchmarks.databases import Host, tidy
from benchmarks.figures import Goal, Section
from benchmarks.parts.bench import Bench, has_hordak
from benchmarks.writers import Actor, Contender, Pattern, Series, apart, crews, heads, take_turns

_WHOSE = {
    Pattern.OTHERS: "an ordinary account",
    Pattern.FIRST: "the busiest account",
}


def measure(bench: Bench) -> Iterator[Section]:
    """The sections of this part."""
    for host in bench.hosts:
        yield _pages(bench, host)
        if has_hordak(host):
            yield _beside_hordak(bench, host)


def _pages(bench: Bench, host: Host) -> Section:
    """Balance and statement, of ordinary accounts and of the one that a tenth of all transfers touches."""
    rows, goals = [], []
    for what, opens, turns in (("balance", ours.Balance, 400), ("statement", ours.Statement, 100)):
        with crews([_reader(bench, host, what, opens, turns, size) for size in _two(bench)], writers=1) as made:
            for pattern, whose in _WHOSE.items():
                small, large = take_turns(made, pattern, rounds=bench.rounds(9))
                rows += [(whose, *series.row(small)) for series in (small, large)]
                says = f"{host.kind}: {what} of {whose}, time in the large book, times the small one's"
                goals.append(Goal(says, small.over(large), most=1.5))
    smallest, largest = _two(bench)
    note = (
        f"A member for each fifty transfers, about a hundred transfers an ordinary account; {smallest // 10:,} and"
        f" {largest // 10:,} touch the busiest one. A statement is its newest fifty lines with the balance after each."
    )
    return Section(f"Reading on {host.kind}", ("Whose", *heads("Reads", "small")), rows, [note], goals)


def _two(bench: Bench) -> tuple[int, int]:
    small, _, large = bench.sizes
    return small, large


def _reader(bench: Bench, host: Host, what: str, opens: Callable[[str], Actor], turns: int, size: int) -> Contender:
    name = f"{what}, {size:,} transfers"
    return Contender(name, opens, bench.shelf.filled(host, size), bench.turns(turns), accounts=size // 50)


def _beside_hordak(bench: Bench, host: Host) -> Section:
    """One balance of an account with as many transfers on both sides, a tenth of those in the large book."""
    _, large = _two(bench)
    url = host.fresh("hordak_balance")
    apart(on_django.lay_hordak, url, 2, large // 10)
    tidy(url)
    timebank = _reader(bench, host, "balance", ours.BalanceOnly, 400, large)
    hordak = Contender("django-hordak get_balance", on_django.HordakBalance, url, bench.turns(20), accounts=2)
    with crews([timebank, hordak], writers=1) as made:
        series: list[Series] = take_turns(made, Pattern.FIRST, rounds=bench.rounds(9))
    ours_, theirs = series
    goal = Goal(f"{host.kind}: one balance, times django-hordak's rate", ours_.over(theirs), least=50)
    note = (
        f"An account with {large // 10:,} transfers on each side. django-hordak's were loaded by SQL with its triggers"
        " off, as `transfer_to` would have written them, and the tables vacuumed and analysed."
    )
    rows = [one.row(theirs) for one in series]
    return Section(f"One balance on {host.kind}", heads("Reads", theirs.name), rows, [note], [goal])
