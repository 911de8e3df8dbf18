"""A small community with one of everything, for tests that walk all pages as everyone."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.builders import PASSWORD
from timebank.care import terms
from timebank.exchanges import concerns, conversation, steps
from timebank.hours import Hours
from timebank.listings import assets
from timebank.listings.models import AssetKind, ListingKind
from timebank.members import moving, pictures, profiles, supporters
from timebank.members.models import Membership
from timebank.members.page import Picture
from timebank.members.passwords import set_password
from timebank.policy import Role
from timebank.reports import releases
from timebank.reports.period import Period


@dataclass
class Community:
    """Who is there, by what they are, and an example of each thing that an address may name."""

    people: dict[str, Membership]
    examples: dict[str, int] = field(default_factory=dict)
    code: str = ""

    def fill(self, rule: str) -> str:
        """The address with examples in place of its variables."""
        path = rule.replace("<slug>", "riverside").replace("<secret>", "nothing").replace("<code>", self.code)
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
        "safeguarding": builders.a_person(session, timebank, "Lena Larch", Role.SAFEGUARDING),
        "stranger": builders.a_member(session, elsewhere, "Sol Spruce"),
    }
    for someone in (*people.values(), ben):
        set_password(session, someone.person, PASSWORD)
    community = Community(people)
    exchanges = _exchanges(session, ana, ben, cleo, jess)
    recorded = exchanges["recorded"].id
    telling_each_other = {"key": "a-word", "by": ana, "at": builders.NOON}
    conversation.say(session, recorded, "See you on Friday, then?", **telling_each_other)
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
        "category_id": builders.a_category(session, timebank, "Mowing").id,
        **_on_a_page(session, ben, ana),
        "vetting_id": builders.vetted(session, ben, by=jess).id,
        "concern_id": concerns.about_exchange(session, recorded, "He was rude.", by=ana, at=builders.NOON).id,
    }
    _joining(session, community, ana, ben)
    community.examples["notice_id"] = builders.something_to_tell_by_phone(session, cleo).id
    builders.a_letter_given_up(session, ben)
    return community


def _joining(session, community, ana, ben):
    """Someone would like to join, somebody is invited, and both members have agreed to the terms."""
    timebank = ana.timebank
    agreed = builders.published_terms(session, community.people["administrator"])
    for member in (ana, ben):
        terms.agree(session, member, agreed.id, at=builders.NOON)
    now = datetime.now(UTC)
    last_day = (now + timedelta(days=90)).date()
    invitation = builders.an_invitation(session, community.people["coordinator"], last_day=last_day, at=now)
    community.code = invitation.code
    application = builders.an_application(session, timebank, terms_id=agreed.id)
    community.examples |= {"application_id": application.id, "invitation_id": invitation.id, "number": agreed.version}


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


def _on_a_page(session, ben, ana):
    """What stands on Ben's page, and that he has asked Ana to be his supporter."""
    told = {"by": ben, "at": builders.NOON}
    profiles.show_picture(session, ben, pictures.draw(builders.a_picture_file()), **told)
    asset = assets.add(session, ben, assets.Told(kind=AssetKind.SKILL, title="Mending bikes"), **told)
    need = assets.add_need(session, ben, "Someone to read with", **told)
    relation = supporters.ask(
        session, ben, ana.id, datetime.now(UTC).date() + timedelta(days=90), by=ben, at=datetime.now(UTC)
    )
    picture = session.scalars(select(Picture)).one()
    return {"asset_id": asset.id, "need_id": need.id, "picture_id": picture.id, "relation_id": relation.id}
