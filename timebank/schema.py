"""Every table and every guard of the house in one place, for the migrations and for whoever must know them all."""

from sqlalchemy import MetaData

from timebank.care import models as care
from timebank.contributions import models as contributions
from timebank.database import Base
from timebank.exchanges import models as exchanges
from timebank.guards import Guard
from timebank.ledger import models as ledger
from timebank.ledger import triggers
from timebank.listings import models as listings
from timebank.members import models as members
from timebank.members import page
from timebank.notices import models as notices
from timebank.reports import models as reports

AREAS = (ledger, members, page, notices, listings, contributions, exchanges, care, reports)


def metadata() -> MetaData:
    """All tables."""
    return Base.metadata


def guards() -> tuple[Guard, ...]:
    """All triggers that stand on them."""
    return (*triggers.GUARDS, *members.GUARDS, *contributions.GUARDS, *exchanges.GUARDS, *care.GUARDS, *reports.GUARDS)
