"""Names of people and companies, put together from the vocabulary: none of a real brand, none numbered."""

import unicodedata
from dataclasses import dataclass
from functools import cache

from abmhub.demo.dice import Dice
from abmhub.demo.words import sections, table

_LETTERS = str.maketrans({
    "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "å": "aa", "ß": "ss", "ł": "l", "Ł": "L", "ı": "i", "ö": "oe", "ü": "ue",
    "ä": "ae", "ñ": "n", "đ": "d",
})  # fmt: skip

NO_FAMILY_FIRMS = ("fi", "jp", "kr", "zh")
"""Languages whose family names are too short or too famous to name a company after."""


@dataclass(frozen=True)
class Person:
    name: str
    mailbox: str
    """first.last, in plain letters."""


@dataclass(frozen=True)
class Country:
    code: str
    share: float
    territory: str
    culture: str
    language: str
    forms: tuple[str, ...]
    prefix: str
    cities: tuple[str, ...]


@cache
def countries() -> tuple[Country, ...]:
    """The countries that Larkfield sells to."""
    return tuple(
        Country(code, float(share), territory, culture, language, _forms(forms), prefix, tuple(cities.split(", ")))
        for code, share, territory, culture, language, forms, prefix, cities in table("countries")
    )


def _forms(text: str) -> tuple[str, ...]:
    """Legal forms; "Co., Ltd." is one, its comma notwithstanding."""
    return tuple(text.replace("Co., Ltd.", "Co. Ltd.").split(", "))


@cache
def plain(text: str) -> str:
    """Letters of the English alphabet only, lower case, words joined by hyphens."""
    folded = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    letters = (char for char in folded if not unicodedata.combining(char) and char not in "'’.")
    return "-".join("".join(char if char.isalnum() and char.isascii() else " " for char in letters).lower().split())


@cache
def _family_names(culture: str, sex: str) -> list[str]:
    people = sections("people")
    return people.get(f"{culture}.family_{sex}") or people[f"{culture}.family"]


def person(throw: Dice, culture: str) -> Person:
    """Somebody of a culture; men and women alike often."""
    sex = "female" if throw.random() < 0.5 else "male"
    first = throw.pick(sections("people")[f"{culture}.{sex}"])
    family = throw.pick(_family_names(culture, sex))
    return Person(f"{first} {family}", f"{plain(first)}.{plain(family)}")


class CompanyNames:
    """Makes up companies, each name and each domain once."""

    def __init__(self, throw: Dice) -> None:
        self.throw = throw
        self.words = sections("companies")
        self.never = {name.casefold() for name in self.words["never"]}
        self.taken: set[str] = set()
        self.domains: set[str] = set()

    def next(self, country: Country, industry: str, city: str) -> tuple[str, str]:
        """A name without its legal form, and the stem that a daughter would carry."""
        for _ in range(4):
            stem = self._stem(country)
            name = self._with_trade(stem, country, industry)
            if self._take(name):
                return name, stem
        for longer in (f"{name} {city}", f"{stem} & {self._stem(country)} {self._trade(country, industry)}"):
            if self._take(longer):
                return longer, stem
        return self.next(country, industry, self.throw.pick(country.cities))

    def daughter(self, name: str, place: str) -> str | None:
        """The name of a company's branch in a place; None when there is one already."""
        longer = f"{name} {place}"
        return longer if self._take(longer) else None

    def domain(self, name: str, country: Country) -> str:
        """A domain under .example, where nothing real can be."""
        short = plain(name)
        while True:
            for label in (short, short.replace("-", ""), f"{short}-{country.code.lower()}"):
                if label not in self.domains:
                    self.domains.add(label)
                    return f"{label}.example"
            short = f"{short}-{plain(self.throw.pick(country.cities))}"

    def _take(self, name: str) -> bool:
        key = plain(name)
        if key in self.taken:
            return False
        self.taken.add(key)
        return True

    def _stem(self, country: Country) -> str:
        language = country.language
        whole = self.words.get(f"{language}.stem", [])
        halves = self.words.get(f"{language}.first", [])
        if not halves or (whole and self.throw.chance(0.12)):
            return self._whole(country, whole)
        if self.throw.chance(0.13) and language not in NO_FAMILY_FIRMS:
            return self._family(country)
        while True:
            first, second = self.throw.pick(halves), self.throw.pick(self.words[f"{language}.second"])
            together = f"{first}{second}"
            clumsy = first[-1] == second[0] or first.casefold() == second.casefold()
            if not clumsy and together.casefold() not in self.never:
                return together

    def _whole(self, country: Country, whole: list[str]) -> str:
        if self.throw.chance(0.3) and country.language not in NO_FAMILY_FIRMS:
            return self._family(country)
        return self.throw.pick(whole)

    def _family(self, country: Country) -> str:
        return self.throw.pick(_family_names(country.culture, "male"))

    def _trade(self, country: Country, industry: str) -> str:
        return self.throw.pick(self.words.get(f"{industry}.{country.language}") or self.words[f"{industry}.en"])

    def _with_trade(self, stem: str, country: Country, industry: str) -> str:
        trade = self._trade(country, industry)
        if country.language in ("fr", "es", "it", "pt") and self.throw.chance(0.55):
            return f"{trade} {stem}"
        if industry == "professional services" and country.language == "en" and self.throw.chance(0.4):
            return f"{self._family(country)} {self._family(country)} {trade}"
        if self.throw.chance(0.05) and country.language in ("en", "africa", "ar", "in"):
            return f"{stem} Group"
        return f"{stem} {trade}"
