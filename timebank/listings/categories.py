"""The kinds of help of a timebank, in groups: seeded, added, renamed, moved and retired; nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timebank.listings.models import Asset, Category, Listing, Need
from timebank.listings.vocabulary import VOCABULARY
from timebank.members import audit_log
from timebank.members.audit_log import Deed
from timebank.members.folding import fold
from timebank.members.models import Membership, Timebank
from timebank.refusals import Conflict, NotFound, Unacceptable

LONGEST_NAME = 80


class NameTaken(Conflict):
    """There is a kind of help of that name already."""


class WrongGroup(Unacceptable):
    """A kind of help cannot stand there."""


@dataclass(frozen=True, slots=True)
class Uses:
    """How much of the board, and of what members tell of themselves, is of each kind of help, by its number."""

    listings: dict[int, int]
    told: dict[int, int]


def seed_categories(session: Session, timebank: Timebank) -> list[Category]:
    """The timebank has the groups and kinds of help to begin with; those it has already stay as they are."""
    known = {category.name: category for category in all_of(session, timebank)}
    for group in VOCABULARY:
        known.setdefault(group, Category(timebank_id=timebank.id, name=group))
    session.add_all(known.values())
    session.flush()
    for group, kinds in VOCABULARY.items():
        # A group that has become a kind of another one holds none itself.
        parent = known[group].parent_id or known[group].id
        session.add_all(
            Category(timebank_id=timebank.id, name=kind, parent_id=parent) for kind in kinds if kind not in known
        )
    session.flush()
    return categories_of(session, timebank)


def categories_of(session: Session, timebank: Timebank) -> list[Category]:
    """The kinds of help that the timebank offers to choose from: each group, by name, and after it its kinds."""
    return [category for category in all_of(session, timebank) if is_offered(category)]


def all_of(session: Session, timebank: Timebank) -> list[Category]:
    """All its kinds of help, also the retired, each group followed by its kinds."""
    # All of them are here, and so the group of each is known without another question.
    known = session.scalars(select(Category).where(Category.timebank_id == timebank.id)).all()
    return sorted(known, key=_place)


def is_offered(category: Category) -> bool:
    """Whether it can be chosen: neither it nor its group is retired."""
    return category.closed_at is None and (category.parent is None or category.parent.closed_at is None)


def category_in(session: Session, timebank: Timebank, category_id: int) -> Category:
    """The kind of help, if it is of this timebank.

    Raises:
        NotFound: it is not.
    """
    category = session.get(Category, category_id)
    if category is None or category.timebank_id != timebank.id:
        raise NotFound("There is no such kind of help here.")
    return category


def uses(session: Session, timebank: Timebank) -> Uses:
    """How many offers and requests, and how many assets and needs, there are of each kind."""
    listed = select(Listing.category_id, func.count()).where(Listing.timebank_id == timebank.id)
    told: dict[int, int] = {}
    for table in (Asset, Need):
        counted = select(table.category_id, func.count()).join(Category, Category.id == table.category_id)
        for category_id, count in session.execute(
            counted.where(Category.timebank_id == timebank.id).group_by(table.category_id)
        ):
            if category_id is not None:
                told[category_id] = told.get(category_id, 0) + count
    listings = {kind: count for kind, count in session.execute(listed.group_by(Listing.category_id))}  # noqa: C416
    return Uses(listings, told)


def add(session: Session, name: str, *, group_id: int | None, by: Membership, at: datetime) -> Category:
    """There is a kind of help of this name, in this group or as a group of its own.

    Raises:
        NameTaken, WrongGroup: with the sentence for the form.
    """
    _check_name(session, by.timebank, name)
    group = _group(session, by.timebank, group_id)
    category = Category(timebank_id=by.timebank_id, name=name, parent=group)
    session.add(category)
    session.flush()
    _note(session, "added", category, by=by, at=at)
    return category


def change(
    session: Session, category_id: int, name: str, *, group_id: int | None, by: Membership, at: datetime
) -> Category:
    """The kind of help has this name and stands in this group; what is of its kind stays so.

    Raises:
        NameTaken, WrongGroup: with the sentence for the form.
    """
    category = category_in(session, by.timebank, category_id)
    if name != category.name:
        _check_name(session, by.timebank, name, besides=category)
        before, category.name = category.name, name
        _note(session, "renamed", category, by=by, at=at, before=before)
    if group_id != category.parent_id:
        group = _group(session, by.timebank, group_id, of=category)
        category.parent = group
        _note(session, "moved", category, by=by, at=at, group=group.name if group else "")
    session.flush()
    return category


def retire(session: Session, category_id: int, *, by: Membership, at: datetime) -> Category:
    """The kind of help, with its kinds where it is a group, is not offered any more; what is of it keeps it."""
    category = category_in(session, by.timebank, category_id)
    if category.closed_at is None:
        category.closed_at = at
        _note(session, "retired", category, by=by, at=at)
    return category


def bring_back(session: Session, category_id: int, *, by: Membership, at: datetime) -> Category:
    """The kind of help is offered again."""
    category = category_in(session, by.timebank, category_id)
    if category.closed_at is not None:
        category.closed_at = None
        _note(session, "brought back", category, by=by, at=at)
    return category


def suggest(session: Session, *, by: Membership, at: datetime) -> int:
    """The timebank has all the kinds of help that we suggest; how many are new."""
    before = len(all_of(session, by.timebank))
    seed_categories(session, by.timebank)
    new = len(all_of(session, by.timebank)) - before
    if new:
        audit_log.note(session, Deed.CATEGORY_CHANGED, by=by, about=None, at=at, what="suggested", number=new)
    return new


def groups(categories: Sequence[Category]) -> list[Category]:
    """Those that are groups, or stand by themselves."""
    return [category for category in categories if category.parent_id is None]


def _place(category: Category) -> tuple[str, bool, str]:
    group = category.parent or category
    return fold(group.name), category is not group, fold(category.name)


def _check_name(session: Session, timebank: Timebank, name: str, besides: Category | None = None) -> None:
    for other in all_of(session, timebank):
        if other is not besides and fold(other.name) == fold(name):
            raise NameTaken("There is a kind of help called “%(name)s” already.", name=other.name)


def _group(session: Session, timebank: Timebank, group_id: int | None, of: Category | None = None) -> Category | None:
    if group_id is None:
        return None
    group = category_in(session, timebank, group_id)
    if group.parent_id is not None or group is of:
        raise WrongGroup("Choose one of the groups.")
    if of is not None and session.scalar(select(Category.id).where(Category.parent_id == of.id).limit(1)) is not None:
        raise WrongGroup("This is a group with kinds of its own. Move those first.")
    return group


def _note(session: Session, what: str, category: Category, *, by: Membership, at: datetime, **told: str) -> None:
    session.flush()
    audit_log.note(session, Deed.CATEGORY_CHANGED, by=by, about=None, at=at, what=what, name=category.name, **told)
