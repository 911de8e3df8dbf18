"""The forms of the board: what a member offers or would like, and what a reader looks for."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import Optional

from timebank.listings.board import Words, WrongDays, WrongKind, WrongSize, WrongTags, read_tags
from timebank.listings.models import Category, Listing, ListingKind
from timebank.listings.searching import Order, Sought
from timebank.members.directory import Named
from timebank.members.page import Part
from timebank.members.pictures import Drawn
from timebank.members.rules import LONGEST_WORD
from timebank.refusals import Refusal
from timebank.web.fields import (
    ChoiceField,
    DateField,
    LongTextField,
    NumberField,
    RadiosField,
    SearchField,
    TextField,
    TickField,
    choice,
)
from timebank.web.forms.base import Form, KeyedForm, at_most, needed, needed_words
from timebank.web.forms.exchanges import people
from timebank.web.kind_fields import KindField, kind_choices
from timebank.web.picture_fields import PictureField
from timebank.web.profiled import PARTS, weekdays
from timebank.web.times_fields import TimesField

_LONGEST_SEARCH = 100
_KINDS = [
    choice(ListingKind.OFFER.value, _("I can offer this"), _("Something you are good at, or like doing for others")),
    choice(ListingKind.REQUEST.value, _("I would like this"), _("Something that you would be glad of a hand with")),
]
_KINDS_FOR = [
    choice(
        ListingKind.OFFER.value, _("They can offer this"), _("Something they are good at, or like doing for others")
    ),
    choice(ListingKind.REQUEST.value, _("They would like this"), _("Something that they would be glad of a hand with")),
]


class ListingForm(KeyedForm):
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
    category = KindField(_("What kind of help is it?"), validators=[needed(_("Choose the kind of help"))])
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
    suits = TimesField(
        _("Which times suit you in most weeks? (optional)"),
        description=_("Tick as many as you like. Others find you by them."),
    )
    starts_on = DateField(
        _("From which day? (optional)"),
        description=_("Leave it empty if it is from today on."),
        validators=[Optional()],
    )
    ends_on = DateField(
        _("Until which day? (optional)"),
        description=_("After that day it leaves the board by itself. Leave it empty if it stays welcome."),
        validators=[Optional()],
    )
    capacity = NumberField(
        _("For how many people at once? (optional)"),
        description=_("Only if several can join in, for example in a walk or a lesson."),
        validators=[Optional()],
    )
    tags = TextField(
        _("Words that others might look for (optional)"),
        description=_("With commas between them, for example: roses, allotment, compost"),
        validators=[at_most(500)],
    )
    picture = PictureField(_("A picture (optional)"))
    no_picture = TickField(_("Take the picture away"))

    places: ClassVar[dict[type[Refusal], str]] = {
        WrongKind: "category",
        WrongDays: "ends_on",
        WrongSize: "capacity",
        WrongTags: "tags",
    }

    @classmethod
    def over(cls, categories: Sequence[Category], listing: Listing | None = None, **beforehand: Any) -> "ListingForm":
        """The form with these kinds of help to choose from, as the listing stands where there is one."""
        form = cls(data=_as_it_stands(listing) if listing else beforehand)
        kept = listing.category if listing else None
        form.category.choices = kind_choices(categories, gettext("Choose one"), kept=kept)
        return form

    def words(self) -> Words:
        """What was written."""
        return Words(
            kind=ListingKind(self.kind.data),
            title=self.title.data or "",
            description=self.description.data or "",
            category_id=int(self.category.data),
            place=self.place.data or "",
            times=self.times.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            tags=read_tags(self.tags.data or ""),
            capacity=self.capacity.data,
            suits=self.suits.data,
        )

    @property
    def tells_more(self) -> bool:
        """Whether something is written, or wrong, in what not everybody needs."""
        more = (self.suits, self.starts_on, self.ends_on, self.capacity, self.tags)
        return any(field.data or field.errors for field in more) or bool(self.picture.errors)

    @property
    def drawn(self) -> Drawn | None:
        """The picture that was handed in."""
        handed_in: Drawn | None = self.picture.data
        return handed_in

    def told_no(self, refusal: Refusal) -> None:
        """Show a rule's no at the field that can mend it, or above the form."""
        self.refuse(refusal, self.places.get(type(refusal)))


