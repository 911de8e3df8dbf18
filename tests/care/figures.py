"""What the tests of people who leave, are erased or merged hold against one another: balances, tallies, reports."""

from sqlalchemy import select

from timebank.contributions import audit as contributions
from timebank.exchanges import audit as exchanges
from timebank.ledger import audit as ledger
from timebank.ledger import balances, seals
from timebank.ledger.models import Account, Transfer
from timebank.reports import releases
from timebank.reports.contribution import contribution_report
from timebank.reports.figures import in_figures
from timebank.reports.period import Period


def findings(session):
    """What any audit finds, of all that `timebank audit` runs."""
    session.expire_all()
    audits = (ledger.findings, seals.findings, contributions.findings, exchanges.findings, releases.findings)
    return [finding for audit in audits for finding in audit(session)]


def balance(session, membership):
    return balances.balance(session, membership.account_id).minutes


def book(session):
    """Every transfer, and how each account stands."""
    transfers = session.execute(select(*Transfer.__table__.columns).order_by(Transfer.id)).all()
    tallies = select(Account.id, Account.given_minutes, Account.received_minutes).order_by(Account.id)
    return transfers, session.execute(tallies).all()


def report(session, timebank, period="2026"):
    """Every figure of the report of a period, with its place."""
    return list(in_figures(contribution_report(session, timebank, Period.read(period))).walk())
