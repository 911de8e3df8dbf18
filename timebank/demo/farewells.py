"""Words and days for who comes and goes in the made-up community: terms, who would like to join, who pauses or goes."""

from dataclasses import dataclass

from timebank.care.joining import Petition

ABOUT = """Riverside Timebank is neighbours who help one another. An hour is an hour, whether you mend a tap, read a \
letter aloud or keep somebody company. What you give to one person comes back from another.

We began at the kitchen table of the Mill Lane swap. Today people from Riverside, Alder estate, Old Town and Quayside \
belong to it, from nineteen to ninety-one. You need no special skill, no computer, and nothing to give at first.

Come and see us: tea is on every first Friday from two in the hall on Mill Lane."""

TERMS = """What we agree on

1. An hour is an hour. Nobody's time is worth more than anybody else's, and nobody pays with money. What things cost, \
such as petrol or flour, is agreed beforehand.
2. Say yes only to what you can do, and say so in time if you cannot come.
3. What you see and hear in somebody's home stays there.
4. Look after yourself and one another. If something worries you, tell a coordinator; they will listen, and keep it to \
themselves.
5. Children, keys, medicine and money in the house: talk to a coordinator first.
6. You can pause or leave whenever you like. Whether you have given more or received more does not matter then."""

NOT_YET_ASKED = "Tess Holloway"
"""The newest member, who was written down at a coffee morning and has not come in yet."""

HEARD_FROM = ("A neighbour", "The health centre", "A poster in the library", "The members' lunch", "My daughter", "")
INVITATION_DAYS = 30


@dataclass(frozen=True, slots=True)
class Asking:
    """Someone who would like to join and waits for an answer; they came by themselves where nobody invited them."""

    days_ago: float
    wrote: Petition
    invited_by: str = ""


ASKING = (
    Asking(
        4.2,
        Petition(
            key="",
            name="Bernard Whitaker",
            good_at="I was a postman, so I know every door. Carrying things, finding addresses, crossword puzzles",
            would_help="Somebody to show me how video calls work",
            phone="01632 960 411",
            district="Old Town",
            heard_from="The physiotherapist at the health centre",
        ),
    ),
    Asking(
        2.4,
        Petition(
            key="",
            name="Hodan Warsame",
            good_at="Braiding hair\nMinding children after school\nSomali and English, also in writing",
            would_help="Driving practice, and company at the baby clinic",
            email="hodan.warsame@example.org",
            phone="01632 960 412",
            district="Alder estate",
            heard_from="Amina",
        ),
        invited_by="Amina Yusuf",
    ),
    Asking(
        0.6,
        Petition(
            key="",
            name="Rory Mackintosh",
            good_at="Sourdough, fixing laptops, lifting heavy things",
            would_help="Learning to sew. My curtains are held up with clothes pegs.",
            email="rory.mackintosh@example.org",
            district="Quayside",
            heard_from="A poster in the library",
        ),
    ),
)
"""Who has asked to join and is not answered yet; the key of the form comes with the day."""

AMINA_INVITES = (11, "Khadija")
CARDS = (18, 8)
"""How many days ago an invitation was made, and for whom, or how many cards."""

PAUSES, PAUSED_SINCE, AWAY_FOR, AWAY_BECAUSE = "Olena Kovalenko", 11, 31, "At my sister's until after the harvest."
SUSPENDED, SUSPENDED_SINCE = "Ken Ormerod", 19
SUSPENDED_BECAUSE = "Asked two members for money after helping them. We meet on Thursday to talk it over."
LEAVES, LEFT_SINCE, LEFT_BECAUSE = "Caitlin Murray", 75, "We are moving to the coast. Thank you for everything."
DIED, DIED_SINCE, KNOWN_AFTER = "Stanley Hobbs", 110, 4
ERASED, ERASED_SINCE = "Marcus Bell", 200
WRITTEN_TWICE, THEIR_OTHER_NAME, WRITTEN_TWICE_SINCE, MINUTES_AS_THE_OTHER = "Abiodun Adeyemi", "Abi Adeyemi", 60, 90
"""Who pauses, is suspended, leaves, died, is erased or was written down twice; how many days ago; and why."""
