"""People and exchanges in a state, made by taking the real steps, so that no test holds a thing that cannot exist."""

from datetime import UTC, date, datetime
from io import BytesIO
from itertools import count

from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from timebank.care import inviting, joining, terms, vetting
from timebank.care.models import VettingKind
from timebank.care.vetting import Seen
from timebank.contributions import professionals
from timebank.contributions.models import Stage
from timebank.exchanges import steps, telling
from timebank.exchanges.telling import Shared
from timebank.hours import Hours
from timebank.ledger.models import Account, AccountChange, AccountKind
from timebank.listings import board
from timebank.listings.models import ListingKind
from timebank.members import enrol, supporters
from timebank.members.choices import Pace
from timebank.members.enrol import Newcomer
from timebank.members.passwords import set_password
from timebank.notices import claims, outbox
from timebank.notices.models import Notice, NoticeKind
from timebank.notices.paces import PAUSES
from timebank.policy import Role
from timebank.schema import guards

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
TODAY = date(2026, 6, 10)
PASSWORD = "three green kettles"
_numbers = count(1)


def changes_of(session: Session, account_id: int):
    """All that was changed about the account, the newest first."""
    query = select(AccountChange).where(AccountChange.account_id == account_id)
    return session.scalars(query.order_by(AccountChange.id.desc())).all()


def a_timebank(session: Session, slug="riverside", name="Riverside Timebank", *, credit_limit="20:00"):
    limit = None if credit_limit is None else Hours.read(credit_limit)
    timebank = enrol.create_timebank(session, slug, name, credit_limit=limit, at=NOON)
    timebank.contact_name, timebank.contact_phone = "Jess", "01632 960 123"
    # What is put on the board at NOON stands there whatever day the tests run.
    timebank.listing_days = 3660
    board.seed_categories(session, timebank)
    return timebank


