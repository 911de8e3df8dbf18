"""What is wanted on the made-up community's board, and what does not stand there for long, in members' own words."""

from timebank.demo.words import Notice

REQUESTS = (
    Notice(
        "Shelves, hooks and curtain rails",
        "Two shelves to put up",
        "I have the shelves and the screws, but no drill.",
        "Evenings",
        suits="Mon Tue Thu evening",
    ),
    Notice(
        "Lifts to appointments",
        "A lift to physiotherapy",
        "Once a week for six weeks, from Station Road.",
        "Thursdays at 10",
        tags=("car",),
        suits="Thu morning",
    ),
    Notice("Collecting prescriptions", "Someone to fetch prescriptions", "The bus stop is too far for me now."),
    Notice(
        "Moving house",
        "An armchair to be moved",
        "From Old Town to Alder estate, second floor with a lift.",
        tags=("van",),
    ),
    Notice(
        "Cards, chess and board games",
        "Someone to play chess with",
        "I have not played for years, so be kind.",
        "Afternoons",
        tags=("chess",),
        suits="Mon Wed Fri afternoon",
    ),
    Notice(
        "A chat over a cuppa",
        "Company on Sunday afternoons",
        "For my brother, who likes to talk about ships.",
        suits="Sun afternoon",
    ),
    Notice("Learning to cook", "Learning to cook for one", "Since my wife died I live on toast."),
    Notice(
        "Cooking together",
        "Vegetarian recipes for a big family",
        "That children will really eat.",
        tags=("vegetarian",),
    ),
    Notice(
        "Hedges and pruning", "A hedge that has got away", "About eight metres; I can rake up.", "Before the autumn"
    ),
    Notice("Weeding and digging", "Help with heavy digging", "I plant, but cannot dig since my operation."),
    Notice("Compost and wildlife", "Balcony boxes for the bees", "What grows on a north side?", tags=("bees",)),
    Notice("Mending furniture", "A sticking back door", "It needs a plane and someone who has one."),
    Notice(
        "Bicycle repairs",
        "A bicycle for my daughter put right",
        "It was given to us and has no brakes.",
        tags=("bicycle",),
    ),
    Notice("E-mail and photos", "Photos off my old phone", "Before it dies altogether."),
    Notice("Online shopping and banking", "Learning to pay bills online", "Slowly, and more than once, please."),
    Notice("Filling in forms", "Help with a blue badge form", "It is twenty pages long.", tags=("blue badge",)),
    Notice(
        "English conversation",
        "English practice before an interview",
        "I am an engineer and want to work as one here.",
        "Evenings",
        suits="Tue Thu evening",
    ),
    Notice(
        "Learning another language",
        "Someone to learn Welsh with",
        "We could meet at the library.",
        tags=("welsh", "library"),
        suits="Sat morning",
    ),
    Notice(
        "Walking children to school",
        "School run on Wednesdays",
        "I start work at seven.",
        "Wednesdays",
        tags=("Quayside Primary",),
        suits="Wed morning",
    ),
    Notice(
        "Help with a new baby",
        "Help with a baby's first months",
        "An hour's sleep would be heaven.",
        "Mornings",
        suits="Mon Tue Wed Thu Fri morning",
    ),
    Notice(
        "Dog walking", "A walk for an old terrier", "Round the block and back, he is twelve.", "Midday", tags=("dogs",)
    ),
    Notice("Music lessons", "A piano to be played again", "Ours has stood silent. Come and teach us.", tags=("piano",)),
    Notice("Walking partners", "Someone to walk with after an illness", "The doctor says a bit further each week."),
    Notice(
        "Swimming and sports partners",
        "A swimming companion",
        "I would not go alone.",
        "Mornings",
        suits="Tue Fri morning",
    ),
)

NOT_RENEWED = (
    (
        172,
        "Mei-Ling Chan",
        Notice(
            "Family history and life stories",
            "Family photos sorted and named",
            "Bring the box. We go through it, and you tell me who is who.",
            "Sunday afternoons",
            tags=("photos",),
            suits="Sun afternoon",
        ),
    ),
    (
        201,
        "Dafydd Rees",
        Notice(
            "Haircuts and nails",
            "A simple haircut at home",
            "I cut my family's hair for twenty years. Nothing fashionable.",
        ),
    ),
)
"""Offers of founders that nobody renewed, and how many days ago they were written: one leaves soon, one has left."""

TAKEN_DOWN = (
    34,
    32,
    "Kwame Asante",
    Notice("Slow or broken computers", "Cheap laptops for sale", "Three laptops, £60 each, good as new."),
)
"""How many days ago it was written and taken down, whose it was, and what it said."""
NOT_FOR_MONEY = "We share hours here, and nobody pays with money. Lend one, or show someone how, and put it back."
