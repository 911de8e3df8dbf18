"""A post while a sealer works beside it, and while none does: before and after it, which tells how large chance is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from statistics import mean, median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.books import book_and_members, check, lay
from benchmarks.contenders import ours
from benchmarks.databases import Host, engine
from benchmarks.figures import Goal, Section, percentile, ratio
from benchmarks.parts.audit import seal_all, seal_what_is_there
from benchmarks.parts.bench import Bench
from benchmarks.writers import SPAWNING, Contender, Crew, Pattern, Series, crews, heads
from timebank.ledger import seals
from timebank.ledger.models import Seal

_MEMBERS = 200
_EVERY_SECONDS = 1.0


def measure(bench: Bench) -> Iterator[Section]:
    """The sections of this part."""
    for host in bench.hosts:
        yield _beside(bench, host)


def _beside(bench: Bench, host: Host) -> Section:
    url = host.fresh("sealed")
    lay(url, _MEMBERS)
    with crews([Contender("timebank", ours.Posts, url, bench.turns(3000))], writers=1) as (crew,):
        crew.work(Pattern.SPREAD, -1, writers=1, into=None)
        seal_all(url)
        before, beside, after = _rounds(bench.rounds(20), crew, url)
    check(url)
    pairs = list(zip(before.rates, after.rates, strict=True))
    chance = [abs(after_ / before_ - 1) for before_, after_ in pairs]
    share = ratio(beside.rates, [mean(pair) for pair in pairs])
    goal = Goal(f"{host.kind}: rate with a sealer beside it, of that without", share, least=0.98)
    chance_alone = (
        f"The rate with a sealer is held against the mean of before and after in the same round: {share:.3f}."
        f" Chance alone: after differs from before by {100 * median(chance):.1f} % in the median round and by"
        f" {100 * percentile(chance, 90):.1f} % in one of ten."
    )
    notes = [
        f"The sealer sealed once every second; {_seals(url)} seals were made.",
        chance_alone,
    ]
    rows = [series.row(before) for series in (before, beside, after)]
    return Section(f"Posting beside the sealer on {host.kind}", heads("Posts", "before"), rows, notes, [goal])


def _rounds(rounds: int, crew: Crew, url: str) -> tuple[Series, Series, Series]:
    """Without, with, and without again, so many times."""
    arms = (Series("before, without a sealer"), Series("with a sealer"), Series("after, without a sealer"))
    link, far = SPAWNING.Pipe()
    sealer = SPAWNING.Process(target=_seal, args=(url, far), daemon=True)
    sealer.start()
    for number in range(rounds):
        for place, arm in enumerate(arms):
            if arm is arms[1]:
                _ask(link, "work")
            crew.work(Pattern.SPREAD, len(arms) * number + place, writers=1, into=arm)
            _ask(link, "rest")
    link.send("leave")
    sealer.join()
    return arms


def _ask(link: Connection, word: str) -> None:
    """The sealer has heard it: it has caught up and works, or it rests."""
    link.send(word)
    link.recv()


def _seal(url: str, link: Connection) -> None:
    """Rests until it is told to work: then it seals what there is, says so, and goes on once every second."""
    with Session(engine(url)) as session:
        book, _ = book_and_members(session)
        session.rollback()
        works = False
        while (word := link.recv() if not works or link.poll(_EVERY_SECONDS) else "") != "leave":
            works = word == "work" or (works and not word)
            if word:
                if works:
                    seal_what_is_there(session, book)
                link.send("heard")
            elif works:
                seals.seal(session, book, at=datetime.now(UTC))
                session.commit()


def _seals(url: str) -> int:
    made = engine(url)
    with Session(made) as session:
        return session.scalar(select(func.count()).select_from(Seal)) or 0
