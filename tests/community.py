"""A small community with one of everything, for tests that walk all pages as everyone."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from tests import builders
from tests.builders import PASSWORD
from timebank.exchanges import steps
from timebank.hours import Hours
from timebank.listings.models import ListingKind
from timebank.members import moving
from timebank.members.models import Membership
from timebank.members.passwords import set_password
from timebank.reports import releases
from timebank.reports.period import Period


@dataclass
class Community:
    """Who is there, by what they are, and an example of each thing that an address may name."""

    people: dict[str, Membership]
    examples: dict[str, int] = field(default_factory=dict)

    def fill(self, rule: str) -> str:
        """The address with examples in place of its variables."""
        path = rule.replace("<slug>", "riverside").replace("<secret>", "nothing")
        for name, number in self.examples.items():
            path = path.replace(f"<int:{name}>", str(number))
        return path


def lay(session: Session) -> Community:
    """A timebank with a few exchanges in every state, a board, paid hours and a release; and a stranger elsewhere."""
    timebank = builders.a_timebank(session)
    elsewhere = builders.a_timebank(session, "hillside", "Hillside Timebank")
    ana, ben, cleo = (builders.a_member(session, timebank, name) for name in ("Ana Alder", "Ben Birch", "Cléo Cedar"))
    jess = builders.a_coordinator(session, timebank)
    people = {
        "member": ana,
        "coordinator": jess,
        "administrator": builders.an_administrator(session, timebank),
        "funder": builders.a_funder(session, timebank),
        "stranger": builders.a_member(session, elsewhere, "Sol Spruce"),
    }
    for someone in (*people.values(), ben):
        set_password(session, someone.person, PASSWORD)
    community = Community(people)
    exchanges = _exchanges(session, ana, ben, cleo, jess)
    listing = builders.a_listing(session, ana, description="I drive on Tuesdays.", place="Riverside", times="Tuesdays")
    builders.a_listing(session, ben, "Someone to read with", kind=ListingKind.REQUEST, category="Languages and reading")
    paid = _paid_hours(session, timebank, jess)
    gift = moving.gift(
        session, ben, ana, hours=Hours(30), word="For seeds", key="seeds", by=ben.person, at=builders.NOON
    )
    release = releases.release(
        session, timebank, Period.read("2026-Q2"), by=jess.person, at=datetime(2026, 7, 5, tzinfo=UTC)
    )
    community.examples = {
        "listing_id": listing.id,
        "exchange_id": exchanges["recorded"].id,
        "release_id": release.id,
        "membership_id": ben.id,
        "transfer_id": gift.transfer_id,
        "contribution_id": paid.id,
    }
    return community


def _exchanges(session, ana, ben, cleo, jess):
    made = {
        "proposed": builders.a_proposed_exchange(session, ana, ben),
        "recorded": builders.a_recorded_exchange(session, ben, ana, title="Bread & <b>butter</b>"),
        "confirmed": builders.a_confirmed_exchange(session, ana, cleo, hours="0:45"),
        "approved": builders.an_approved_exchange(session, cleo, ana, approved_by=jess, hours="2:00"),
    }
    agreed = builders.a_proposed_exchange(session, ben, ana, by=ana)
    made["agreed"] = steps.agree(session, agreed.id, by=ben, at=builders.NOON)
    disputed = builders.a_recorded_exchange(session, ana, ben, hours="3:00")
    made["disputed"] = steps.dispute(
        session, disputed.id, hours=Hours(60), by=ben, at=builders.NOON, note="I think it was one hour."
    )
    taken_back = builders.an_approved_exchange(session, ana, ben, approved_by=jess)
    made["reversed"] = steps.reverse(session, taken_back.id, reason="It was logged twice.", by=jess, at=builders.NOON)
    return made


def _paid_hours(session, timebank, jess):
    clinic = builders.an_organisation(session, timebank)
    nora = builders.a_professional(session, timebank, "Nora Nurse", clinic)
    return builders.paid_hours(session, nora, builders.a_project(session, timebank), by=jess)
