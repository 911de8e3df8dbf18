"""The forms of the board: what a member offers or would like, and what a reader looks for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import Optional, ValidationError

from timebank.listings.board import Sought, Words
from timebank.listings.models import Category, Listing, ListingKind
from timebank.web.fields import ChoiceField, DateField, LongTextField, RadiosField, SearchField, TextField, choice
from timebank.web.forms.base import Form, at_most, needed, needed_words

_LONGEST_SEARCH = 100
_KINDS = [
    choice(ListingKind.OFFER.value, _("I can offer this"), _("Something you are good at, or like doing for others")),
    choice(ListingKind.REQUEST.value, _("I would like this"), _("Something that you would be glad of a hand with")),
]


class ListingForm(Form):
    """What a member offers or would like; offers stand first, since everyone is good at something."""

    kind = RadiosField(
        _("Is it something to give or to get?"),
        choices=_KINDS,
        default=ListingKind.OFFER.value,
        validators=[needed(_("Choose whether you offer this or would like it"))],
    )
    title = TextField(
        _("What is it, in a few words?"),
        description=_("For example “A lift to the eye clinic” or “Help with a new phone”."),
        validators=[needed_words(_("Say what it is, in a few words")), at_most(120)],
    )
    category = ChoiceField(_("What kind of help is it?"), validators=[needed(_("Choose the kind of help"))])
    description = LongTextField(
        _("Tell a little more (optional)"),
        description=_("What is good to know before someone asks. Every member can read it."),
        validators=[at_most(4000)],
    )
    place = TextField(
        _("Where? (optional)"),
        description=_("The part of town is enough. Leave your address for when you have agreed."),
        validators=[at_most(120)],
    )
    times = TextField(
        _("When suits you? (optional)"),
        description=_("For example “weekday mornings”."),
        validators=[at_most(120)],
    )
    ends_on = DateField(
        _("Until which day? (optional)"),
        description=_("After that day it leaves the board by itself. Leave it empty if it stays welcome."),
        validators=[Optional()],
    )

    today: date | None = None

    def validate_ends_on(self, field: DateField) -> None:
        """A validator: the last day is still to come."""
        if field.data and self.today and field.data < self.today:
            raise ValidationError(gettext("That day has passed. Choose today or a later day, or leave it empty"))

    @classmethod
    def over(
        cls, categories: Sequence[Category], today: date, listing: Listing | None = None, **beforehand: Any
    ) -> "ListingForm":
        """The form with these kinds of help to choose from, as the listing stands where there is one."""
        form = cls(data=_as_it_stands(listing) if listing else beforehand)
        kinds = [choice(str(category.id), category.name) for category in categories]
        form.category.choices = [choice("", gettext("Choose one")), *kinds]
        form.today = today
        return form

    def words(self, before: Listing | None = None) -> Words:
        """What was written; what the form does not ask stays as it was before."""
        return Words(
            kind=ListingKind(self.kind.data),
            title=self.title.data or "",
            description=self.description.data or "",
            category_id=int(self.category.data),
            place=self.place.data or "",
            times=self.times.data or "",
            starts_on=before.starts_on if before else None,
            ends_on=self.ends_on.data,
        )


class BoardSearch(Form):
    """What a reader looks for; it stands in the address, and so needs no token."""

    class Meta:  # noqa: D106
        csrf = False

    q = SearchField(_("Search"))
    kind = ChoiceField(
        _("Offers or requests"),
        choices=[
            choice("", _("Both")),
            choice(ListingKind.OFFER.value, _("Offers")),
            choice(ListingKind.REQUEST.value, _("Requests")),
        ],
    )
    category = ChoiceField(_("Kind of help"))

    @classmethod
    def over(cls, asked: Any, categories: Sequence[Category]) -> "BoardSearch":
        """The form as the address has it; what it cannot choose is not asked."""
        form = cls(formdata=asked)
        kinds = [choice(str(category.id), category.name) for category in categories]
        form.category.choices = [choice("", gettext("All kinds")), *kinds]
        return form

    def sought(self) -> Sought:
        """What is looked for."""
        kind, category = chosen(self.kind), chosen(self.category)
        return Sought(
            words=sought_words(self.q),
            kind=ListingKind(kind) if kind else None,
            category_id=int(category) if category else None,
        )


def chosen(field: ChoiceField) -> str:
    """What was chosen, if it is one of the choices."""
    return next((str(one.value) for one in field.choices if one.value == field.data), "")


def sought_words(field: SearchField) -> str:
    """The words to look for, as far as a search needs them."""
    return "".join(sign for sign in field.data or "" if sign.isprintable())[:_LONGEST_SEARCH]


def _as_it_stands(listing: Listing) -> dict[str, Any]:
    texts = {name: getattr(listing, name) for name in ("title", "description", "place", "times", "ends_on")}
    return {**texts, "kind": listing.kind.value, "category": str(listing.category_id)}
