"""The made-up community while it is being laid: its people, and how readily each gives and asks."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from timebank.contributions.models import Project
from timebank.demo.calendar import Calendar, awake, in_office
from timebank.listings.models import Category, Listing
from timebank.members.models import Membership, Timebank


class NobodyThere(Exception):
    """Nobody in the community fits; so this time nothing happens."""


@dataclass(slots=True, eq=False)
class Neighbour:
    """A member: how readily they give and ask, at what, and how much they can still receive before their limit.

    `free_minutes` is what is left when all that was promised is counted as received and nothing as given before it
    was approved, so that nobody can come past the limit. Who takes no part begins nothing any more; what was begun with
    them goes on. `supporter` is who confirms for them.
    """

    membership: Membership
    gives: float
    asks: float
    skills: frozenset[str]
    needs: frozenset[str]
    free_minutes: int
    writes_email: bool
    takes_part: bool = True
    offers: list[Listing] = field(default_factory=list)
    requests: list[Listing] = field(default_factory=list)
    helped: set[int] = field(default_factory=set)
    supporter: "Neighbour | None" = None

    @property
    def joined_on(self) -> date:
        """The day on which they joined."""
        return self.membership.joined_on


@dataclass(slots=True)
class Town:
    """The community as far as it has come.

    `rng` makes up what people do for one another, `aside` what moves without help, and `chat` what people say, so that
    each leaves the others be.
    """

    session: Session
    timebank: Timebank
    calendar: Calendar
    rng: random.Random
    aside: random.Random
    chat: random.Random
    categories: dict[str, Category]
    projects: dict[str, Project] = field(default_factory=dict)
    neighbours: dict[str, Neighbour] = field(default_factory=dict)
    professionals: list[Membership] = field(default_factory=list)
    staff: dict[str, Membership] = field(default_factory=dict)
    coordinators: dict[str, Membership] = field(default_factory=dict)
    told: int = 0

    @property
    def present(self) -> list[Neighbour]:
        """The members who take part at the moment, in the order in which they joined."""
        return [one for one in self.neighbours.values() if one.takes_part]

    def days_ago(self, days: float) -> datetime:
        """The moment so long before today at which people are up."""
        return awake(self.calendar.until - timedelta(days=days))

    def office_days_ago(self, days: float) -> datetime:
        """The moment so long before today, or the next one at which people are in the office."""
        return in_office(self.calendar.until - timedelta(days=days))

    def key(self) -> str:
        """A key for the next form that is sent."""
        self.told += 1
        return f"demo-{self.told}"

    def receiver_of(self, category: str, minutes: int, *, writing: bool) -> Neighbour:
        """Someone who would like this and can still receive so much; who is far below zero asks less often.

        `writing` leaves out those without e-mail.

        Raises:
            NobodyThere: nobody can.
        """
        return self._one_of(
            [one for one in self.present if one.free_minutes >= minutes and (one.writes_email or not writing)],
            lambda one: one.asks * (4 if category in one.needs else 1) * one.free_minutes**2,
        )

    def provider_of(self, category: str | None, receiver: Neighbour, *, writing: bool) -> Neighbour:
        """Someone who can do this, and does it more gladly for those they know; None is what anyone can do.

        Raises:
            NobodyThere: nobody can.
        """
        return self._one_of(
            [
                one
                for one in self.present
                if one is not receiver
                and (category is None or category in one.skills)
                and (one.writes_email or not writing)
            ],
            lambda one: one.gives * (4 if receiver.membership.id in one.helped else 1),
        )

    def _one_of(self, fitting: Sequence[Neighbour], weight: Callable[[Neighbour], float]) -> Neighbour:
        if not fitting:
            raise NobodyThere
        return self.rng.choices(fitting, [weight(one) for one in fitting])[0]
