import gc
import tracemalloc
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.imports.files import HEADER, a_file, some_bytes
from timebank.contributions.models import Capacity, Stage
from timebank.exchanges import steps
from timebank.exchanges.models import Exchange, ExchangeStep
from timebank.exchanges.workflow import State
from timebank.hours import Hours
from timebank.imports import exchanges
from timebank.imports.exchanges import BadFile, Brought
from timebank.imports.reading import Unreadable
from timebank.imports.staging import Some
from timebank.ledger.models import Account
from timebank.members.models import Membership, MembershipStatus, Person, Timebank
from timebank.refusals import NotAllowed, NotFound

FULL = f"{HEADER},category,capacity,stage,project,note,reference,told_by"


def take(session, timebank, path, **more):
    return exchanges.take(session, timebank, Brought(path=path, **more), at=builders.NOON)


def look(session, timebank, path, **more):
    return exchanges.dry_run(session, timebank, Brought(path=path, **more), at=builders.NOON)


def refused(session, timebank, path, **more) -> str:
    with pytest.raises(BadFile) as refusal:
        take(session, timebank, path, **more)
    return str(refusal.value)


def written(session):
    return session.scalars(select(Exchange).order_by(Exchange.id)).all()


def counts(session):
    tables = (Exchange, ExchangeStep, Membership, Person, Account)
    return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_every_row_is_an_exchange_that_waits_for_a_coordinator(session, timebank, ana, ben, tmp_path):
    report = take(session, timebank, a_file(tmp_path, "Ana Alder,Ben Birch,90,2026-06-01"))

    one = written(session)[0]
    assert (one.provider_id, one.receiver_id, one.told_by_id) == (ana.id, ben.id, ana.id)
    assert (one.minutes, one.served_on, one.state) == (90, date(2026, 6, 1), State.RECORDED)
    assert (one.capacity, one.stage, one.title) == (Capacity.MEMBER, Stage.DELIVER, "An exchange from a file")
    assert (report.rows, report.figures.new, report.figures.new_minutes) == (1, 1, 90)


def test_all_columns_are_kept(session, timebank, ana, ben, tmp_path):
    project = builders.a_project(session, timebank, "Garden for all")
    kind = "GARDENING,volunteer,design,garden  for all"
    row = f'Ana Alder,Ben Birch,45,2026-06-01,{kind},"=1+1\nsecond line",old-7,receiver'
    take(session, timebank, a_file(tmp_path, row, header=FULL))

    one = written(session)[0]
    assert (one.category_id, one.project_id) == (builders.a_category(session, timebank).id, project.id)
    assert (one.capacity, one.stage, one.reference) == (Capacity.VOLUNTEER, Stage.DESIGN, "old-7")
    assert (one.note, one.title, one.told_by_id) == ("=1+1\nsecond line", "=1+1 second line", ben.id)
    assert one.steps[0].note == "exchanges.csv: 2"


def test_a_row_without_a_note_is_called_by_its_kind_of_help(session, timebank, ana, ben, tmp_path):
    take(session, timebank, a_file(tmp_path, "1,2,45,2026-06-01,Pets", header=f"{HEADER},category"))

    assert written(session)[0].title == "Pets"


def test_what_both_told_is_confirmed_and_the_rest_is_not(session, timebank, ana, ben, tmp_path):
    rows = [f"Ana Alder,Ben Birch,60,2026-06-01,{told_by}" for told_by in ("provider", "receiver", "both")]
    take(session, timebank, a_file(tmp_path, *rows, header=f"{HEADER},told_by"))

    assert [(one.state, one.told_by_id, one.confirmed_by_id) for one in written(session)] == [
        (State.RECORDED, ana.id, None),
        (State.RECORDED, ben.id, None),
        (State.CONFIRMED, ana.id, ben.person_id),
    ]


