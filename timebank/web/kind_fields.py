"""The field in which a kind of help is chosen: groups, and the kinds in each; it opens by itself, without a script."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from timebank.listings.models import Category
from timebank.web.fields import ChoiceField, choice


class KindField(ChoiceField):
    """One kind of help, or a group of them."""


def kind_choices(categories: Iterable[Category], nothing: Any, *, kept: Category | None = None) -> list[SelectChoice]:
    """The choices: nothing in these words, then each group as itself and its kinds below it.

    `kept` is what was chosen before, which stays a choice also where it is retired by now.
    """
    offered = list(categories)
    if kept is not None and kept.id not in {category.id for category in offered}:
        offered.append(kept)
    with_kinds = {category.parent_id for category in offered}
    return [choice("", nothing), *(_choice(category, with_kinds) for category in offered)]


def _choice(category: Category, with_kinds: set[int | None]) -> SelectChoice:
    value = str(category.id)
    if category.parent is not None:
        return SelectChoice(value=value, label=category.name, optgroup=category.parent.name)
    if category.id in with_kinds:
        label = gettext("%(group)s (in general)", group=category.name)
        return SelectChoice(value=value, label=label, optgroup=category.name)
    return choice(value, category.name)
