"""Hours that move without help: welcome hours, gifts, hours from before and corrections, and what takes each back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from timebank.hours import Hours
from timebank.ledger import posting
from timebank.ledger.models import HELP, Account, AccountKind, Transfer, TransferKind
from timebank.ledger.posting import AlreadyReversed, OverCreditLimit, Posted, Posting
from timebank.members import directory
from timebank.members.models import Membership, MembershipStatus, Person, Timebank
from timebank.members.named import check_open, naming
from timebank.members.rules import (
    LARGEST_GIFT,
    LARGEST_MOVE,
    WrongSide,
    check_amount,
    check_keeper,
    check_not_suspended,
    check_receiver,
    check_takes_part,
    kept_word,
    needed_word,
)
from timebank.policy import Permission
from timebank.refusals import Conflict, NotAllowed, NotFound, Unacceptable

__all__ = ["AlreadyReversed", "OverCreditLimit", "Posted"]  # what pages know of the book's writer


class MovedBefore(Conflict):
    """What moves once for each member has moved."""


def welcome(
    session: Session, membership: Membership, hours: Hours, *, at: datetime, by: Membership | None = None
) -> Posted:
    """The welcome hours are the newcomer's, from the community's account.

    They come by themselves when someone becomes a member; `by` is the coordinator who gives them by hand.

    Raises:
        MovedBefore: they were given before, whether or not they were taken back since.
        NotAllowed, WrongAmount: who gives them may not, or is a party; so many do not move.
        WrongSide: they are given by hand to someone who does not take part here at the moment.
    """
    check_amount(hours, LARGEST_MOVE)
    if by is not None:
        check_keeper(by, membership)
        check_takes_part(membership)
        _wait_for_others(session, membership)
    check_welcome(session, membership)
    timebank = membership.timebank
    # Given once for each member, so that the database itself refuses a second time.
    reference, on = f"{TransferKind.WELCOME}:{membership.id}", timebank.day_of(at)
    move = _Move(kind=TransferKind.WELCOME, reference=reference, hours=hours, payer=None, payee=membership, on=on)
    return _post(session, timebank, move, by=by.person_id if by else None, at=at)


def check_welcome(session: Session, membership: Membership) -> None:
    """Welcome hours were never given to them, and can be: MovedBefore, AccountClosed."""
    if TransferKind.WELCOME in moved_once(session, membership):
        raise MovedBefore("The welcome hours were given before. They are given once.")
    check_open(membership)


def gift(
    session: Session,
    giver: Membership,
    to: Membership | None,
    *,
    hours: Hours,
    word: str,
    key: str,
    by: Person,
    at: datetime,
) -> Posted:
    """The hours are someone else's now, or the community's where `to` is None; nobody has helped for them.

    Raises:
        NotAllowed: it is not one's own account.
        WrongAmount, WrongSide, WrongWord: so many are not given at once; not to there; the word is too long.
        OverCreditLimit, AccountClosed: the giver cannot give so many hours; nothing is kept. What would still fit is
            told in whole steps.
    """
    if giver.person_id != by.id or not giver.may(Permission.GIVE_HOURS) or giver.status != MembershipStatus.ACTIVE:
        raise NotAllowed("Hours are given from one’s own account.")
    if to is not None:
        check_receiver(giver, to)
    step = giver.timebank.step_minutes
    check_amount(hours, LARGEST_GIFT, step=step)
    on, reason = giver.timebank.day_of(at), kept_word(word)
    reference = _reference(TransferKind.GIFT, by.id, key)
    move = _Move(kind=TransferKind.GIFT, reference=reference, hours=hours, payer=giver, payee=to, on=on, reason=reason)
    try:
        return _post(session, giver.timebank, move, by=by.id, at=at)
    except OverCreditLimit as over:
        raise OverCreditLimit(Hours(over.room.minutes - over.room.minutes % step)) from over


def opening(
    session: Session, membership: Membership, balance: Hours, *, reason: str, key: str, by: Membership, at: datetime
) -> Posted:
    """The member begins with the balance they bring from before, below zero where they had received more.

    Raises:
        MovedBefore: hours from before stand there already, and were not taken back.
        NotAllowed, WrongAmount, WrongSide, WrongWord, OverCreditLimit, AccountClosed: as correction().
    """
    check_keeper(by, membership)
    hours = Hours(abs(balance.minutes))
    check_amount(hours, LARGEST_MOVE)
    payer, payee = (None, membership) if balance.minutes > 0 else (membership, None)
    on, reason = by.timebank.day_of(at), needed_word(reason)
    reference = _reference(TransferKind.OPENING, by.person_id, key)
    _wait_for_others(session, membership)
    check_opening(session, membership, but=reference)
    move = _Move(
        kind=TransferKind.OPENING, reference=reference, hours=hours, payer=payer, payee=payee, on=on, reason=reason
    )
    return _post(session, by.timebank, move, by=by.person_id, at=at)


def check_opening(session: Session, membership: Membership, *, but: str = "") -> None:
    """Hours from before can be entered; those under the reference `but` do not count: MovedBefore, AccountClosed."""
    if TransferKind.OPENING in moved_once(session, membership, but=but):
        raise MovedBefore("Hours from before are there already. Take them back first, and then enter others.")
    check_open(membership)


def correction(
    session: Session,
    payer: Membership | None,
    payee: Membership | None,
    *,
    hours: Hours,
    reason: str,
    key: str,
    by: Membership,
    at: datetime,
) -> Posted:
    """A coordinator has put right what was wrong: the hours went from payer to payee; None is the community.

    Raises:
        NotAllowed: who does it is no coordinator here, or is a party: they, or the organisation they work for.
        WrongAmount, WrongSide, WrongWord: so many do not move at once; not between these two; no reason was given.
        OverCreditLimit, AccountClosed: the payer cannot give so many hours; nothing is kept.
    """
    check_keeper(by, payer, payee)
    if payer is payee:
        raise WrongSide("Choose two different people.")
    check_amount(hours, LARGEST_MOVE)
    on, reason = by.timebank.day_of(at), needed_word(reason)
    reference = _reference(TransferKind.CORRECTION, by.person_id, key)
    move = _Move(
        kind=TransferKind.CORRECTION, reference=reference, hours=hours, payer=payer, payee=payee, on=on, reason=reason
    )
    return _post(session, by.timebank, move, by=by.person_id, at=at)


def take_back(
    session: Session, timebank: Timebank, transfer_id: int, *, reason: str, by: Membership, at: datetime
) -> Posted:
    """A coordinator has taken hours back that moved without help; both transfers stay readable.

    Raises:
        NotAllowed: who does it is no coordinator here, or is a party: they, or the organisation they work for.
        Unacceptable: it was help, which is taken back with its exchange or its activity; or no reason was given.
        AlreadyReversed, OverCreditLimit, AccountClosed, NotFound: as the book says.
    """
    gained, gave = _check_theirs(session, transfer_in(session, timebank, transfer_id), by)
    reason, on = needed_word(reason), timebank.day_of(at)
    with naming(payer=gained, payee=gave):
        return posting.reverse(session, transfer_id, reason=reason, entered_by=by.person_id, on=on, at=at)


def check_take_back(session: Session, transfer: Transfer, *, by: Membership) -> None:
    """Whoever it is may take the transfer back now, so that nobody is asked about what can only be refused.

    Raises:
        NotAllowed, Unacceptable, AlreadyReversed, AccountClosed, NotFound: as take_back().
    """
    gained, gave = _check_theirs(session, transfer, by)
    if transfer.kind == TransferKind.REVERSAL:
        raise Unacceptable("What takes another transfer back cannot itself be taken back.")
    if reversals_of(session, [transfer.id]):
        raise AlreadyReversed("This was taken back before. That can be done once only.")
    check_open(gained, gave)


def reversals_of(session: Session, transfer_ids: Collection[int]) -> Sequence[Transfer]:
    """What took any of these transfers back; nothing while all of them stand."""
    return session.scalars(select(Transfer).where(Transfer.reverses_id.in_(transfer_ids))).all()


def transfer_in(session: Session, timebank: Timebank, transfer_id: int) -> Transfer:
    """The transfer, if it is in the book of this timebank.

    Raises:
        NotFound: it is not.
    """
    transfer = session.get(Transfer, transfer_id)
    if transfer is None or transfer.book_id != timebank.book_id:
        raise NotFound("There is no such transfer in this timebank.")
    return transfer


def moved_once(session: Session, membership: Membership, *, but: str = "") -> frozenset[TransferKind]:
    """Which of welcome hours and hours from before stand there, so that they cannot be entered again.

    Hours from before that were taken back can be entered again, and those under the reference `but` are left out.
    """
    back, account_id = aliased(Transfer), membership.account_id
    rows = session.execute(
        select(Transfer.kind, back.id)
        .outerjoin(back, back.reverses_id == Transfer.id)
        .where(
            or_(Transfer.payer_id == account_id, Transfer.payee_id == account_id),
            Transfer.kind.in_((TransferKind.WELCOME, TransferKind.OPENING)),
            Transfer.reference != but,
        )
    )
    return frozenset(kind for kind, taken_back in rows if kind == TransferKind.WELCOME or taken_back is None)


def _reference(kind: TransferKind, person_id: int | None, key: str) -> str:
    """The reference of what a person's form moves.

    A form's key is its person's own, as in sending.once(), so that what one sends can neither meet nor stop what
    another does. The person stands there in hexadecimal: with the longest kind and a key of 60 letters it is 80.
    """
    return f"{kind}:{person_id or 0:x}:{key}"


def _check_theirs(session: Session, transfer: Transfer, by: Membership) -> tuple[Membership | None, Membership | None]:
    """The transfer stands for no help, and is between members of a coordinator's timebank who is no party to it.

    Returns:
        Who gained the hours, and who gave them; None is the community.
    """
    holders = directory.holders_of(session, {transfer.payer_id, transfer.payee_id})
    check_keeper(by, *holders.values())
    if transfer.kind in HELP:
        raise Unacceptable("These hours stand for help. Take them back where the help was recorded.")
    return holders.get(transfer.payee_id), holders.get(transfer.payer_id)


def _wait_for_others(session: Session, membership: Membership) -> None:
    """Of two coordinators who give someone the same at once, the second waits here, and sees what the first wrote."""
    session.get(Membership, membership.id, with_for_update={"key_share": True}, populate_existing=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """What is to move, under which reference, between whom; None is the community."""

    kind: TransferKind
    reference: str
    hours: Hours
    payer: Membership | None
    payee: Membership | None
    on: date
    reason: str = ""


def _post(session: Session, timebank: Timebank, move: _Move, *, by: int | None, at: datetime) -> Posted:
    check_not_suspended(move.payer, move.payee)
    told = Posting(
        book_id=timebank.book_id,
        reference=move.reference,
        kind=move.kind,
        payer_id=_account_id(session, timebank, move.payer),
        payee_id=_account_id(session, timebank, move.payee),
        hours=move.hours,
        occurred_on=move.on,
        reason=move.reason,
        entered_by=by,
    )
    with naming(payer=move.payer, payee=move.payee):
        return posting.post(session, told, at=at)


def _account_id(session: Session, timebank: Timebank, membership: Membership | None) -> int:
    if membership is None:
        whose = Account.book_id == timebank.book_id, Account.kind == AccountKind.COMMUNITY
        # A book begins with it, so the first one is found without a look at all the others.
        return session.scalars(select(Account.id).where(*whose).order_by(Account.id).limit(1)).one()
    if membership.account_id is None:
        raise WrongSide("%(name)s holds no account here.", name=membership.name)
    return membership.account_id
