"""What timebanks and members can choose among: the words of a policy, of who reads what, and of letters."""

from enum import StrEnum


class LeftBecause(StrEnum):
    """Why someone is no longer with the timebank; a death is handled with dignity, and a double was merged."""

    LEFT = "left"
    DIED = "died"
    MERGED = "merged"


class Approval(StrEnum):
    """Which exchanges wait for a coordinator once both have confirmed them."""

    ALL = "all"
    ABOVE = "above"  # those above so many minutes
    NEWCOMERS = "newcomers"  # those of members with fewer than three exchanges
    NONE = "none"


class Leaving(StrEnum):
    """What becomes of the hours of who leaves."""

    SETTLE = "settle"  # the community's account takes over what is left or missing
    AT_ZERO = "at zero"  # the balance is brought to zero first, by giving or by gifts


class Joining(StrEnum):
    """Who may apply to join."""

    ANYONE = "anyone"
    INVITED = "invited"
    NOBODY = "nobody"


class Readers(StrEnum):
    """Who may read something that a member tells of themselves; each sees what those before it see, and more."""

    COORDINATORS = "coordinators"
    AGREED = "agreed"  # whoever has agreed an exchange with them
    MEMBERS = "members"


class Pace(StrEnum):
    """How often someone wants letters."""

    AT_ONCE = "at once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"
    BY_PHONE = "by phone"  # the coordinator tells them
