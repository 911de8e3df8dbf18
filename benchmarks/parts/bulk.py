"""A thousand transfers in one transaction beside a thousand transactions of one transfer, by one writer."""

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.books import check, lay
from benchmarks.contenders import ours
from benchmarks.figures import Goal, Section
from benchmarks.parts.bench import Bench
from benchmarks.writers import Contender, Pattern, crews, heads, take_turns

_MEMBERS = 200


def measure(bench: Bench) -> Iterator[Section]:
    """The sections of this part."""
    for host in bench.hosts:
        url = host.fresh("bulk")
        lay(url, _MEMBERS)
        single = Contender("post, one a commit", ours.Posts, url, bench.turns(ours.BULK))
        bulk = replace(single, name="post_all, 1,000 a commit", opens=ours.Bulk, turns=2, each=ours.BULK)
        with crews([single, bulk], writers=1) as made:
            one, all_ = take_turns(made, Pattern.SPREAD, rounds=bench.rounds(9))
        check(url)
        goal = Goal(f"{host.kind}: a bulk post, times the rate of single ones", all_.over(one), least=5)
        rows = [series.row(one) for series in (one, all_)]
        note = "p50 and p99 are of a whole turn: one transfer above, a thousand below."
        yield Section(f"Bulk on {host.kind}", heads("Transfers", one.name), rows, [note], [goal])
