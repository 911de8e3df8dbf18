"""The forms of a member's own page: what they say, their picture, their times, what they bring, and who reads it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from timebank.listings.assets import Told
from timebank.listings.models import Asset, AssetKind, Category, Need
from timebank.members.choices import Readers
from timebank.members.page import Shown
from timebank.members.profiles import Page, Words
from timebank.web.fields import ChoiceField, LongTextField, RadiosField, TextField, TickField, choice
from timebank.web.forms.base import Form, at_most, needed, needed_words
from timebank.web.kind_fields import KindField, kind_choices
from timebank.web.picture_fields import PictureField
from timebank.web.profiled import FIELDS, KINDS, READERS
from timebank.web.times_fields import TimesField

_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]*")


class AboutForm(Form):
    """What a member says of themselves in their own words; an organisation has neither first name nor telephone."""

    called = TextField(
        _("What would you like to be called? (optional)"),
        description=_("If it is something else than your name, for example “Peggy”."),
        validators=[at_most(60)],
    )
    about = LongTextField(
        _("A few words about yourself (optional)"),
        description=_("What you enjoy, what you have done, what makes you laugh."),
        validators=[at_most(2000)],
    )
    district = TextField(
        _("Where do you live? (optional)"),
        description=_("The part of town is enough. Leave your address for when you have agreed."),
        validators=[at_most(120)],
    )
    languages = TextField(
        _("Which languages do you speak? (optional)"),
        description=_("For example “English, some Polish, British Sign Language”."),
        validators=[at_most(200)],
    )
    phone = TextField(_("Your phone number (optional)"), validators=[at_most(40)])

    @classmethod
    def over(cls, page: Page) -> "AboutForm":
        """The form as the page stands."""
        profile, person = page.profile, page.membership.person
        told = {name: getattr(profile, name) for name in ("about", "district", "languages")}
        if person is None:
            form = cls(data=told)
            del form.called, form.phone
            return form
        return cls(data={**told, "called": person.called, "phone": person.phone})

    def validate_phone(self, field: TextField) -> None:
        """A validator: it can be dialled."""
        if field.data and not _NUMBER.fullmatch(field.data):
            raise ValidationError(gettext("Write the number in figures, for example 01632 960 123"))

    def words(self) -> Words:
        """What was written."""
        told = {name: (self[name].data or "") if name in self else "" for name in Words.__slots__}
        return Words(**{**told, "about": told["about"].strip()})


class PictureForm(Form):
    """The picture on a member's page."""

    picture = PictureField(_("Choose a photo or a drawing"))
    initials = TickField(_("Take my picture away and show my initials"))

    @classmethod
    def over(cls, page: Page) -> "PictureForm":
        """The form as the page stands: where there is no picture, none can be taken away."""
        form = cls()
        if page.profile.picture_id is None:
            del form.initials
        return form

    @property
    def takes_away(self) -> bool:
        """Whether the initials shall stand there instead."""
        return self.initials is not None and bool(self.initials.data)

    def validate_picture(self, field: PictureField) -> None:
        """A validator: there is a picture, or the wish for none, and not both."""
        if field.data is None and not self.takes_away:
            raise ValidationError(gettext("Choose a picture first"))
        if field.data is not None and self.takes_away:
            raise ValidationError(gettext("Choose a picture, or tick that you want none"))


class TimesForm(Form):
    """When in the week a member usually has time."""

    times = TimesField(_("Tick the times that usually suit you"))


class ReadersForm(Form):
    """Who reads each thing that a member tells: one choice for each, all from near to far."""

    @classmethod
    def over(cls, readers: Mapping[Shown, Readers]) -> "ReadersForm":
        """The form as the page stands."""
        return cls(data={field.value: readers[field].value for field in FIELDS})

    def chosen(self) -> dict[Shown, Readers]:
        """Who reads what."""
        return {field: Readers(self[field.value].data) for field in FIELDS}


for _field, _label in FIELDS.items():
    setattr(
        ReadersForm,
        _field.value,
        ChoiceField(_label, choices=[choice(one.value, told) for one, told in READERS.items()]),
    )


class _ThingForm(Form):
    """One thing that a member tells of, with its kind of help."""

    category: KindField

    @classmethod
    def over(cls, categories: Sequence[Category], thing: Asset | Need | None = None) -> Self:
        """The form with these kinds of help to choose from, as the thing is told where there is one."""
        told: dict[str, Any] = {
            name: getattr(thing, name) for name in ("kind", "title", "note") if hasattr(thing, name)
        }
        kept = thing.category if thing is not None else None
        form = cls(data=told | {"category": str(kept.id) if kept is not None else ""})
        form.category.choices = kind_choices(categories, gettext("None of these"), kept=kept)
        return form

    @property
    def category_id(self) -> int | None:
        """The kind of help, if it has one."""
        return int(self.category.data) if self.category.data else None


def _kind_of_help() -> KindField:
    return KindField(
        _("What kind of help is it? (optional)"),
        description=_("Whoever looks for this kind on the board, or offers it there, sees that you might fit."),
        default="",
    )


class AssetForm(_ThingForm):
    """One thing that a member can bring."""

    kind = RadiosField(
        _("What is it?"),
        choices=[
            choice(AssetKind.SKILL.value, KINDS[AssetKind.SKILL], _("Baking, mending bikes, listening")),
            choice(
                AssetKind.KNOWLEDGE.value, KINDS[AssetKind.KNOWLEDGE], _("The history of our street, filling in forms")
            ),
            choice(AssetKind.THING.value, KINDS[AssetKind.THING], _("A ladder, a sewing machine, a meeting room")),
            choice(AssetKind.CONNECTION.value, KINDS[AssetKind.CONNECTION], _("The allotment society, a good plumber")),
        ],
        default=AssetKind.SKILL.value,
        validators=[needed(_("Choose what kind of thing it is"))],
    )
    title = TextField(
        _("In a few words"),
        description=_("For example “Cutting hedges”."),
        validators=[needed_words(_("Say what it is, in a few words")), at_most(120)],
    )
    note = TextField(_("Anything to add? (optional)"), validators=[at_most(500)])
    category = _kind_of_help()

    def told(self) -> Told:
        """What was written."""
        words = {"title": self.title.data or "", "note": self.note.data or ""}
        return Told(kind=AssetKind(self.kind.data), **words, category_id=self.category_id)


class NeedForm(_ThingForm):
    """One thing that a member would be glad of."""

    title = TextField(
        _("What would you be glad of?"),
        description=_("A few words are enough, for example “Someone to walk with”."),
        validators=[needed_words(_("Say what it is, in a few words")), at_most(120)],
    )
    category = _kind_of_help()
