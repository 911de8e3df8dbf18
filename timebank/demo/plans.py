"""What two neighbours are about to do for one another in the made-up community: who, what, how long, for what."""

import math
from dataclasses import dataclass
from datetime import date

from timebank.contributions.models import Project, Stage
from timebank.demo.town import Neighbour, NobodyThere, Town
from timebank.demo.words import KINDS, STAGES, WORKS, Work
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

    def shared(self, *, told_on: date | None, note: str = "") -> Shared:
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
        )


def plan(town: Town, steps: tuple[Step, ...] | None = None, *, asked: Neighbour | None = None) -> Plan:
    """Something that two of those who are there will do.

    `steps` is how its life is to go, None as it comes; `asked` is who is to receive it and to answer, None anyone.

    Raises:
        NobodyThere: nobody can, or nobody may.
    """
    work = town.rng.choice(WORKS) if town.rng.random() < _FOR_A_PROJECT else None
    category = work.category if work else _category(town, asked)
    minutes, writing = _minutes(town, category), steps is not None
    receiver = asked or town.receiver_of(category, minutes, writing=writing)
    provider = town.provider_of(None if work else category, receiver, writing=writing)
    provider_tells = asked is not None or town.rng.random() < _PROVIDER_TELLS
    if receiver.free_minutes < minutes:
        raise NobodyThere
    planned = Plan(
        steps=_as_they_can(steps or _life(town), provider, receiver),
        provider=provider,
        receiver=receiver,
        teller=provider if provider_tells else receiver,
        key=town.key(),
        title=town.rng.choice(KINDS[category].titles),
        minutes=minutes,
        category_id=town.categories[category].id,
    )
    if work:
        _for_project(town, planned, work)
    else:
        _from_board(town, planned)
    return planned


def _life(town: Town) -> tuple[Step, ...]:
    return town.rng.choices([life for _, life in LIVES], [often for often, _ in LIVES])[0]


def _as_they_can(life: tuple[Step, ...], *sides: Neighbour) -> tuple[Step, ...]:
    """Where one has no e-mail and so proposes and confirms nothing here, it is written down, and then approved."""
    return life if all(side.writes_email for side in sides) else (Step.RECORD, Step.APPROVE)


def _category(town: Town, asked: Neighbour | None) -> str:
    names = sorted(asked.needs) if asked else list(KINDS)
    return town.rng.choices(names, [KINDS[name].wanted for name in names])[0]


def _minutes(town: Town, category: str) -> int:
    """Log-normal around what is usual, to the quarter of an hour or to five minutes; rarely a very long day."""
    minutes = town.rng.lognormvariate(math.log(KINDS[category].usual_minutes), _SPREAD)
    if town.rng.random() < _LONG_DAY:
        minutes *= _LONGER
    step = 15 if town.rng.random() < 0.8 else 5
    return min(_LONGEST, max(_SHORTEST, step * round(minutes / step)))


def _for_project(town: Town, planned: Plan, work: Work) -> None:
    planned.project = town.projects[work.name]
    planned.stage = town.rng.choices(list(STAGES), list(STAGES.values()))[0]
    planned.title = town.rng.choice(work.titles[planned.stage])


def _from_board(town: Town, planned: Plan) -> None:
    """It came of an offer of the one or a request of the other, where there is one of that kind."""
    fitting = [
        listing
        for listing in (*planned.provider.offers, *planned.receiver.requests)
        if listing.category_id == planned.category_id
    ]
    if fitting and town.rng.random() < _FROM_THE_BOARD:
        planned.listing = town.rng.choice(fitting)
        planned.title = planned.listing.title
