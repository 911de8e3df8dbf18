"""What two neighbours are about to do for one another in the made-up community: who, what, how long, for what."""

import math
from dataclasses import dataclass
from datetime import date

from timebank.contributions.models import Project, Stage
from timebank.demo.town import Neighbour, NobodyThere, Town
from timebank.demo.words import GROUP_OF, KINDS, STAGES, WORKS, Work
from timebank.exchanges.telling import Shared
from timebank.exchanges.workflow import Step
from timebank.hours import Hours
from timebank.listings.models import Listing

LIVES: tuple[tuple[float, tuple[Step, ...]], ...] = (
    (44, (Step.RECORD, Step.CONFIRM, Step.APPROVE)),
    (36, (Step.PROPOSE, Step.AGREE, Step.RECORD, Step.CONFIRM, Step.APPROVE)),
    (8, (Step.RECORD, Step.APPROVE)),
    (3, (Step.PROPOSE, Step.DECLINE)),
    (3, (Step.PROPOSE, Step.AGREE, Step.CANCEL)),
    (1, (Step.PROPOSE, Step.CANCEL)),
    (1.5, (Step.RECORD, Step.DISPUTE, Step.SETTLE, Step.APPROVE)),
    (1.5, (Step.RECORD, Step.CONFIRM, Step.SEND_BACK, Step.RECORD, Step.CONFIRM, Step.APPROVE)),
    (1, (Step.RECORD, Step.CONFIRM, Step.DECLINE)),
    (1, (Step.RECORD, Step.CONFIRM, Step.APPROVE, Step.REVERSE)),
)
"""How the lives of exchanges go, and how often."""

_FOR_A_PROJECT = 0.3
_FROM_THE_BOARD = 0.6
_PROVIDER_TELLS = 0.5
_SPREAD = 0.6
_LONG_DAY, _LONGER = 0.015, 3
_SHORTEST, _LONGEST = 15, 14 * 60


@dataclass(slots=True, kw_only=True)
class Plan:
    """An exchange before it is told, and how its life is going to go."""

    steps: tuple[Step, ...]
    provider: Neighbour
    receiver: Neighbour
    teller: Neighbour
    key: str
    title: str
    minutes: int
    category_id: int
    stage: Stage = Stage.DELIVER
    listing: Listing | None = None
    project: Project | None = None
    exchange_id: int = 0
    served_on: date | None = None

    @property
    def asked(self) -> Neighbour:
        """The one of the two who did not speak first."""
        return self.receiver if self.teller is self.provider else self.provider

    def shared(self, *, told_on: date | None, note: str = "", first_word: str = "") -> Shared:
        """What is told of it; None is a proposal."""
        return Shared(
            key=self.key,
            provider_id=self.provider.membership.id,
            receiver_id=self.receiver.membership.id,
            title=self.title,
            hours=Hours(self.minutes),
            served_on=told_on,
            category_id=self.category_id,
            listing_id=self.listing.id if self.listing else None,
            project_id=self.project.id if self.project else None,
            stage=self.stage,
            note=note,
            first_word=first_word,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is sure of an exchange: who receives it and answers, who gives it, how long it takes; None is open."""

    asked: Neighbour | None = None
    provider: Neighbour | None = None
    minutes: int | None = None


ANY = Wish()
"""Whatever comes."""


def plan(town: Town, steps: tuple[Step, ...] | None = None, wish: Wish = ANY) -> Plan:
    """Something that two of those who are there will do; `steps` is how its life is to go, None as it comes.

    Raises:
        NobodyThere: nobody can, or nobody may.
    """
    asked = wish.asked
    work = town.rng.choice(WORKS) if town.rng.random() < _FOR_A_PROJECT else None
    group = work.group if work else _group(town, asked)
    minutes, writing = wish.minutes or _minutes(town, group), steps is not None
    receiver = asked or town.receiver_of(group, minutes, writing=writing)
    provider = wish.provider or town.provider_of(None if work else group, receiver, writing=writing)
    provider_tells = asked is not None or town.rng.random() < _PROVIDER_TELLS
    if receiver.free_minutes < minutes:
        raise NobodyThere
    title, kind = town.rng.choice(list(KINDS[group].titles.items()))
    planned = Plan(
        steps=steps or _as_they_can(_life(town), provider, receiver),
        provider=provider,
        receiver=receiver,
        teller=provider if provider_tells else receiver,
        key=town.key(),
        title=title,
        minutes=minutes,
        category_id=town.categories[kind].id,
    )
    if work:
        _for_project(town, planned, work)
    else:
        _from_board(town, planned, group)
    return planned


def _life(town: Town) -> tuple[Step, ...]:
    return town.rng.choices([life for _, life in LIVES], [often for often, _ in LIVES])[0]


def _as_they_can(life: tuple[Step, ...], *sides: Neighbour) -> tuple[Step, ...]:
    """Where one has no e-mail and so proposes nothing here, it is written down, and confirmed by phone."""
    return life if all(side.writes_email for side in sides) else (Step.RECORD, Step.CONFIRM, Step.APPROVE)


def _group(town: Town, asked: Neighbour | None) -> str:
    names = sorted(asked.needs) if asked else list(KINDS)
    return town.rng.choices(names, [KINDS[name].wanted for name in names])[0]


def _minutes(town: Town, group: str) -> int:
    """Log-normal around what is usual, to the quarter of an hour or to five minutes; rarely a very long day."""
    minutes = town.rng.lognormvariate(math.log(KINDS[group].usual_minutes), _SPREAD)
    if town.rng.random() < _LONG_DAY:
        minutes *= _LONGER
    step = 15 if town.rng.random() < 0.8 else 5
    return min(_LONGEST, max(_SHORTEST, step * round(minutes / step)))


def _for_project(town: Town, planned: Plan, work: Work) -> None:
    planned.project = town.projects[work.name]
    planned.category_id = town.categories[work.kind].id
    planned.stage = town.rng.choices(list(STAGES), list(STAGES.values()))[0]
    planned.title = town.rng.choice(work.titles[planned.stage])


def _from_board(town: Town, planned: Plan, group: str) -> None:
    """It came of an offer of the one or a request of the other, where there is one of that group."""
    fitting = [
        listing
        for listing in (*planned.provider.offers, *planned.receiver.requests)
        if GROUP_OF[listing.category.name] == group
    ]
    if fitting and town.rng.random() < _FROM_THE_BOARD:
        planned.listing = town.rng.choice(fitting)
        planned.title, planned.category_id = planned.listing.title, planned.listing.category_id
