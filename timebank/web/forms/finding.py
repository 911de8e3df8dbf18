"""Whom a reader looks for among all who are here; it stands in the address, and so needs no token."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from timebank.care.finding import Sort, Sought
from timebank.members.models import MembershipStatus
from timebank.policy import Role
from timebank.web.fields import ChoiceField, SearchField, TickField, choice
from timebank.web.forms.base import Form
from timebank.web.forms.board import chosen, sought_words
from timebank.web.forms.people import ROLES

STANDS = {
    MembershipStatus.APPLIED: _("has applied"),
    MembershipStatus.ACTIVE: _("active"),
    MembershipStatus.PAUSED: _("away"),
    MembershipStatus.LEFT: _("has left"),
    MembershipStatus.SUSPENDED: _("suspended"),
}
_ORDERS = {
    Sort.NUMBER: _("Number"),
    Sort.NAME: _("Name"),
    Sort.JOINED: _("Newest first"),
    Sort.BALANCE: _("Furthest from zero"),
}


class PeopleSearch(Form):
    """Whom a reader looks for, and in which order they stand."""

    class Meta:  # noqa: D106
        csrf = False

    q = SearchField(_("Name, number, e-mail or district"))
    role = ChoiceField(
        _("Role"), choices=[choice("", _("Everyone"))] + [choice(role.value, label) for role, label in ROLES.items()]
    )
    status = ChoiceField(
        _("Status"), choices=[choice("", _("Any"))] + [choice(one.value, label) for one, label in STANDS.items()]
    )
    joined = ChoiceField(
        _("Joined"),
        choices=[
            choice("", _("At any time")),
            choice("30", _("In the last 30 days")),
            choice("90", _("In the last 90 days")),
            choice("365", _("In the last year")),
        ],
    )
    still = ChoiceField(
        _("No exchange for"),
        choices=[
            choice("", _("It does not matter")),
            choice("30", _("30 days")),
            choice("90", _("90 days")),
            choice("180", _("Half a year")),
            choice("365", _("A year")),
        ],
    )
    beyond = ChoiceField(
        _("Balance"),
        choices=[
            choice("", _("Any")),
            choice("5", _("More than 5 hours from zero")),
            choice("10", _("More than 10 hours from zero")),
            choice("15", _("More than 15 hours from zero")),
            choice("20", _("More than 20 hours from zero")),
        ],
    )
    no_email = TickField(_("Without e-mail"))
    supported = TickField(_("Has a supporter"))
    terms = TickField(_("Has not agreed to the terms"))
    sort = ChoiceField(_("Order"), choices=[choice(one.value, label) for one, label in _ORDERS.items()])

    @classmethod
    def over(cls, asked: Any) -> "PeopleSearch":
        """The form as the address has it."""
        return cls(formdata=asked)

    def sought(self, today: date, *, may_keep: bool) -> Sought:
        """Who is looked for; who does not keep accounts finds nobody by their balance."""
        role, status, sort = chosen(self.role), chosen(self.status), chosen(self.sort)
        joined, still, beyond = chosen(self.joined), chosen(self.still), chosen(self.beyond)
        order = Sort(sort) if sort else Sort.NUMBER
        return Sought(
            words=sought_words(self.q),
            role=Role(role) if role else None,
            status=MembershipStatus(status) if status else None,
            without_email=bool(self.no_email.data),
            with_supporter=bool(self.supported.data),
            terms_open=bool(self.terms.data),
            joined_since=today - timedelta(days=int(joined)) if joined else None,
            still_since=today - timedelta(days=int(still)) if still else None,
            beyond_minutes=60 * int(beyond) if beyond and may_keep else None,
            sort=order if may_keep or order != Sort.BALANCE else Sort.NUMBER,
        )
