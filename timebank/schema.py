"""Every table of the house in one place, for the migrations and for whoever must know them all."""

from sqlalchemy import MetaData

from timebank.contributions import models as contributions
from timebank.database import Base
from timebank.exchanges import models as exchanges
from timebank.ledger import models as ledger
from timebank.listings import models as listings
from timebank.members import models as members
from timebank.reports import models as reports

AREAS = (ledger, members, listings, contributions, exchanges, reports)


def metadata() -> MetaData:
    """All tables."""
    return Base.metadata
