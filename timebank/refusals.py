"""Why the timebank says no: four kinds of refusal, each a sentence for the person who asked."""


class Refusal(Exception):
    """A rule's no. The sentence is a key of the catalogue; its values are filled in after translation."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class NotFound(Refusal):
    """There is no such thing here, or none that this person may know of."""


class NotAllowed(Refusal):
    """The thing is there, and this person may not do that with it."""


class Conflict(Refusal):
    """It could have been done, but something has happened in between."""


class Unacceptable(Refusal):
    """What was asked for cannot be, as it stands; the person can mend it."""