def test_an_organisation_confirms_nothing_so_the_person_of_the_two_does(session, timebank, ana, tmp_path):
    clinic = builders.an_organisation(session, timebank, "Riverside Clinic")
    other = builders.an_organisation(session, timebank, "Library")
    row = "Ana Alder,Riverside Clinic,60,2026-06-01,both"
    take(session, timebank, a_file(tmp_path, row, header=f"{HEADER},told_by"))
    one = written(session)[0]

    assert (one.told_by_id, one.confirmed_by_id) == (clinic.id, ana.person_id)
    path = a_file(tmp_path, f"Riverside Clinic,{other.number},60,2026-06-01,both", header=f"{HEADER},told_by")
    assert "line 2, column told_by: two organisations cannot confirm one another" in refused(session, timebank, path)


def test_unknown_people_are_named_and_nobody_is_created_unless_that_was_asked(session, timebank, ana, tmp_path):
    path = a_file(tmp_path, "Ana Alder,Ben Birch,60,2026-06-01", "Cai Cedar,99,60,2026-06-01", "99,1,5,2026-06-01")
    before = counts(session)

    assert refused(session, timebank, path) == (
        "exchanges.csv, line 2, column receiver: nobody here has the name or number “Ben Birch”."
        " There are 2 more like it. Nothing was stored."
    )
    report = look(session, timebank, path)
    assert (report.unknown, report.unknown_count, report.problem_count) == (("Ben Birch", "Cai Cedar", "99"), 3, 3)
    assert counts(session) == before


def test_unknown_people_become_members_where_that_was_asked(session, timebank, ana, tmp_path):
    path = a_file(tmp_path, "Ana Alder,Ben Birch,60,2026-06-01", "ben birch,99,60,2026-06-01")
    assert look(session, timebank, path, create_members=True).problems == ()

    take(session, timebank, path, create_members=True)

    ben = session.scalars(select(Membership).where(Membership.number == 100)).one()
    assert ben.name == "Ben Birch"
    assert [(one.provider.name, one.receiver.name) for one in written(session)] == [
        ("Ana Alder", "Ben Birch"),
        ("Ben Birch", "Member 99"),
    ]


def test_a_dry_run_writes_nothing_and_says_what_the_real_one_does(session, timebank, ana, ben, tmp_path):
    path = a_file(tmp_path, "1,2,60,2026-06-01", "1,2,60,2026-06-01", "2,1,601,2026-05-01", "Cai,1,5,2026-06-02")
    before = counts(session)

    report = look(session, timebank, path, create_members=True)

    assert counts(session) == before
    figures = report.figures
    assert (report.rows, figures.new, figures.already_here, figures.minutes) == (4, 4, 0, 726)
    assert (figures.smallest.line, figures.largest.line, figures.largest.minutes) == (5, 4, 601)
    assert (figures.duplicates, figures.outliers) == (Some(1, (3,)), Some(1, (4,)))
    assert take(session, timebank, path, create_members=True) == report


def test_the_same_file_twice_changes_nothing(session, timebank, ana, tmp_path):
    rows = ["1,Ben Birch,60,2026-06-01,", "1,Ben Birch,60,2026-06-01,", "99,1,45,2026-06-02,old-1"]
    path = a_file(tmp_path, *rows, header=f"{HEADER},reference")
    take(session, timebank, path, create_members=True)
    after = counts(session)

    report = take(session, timebank, path, create_members=True)

    assert counts(session) == after
    assert after[0] == 3
    assert (report.figures.new, report.figures.already_here) == (0, 3)


def test_the_same_rows_in_another_order_and_one_more_add_that_one(session, timebank, ana, ben, tmp_path):
    rows = ["1,2,60,2026-06-01", "2,1,45,2026-06-02"]
    take(session, timebank, a_file(tmp_path, *rows))

    report = take(session, timebank, a_file(tmp_path, rows[1], rows[0], rows[0]))

    assert (report.figures.new, report.figures.already_here) == (1, 2)
    assert [one.minutes for one in written(session)] == [60, 45, 60]


