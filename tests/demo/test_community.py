from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, func, or_, select
from sqlalchemy.orm import Session

from tests.demo.conftest import MIDNIGHT, TODAY, TOLD
from timebank.care.models import Application, Invitation
from timebank.commands.upgrading import upgrade
from timebank.contributions import audit as contributions_audit
from timebank.contributions.models import Capacity, Contribution
from timebank.database import engine_options, prepare
from timebank.demo.community import PASSWORD, SIGN_INS, lay
from timebank.demo.notices import REQUESTS
from timebank.demo.offers import OFFERS
from timebank.demo.people import NEIGHBOUR
from timebank.demo.words import GIVEN_TWICE, KINDS, OF_THE_MEMBER, TO_THE_MEMBER, WORKS
from timebank.exchanges import audit as exchanges_audit
from timebank.exchanges import told
from timebank.exchanges.models import Exchange, ExchangeStep, Message, Thanks
from timebank.exchanges.workflow import State
from timebank.ledger import audit as ledger_audit
from timebank.ledger.models import HELP, Account, AccountKind, Transfer, TransferKind
from timebank.listings.board import SEED, Sought, find
from timebank.listings.models import Asset, Listing, ListingKind
from timebank.listings.vocabulary import VOCABULARY
from timebank.members import moving
from timebank.members.models import AuditLine, Membership, MembershipStatus, Person
from timebank.members.passwords import sign_in
from timebank.notices.models import Notice
from timebank.policy import Role
from timebank.reports import releases
from timebank.reports.disclosure import Shown
from timebank.reports.document import Document
from timebank.reports.models import Release
from timebank.reports.period import Period


def _figures(session: Session) -> list[object]:
    """Everything that could come out differently."""
    kept = (Contribution.capacity, Contribution.stage, Contribution.minutes)
    exchange = (Exchange.reference, Exchange.title, Exchange.state, Exchange.minutes, Exchange.created_at)
    transfer = (Transfer.kind, Transfer.minutes, Transfer.reason)
    return [
        session.scalars(select(Person.name).order_by(Person.id)).all(),
        session.execute(select(Account.given_minutes, Account.received_minutes).order_by(Account.id)).all(),
        session.execute(select(*kept, Contribution.served_on).order_by(Contribution.id)).all(),
        session.execute(select(*exchange).order_by(Exchange.id)).all(),
        session.execute(select(ExchangeStep.step, ExchangeStep.at).order_by(ExchangeStep.id)).all(),
        session.execute(select(*transfer, Transfer.occurred_on, Transfer.posted_at).order_by(Transfer.id)).all(),
        session.execute(select(Listing.title, Listing.created_at, Listing.expires_on).order_by(Listing.id)).all(),
        session.execute(select(Message.text, Message.at).order_by(Message.id)).all(),
        session.execute(select(Thanks.word, Thanks.at).order_by(Thanks.exchange_id, Thanks.membership_id)).all(),
        session.execute(select(Notice.kind, Notice.state, Notice.at).order_by(Notice.id)).all(),
        session.execute(select(AuditLine.deed, AuditLine.at).order_by(AuditLine.id)).all(),
        session.execute(select(Asset.title, Asset.created_at).order_by(Asset.id)).all(),
        session.execute(select(Application.name, Application.state, Application.at).order_by(Application.id)).all(),
        [
            replace(Document.from_json(document), seal=None)  # it names the transfers by their numbers
            for document in session.scalars(select(Release.document).order_by(Release.first_day))
        ],
    ]


def test_the_same_day_gives_the_same_community_on_two_fresh_databases(on_sqlite, on_postgresql):
    assert _figures(on_sqlite) == _figures(on_postgresql)


def test_the_book_the_contributions_and_the_exchanges_have_no_findings(laid):
    areas = (ledger_audit, contributions_audit, exchanges_audit, releases)

    assert [found for area in areas for found in area.findings(laid)] == []


