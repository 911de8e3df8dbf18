"""`timebank create`: what new members begin with."""

from click.testing import CliRunner
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from timebank.commands import main
from timebank.members.models import Timebank


def run(tmp_path, empty_database, *words):
    told = {"TIMEBANK_INSTANCE": str(tmp_path / "instance"), "TIMEBANK_DATABASE_URL": empty_database}
    return CliRunner().invoke(main, words, env=told)


def test_welcome_hours_are_none_unless_they_are_said(tmp_path, empty_database):
    run(tmp_path, empty_database, "init")
    run(tmp_path, empty_database, "create", "riverside", "--name", "Riverside")
    run(tmp_path, empty_database, "create", "hillside", "--name", "Hillside", "--welcome", "5:00")
    for many in ("a few", "1000:01"):
        wrong = run(tmp_path, empty_database, "create", "seaside", "--name", "Seaside", "--welcome", many)
        assert wrong.exit_code == 1
    engine = create_engine(empty_database)
    with Session(engine) as session:
        found = session.execute(select(Timebank.slug, Timebank.welcome_minutes).order_by(Timebank.id)).all()
    engine.dispose()
    assert [tuple(row) for row in found] == [("riverside", 0), ("hillside", 300)]