def test_the_same_file_changes_nothing_even_when_much_has_happened_since(session, timebank, ana, ben, jess, tmp_path):
    rows = ["1,2,60,2026-06-01,", "1,2,90,2026-06-01,old-1", "Ana Alder,2,30,2026-06-01,"]
    path = a_file(tmp_path, *rows, header=f"{HEADER},reference")
    take(session, timebank, path)
    steps.approve(session, written(session)[0].id, by=jess, at=builders.NOON)
    steps.dispute(session, written(session)[1].id, hours=Hours(30), by=ben, at=builders.NOON)
    steps.settle(session, written(session)[1].id, hours=Hours(45), by=jess, at=builders.NOON)
    ana.person.name, ben.status = "Anna Alder-Birch", MembershipStatus.LEFT
    session.flush()
    after = counts(session)

    report = take(session, timebank, path, create_members=True)

    assert (report.figures.new, report.figures.already_here, counts(session)) == (0, 3, after)


@pytest.mark.parametrize(
    "row",
    [
        "2,1,60,2026-06-01,,old-1,provider",
        "1,2,61,2026-06-01,,old-1,provider",
        "1,2,60,2026-06-02,,old-1,provider",
        "1,2,60,2026-06-01,other,old-1,provider",
        "1,2,60,2026-06-01,,old-1,both",
        "1,Ben Burch,60,2026-06-01,,old-1,provider",
    ],
)
def test_a_reference_that_stands_here_for_something_else_refuses_the_file(session, timebank, ana, ben, tmp_path, row):
    header = f"{HEADER},note,reference,told_by"
    take(session, timebank, a_file(tmp_path, "1,2,60,2026-06-01,,old-1,provider", header=header))

    assert refused(session, timebank, a_file(tmp_path, "1,2,5,2026-06-01,,,", row, header=header)) == (
        "exchanges.csv, line 3, column reference: another exchange stands here under this reference."
        " Nothing was stored."
    )
    assert len(written(session)) == 1


def test_a_reference_stands_in_one_timebank_and_not_in_another(session, timebank, ana, ben, tmp_path):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside")
    path = a_file(tmp_path, "1,2,60,2026-06-01,old-1", header=f"{HEADER},reference")
    take(session, timebank, path)
    take(session, elsewhere, path, create_members=True)

    first, second = written(session)
    assert (first.timebank_id, second.timebank_id) == (timebank.id, elsewhere.id)
    assert second.provider_id != first.provider_id


def test_a_reference_twice_in_a_file_refuses_it(session, timebank, ana, ben, tmp_path):
    path = a_file(tmp_path, "1,2,60,2026-06-01,x", "1,2,60,2026-06-01,x", header=f"{HEADER},reference")

    assert refused(session, timebank, path) == (
        "exchanges.csv, line 3, column reference: line 2 has this reference already. Nothing was stored."
    )


def test_a_reference_made_up_to_meet_a_derived_one_refuses_the_file_in_a_sentence(
    session, timebank, ana, ben, tmp_path
):
    take(session, timebank, a_file(tmp_path, "1,2,60,2026-06-01"))
    derived = written(session)[0].reference
    rows = ["1,2,60,2026-06-01,", f"1,2,5,2026-06-01,{derived}"]

    assert "line 3, column reference: line 2 has this reference already" in refused(
        session, timebank, a_file(tmp_path, *rows, header=f"{HEADER},reference")
    )


@pytest.mark.parametrize("at_row", [0, 1, 1500, 2499])
def test_one_bad_row_anywhere_stores_nothing_and_is_named(session, timebank, tmp_path, at_row):
    rows = [f"Ana {number % 7},Ben,15,2026-06-01" for number in range(2500)]
    rows[at_row] = "Ana 1,Ben,0,2026-06-01"
    before = counts(session)

    assert refused(session, timebank, a_file(tmp_path, *rows), create_members=True).startswith(
        f"exchanges.csv, line {at_row + 2}, column minutes: write whole minutes from 1 to 44640 in digits, not “0”."
    )
    assert counts(session) == before


def test_the_first_bad_row_is_named_first_whatever_is_wrong_with_it(session, timebank, ana, ben, tmp_path):
    path = a_file(tmp_path, "1,2,60,2026-06-01", "1,Nobody,60,2026-06-01", "1,2,x,2026-06-01", "1,1,60,2026-06-01")

    report = look(session, timebank, path)

    assert [(problem.line, problem.column) for problem in report.problems] == [
        (3, "receiver"),
        (4, "minutes"),
        (5, "receiver"),
    ]


