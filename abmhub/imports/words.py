"""The words of a file that have to mean something we know, and do not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from abmhub.imports.cells import NOTHING
from abmhub.imports.mapping import ColumnMapping, Field
from abmhub.imports.models import Settlement
from abmhub.imports.reading import Row
from abmhub.imports.vocabulary import unknown_words

MOST_WORDS = 1_000
WORDS_SHOWN = 25
LONGEST_WORD = 200


@dataclass(frozen=True)
class UnknownWord:
    """A word of a vocabulary that the file uses in so many rows, and the meaning it probably has, or none."""

    vocabulary: str
    label: str
    value: str
    rows: int
    suggestion: str


def unknown_words_of(
    fields: Sequence[Field], mapping: ColumnMapping, columns: Sequence[str], rows: Iterable[Row], source: str
) -> list[UnknownWord]:
    """The most frequent ones, vocabulary by vocabulary."""
    asked = [
        (known.vocabulary, columns.index(mapping.columns[known.name]))
        for known in fields
        if known.vocabulary and mapping.columns.get(known.name) in columns
    ]
    if not asked:
        return []
    counts: dict[str, Counter[str]] = {vocabulary: Counter() for vocabulary, _ in asked}
    for row in rows:
        if not row.problem and not row.is_blank:
            for vocabulary, position in asked:
                word = " ".join(row.cells[position].split())
                known = counts[vocabulary]
                if len(word) <= LONGEST_WORD and (word in known or len(known) < MOST_WORDS):
                    known[word] += 1
    return [
        UnknownWord(vocabulary, Settlement.Field(vocabulary).label, word, count[word], suggestion)
        for vocabulary, count in counts.items()
        for word, suggestion in _unknown(vocabulary, count, source)
    ]


def _unknown(vocabulary: str, count: Counter[str], source: str) -> list[tuple[str, str]]:
    said = (word for word in count if word.lower() not in NOTHING)
    found = unknown_words(vocabulary, said, source)
    return sorted(found.items(), key=lambda pair: (-count[pair[0]], pair[0]))[:WORDS_SHOWN]
