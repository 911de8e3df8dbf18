"""What members of the made-up community say of themselves on their own pages."""

from dataclasses import dataclass

from timebank.listings.models import AssetKind
from timebank.members.choices import Readers
from timebank.members.page import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A page in a member's own words; `brings` are things by kind, `times` days and parts of them."""

    about: str = ""
    district: str = ""
    languages: str = "English"
    times: str = ""
    brings: tuple[tuple[AssetKind, str], ...] = ()
    needs: tuple[str, ...] = ()


_SKILL, _KNOWS, _LENDS, _LINKS = AssetKind.SKILL, AssetKind.KNOWLEDGE, AssetKind.THING, AssetKind.CONNECTION

PORTRAITS = {
    "Amina Yusuf": Portrait(
        about="I came to Riverside eleven years ago with two suitcases and a pressure cooker. I cook for six most days,"
        " my children are nearly grown, and I like to hear how other people came to be here.",
        district="Alder estate",
        languages="English, Somali, Arabic",
        times="Mon Wed evening Sat morning",
        brings=((_SKILL, "Arabic and Somali conversation"), (_SKILL, "Cooking for many"), (_LENDS, "A very large pot")),
        needs=("Somebody with a drill", "Help with the bicycle"),
    ),
    "Siân Howells": Portrait(
        about="I help Jess at the desk on Mondays. The rest of the week I walk, sing, and grow too many beans.",
        district="Mill Lane",
        languages="English, Welsh",
        times="Mon Tue morning Thu evening",
        brings=((_SKILL, "Singing with others"), (_KNOWS, "Welsh, from the cradle"), (_LENDS, "Seeds of twelve beans")),
        needs=("A lift to the choir on Sundays",),
    ),
    "Rosa Delgado": Portrait(
        about="Retired seamstress. My machine is older than my daughter and sews straighter.",
        district="Mill Lane",
        languages="English, Spanish",
        times="Mon Tue Wed afternoon",
        brings=((_SKILL, "Hems, zips and alterations"), (_LENDS, "A sewing machine"), (_LINKS, "The Saturday market")),
        needs=("Someone to carry the shopping upstairs",),
    ),
    "Gwen Prosser": Portrait(
        about="I was a district nurse for thirty years and know every stair on the estate.",
        district="Alder estate",
        languages="English, Welsh",
        times="Tue Thu afternoon",
        brings=((_SKILL, "A listening ear"), (_KNOWS, "How the hospital works")),
        needs=("Company on Sundays", "Help with the hedge"),
    ),
    "Tomasz Wiśniewski": Portrait(
        about="I drive a van in the week and mend things at the weekend. I speak Polish to my plants.",
        district="Station Road",
        languages="Polish, English",
        times="Sat Sun morning afternoon",
        brings=((_SKILL, "Shelves and curtain rails"), (_LENDS, "A drill and a spirit level"), (_LENDS, "A van")),
        needs=("English for letters from the council",),
    ),
    "Doreen Cartwright": Portrait(
        about="Doreen likes to talk about her years on the buses. She has no computer and is glad of a phone call;"
        " please let it ring for a while.",
        district="Old Town",
        times="Mon Wed Fri afternoon",
        brings=((_SKILL, "Knitting and crochet"), (_KNOWS, "Every bus that ever ran here")),
        needs=("Someone to fetch prescriptions", "A chat over a cuppa"),
    ),
    "Parveen Akhtar": Portrait(
        about="Three grown children, and a house that is too quiet. I read letters for half of Quayside.",
        district="Quayside",
        languages="English, Urdu, Punjabi",
        times="Fri Sat evening",
        brings=((_SKILL, "Babysitting"), (_SKILL, "Letters read and answered"), (_LINKS, "The women's group")),
        needs=("Learning to swim",),
    ),
    "Michael O'Donnell": Portrait(
        about="Forty years of pipes. I do small jobs only now, and I sweep up after myself.",
        district="Mill Lane",
        times="Mon Wed Fri morning",
        brings=((_SKILL, "Taps, drains and washers"), (_LENDS, "Drain rods and a wet vacuum")),
        needs=("Photos off my old phone",),
    ),
    "Chidi Okafor": Portrait(
        about="Maths teacher. Patient with everyone but printers.",
        district="Riverside",
        languages="English, Igbo",
        times="Mon Wed afternoon",
        brings=((_SKILL, "Maths up to GCSE"), (_SKILL, "Guitar for beginners")),
        needs=("A hand with the printer",),
    ),
    "Ngozi Okafor": Portrait(
        about="I bake when I cannot sleep, so there is usually cake.",
        district="Riverside",
        languages="English, Igbo, French",
        times="Sat morning",
        brings=((_SKILL, "Birthday cakes"), (_LENDS, "Cake tins of all sizes")),
        needs=("Someone to walk with",),
    ),
    "Harold Pickering": Portrait(
        about="Harold built ships and now builds model ones. Best reached by phone before noon.",
        district="Quayside",
        times="Mon Tue Wed Thu Fri morning",
        brings=((_KNOWS, "Ships, tides and knots"), (_SKILL, "Sharpening knives and shears")),
        needs=("Learning to cook for one", "Company on Sunday afternoons"),
    ),
    "Zoë Bannister": Portrait(
        about="I work from home and my dog does not. We walk at six, whatever the weather.",
        district="Old Town",
        times="Mon Tue Wed Thu Fri morning",
        brings=((_SKILL, "Dog walks"), (_SKILL, "Setting up phones and tablets")),
        needs=("Two shelves to put up",),
    ),
    "Kwame Asante": Portrait(
        about="I drive, I dig, I carry. My grandmother says I never sit down.",
        district="Alder estate",
        languages="English, Twi",
        times="Tue morning Sat Sun afternoon",
        brings=((_SKILL, "Lifts to hospital"), (_LENDS, "A roof rack"), (_LINKS, "The allotment society")),
        needs=("Maths homework for my son",),
    ),
    "Jean Ridley": Portrait(
        about="I read aloud at the library and would as gladly do it in your kitchen.",
        district="Station Road",
        times="Mon Wed afternoon",
        brings=((_SKILL, "Reading aloud"), (_KNOWS, "Family trees and parish records")),
        needs=("A lift to physiotherapy",),
    ),
    "Łukasz Zieliński": Portrait(
        about="Bicycles first, then everything else.",
        district="Station Road",
        languages="Polish, English, some German",
        times="Sat morning afternoon",
        brings=((_SKILL, "Bicycles put right"), (_LENDS, "A work stand and all the small spanners")),
        needs=("English practice before an interview",),
    ),
    "Mei-Ling Chan": Portrait(
        about="I keep the stories of people who think that they have none.",
        district="Quayside",
        languages="English, Cantonese",
        times="Sun afternoon",
        brings=((_SKILL, "Sorting family photos"), (_SKILL, "Brush painting")),
        needs=("Help with heavy digging",),
    ),
    "Fatima El-Amrani": Portrait(
        about="Dumplings, flatbreads, tagines. Come hungry.",
        district="Alder estate",
        languages="Arabic, French, English",
        times="Fri morning Sat afternoon",
        brings=((_SKILL, "Cooking from scratch"), (_KNOWS, "Food hygiene"), (_LENDS, "Thirty plates and cups")),
        needs=("Help with a blue badge form for my mother",),
    ),
    "Dafydd Rees": Portrait(
        about="Apple trees are my thing. I trained as a gardener and can show you how.",
        district="Old Town",
        languages="Welsh, English",
        times="Tue Thu morning",
        brings=((_SKILL, "Pruning roses and fruit trees"), (_LENDS, "A long ladder"), (_LENDS, "A pressure washer")),
        needs=("Somebody to play chess with",),
    ),
    "Lakshmi Narayanan": Portrait(
        about="Yoga teacher, slowly retiring. Chairs are welcome.",
        district="Riverside",
        languages="English, Tamil",
        times="Mon Fri morning",
        brings=((_SKILL, "Chair yoga"), (_LENDS, "Eight yoga mats")),
        needs=("A sticking back door",),
    ),
    "Sinéad Gallagher": Portrait(
        about="I look in on Edna next door and act for her here, as she asked me to.",
        district="Mill Lane",
        languages="English, Irish",
        times="Tue Thu evening",
        brings=((_SKILL, "Forms, patiently"), (_SKILL, "English conversation")),
        needs=("Watering while I am away",),
    ),
    "Arthur Fenwick": Portrait(
        about="Arthur was a carpenter. His hands are not what they were, and his advice is.",
        district="Old Town",
        times="Wed afternoon",
        brings=((_KNOWS, "How to hang a door"), (_LENDS, "A workbench and planes")),
        needs=("Reading the post aloud",),
    ),
    "Ioana Popescu": Portrait(
        about="New mother, old hand at spreadsheets.",
        district="Riverside",
        languages="Romanian, English",
        times="Mon Tue afternoon",
        brings=((_SKILL, "Budgets and bookkeeping"),),
        needs=("Help with a baby's first months", "An hour's sleep"),
    ),
    "Edna Blackshaw": Portrait(
        about="Edna sings alto and remembers all the words. Sinéad next door acts for her.",
        district="Mill Lane",
        times="Sun afternoon",
        brings=((_SKILL, "Old songs and rounds"), (_KNOWS, "Preserves and pickles")),
        needs=("A lift to the choir", "Lightbulbs that are out of reach"),
    ),
    "Beryl Entwistle": Portrait(
        about="Beryl makes the tea at every meeting and would not miss it.",
        district="Station Road",
        times="Fri afternoon",
        brings=((_SKILL, "Tea for sixty"), (_SKILL, "Baking scones")),
        needs=("A walk for an old terrier",),
    ),
    "Joan Hargreaves": Portrait(
        about="Joan keeps three hens and gives most of the eggs away.",
        district="Alder estate",
        times="Mon Thu morning",
        brings=((_KNOWS, "Keeping hens"),),
        needs=("Someone to clear the gutters",),
    ),
    "Nia Griffiths": Portrait(
        about="Student nurse. I am about at odd hours and good at being quiet company.",
        district="Quayside",
        languages="English, Welsh",
        times="Sat Sun evening",
        brings=((_SKILL, "Sitting with someone for a while"), (_SKILL, "Feeding cats")),
        needs=("Learning to sew on a button properly",),
    ),
}
"""The pages of those who wrote a good deal; the others tell where they live, when and what they can do."""

