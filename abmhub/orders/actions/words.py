"""What people write along with an action."""

from abmhub.core.refusals import Refused


class TooLong(Refused):
    """The text has more characters than there is room for."""


def trimmed(text: str, *, limit: int, what: str) -> str:
    """The text without blank ends. Raises TooLong beyond `limit` characters."""
    text = text.strip()
    if len(text) > limit:
        raise TooLong(f"{what} may have {limit} characters; this one has {len(text)}.")
    return text
