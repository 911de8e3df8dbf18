"""What the made-up community does for one another: kinds of help, how long they take, and words for them."""

from dataclasses import dataclass

from timebank.contributions.models import Stage
from timebank.listings.vocabulary import VOCABULARY
from timebank.members.page import Part

GROUP_OF = {kind: group for group, kinds in VOCABULARY.items() for kind in (group, *kinds)}
"""The group of each kind of help, and of each group itself."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def parts_of_days(written: str) -> frozenset[tuple[int, Part]]:
    """What is written as "Mon Wed evening": each of these parts of each of these days."""
    words = written.split()
    days = [_DAYS.index(word) for word in words if word in _DAYS]
    parts = [Part(word) for word in words if word not in _DAYS]
    return frozenset((day, part) for day in days for part in parts)


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of kinds of help: how often it is wanted, its usual minutes, and titles with their kinds."""

    wanted: float
    usual_minutes: int
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """An offer or a request as someone would write it; `suits` are days and parts of them, as "Mon Wed evening"."""

    kind: str
    title: str
    description: str
    times: str = ""
    tags: tuple[str, ...] = ()
    suits: str = ""
    capacity: int | None = None

    @property
    def group(self) -> str:
        """The group in which its kind of help stands."""
        return GROUP_OF[self.kind]

    @property
    def parts(self) -> frozenset[tuple[int, Part]]:
        """The parts of days that suit it."""
        return parts_of_days(self.suits)


@dataclass(frozen=True, slots=True)
class Work:
    """A project: its purpose, the kind of help it is and its group, and titles of what is done at each stage."""

    name: str
    purpose: str
    group: str
    kind: str
    titles: dict[Stage, tuple[str, ...]]


KINDS = {
    "Lifts and errands": Kind(
        1.5,
        80,
        {
            "A lift to the health centre": "Lifts to appointments",
            "Picking up a prescription": "Collecting prescriptions",
            "A lift to the Saturday market": "Lifts to shops and clubs",
            "Collecting a parcel from the depot": "Posting and collecting parcels",
            "A lift home from hospital": "Lifts to appointments",
        },
    ),
    "Company and visits": Kind(
        1.4,
        110,
        {
            "Tea and a chat": "A chat over a cuppa",
            "A walk along the river": "Company on walks",
            "Company at an appointment": "Company at appointments",
            "Playing cards": "Cards, chess and board games",
            "A visit in hospital": "Visits in hospital",
        },
    ),
    "Cooking and meals": Kind(
        1.1,
        135,
        {
            "A pot of soup for the week": "Home-cooked meals",
            "Cooking together": "Cooking together",
            "Meals after an operation": "Meals after hospital or a birth",
            "A cake for a birthday": "Baking and cakes",
        },
    ),
    "Gardening": Kind(
        1.3,
        155,
        {
            "Mowing the lawn": "Mowing",
            "Cutting back the hedge": "Hedges and pruning",
            "Digging over the beds": "Weeding and digging",
            "Watering while away": "Watering while away",
            "Planting bulbs": "Planting and sowing",
        },
    ),
    "Repairs and odd jobs": Kind(
        1.2,
        125,
        {
            "Putting up shelves": "Shelves, hooks and curtain rails",
            "Mending a dripping tap": "Small plumbing jobs",
            "Hanging curtains": "Shelves, hooks and curtain rails",
            "A bike put right": "Bicycle repairs",
            "Painting the hall": "Painting and decorating",
        },
    ),
    "Phones and computers": Kind(
        1.1,
        80,
        {
            "Setting up a new phone": "Setting up a phone or tablet",
            "Video calls with the family": "Video calls with family",
            "Clearing out an inbox": "E-mail and photos",
            "Getting the printer to work": "Printing and scanning",
        },
    ),
    "Forms and letters": Kind(
        0.7,
        75,
        {
            "Filling in a benefits form": "Filling in forms",
            "A letter to the council": "Reading and writing letters",
            "Sorting a box of papers": "Sorting papers",
            "Reading the post aloud": "Reading and writing letters",
        },
    ),
    "Languages and reading": Kind(
        0.8,
        95,
        {
            "English conversation": "English conversation",
            "Reading aloud": "Reading aloud",
            "Polish for beginners": "Learning another language",
            "Practising for the citizenship test": "Learning to read and write",
        },
    ),
    "Children and families": Kind(
        0.9,
        155,
        {
            "Walking the children to school": "Walking children to school",
            "An afternoon of babysitting": "Babysitting",
            "Help with maths homework": "Homework and school subjects",
            "Minding the twins": "Babysitting",
        },
    ),
    "Pets": Kind(
        0.7,
        65,
        {
            "Walking the dog": "Dog walking",
            "Feeding the cat": "Feeding pets while away",
            "A trip to the vet": "Trips to the vet",
            "Minding a rabbit": "Looking after a pet at home",
        },
    ),
    "Music, arts and crafts": Kind(
        0.7,
        105,
        {
            "A guitar lesson": "Music lessons",
            "Learning to crochet": "Knitting and crochet",
            "Taking in a skirt": "Sewing and alterations",
            "Drawing together": "Drawing and painting",
            "Piano practice": "Music lessons",
        },
    ),
    "Health and exercise": Kind(
        0.7,
        75,
        {
            "Gentle exercises at home": "Gentle exercises",
            "Swimming together": "Swimming and sports partners",
            "A walk to build up strength": "Walking partners",
            "Chair yoga": "Yoga and relaxation",
        },
    ),
    "Running the timebank": Kind(
        0.5,
        100,
        {
            "Folding newsletters": "Newsletters and leaflets",
            "Showing a new member around": "Welcoming new members",
            "Setting up for the members' lunch": "Setting up for meetings",
        },
    ),
}

