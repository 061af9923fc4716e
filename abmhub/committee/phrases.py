"""Whole words found in a title: no patterns, so that nothing an administrator types can be slow or wrong."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

GAP = "..."
"""Between two words of a phrase: up to `GAP_WORDS` others may stand there."""
GAP_WORDS = 4

# Scripts without spaces are read letter by letter, so that a phrase is found wherever it stands.
_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")


def words_of(text: str) -> list[str]:
    """The words as they are written, without accents: V.P. is one word, R&D two, a Chinese letter one."""
    text = unicodedata.normalize("NFKD", _INITIALS.sub(lambda found: f"{found[0].replace('.', '')} ", text))
    return _WORDS.findall("".join(letter for letter in text if not unicodedata.combining(letter)))


@dataclass(frozen=True)
class _Phrase:
    """What a rule listens for. `exact` are the words in capitals that must be in capitals in a mixed title."""

    rule: int
    words: tuple[str, ...]
    exact: tuple[str, ...] = ()

    def length_at(self, words: list[str], written: list[str], start: int) -> int:
        """How many words of the title it takes from there; 0 when it is not there."""
        if self.exact and tuple(written[start : start + len(self.exact)]) != self.exact:
            return 0
        if GAP not in self.words:
            return len(self.words) if tuple(words[start : start + len(self.words)]) == self.words else 0
        gap = self.words.index(GAP)
        head, tail = self.words[:gap], self.words[gap + 1 :]
        if tuple(words[start : start + gap]) != head:
            return 0
        for at in range(start + gap, start + gap + GAP_WORDS + 1):
            if tuple(words[at : at + len(tail)]) == tail:
                return at + len(tail) - start
        return 0


class Phrases:
    """The phrases of many rules, each known by a number."""

    def __init__(self, rules: Iterable[tuple[int, Iterable[str]]]) -> None:
        self._by_first_word: dict[str, list[_Phrase]] = {}
        for rule, texts in rules:
            for text in texts:
                self._add(rule, text)

    def _add(self, rule: int, text: str) -> None:
        written = [word for part in text.split(GAP) for word in (GAP, *words_of(part))][1:]
        words = tuple(word.lower() for word in written)
        if not words or GAP in (words[0], words[-1]) or words.count(GAP) > 1:
            return
        exact = tuple(written) if text.isupper() else ()
        self._by_first_word.setdefault(words[0], []).append(_Phrase(rule, words, exact))

    def heard_in(self, written: list[str]) -> set[int]:
        """The rules one of whose phrases is in the title. A phrase inside a longer one is not heard.

        A phrase in capitals is heard in capitals alone, unless the whole title is in small letters.
        """
        words = [word.lower() for word in written]
        as_written = [word.upper() for word in written] if words == written else written
        heard: set[int] = set()
        start = 0
        while start < len(words):
            longest = 1
            found: set[int] = set()
            for phrase in self._by_first_word.get(words[start], ()):
                length = phrase.length_at(words, as_written, start)
                if length > longest:
                    longest, found = length, {phrase.rule}
                elif length == longest:
                    found.add(phrase.rule)
            heard |= found
            start += longest
        return heard
