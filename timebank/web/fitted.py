"""Why an offer and a request might fit one another, in words; the weighing is done in listings/matching.py."""

from flask_babel import gettext as _
from flask_babel import ngettext

from timebank.listings.matching import Fit
from timebank.listings.models import Listing
from timebank.members.page import Part
from timebank.web.weekly import times_words

_MOST_TIMES, _MOST_WORDS = 2, 3


def why(fit: Fit, listing: Listing) -> str:
    """What the listing has in common with what fits it: "both Gardening, both Saturday mornings"."""
    said = []
    if fit.same_kind:
        said.append(_("both %(kind)s", kind=listing.category.name))
    elif fit.same_group:
        group = listing.category.parent or listing.category
        said.append(_("both %(kind)s", kind=group.name))
    times = times_words([(weekday, Part(part)) for weekday, part in fit.times])
    said += [_("both %(times)s", times=one) for one in times[:_MOST_TIMES]]
    if len(times) > _MOST_TIMES:
        said.append(ngettext("and one more time", "and %(num)d more times", len(times) - _MOST_TIMES))
    if fit.same_place:
        said.append(_("both %(place)s", place=listing.place))
    said += [_("both say “%(word)s”", word=word) for word in fit.words[:_MOST_WORDS]]
    return ", ".join(said)