KITCHEN = Work(
    "Kitchen table cooking",
    "People who cook at home and people who would like to, at one another's kitchen tables, with dietitians and link"
    " workers of the health centre.",
    "Cooking and meals",
    "Cooking together",
    {
        Stage.DESIGN: ("Planning the cooking evenings", "Working out recipes for small budgets"),
        Stage.DECIDE: ("Choosing the recipes for the book", "Deciding how to share the food budget"),
        Stage.DELIVER: (
            "Cooking a supper at the kitchen table",
            "Teaching dumplings from scratch",
            "Shopping for the cooking evening",
            "Baking flatbread together",
        ),
        Stage.EVALUATE: ("Talking over how the evenings went", "Asking those who came what they cook now"),
    },
)
GARDEN = Work(
    "Garden for all",
    "Raised beds and a bench between the blocks of Alder estate, planned, planted and kept by who lives there.",
    "Gardening",
    "Growing vegetables",
    {
        Stage.DESIGN: ("Drawing plans for the raised beds", "Measuring up between the blocks"),
        Stage.DECIDE: ("Choosing what to plant first", "Deciding where the bench goes"),
        Stage.DELIVER: (
            "Building a raised bed",
            "Moving compost up the hill",
            "Planting out the herb bed",
            "Weeding and watering",
        ),
        Stage.EVALUATE: ("Walking round to see what grew well", "Gathering what neighbours think of the garden"),
    },
)
WORKS = (KITCHEN, GARDEN)

STAGES = {Stage.DESIGN: 0.25, Stage.DECIDE: 0.17, Stage.DELIVER: 0.4, Stage.EVALUATE: 0.18}
"""How much of a project's hours is at each stage."""

PLACES = ("Riverside", "Alder estate", "Mill Lane", "Old Town", "Quayside", "Station Road")

LESS = ("I thought it was a bit less than that.", "We stopped for lunch, I would not count that.")
MORE = ("It was longer, I think.", "That leaves out the way there and back.")
CALLED_OFF = ("Not well this week, sorry.", "The weather was against us.", "Something came up, another time.")
SETTLED = "Talked to both on the phone; they agreed on this."
SENT_BACK = "Is this the right day? Please have another look."
CORRECTED = "The day is right now."
REFUSED = "Written down twice; the other one was approved."
TAKEN_BACK = "It turned out that someone else had given this help."
GIFTS = (
    (462, 60, "Happy birthday!"),
    (388, 120, "For the move. You will need many hands."),
    (322, 60, "Get well soon."),
    (254, 90, "You have had a hard winter. Let someone do you a good turn."),
    (163, 60, "For when the family comes to stay."),
    (64, 30, "A small thank you for being such a good neighbour."),
)
"""Hours that someone gives to someone they know: how many days ago, how many minutes, and the word with it."""

DONATIONS = (
    (415, 180, "I have more than I can use."),
    (237, 120, "For someone who is new."),
    (142, 60, ""),
    (38, 90, "For whoever needs them most."),
)
"""Hours that someone gives to the community, told alike."""

TO_THE_MEMBER = (17, 60, "Happy birthday! Treat yourself to something.")
OF_THE_MEMBER = (8, 30, "For someone who is new.")
"""What the member in whose name one looks around is given, and gives to the community."""

PAPER_BOOK = {"Rosa Delgado": 210, "Gwen Prosser": -75, "Harold Pickering": 150}
"""What founders bring from before, in minutes; below zero for who had received more."""
FROM_THE_PAPER_BOOK = "From the paper book of the Mill Lane swap."
MISREAD = "Harold Pickering"
MISREAD_BECAUSE = "The paper book says 1 h 30, and it was read as 2 h 30."

MIXED_UP = ("Chidi Okafor", "Ngozi Okafor")
TO_THE_OTHER = "Happy birthday, Ngozi!"
MIXED_UP_BECAUSE = "The gift was for Ngozi. The two share an e-mail."
GIVEN_TWICE = "Given twice by mistake; the first one stays."
