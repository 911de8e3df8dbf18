"""The form of one kind of help: what it is called, and the group in which it stands."""

from collections.abc import Sequence
from typing import ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from timebank.listings.categories import LONGEST_NAME, NameTaken, WrongGroup
from timebank.listings.models import Category
from timebank.refusals import Refusal
from timebank.web.fields import ChoiceField, TextField, choice
from timebank.web.forms.base import KeyedForm, at_most, needed_words


class CategoryForm(KeyedForm):
    """A kind of help: its name, and its group."""

    name = TextField(
        _("What is it called?"),
        description=_("In your own words, for example “Boats and fishing”."),
        validators=[needed_words(_("Say what it is called")), at_most(LONGEST_NAME)],
    )
    group = ChoiceField(_("In which group does it stand?"), default="")
    places: ClassVar[dict[type[Refusal], str]] = {NameTaken: "name", WrongGroup: "group"}

    @classmethod
    def over(cls, groups: Sequence[Category], category: Category | None = None, group: str = "") -> "CategoryForm":
        """The form with these groups to choose from, as the kind of help is where there is one."""
        if category is not None:
            group = str(category.parent_id or "")
        form = cls(data={"name": category.name if category else "", "group": group})
        named = [choice(str(one.id), one.name) for one in groups if category is None or one.id != category.id]
        form.group.choices = [choice("", gettext("None: it is a group of its own")), *named]
        return form

    @property
    def group_id(self) -> int | None:
        """The group, or None for a group of its own."""
        return int(self.group.data) if self.group.data else None

    def told_no(self, refusal: Refusal) -> None:
        """Show a rule's no at the field that can mend it, or above the form."""
        self.refuse(refusal, self.places.get(type(refusal)))
