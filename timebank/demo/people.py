"""Who lives in the made-up community: names, e-mails and who works where; nobody of it is real."""

import unicodedata

JESS = "Jess Marlowe"
"""The coordinator whom members call; she is no member, and so never a party to an exchange."""
SIAN = "Siân Howells"
"""The other coordinator, who also gives and receives help."""
ADMINISTRATOR = "Oluwaseun Bright"
FUNDER = "Margaret Whitlock"
SAFEGUARDING_LEAD = "Miriam Falconer"
"""Who keeps notes where somebody may come to harm; neither of the coordinators."""
NEIGHBOUR = "Amina Yusuf"
"""The member in whose name one looks around."""

NEIGHBOURS = (
    NEIGHBOUR,
    SIAN,
    "Rosa Delgado",
    "Gwen Prosser",
    "Tomasz Wiśniewski",
    "Doreen Cartwright",
    "Parveen Akhtar",
    "Michael O'Donnell",
    "Chidi Okafor",
    "Ngozi Okafor",
    "Harold Pickering",
    "Zoë Bannister",
    "Kwame Asante",
    "Jean Ridley",
    "Łukasz Zieliński",
    "Mei-Ling Chan",
    "Stanley Hobbs",
    "Fatima El-Amrani",
    "Beryl Entwistle",
    "Dafydd Rees",
    "Lakshmi Narayanan",
    "Winston Clarke",
    "Sinéad Gallagher",
    "Arthur Fenwick",
    "Ioana Popescu",
    "Marcus Bell",
    "Thuy Nguyễn",
    "Edna Blackshaw",
    "Yusuf Demir",
    "Caitlin Murray",
    "Abiodun Adeyemi",
    "Françoise Lambert",
    "Ravi Chaudhry",
    "Pat Sutcliffe",
    "Mohammed Rahman",
    "Shirin Tehrani",
    "Ken Ormerod",
    "Blessing Moyo",
    "Søren Kjær",
    "Hannah Goldberg",
    "Delroy Francis",
    "Iris Thackeray",
    "Olena Kovalenko",
    "George Papadakis",
    "Nia Griffiths",
    "Samuel Tesfaye",
    "Joan Hargreaves",
    "José Ferreira",
    "Farida Karimi",
    "Leroy Campbell",
    "Ruth Abernethy",
    "Jaspreet Gill",
    "Frank Dowd",
    "Ayşe Kaya",
    "Callum Stewart",
    "Maryam Hassan",
    "Bogdan Ionescu",
    "Tess Holloway",
)
"""The members in the order in which they join."""

WITHOUT_EMAIL = frozenset(
    {
        "Doreen Cartwright",
        "Harold Pickering",
        "Stanley Hobbs",
        "Beryl Entwistle",
        "Arthur Fenwick",
        "Edna Blackshaw",
        "Joan Hargreaves",
    }
)
"""Members for whom a coordinator writes things down."""

SHARED_EMAILS = {"Chidi Okafor": "the.okafors@example.org", "Ngozi Okafor": "the.okafors@example.org"}

HEALTH_CENTRE = "Riverside Health Centre"
HOUSING = "Alder Housing"

PROFESSIONALS = {
    HEALTH_CENTRE: (
        "Priya Raman",
        "Helen Ashworth",
        "Emeka Nwosu",
        "Clare Donnelly",
        "Anil Mehta",
        "Agnieszka Lewandowska",
        "Joanne Tully",
        "Babak Rezaei",
        "Rhiannon Pugh",
        "Grace Mensah",
        "Oliver Stratton",
    ),
    HOUSING: (
        "Denise Walcott",
        "Gareth Bowen",
        "Sadia Iqbal",
        "Paul Threlfall",
        "Nuala Brennan",
        "Tariq Siddiqui",
        "Lorna McAllister",
        "Viktor Horváth",
        "Simone Baptiste",
    ),
}
"""Whom an organisation pays to work with the community, by organisation."""

PAID_AND_NEIGHBOURS = frozenset({"Grace Mensah", "Gareth Bowen"})
"""Professionals who are members as well: paid hours on Monday, a neighbour's hours on Saturday."""

_NOT_TAKEN_APART = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "ı": "i", "'": "", " ": "."})


def email_of(name: str) -> str | None:
    """The made-up address of someone, or None for who has none."""
    if name in WITHOUT_EMAIL:
        return None
    apart = unicodedata.normalize("NFKD", name.casefold().translate(_NOT_TAKEN_APART))
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return SHARED_EMAILS.get(name, f"{plain}@example.org")
