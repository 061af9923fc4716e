"""What is left of a company's name when two ways of writing it should be one."""

import re
import unicodedata
from functools import lru_cache

from cleanco.clean import get_unique_terms

# The library knows the legal forms of Europe and the Americas.
OUR_LEGAL_FORMS = frozenset({
    "bsc", "cjsc", "co", "corp", "fz llc", "fzco", "fze", "gk", "jsc", "kabushiki kaisha", "kk", "pjsc", "psc", "saoc",
    "wll",
})  # fmt: skip
# Written without a space before them.
LEGAL_FORMS_THAT_END_A_WORD = (
    "股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "株式会社", "合同会社", "有限会社", "주식회사", "公司",
)  # fmt: skip
LEGAL_FORMS_IN_FRONT = ("شركة ", "مؤسسة ", "株式会社", "주식회사 ", "(주)", "ооо ", "оао ", "зао ", "пао ", "ао ")

_PLAIN_ALREADY = re.compile(r"[a-z0-9 ]*")
_NOT_PART_OF_A_WORD = re.compile(r"[^\w&+/@-]+", re.UNICODE)
_DOTS_OF_AN_ABBREVIATION = re.compile(r"(?<=\b\w)\.(?=\w\b)|[.'’`]", re.UNICODE)
_LONGEST_FORM_WORDS = 4


def _plain(text: str) -> str:
    """Lower case, without accents and punctuation, words one space apart."""
    bare = text.casefold()
    if _PLAIN_ALREADY.fullmatch(bare):
        return " ".join(bare.split())
    if not bare.isascii():
        folded = unicodedata.normalize("NFKD", bare)
        bare = unicodedata.normalize("NFKC", "".join(char for char in folded if not unicodedata.combining(char)))
    return " ".join(_NOT_PART_OF_A_WORD.sub(" ", _DOTS_OF_AN_ABBREVIATION.sub("", bare.casefold())).split())


_LEGAL_FORMS = frozenset(
    tuple(words.split()) for term in get_unique_terms() | OUR_LEGAL_FORMS if (words := _plain(term)) and len(words) > 1
)
_LAST_WORDS = frozenset(form[-1] for form in _LEGAL_FORMS)


@lru_cache(maxsize=4096)
def normalized(name: str) -> str:
    """The name by which accounts are recognised: lower case, without accents, punctuation and legal form.

    "Acme Corporation", "ACME Corp." and "Acmé" are one. A name that is nothing but a legal form keeps it.
    Doing it twice changes nothing. At most 200 characters.
    """
    found = _plain(name)[:200].strip()
    while (shorter := _without_legal_form(found)) != found:
        found = shorter
    return found or name.casefold()[:200].strip()


def _without_legal_form(name: str) -> str:
    words = name.split()
    if words and words[-1] not in _LAST_WORDS and name.isascii():
        return name
    for size in range(min(_LONGEST_FORM_WORDS, len(words) - 1), 0, -1):
        if tuple(words[-size:]) in _LEGAL_FORMS:
            return " ".join(words[:-size]).rstrip(" &-+/@")
    for form in LEGAL_FORMS_THAT_END_A_WORD:
        if name.endswith(form) and len(name) > len(form):
            return name.removesuffix(form).strip()
    for form in LEGAL_FORMS_IN_FRONT:
        if name.startswith(form) and len(name) > len(form):
            return name.removeprefix(form).strip()
    return name
