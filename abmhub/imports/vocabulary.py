"""Words of files that have to mean something we know: which of them do not, and what they may mean.

A field that has a vocabulary names it in `Field.vocabulary`; the names are those of `Settlement.Field`.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from django_countries import countries

from abmhub.accounts.countries import code_of, name_of, suggestion_for
from abmhub.campaigns.models import Spend
from abmhub.committee.models import BuyingRole
from abmhub.committee.suggestion import RoleWords
from abmhub.imports.event_types import EventTypes
from abmhub.imports.industries import COMMON, Industries
from abmhub.imports.models import Settlement
from abmhub.imports.suggestion import alike
from abmhub.pipeline.actions import kind_of_stage
from abmhub.pipeline.models import Opportunity, Stage

Choices = list[tuple[str, str]]
CURRENCIES = {
    "$": "USD", "us$": "USD", "us dollar": "USD", "us dollars": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "pound": "GBP", "pounds": "GBP", "pound sterling": "GBP",
    "yen": "JPY", "¥": "JPY", "₹": "INR", "rupee": "INR", "swiss franc": "CHF", "sfr": "CHF", "fr.": "CHF",
    "a$": "AUD", "c$": "CAD", "nt$": "TWD", "dirham": "AED", "riyal": "SAR", "kr": "SEK", "zł": "PLN",
}  # fmt: skip
MOST_USED_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "INR", "SEK", "AED", "SAR", "TWD")
CURRENCY_CODES = frozenset({*CURRENCIES.values(), *MOST_USED_CURRENCIES})


class Vocabulary(NamedTuple):
    """What the words of a field can mean, as it was when it was loaded."""

    choices: Choices
    """What a word may be settled to: the meaning, and what people call it."""
    is_known: Callable[[str], bool]
    """Whether a word of a file means something without being settled."""
    suggestion_for: Callable[[str], str]
    """The meaning that an unknown word probably has; empty when none is alike."""


def unknown_words(vocabulary: str, words: Iterable[str], source: str) -> dict[str, str]:
    """The words of a file that mean nothing we know, each once, with the meaning it probably has (or none)."""
    settled = set(Settlement.objects.filter(source=source, field=vocabulary).values_list("value", flat=True))
    asked = VOCABULARIES[Settlement.Field(vocabulary)](source)
    new = (word for word in dict.fromkeys(words) if word and word not in settled)
    return {word: asked.suggestion_for(word) for word in new if not asked.is_known(word)}


def choices_of(vocabulary: str) -> Choices:
    """What a word may be settled to: the meaning to hand to `settle_name`, and what people call it."""
    return VOCABULARIES[Settlement.Field(vocabulary)]("").choices


def meaning_called(vocabulary: str, words: str) -> str:
    """The meaning that a person named, by itself or as people call it; empty when there is none."""
    asked = words.strip().casefold()
    for meaning, name in choices_of(vocabulary):
        if asked in (meaning.casefold(), name.casefold()):
            return meaning
    return asked.upper() if vocabulary == Settlement.Field.CURRENCY and is_currency(asked) else ""


def is_currency(word: str) -> bool:
    return len(word) == 3 and word.isalpha() and word.isascii()


def _likest(choices: Choices) -> Callable[[str], str]:
    called = {name: meaning for meaning, name in choices}
    return lambda word: called.get(alike(word, list(called)), "")


def _stages(source: str) -> Vocabulary:
    """A word that is like no stage, but says won or lost, probably means the first stage that is."""
    stages = list(Stage.objects.order_by("position", "pk").values_list("name", "kind"))
    names = [(name, name) for name, _ in stages]
    known = {name.casefold() for name, _ in names}
    ends = {kind: name for name, kind in reversed(stages) if kind != Stage.Kind.OPEN}
    likest = _likest(names)
    return Vocabulary(
        names,
        lambda word: word.casefold() in known,
        lambda word: likest(word) or ends.get(kind_of_stage(word), ""),
    )


def _event_types(source: str) -> Vocabulary:
    types = EventTypes()
    return Vocabulary(types.named, lambda word: types.called(word) is not None, _likest(types.named))


def _buying_roles(source: str) -> Vocabulary:
    roles, words = list(BuyingRole.objects.order_by("position", "pk").values_list("code", "name")), RoleWords.load()
    return Vocabulary(roles, lambda cell: any(words.called(word, source) for word in cell.split(";")), _likest(roles))


def _currencies(source: str) -> Vocabulary:
    used = {
        *MOST_USED_CURRENCIES,
        *Opportunity.objects.order_by().values_list("currency", flat=True).distinct(),
        *Spend.objects.order_by().values_list("currency", flat=True).distinct(),
    }
    codes = [(code, code) for code in sorted(used)]
    return Vocabulary(codes, is_currency, lambda word: CURRENCIES.get(word.casefold().strip(), ""))


def _industries(source: str) -> Vocabulary:
    industries = Industries()
    names = [(name, name) for name in sorted(COMMON)]
    return Vocabulary(names, lambda word: not industries.suggestion_for(word), industries.suggestion_for)


@cache
def _country_names() -> Choices:
    return [(code, name_of(code)) for code, _ in countries]


def _countries(source: str) -> Vocabulary:
    return Vocabulary(_country_names(), lambda word: bool(code_of(word)), lambda word: code_of(suggestion_for(word)))


VOCABULARIES = {
    Settlement.Field.STAGE: _stages,
    Settlement.Field.EVENT_TYPE: _event_types,
    Settlement.Field.BUYING_ROLE: _buying_roles,
    Settlement.Field.CURRENCY: _currencies,
    Settlement.Field.COUNTRY: _countries,
    Settlement.Field.INDUSTRY: _industries,
}
