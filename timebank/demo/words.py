"""What the made-up community does for one another: kinds of help, how long they take, and words for them."""

from dataclasses import dataclass

from timebank.contributions.models import Stage


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of help: how often it is wanted beside others, its usual minutes, and titles of single exchanges."""

    wanted: float
    usual_minutes: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """An offer or a request as someone would write it."""

    category: str
    title: str
    description: str
    times: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A project: its purpose, the kind of help it is, and titles of what is done at each stage."""

    name: str
    purpose: str
    category: str
    titles: dict[Stage, tuple[str, ...]]


KINDS = {
    "Lifts and errands": Kind(
        1.5,
        80,
        (
            "A lift to the health centre",
            "Picking up a prescription",
            "A lift to the Saturday market",
            "Collecting a parcel from the depot",
            "A lift home from hospital",
        ),
    ),
    "Company and visits": Kind(
        1.4,
        110,
        (
            "Tea and a chat",
            "A walk along the river",
            "Company at an appointment",
            "Playing cards",
            "A visit in hospital",
        ),
    ),
    "Cooking and meals": Kind(
        1.1,
        135,
        ("A pot of soup for the week", "Cooking together", "Meals after an operation", "A cake for a birthday"),
    ),
    "Gardening": Kind(
        1.3,
        155,
        ("Mowing the lawn", "Cutting back the hedge", "Digging over the beds", "Watering while away", "Planting bulbs"),
    ),
    "Repairs and odd jobs": Kind(
        1.2,
        125,
        ("Putting up shelves", "Mending a dripping tap", "Hanging curtains", "A bike put right", "Painting the hall"),
    ),
    "Phones and computers": Kind(
        1.1,
        80,
        (
            "Setting up a new phone",
            "Video calls with the family",
            "Clearing out an inbox",
            "Getting the printer to work",
        ),
    ),
    "Forms and letters": Kind(
        0.7,
        75,
        ("Filling in a benefits form", "A letter to the council", "Sorting a box of papers", "Reading the post aloud"),
    ),
    "Languages and reading": Kind(
        0.8,
        95,
        ("English conversation", "Reading aloud", "Polish for beginners", "Practising for the citizenship test"),
    ),
    "Children and families": Kind(
        0.9,
        155,
        (
            "Walking the children to school",
            "An afternoon of babysitting",
            "Help with maths homework",
            "Minding the twins",
        ),
    ),
    "Pets": Kind(0.7, 65, ("Walking the dog", "Feeding the cat", "A trip to the vet", "Minding a rabbit")),
    "Music, arts and crafts": Kind(
        0.7, 105, ("A guitar lesson", "Learning to crochet", "Taking in a skirt", "Drawing together", "Piano practice")
    ),
    "Health and exercise": Kind(
        0.7, 75, ("Gentle exercises at home", "Swimming together", "A walk to build up strength", "Chair yoga")
    ),
    "Running the timebank": Kind(
        0.5, 100, ("Folding newsletters", "Showing a new member around", "Setting up for the members' lunch")
    ),
}

KITCHEN = Work(
    "Kitchen table cooking",
    "People who cook at home and people who would like to, at one another's kitchen tables, with dietitians and link"
    " workers of the health centre.",
    "Cooking and meals",
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

PLACES = ("Riverside", "Alder estate", "Mill Lane", "Old Town", "Quayside", "Station Road", "")

LESS = ("I thought it was a bit less than that.", "We stopped for lunch, I would not count that.")
MORE = ("It was longer, I think.", "That leaves out the way there and back.")
CALLED_OFF = ("Not well this week, sorry.", "The weather was against us.", "Something came up, another time.")
SETTLED = "Talked to both on the phone; they agreed on this."
SENT_BACK = "Is this the right day? Please have another look."
CORRECTED = "The day is right now."
REFUSED = "Written down twice; the other one was approved."
TAKEN_BACK = "It turned out that someone else had given this help."
THANKS = ("Thank you, that was a great help.", "Lovely to meet you.", "Just as we said.", "See you next week.")

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
