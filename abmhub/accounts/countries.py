"""Countries: a file's words to two letters, and back for people to read."""

from functools import cache, lru_cache

from django_countries import countries
from rapidfuzz import fuzz, process

# What people write and no list of countries has.
ALIASES = {
    "america": "US", "u.s.": "US", "u.s.a.": "US", "united states": "US", "usa": "US",
    "england": "GB", "great britain": "GB", "scotland": "GB", "u.k.": "GB", "uk": "GB", "wales": "GB",
    "brasil": "BR", "deutschland": "DE", "españa": "ES", "holland": "NL", "italia": "IT", "ksa": "SA", "méxico": "MX",
    "republic of korea": "KR", "schweiz": "CH", "suisse": "CH", "uae": "AE", "österreich": "AT",
}  # fmt: skip
# As people say it, where the standard is longer.
SPOKEN_NAMES = {"US": "United States"}
# Two names this alike are a slip of the pen; below it they are two names.
ALIKE_PERCENT = 88
MOST_NAMESAKES = 3


@cache
def _codes_by_name() -> dict[str, str]:
    return {str(name).casefold(): str(code) for code, name in countries} | ALIASES


@lru_cache(maxsize=2048)
def code_of(text: str) -> str:
    """The ISO 3166 code of a country's name or code; empty when it is neither."""
    words = " ".join(text.casefold().split())
    if found := _codes_by_name().get(words):
        return found
    if len(words) in (2, 3) and (found := countries.alpha2(words.upper())):
        return str(found)
    return str(countries.by_name(words, insensitive=True) or "")


@lru_cache(maxsize=2048)
def suggestion_for(text: str) -> str:
    """The name of the country that was probably meant; empty when none is alike."""
    words = text.casefold().strip()
    best = process.extractOne(words, _codes_by_name().keys(), scorer=fuzz.ratio, score_cutoff=ALIKE_PERCENT)
    return name_of(_codes_by_name()[best[0]]) if best else ""


@lru_cache(maxsize=2048)
def called_for_short(text: str) -> list[str]:
    """The countries that have this word in their name, as both Koreas have "Korea"; none when it is everywhere."""
    word = text.casefold().strip()
    found = sorted({name_of(code) for name, code in _codes_by_name().items() if word in name.split()})
    return found if len(found) <= MOST_NAMESAKES else []


def name_of(code: str) -> str:
    """The country as people say it; the code itself when nobody knows it."""
    return SPOKEN_NAMES.get(code) or str(countries.name(code)) or code