OWNERS = {
    "Shopping by bicycle": "Łukasz Zieliński",
    "Lifts to hospital appointments": "Kwame Asante",
    "A van and a driver": "Tomasz Wiśniewski",
    "A visit and a listening ear": "Gwen Prosser",
    "Bread baking from scratch": "Fatima El-Amrani",
    "Birthday cakes": "Ngozi Okafor",
    "Pruning roses and fruit trees": "Dafydd Rees",
    "Digging, weeding, carrying": "Kwame Asante",
    "Seedlings and how to grow them": "Siân Howells",
    "Shelves, hooks and curtain rails": "Tomasz Wiśniewski",
    "Bicycles put right": "Łukasz Zieliński",
    "Dripping taps and slow drains": "Michael O'Donnell",
    "Help with a new phone": "Zoë Bannister",
    "Letters read and answered": "Parveen Akhtar",
    "English conversation": "Sinéad Gallagher",
    "Polish lessons": "Tomasz Wiśniewski",
    "Reading aloud": "Jean Ridley",
    "Babysitting": "Parveen Akhtar",
    "Maths homework": "Chidi Okafor",
    "Dog walks": "Zoë Bannister",
    "Feeding cats in the holidays": "Nia Griffiths",
    "Guitar for beginners": "Chidi Okafor",
    "Hems, zips and alterations": "Rosa Delgado",
    "Singing together": "Siân Howells",
    "Chair yoga at home": "Lakshmi Narayanan",
    "A lift to physiotherapy": "Jean Ridley",
    "Someone to play chess with": "Dafydd Rees",
    "Company on Sunday afternoons": "Gwen Prosser",
    "A sticking back door": "Lakshmi Narayanan",
    "Photos off my old phone": "Michael O'Donnell",
    "Help with heavy digging": "Mei-Ling Chan",
    "Help with a blue badge form": "Fatima El-Amrani",
    "English practice before an interview": "Łukasz Zieliński",
    "Help with a baby's first months": "Ioana Popescu",
    "Learning to cook for one": "Frank Dowd",
    "A bicycle for my daughter put right": "Delroy Francis",
    "Balcony boxes for the bees": "Hannah Goldberg",
    "A hedge that has got away": "Ruth Abernethy",
    "School run on Wednesdays": "Farida Karimi",
}
"""Whose an offer or a request is, where it goes with what they say of themselves; others are anybody's."""

CALLED = {"Michael O'Donnell": "Mick", "Tomasz Wiśniewski": "Tomek", "Mei-Ling Chan": "Mei"}
WITHOUT_PAGE = frozenset({"Frank Dowd", "Leroy Campbell", "Hannah Goldberg", "Tess Holloway"})
"""Members who have told nothing of themselves yet."""

READERS = {
    "Gwen Prosser": {Shown.PHONE: Readers.MEMBERS},
    "Kwame Asante": {Shown.PHONE: Readers.MEMBERS, Shown.EMAIL: Readers.MEMBERS},
    "Fatima El-Amrani": {Shown.PHONE: Readers.COORDINATORS},
    "Ioana Popescu": {Shown.NEEDS: Readers.COORDINATORS, Shown.DISTRICT: Readers.AGREED},
    "Amina Yusuf": {Shown.NEEDS: Readers.AGREED},
}
"""What members chose for single things that they tell."""

LANGUAGES = ("English", "English", "English", "English, French", "English and some Spanish", "English, Urdu")
TIMES = ("Mon Tue morning", "Tue Thu afternoon", "Sat morning", "Mon Wed evening", "Fri afternoon", "Sat Sun afternoon")
