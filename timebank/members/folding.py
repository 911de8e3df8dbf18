"""How two ways to write the same words are found alike; it keeps nothing."""

import unicodedata


def fold(text: str) -> str:
    """The text without accents and case, so that "Café" and "cafe" are alike."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())