def test_nothing_in_it_is_of_today_or_later_nor_older_than_18_months(laid):
    moments = [
        moment
        for column in (
            Exchange.created_at,
            ExchangeStep.at,
            Transfer.posted_at,
            Listing.created_at,
            Release.released_at,
            Message.at,
            Thanks.at,
            Notice.at,
            Notice.sent_at,
            AuditLine.at,
            Application.at,
            Invitation.at,
            Asset.created_at,
        )
        for moment in laid.execute(select(func.min(column), func.max(column))).one()
    ]
    days = laid.execute(select(func.min(Contribution.served_on), func.max(Contribution.served_on))).one()

    assert max(moments) < MIDNIGHT
    assert min(moments) >= MIDNIGHT - timedelta(days=548)
    assert TODAY - timedelta(days=548) <= days[0] < days[1] < TODAY


def test_the_steps_of_every_exchange_follow_one_another_in_time(laid):
    times = defaultdict(list)
    for exchange_id, at in laid.execute(select(ExchangeStep.exchange_id, ExchangeStep.at).order_by(ExchangeStep.id)):
        times[exchange_id].append(at)

    assert all(moments == sorted(moments) for moments in times.values())


def test_nobody_gave_or_received_before_they_had_joined(laid):
    early = laid.scalars(
        select(Exchange)
        .join(Membership, Membership.id.in_([Exchange.provider_id, Exchange.receiver_id]))
        .where(Exchange.served_on < Membership.joined_on)
    ).all()

    assert early == []


def test_nor_did_hours_move_for_them_without_help(laid):
    early = laid.scalars(
        select(Transfer)
        .join(Membership, Membership.account_id.in_([Transfer.payer_id, Transfer.payee_id]))
        .where(Transfer.kind.not_in(HELP), Transfer.occurred_on < Membership.joined_on)
    ).all()

    assert early == []


def test_hours_move_without_help_as_well_now_and_then(laid):
    of_partings = or_(Transfer.reference.startswith("settled:"), Transfer.reference.startswith("merged:"))
    kinds = Counter(laid.scalars(select(Transfer.kind).where(~of_partings)))
    assert (kinds[TransferKind.OPENING], kinds[TransferKind.CORRECTION]) == (3, 2)
    assert 8 <= kinds[TransferKind.GIFT] <= 15

    community = laid.scalars(select(Account.id).where(Account.kind == AccountKind.COMMUNITY)).one()
    gifts = laid.scalars(select(Transfer).where(Transfer.kind == TransferKind.GIFT, ~of_partings)).all()
    assert {gift.payee_id == community for gift in gifts} == {True, False}
    backs = moving.reversals_of(laid, [gift.id for gift in gifts])
    assert [back.reason for back in backs] == [GIVEN_TWICE]


def test_whoever_joined_since_newcomers_are_welcomed_with_hours_has_them_and_few_others(laid, timebank):
    welcomed = laid.scalars(select(Transfer).where(Transfer.kind == TransferKind.WELCOME).order_by(Transfer.id)).all()
    by_hand = [one.entered_by is not None for one in welcomed]
    since = welcomed[0].occurred_on
    joined = laid.scalars(select(Membership.account_id).where(Membership.joined_on > since)).all()

    assert by_hand == [True] * 3 + [False] * (len(welcomed) - 3)
    assert {one.payee_id for one in welcomed[3:]} == {account for account in joined if account is not None}
    assert {one.minutes for one in welcomed} == {timebank.welcome_minutes}


def test_the_member_in_whose_name_one_looks_around_sees_hours_without_help_on_the_statement(laid):
    member = laid.scalars(select(Membership).join(Person, Membership.person).where(Person.name == NEIGHBOUR)).one()
    lines = told.statement_of(laid, member, limit=500, offset=0)
    gifts = [one for one in lines if one.why == TransferKind.GIFT]

    assert [(one.line.change.minutes, one.line.transfer.reason) for one in gifts][:2] == [
        (-OF_THE_MEMBER[1], OF_THE_MEMBER[2]),
        (TO_THE_MEMBER[1], TO_THE_MEMBER[2]),
    ]
    assert lines[0].line.balance.minutes == sum(one.line.change.minutes for one in lines)


def test_about_60_members_with_some_who_have_no_e_mail_and_two_who_share_one(laid):
    here = select(Membership).where(Membership.status != MembershipStatus.LEFT)
    members = [one for one in laid.scalars(here) if Role.MEMBER in one.roles]
    emails = Counter(one.person.email for one in members)

    assert len(members) == 57
    assert emails[None] == 6
    assert [count for email, count in emails.items() if email and count > 1] == [2]
    assert all(email.endswith("@example.org") and email.isascii() for email in emails if email)


