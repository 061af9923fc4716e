"""What titles suggest, for one contact or for all, and what other systems call our buying roles."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Self

from django.db import connection, transaction

from abmhub.committee.models import SUGGESTED, BuyingRole, Contact, RoleWord, Suggested, TitleReader
from abmhub.core import sql

__all__ = ["Called", "RoleWords", "Suggested", "TitleReader", "role_called", "suggest_anew", "suggestions_to_change"]


@transaction.atomic
def suggestions_to_change(reader: TitleReader | None = None) -> dict[str, int]:
    """How many contacts today's rules would say something else of: by field, and under `contacts` in all."""
    _read_titles(reader or TitleReader.load())
    [changes] = sql.rows("committee/suggestions_to_change")
    return changes


@transaction.atomic
def suggest_anew(*, at: datetime) -> int:
    """Let what nobody decided follow today's rules, in one statement; returns how many contacts it changed."""
    _read_titles(TitleReader.load())
    return sql.run("committee/suggest_anew", at=at)


def _read_titles(reader: TitleReader) -> None:
    """Every title once, with what it says, in a temporary table."""
    undecided = Contact.objects.exclude(decided__contains=list(SUGGESTED)).order_by()
    _keep((title, *reader.suggest(title)) for title in list(undecided.values_list("title", flat=True).distinct()))


def _keep(readings: Iterable[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.title_reading")
        sql.run("committee/title_readings")
        with cursor.copy("COPY title_reading FROM STDIN") as target:
            for reading in readings:
                target.write_row(reading)
        cursor.execute("ANALYZE title_reading")


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
    return " ".join(word.casefold().replace("&", " and ").replace("_", " ").replace("-", " ").split())