def test_of_many_bad_rows_the_first_few_are_kept_and_all_are_counted(session, timebank, ana, tmp_path):
    report = look(session, timebank, a_file(tmp_path, *["1,Nobody,60,2026-06-01"] * 3000))

    assert ([problem.line for problem in report.problems], report.problem_count) == (list(range(2, 22)), 3000)


@pytest.mark.parametrize("row", ["1,1,60,2026-06-01", "1,Ana Alder,60,2026-06-01", "Zoe,ZOE,60,2026-06-01"])
def test_nobody_helps_themselves(session, timebank, ana, tmp_path, row):
    assert refused(session, timebank, a_file(tmp_path, row), create_members=True).startswith(
        "exchanges.csv, line 2, column receiver: this is the provider too"
    )


@pytest.mark.parametrize("status", [each for each in MembershipStatus if each != MembershipStatus.ACTIVE])
def test_who_does_not_take_part_now_is_in_no_new_exchange(session, timebank, ana, ben, tmp_path, status):
    ben.status = status
    session.flush()

    assert refused(session, timebank, a_file(tmp_path, "1,2,60,2026-06-01"), create_members=True) == (
        "exchanges.csv, line 2, column receiver: Ben Birch does not give or receive hours here at the moment."
        " Nothing was stored."
    )


def test_member_hours_need_an_account_and_professional_hours_do_not(session, timebank, ana, tmp_path):
    clinic = builders.an_organisation(session, timebank)
    builders.a_professional(session, timebank, "Noor Nettle", clinic)
    header = f"{HEADER},capacity"

    assert "line 2, column provider: Noor Nettle has no account here for member hours" in refused(
        session, timebank, a_file(tmp_path, "Noor Nettle,Ana Alder,60,2026-06-01,member", header=header)
    )
    take(session, timebank, a_file(tmp_path, "Noor Nettle,Ana Alder,60,2026-06-01,professional", header=header))
    assert written(session)[0].capacity == Capacity.PROFESSIONAL


def test_a_name_of_two_people_is_refused(session, timebank, ana, ben, tmp_path):
    builders.a_member(session, timebank, "BEN  BIRCH")

    assert "line 2, column receiver: there are two people called Ben Birch; write the membership number" in refused(
        session, timebank, a_file(tmp_path, "Ana Alder,Ben Birch,60,2026-06-01")
    )


def test_people_kinds_of_help_and_projects_of_another_timebank_are_unknown_here(session, timebank, ana, ben, tmp_path):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside")
    builders.a_member(session, elsewhere, "Cai Cedar")
    builders.a_project(session, elsewhere, "Their garden")
    rows = ["1,Cai Cedar,60,2026-06-01,,", "1,2,60,2026-06-01,Juggling,", "1,2,60,2026-06-01,,Their garden"]

    report = look(session, timebank, a_file(tmp_path, *rows, header=f"{HEADER},category,project"))

    assert [str(problem) for problem in report.problems] == [
        "line 2, column receiver: nobody here has the name or number “Cai Cedar”",
        "line 3, column category: there is no category “Juggling” here",
        "line 4, column project: there is no project “Their garden” here",
    ]


def test_a_project_name_that_stands_for_two_is_refused(session, timebank, ana, ben, tmp_path):
    builders.a_project(session, timebank, "Garden")
    builders.a_project(session, timebank, "GARDEN")

    assert "line 2, column project: there are two of the name “Garden” here" in refused(
        session, timebank, a_file(tmp_path, "1,2,60,2026-06-01,Garden", header=f"{HEADER},project")
    )


def test_a_name_put_together_otherwise_is_the_same_person(session, timebank, tmp_path):
    apart, together = (unicodedata.normalize(form, "Zoë Müller") for form in ("NFD", "NFC"))
    rows = [f"{apart},Ben,60,2026-06-01", f"{together.upper()},Ben,60,2026-06-02"]

    take(session, timebank, a_file(tmp_path, *rows), create_members=True)

    assert {one.provider.name for one in written(session)} == {together}
    assert len(apart) > len(together)