def test_the_last_month_has_exchanges_in_every_state(laid):
    since = MIDNIGHT - timedelta(days=30)
    states = laid.scalars(select(Exchange.state).where(Exchange.created_at > since).distinct()).all()

    assert set(states) == set(State)


def test_something_waits_for_the_member_in_whose_name_one_looks_around(laid):
    waiting = [
        exchange.state
        for exchange in laid.scalars(select(Exchange).where(Exchange.state.in_([State.PROPOSED, State.RECORDED])))
        if laid.get_one(Membership, exchange.asked_id).name == NEIGHBOUR
    ]

    assert set(waiting) == {State.PROPOSED, State.RECORDED}


@pytest.mark.parametrize(("what", "email"), SIGN_INS)
def test_each_printed_sign_in_opens_with_the_printed_password(laid, what, email):
    person = sign_in(laid, email, PASSWORD, "127.0.0.1", at=MIDNIGHT)

    assert [one.roles for one in person.memberships] == [frozenset({Role(what)})]


def test_only_the_printed_five_have_a_password(laid):
    assert laid.scalar(select(func.count()).where(Person.password_hash.is_not(None))) == len(SIGN_INS)


def test_the_board_has_offers_and_requests_of_many_kinds(laid, timebank):
    offers, offered = find(laid, timebank, Sought(kind=ListingKind.OFFER), today=TODAY, limit=100, offset=0)
    _, wanted = find(laid, timebank, Sought(kind=ListingKind.REQUEST), today=TODAY, limit=100, offset=0)

    assert offered >= 38
    assert wanted >= 15
    assert {one.category.parent.name for one in offers} == set(SEED)


def test_what_came_of_a_listing_is_of_its_kind_and_between_its_owner_and_another(laid):
    linked = laid.scalars(select(Exchange).where(Exchange.listing_id.is_not(None))).all()

    assert len(linked) > 10
    for exchange in linked:
        owner = exchange.provider_id if exchange.listing.kind == ListingKind.OFFER else exchange.receiver_id
        assert (exchange.listing.membership_id, exchange.listing.category_id) == (owner, exchange.category_id)
        assert exchange.listing.created_at < exchange.created_at


def test_eight_professionals_or_more_are_active_in_each_quarter_of_the_last_year(laid):
    people = defaultdict(set)
    for giver, day in laid.execute(
        select(Contribution.giver_id, Contribution.served_on).where(Contribution.capacity == Capacity.PROFESSIONAL)
    ):
        people[str(Period.of_quarter(day))].add(giver)

    assert all(len(people[quarter]) >= 8 for quarter in ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"))


def test_the_last_four_quarters_are_released_with_both_capacities_side_by_side(laid, timebank):
    documents = [releases.reading(one) for one in releases.releases_of(laid, timebank)]

    assert [str(one.report.period) for one in documents] == ["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2"]
    for document in documents:
        assert all(isinstance(document.report.capacities[one], Shown) for one in ("member", "professional"))


def test_each_month_is_told_while_it_is_laid(laid):
    told = TOLD[laid.get_bind().dialect.name]

    assert len(told) == 19
    assert told[-1].startswith("June 2026: 60 members, ")


def test_kinds_of_help_and_projects_are_those_that_the_board_knows():
    kinds = {kind for group in VOCABULARY.values() for kind in group}

    assert set(KINDS) == set(SEED)
    assert {work.kind for work in WORKS} <= kinds
    assert {kind for group in KINDS.values() for kind in group.titles.values()} <= kinds
    assert {notice.kind for notice in (*OFFERS, *REQUESTS)} <= kinds


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2028, 2, 29)])
def test_it_can_be_laid_on_any_day(tmp_path, today):
    engine = create_engine(**engine_options(f"sqlite:///{tmp_path / 'timebank.db'}"))
    prepare(engine)
    upgrade(engine)
    with Session(engine) as session:
        lay(session, today=today, progress=[].append, scale=0.02)

        assert set(session.scalars(select(Exchange.state).distinct())) == set(State)
    engine.dispose()