def unguarded(session: Session, *tables: str):
    """The database no longer guards these tables, as if someone with every right had dropped the triggers."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    for guard in guards():
        if guard.table in tables and (guard.sqlite if sqlite else guard.postgresql):
            session.execute(text(f"DROP TRIGGER {guard.name}" + ("" if sqlite else f" ON {guard.table}")))


def community_account(session: Session, timebank):
    return session.scalars(
        select(Account).where(Account.book_id == timebank.book_id, Account.kind == AccountKind.COMMUNITY)
    ).one()


def a_person(session: Session, timebank, name, *roles: Role, email=None, password=None):
    email = email if email is not None else name.split()[0].lower() + "@example.org"
    newcomer = Newcomer(name=name, email=email, roles=frozenset(roles))
    membership = enrol.enrol(session, timebank, newcomer, at=NOON)
    if password:
        set_password(session, membership.person, password)
    return membership


def a_member(session: Session, timebank, name="Ana Alder", **more):
    return a_person(session, timebank, name, Role.MEMBER, **more)


def a_coordinator(session: Session, timebank, name="Jess Juniper", **more):
    return a_person(session, timebank, name, Role.COORDINATOR, **more)


def an_administrator(session: Session, timebank, name="Ada Ash", **more):
    return a_person(session, timebank, name, Role.ADMINISTRATOR, **more)


def a_funder(session: Session, timebank, name="Fay Fir", **more):
    return a_person(session, timebank, name, Role.FUNDER, **more)


def a_professional(session: Session, timebank, name, organisation):
    newcomer = Newcomer(name=name, roles=frozenset(), works_for=organisation.organisation)
    return enrol.enrol(session, timebank, newcomer, at=NOON)


def an_organisation(session: Session, timebank, name="Riverside Clinic"):
    return enrol.enrol_organisation(session, timebank, name, at=NOON)


def a_project(session: Session, timebank, name="Garden for all"):
    return professionals.create_project(session, timebank, name)


def a_category(session: Session, timebank, name="Gardening"):
    return next(category for category in board.categories_of(session, timebank) if category.name == name)


def a_listing(session: Session, member, title="A lift to the clinic", *, kind=ListingKind.OFFER, **more):
    category = a_category(session, member.timebank, more.pop("category", "Lifts and errands"))
    words = board.Words(
        kind=kind, title=title, description=more.pop("description", ""), category_id=category.id, **more
    )
    return board.write(session, words, by=member, at=NOON)


def shared(session: Session, provider, receiver, hours="1:30", **more):
    category = a_category(session, provider.timebank)
    told = {
        "key": f"form-{next(_numbers)}",
        "provider_id": provider.id,
        "receiver_id": receiver.id,
        "title": "An hour in the garden",
        "hours": Hours.read(hours),
        "served_on": TODAY,
        "category_id": category.id,
    }
    return Shared(**{**told, **more})


def a_proposed_exchange(session: Session, provider, receiver, *, by=None, hours="1:30", **more):
    told = shared(session, provider, receiver, hours, served_on=None, **more)
    return telling.propose(session, provider.timebank, told, by=by or receiver, at=NOON)


def a_recorded_exchange(session: Session, provider, receiver, *, by=None, for_=None, hours="1:30", **more):
    by = by or provider
    told = shared(session, provider, receiver, hours, **more)
    return telling.record(session, provider.timebank, told, by=by, for_=for_ or by, at=NOON)


def a_confirmed_exchange(session: Session, provider, receiver, **more):
    exchange = a_recorded_exchange(session, provider, receiver, **more)
    return steps.confirm(session, exchange.id, by=receiver, at=NOON)


def an_approved_exchange(session: Session, provider, receiver, *, approved_by, **more):
    exchange = a_confirmed_exchange(session, provider, receiver, **more)
    return steps.approve(session, exchange.id, by=approved_by, at=NOON)


def paid_hours(session: Session, professional, project, *, by, hours="2:00", on=TODAY, stage=Stage.DELIVER):
    paid = professionals.PaidHours(
        key=f"form-{next(_numbers)}",
        professional_id=professional.id,
        project_id=project.id,
        hours=Hours.read(hours),
        served_on=on,
        stage=stage,
    )
    return professionals.record_paid_hours(session, professional.timebank, paid, by=by.person, at=NOON)


def a_picture_file(size=(40, 30), kind="JPEG", *, mode="RGB", **more):
    """What somebody uploads: a picture of that size, as a file of that kind."""
    written = BytesIO()
    Image.new(mode, size, more.pop("colour", None) or 0).save(written, kind, **more)
    return written.getvalue()


def a_supporter(session: Session, member, supporter, *, last_day=date(2026, 12, 31), at=NOON):
    """Somebody who may act for the member, agreed by both."""
    relation = supporters.ask(session, member, supporter.id, last_day, by=member, at=at)
    return supporters.agree(session, relation.id, by=supporter, at=at)


def a_petition(**more):
    """What someone writes who would like to join."""
    told = {
        "key": f"form-{next(_numbers)}",
        "name": "Dora Dale",
        "email": "dora@example.org",
        "good_at": "Baking bread\nDriving",
        "would_help": "Someone to walk the dog",
    }
    return joining.Petition(**{**told, **more})


def an_application(session: Session, timebank, *, person=None, at=NOON, **more):
    return joining.apply(session, timebank, a_petition(**more), person=person, at=at)


def an_invitation(session: Session, by, *, name="", last_day=date(2026, 7, 10), at=NOON):
    return inviting.invite(session, by.timebank, name=name, last_day=last_day, count=1, by=by, at=at)[0]


def published_terms(session: Session, administrator, text="Be kind.", *, at=NOON):
    return terms.publish(session, administrator.timebank, text, by=administrator, at=at)


def vetted(session: Session, member, *, by, kind=VettingKind.REFERENCE, on=TODAY, until=None, note=""):
    return vetting.add(session, member, Seen(kind=kind, seen_on=on, expires_on=until, note=note), by=by, at=NOON)


def told(session: Session, to, kind=NoticeKind.PROPOSAL, **more):
    """A notice, and nothing decided of it yet."""
    key = f"told:{next(_numbers)}"
    values = {"exchange_id": 1, "other": "Ben Birch", "title": "Bread & <b>butter</b>", "word": "", **more}
    outbox.tell(session, kind, to, key=key, at=NOON, **values)
    return session.scalars(select(Notice).where(Notice.key == f"{to.timebank_id}:{key}")).one()


def something_to_tell_by_phone(session: Session, to):
    to.pace = Pace.BY_PHONE
    notice = told(session, to)
    claims.claim(session, at=NOON)
    return notice


def a_letter_given_up(session: Session, to):
    notice, at = told(session, to), NOON
    for _ in range(len(PAUSES) + 1):
        claims.claim(session, at=at)
        claims.refused(session, [notice.id], "550 no such <mailbox>", at=at)
        at = notice.due_at
    return notice