def test_a_file_that_is_no_table_stores_nothing(session, timebank, ana, ben, tmp_path):
    path = some_bytes(tmp_path, f"{HEADER}\n".encode() + b"1,2,60,2026-06-01\n" * 1500 + b"1,2,60,2026-06-0\xff\n")

    with pytest.raises(Unreadable, match="line 1502: the text is not UTF-8"):
        take(session, timebank, path)
    assert written(session) == []


def test_who_brings_the_file_is_written_down(session, timebank, ana, ben, jess, tmp_path):
    by = exchanges.bringer(session, timebank, jess.number)
    take(session, timebank, a_file(tmp_path, "1,2,60,2026-06-01"), by=by)

    one = written(session)[0]
    assert (one.recorded_by_id, one.steps[0].by_id) == (jess.person_id, jess.person_id)


def test_only_a_coordinator_of_this_timebank_brings_a_file(session, timebank, ana, jess):
    elsewhere = builders.a_timebank(session, "hillside", "Hillside")

    with pytest.raises(NotAllowed, match="Ana Alder may not log exchanges for others"):
        exchanges.bringer(session, timebank, ana.number)
    with pytest.raises(NotFound, match=f"Nobody has the number {jess.number} here"):
        exchanges.bringer(session, elsewhere, jess.number)


def test_progress_is_told_after_each_batch(session, timebank, ana, ben, tmp_path):
    told = []
    path = a_file(tmp_path, *["1,2,60,2026-06-01"] * 2001)
    exchanges.take(
        session, timebank, Brought(path=path), at=builders.NOON, progress=lambda what, rows: told.append((what, rows))
    )

    assert told == [(what, rows) for what in ("checked", "stored") for rows in (1000, 2000, 2001)]


def test_rows_that_were_checked_or_stored_are_not_kept_in_memory(session, timebank, ana, ben, tmp_path):
    rows = [f"1,2,{1 + number % 600},2026-06-01,{number}" for number in range(4000)]
    brought = Brought(path=a_file(tmp_path, *rows, header=f"{HEADER},note"))
    held = {}

    def weigh(what, rows):
        gc.collect()
        held[what, rows] = tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    exchanges.take(session, timebank, brought, at=builders.NOON, progress=weigh)
    tracemalloc.stop()

    for what in ("checked", "stored"):  # from the second batch on: while one is read the one before is still held
        assert held[what, 4000] - held[what, 2000] < 2000 * 10


def test_what_a_refused_file_began_is_not_there_after_a_rollback_either(own_engine, tmp_path):
    """The one thing that can still fail after the check: the database itself, halfway through."""
    with Session(own_engine) as session:
        timebank = builders.a_timebank(session)
        session.commit()
        before = counts(session)
        path = a_file(tmp_path, *[f"Ana {number % 7},Ben,60,2026-06-01" for number in range(1500)])

        def stop(what, rows):
            if (what, rows) == ("stored", 1000):
                assert counts(session)[0] == 1000
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            exchanges.take(session, timebank, Brought(path=path, create_members=True), at=builders.NOON, progress=stop)
        session.rollback()
        assert counts(session) == before


def test_the_same_file_twice_at_once_is_stored_once(own_engine, tmp_path):
    with Session(own_engine) as session:
        number = builders.a_timebank(session).id
        session.commit()
    path = a_file(tmp_path, *[f"Ana {each % 7},Ben,60,2026-06-01" for each in range(1200)])
    together = Barrier(2)

    def bring(_):
        with Session(own_engine) as session:
            together.wait()
            report = take(session, session.get(Timebank, number), path, create_members=True)
            session.commit()
            return report.figures.new

    with ThreadPoolExecutor(max_workers=2) as both:
        assert sorted(both.map(bring, range(2))) == [0, 1200]
    with Session(own_engine) as session:
        assert counts(session)[:3] == [1200, 1200, 8]
