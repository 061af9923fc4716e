"""What titles suggest, for one contact or for all, and what other systems call our buying roles."""

from typing import NamedTuple, Self

from abmhub.committee.models import BuyingRole, RoleWord, Suggested, TitleReader

__all__ = ["Called", "RoleWords", "Suggested", "TitleReader", "role_called"]


class Called(NamedTuple):
    """What a word of another system says of a person: a buying role, a stance, both, or nothing to us."""

    buying_role: BuyingRole | None = None
    stance: str = ""


class RoleWords:
    """The words as they were when it was made. Those of a source go before those of any.

    The names of our own roles are words too.
    """

    def __init__(self, words: dict[tuple[str, str], Called]) -> None:
        self._words = words

    @classmethod
    def load(cls) -> Self:
        """In two queries."""
        words = {
            ("", _plain(name)): Called(role)
            for role in BuyingRole.objects.order_by("position", "pk")
            for name in (role.name, role.code)
        }
        for word in RoleWord.objects.select_related("buying_role"):
            words[word.source.casefold(), _plain(word.word)] = Called(word.buying_role, word.stance)
        return cls(words)

    def called(self, word: str, source: str = "") -> Called | None:
        """What the word means in files of a source; None when nobody has said so yet."""
        plain = _plain(word)
        return self._words.get((source.casefold(), plain)) or self._words.get(("", plain))


def role_called(word: str, source: str = "") -> BuyingRole | None:
    """The buying role that a word means; None also for a word that is known to mean none. See `RoleWords`."""
    called = RoleWords.load().called(word, source)
    return called.buying_role if called else None


def _plain(word: str) -> str:
    """BUDGET_HOLDER, Budget Holder and budget-holder are one word."""
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())
