"""Words of files that have to mean something we know: which of them do not, and what they may mean.

A field that has a vocabulary names it in `Field.vocabulary`; the names are those of `Settlement.Field`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from django_countries import countries

from abmhub.accounts.countries import code_of, name_of, suggestion_for
from abmhub.campaigns.models import Campaign
from abmhub.committee.models import BuyingRole
from abmhub.committee.suggestion import RoleWords
from abmhub.imports.industries import COMMON, Industries
from abmhub.imports.models import Settlement
from abmhub.imports.suggestion import alike
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.models import EventType

Choices = list[tuple[str, str]]
CURRENCIES = {
    "$": "USD", "us$": "USD", "us dollar": "USD", "us dollars": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "pound": "GBP", "pounds": "GBP", "pound sterling": "GBP",
    "yen": "JPY", "¥": "JPY", "₹": "INR", "rupee": "INR", "swiss franc": "CHF", "sfr": "CHF", "fr.": "CHF",
    "a$": "AUD", "c$": "CAD", "nt$": "TWD", "dirham": "AED", "riyal": "SAR", "kr": "SEK", "zł": "PLN",
}  # fmt: skip
MOST_USED_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "INR", "SEK", "AED", "SAR", "TWD")


@dataclass(frozen=True)
class Vocabulary:
    """`known` tells for a source which words need no settling; `choices` are meanings with what people call them."""

    known: Callable[[str], Callable[[str], bool]]
    choices: Callable[[], Choices]
    suggestion: Callable[[str], str]
    """The meaning that a word probably has; empty when none is alike."""


def unknown_words(vocabulary: str, words: Iterable[str], source: str) -> dict[str, str]:
    """The words of a file that mean nothing we know, each once, with the meaning it probably has (or none)."""
    settled = set(Settlement.objects.filter(source=source, field=vocabulary).values_list("value", flat=True))
    asked = VOCABULARIES[vocabulary]
    is_known = asked.known(source)
    new = dict.fromkeys(words)
    return {word: asked.suggestion(word) for word in new if word and word not in settled and not is_known(word)}


def choices_of(vocabulary: str) -> Choices:
    """What a word may be settled to: the meaning to hand to `settle_name`, and what people call it."""
    return VOCABULARIES[vocabulary].choices()


def meaning_called(vocabulary: str, words: str) -> str:
    """The meaning that a person named, by itself or as people call it; empty when there is none."""
    asked = words.strip().casefold()
    for meaning, name in choices_of(vocabulary):
        if asked in (meaning.casefold(), name.casefold()):
            return meaning
    return asked.upper() if vocabulary == Settlement.Field.CURRENCY and is_currency(asked) else ""


def is_currency(word: str) -> bool:
    return len(word) == 3 and word.isalpha() and word.isascii()


def _currencies() -> Choices:
    used = {
        *MOST_USED_CURRENCIES,
        *Opportunity.objects.values_list("currency", flat=True).distinct(),
        *Campaign.objects.filter(spend__isnull=False).values_list("spend__currency", flat=True).distinct(),
    }
    return [(code, code) for code in sorted(used)]


def _named(names: Callable[[], Choices]) -> Vocabulary:
    """A vocabulary of rows that are known by the meaning or by the name."""

    def known(source: str) -> Callable[[str], bool]:
        words = {word.casefold() for pair in names() for word in pair}
        return lambda word: word.casefold() in words

    def suggestion(word: str) -> str:
        called = {name: meaning for meaning, name in names()}
        return called.get(alike(word, called), "")

    return Vocabulary(known, names, suggestion)


def _stages() -> Choices:
    return [(name, name) for name in Stage.objects.order_by("position", "pk").values_list("name", flat=True)]


def _event_types() -> Choices:
    return list(EventType.objects.order_by("name").values_list("code", "name"))


def _buying_roles() -> Choices:
    return list(BuyingRole.objects.order_by("position", "pk").values_list("code", "name"))


def _known_buying_roles(source: str) -> Callable[[str], bool]:
    words = RoleWords.load()
    return lambda cell: any(words.called(word, source) for word in cell.split(";"))


def _industries() -> Choices:
    return [(name, name) for name in sorted(COMMON)]


def _known_industries(source: str) -> Callable[[str], bool]:
    industries = Industries()
    return lambda word: not industries.suggestion_for(word)


@cache
def _countries() -> Choices:
    return [(code, name_of(code)) for code, _ in countries]


VOCABULARIES = {
    Settlement.Field.STAGE: _named(_stages),
    Settlement.Field.EVENT_TYPE: _named(_event_types),
    Settlement.Field.BUYING_ROLE: replace(_named(_buying_roles), known=_known_buying_roles),
    Settlement.Field.CURRENCY: Vocabulary(
        lambda source: is_currency, _currencies, lambda word: CURRENCIES.get(word.casefold().strip(), "")
    ),
    Settlement.Field.COUNTRY: Vocabulary(
        lambda source: lambda word: bool(code_of(word)), _countries, lambda word: code_of(suggestion_for(word))
    ),
    Settlement.Field.INDUSTRY: Vocabulary(
        _known_industries, _industries, lambda word: Industries().suggestion_for(word)
    ),
}
