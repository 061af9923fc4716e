"""What every refusal of the house has in common, so that a door can show any of them."""


class Refusal(Exception):
    """The message is a sentence for the person who wished for something.

    `problems` says more where several things were asked at once: the id of each thing that stands
    in the way, and why.
    """

    def __init__(self, message: str, *, problems: dict[int, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.problems = problems or {}


class Refused(Refusal):
    """A wish that a rule forbids as things stand. Whoever caught it shows it beside what was asked."""


class NotAllowed(Refusal):
    """This person may not do such a thing at all. Nobody catches it: every door answers it as forbidden."""
