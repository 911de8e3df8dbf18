"""The form with which a reader looks for members."""

from typing import Any

from flask_babel import lazy_gettext as _

from timebank.web.fields import SearchField
from timebank.web.forms.base import Form
from timebank.web.forms.board import sought_words


class MembersSearch(Form):
    """Whom a reader looks for; it stands in the address, and so needs no token."""

    class Meta:  # noqa: D106
        csrf = False

    q = SearchField(_("Name, or what they can bring"))
    district = SearchField(_("Part of town"))

    @classmethod
    def over(cls, asked: Any) -> "MembersSearch":
        """The form as the address has it."""
        return cls(formdata=asked)

    def words(self) -> str:
        """The words of a name, or of what somebody can bring."""
        return sought_words(self.q)

    def near(self) -> str:
        """The words of a part of town."""
        return sought_words(self.district)