class ListingForOthersForm(ListingForm):
    """What a member offers or would like, as they told a coordinator."""

    owner = ChoiceField(_("For whom do you write?"), validators=[needed(_("Choose for whom you write this"))])
    kind = RadiosField(
        _("Is it something to give or to get?"),
        choices=_KINDS_FOR,
        default=ListingKind.OFFER.value,
        validators=[needed(_("Choose whether they offer this or would like it"))],
    )

    def choose_from(self, members: Sequence[Named]) -> None:
        """The form knows the people."""
        self.owner.choices = people(members)


class TakeDownForm(Form):
    """Why a coordinator takes something off the board."""

    word = LongTextField(
        _("Why do you take it off the board?"),
        description=_("Its owner reads this word beside it."),
        validators=[needed_words(_("Say why, in a few words.")), at_most(LONGEST_WORD)],
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
    category = KindField(_("Kind of help"))
    district = TextField(_("Part of town"))
    day = ChoiceField(_("Day of the week"))
    part = ChoiceField(_("Part of the day"))
    order = ChoiceField(
        _("Which comes first?"),
        choices=[choice(Order.NEWEST.value, _("What is newest")), choice(Order.ENDING.value, _("What ends soonest"))],
        default=Order.NEWEST.value,
    )
    groups = TickField(_("Only what several can join in"))
    pictures = TickField(_("Only with a picture"))
    tag = HiddenField()

    @classmethod
    def over(cls, asked: Any, categories: Sequence[Category]) -> "BoardSearch":
        """The form as the address has it; what it cannot choose is not asked."""
        form = cls(formdata=asked)
        form.category.choices = kind_choices(categories, gettext("All kinds"))
        days = [choice(str(weekday), name) for weekday, name in enumerate(weekdays())]
        form.day.choices = [choice("", gettext("Any day")), *days]
        form.part.choices = [choice("", gettext("Any time of day")), *(choice(one.value, PARTS[one]) for one in Part)]
        return form

    def sought(self) -> Sought:
        """What is looked for."""
        kind, category, day, part = (chosen(field) for field in (self.kind, self.category, self.day, self.part))
        return Sought(
            words=sought_words(self.q),
            kind=ListingKind(kind) if kind else None,
            category_id=int(category) if category else None,
            tag=sought_words(self.tag),
            district=sought_words(self.district),
            weekday=int(day) if day else None,
            part=Part(part) if part else None,
            for_groups=bool(self.groups.data),
            with_picture=bool(self.pictures.data),
            order=Order(chosen(self.order) or Order.NEWEST),
        )

    @property
    def asks_more(self) -> bool:
        """Whether anything is asked beside words and kinds."""
        fields = (self.district, self.groups, self.pictures)
        other_order = chosen(self.order) == Order.ENDING.value
        return other_order or any(field.data for field in fields) or any(chosen(one) for one in (self.day, self.part))


def chosen(field: ChoiceField) -> str:
    """What was chosen, if it is one of the choices."""
    return next((str(one.value) for one in field.choices if one.value == field.data), "")


def sought_words(field: Any) -> str:
    """The words to look for, as far as a search needs them."""
    return "".join(sign for sign in field.data or "" if sign.isprintable())[:_LONGEST_SEARCH]


def _as_it_stands(listing: Listing) -> dict[str, Any]:
    names = ("title", "description", "place", "times", "starts_on", "ends_on", "capacity")
    return {
        **{name: getattr(listing, name) for name in names},
        "kind": listing.kind.value,
        "category": str(listing.category_id),
        "tags": ", ".join(tag.word for tag in listing.tags),
        "suits": {(time.weekday, time.part) for time in listing.suits},
    }
