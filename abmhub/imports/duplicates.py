"""New accounts that may be ones we had: found for a person to decide about, never made one by themselves."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from psycopg.sql import Identifier
from rapidfuzz import fuzz, process

from abmhub.accounts.countries import name_of
from abmhub.accounts.models import Account, Duplicate
from abmhub.core import sql
from abmhub.imports import journal

# Names this alike, in any order of their words, are looked at by a person; below it they are two.
ALIKE_PERCENT = 85
# One domain but for its ending says much already: then the names need only have something in common.
ALIKE_WITH_ONE_STEM_PERCENT = 50
FOUND_EACH = 5
SHORTEST_NAME = 4
SHORTEST_STEM = 4
# From so many new names on that differ in their numbers alone, the numbers tell them apart.
SERIES = 10
NUMBERS = re.compile(r"\d+")
# So many comparisons take about a second, whatever comes in. Of a large file the words that very many names share
# cost more than that, and are left out; names that are the same and domains that differ in their ending are not.
MOST_COMPARISONS = 30_000_000
MOST_PAIRS = 20_000


@dataclass(frozen=True)
class Pair:
    """A new account and one that it may be."""

    new: Account
    old: Account
    likeness: int
    reason: str


def find_duplicates(*, at: datetime) -> int:
    """Lay new accounts of the staged file that look like others beside these, and doubt their rows.

    Called when the accounts are written. Returns how many pairs there are.
    """
    with_same_name = _keys("imports/duplicates/same_name", each=FOUND_EACH, at_most=MOST_PAIRS)
    with_same_stem = _keys("imports/duplicates/same_stem", each=FOUND_EACH, at_most=MOST_PAIRS, letters=SHORTEST_STEM)
    found = {**dict.fromkeys(islice(_named_alike(), MOST_PAIRS), ""), **dict.fromkeys(with_same_stem, "stem")}
    found |= dict.fromkeys(with_same_name, "name")
    if not found:
        return 0
    pairs = list(islice(_compared(found), MOST_PAIRS))
    _write(pairs, at)
    _doubt(pairs)
    return len(pairs)


def _keys(name: str, **parameters: Any) -> list[tuple[int, int]]:
    return [(row["new_id"], row["old_id"]) for row in sql.rows(name, **parameters)]


def _named_alike() -> Iterator[tuple[int, int]]:
    """Accounts of one country, or of none, that have a word and most letters in common: a new one and another."""
    parts = {"words": sql.part("imports/duplicates/words_of", name=Identifier("normalized_name"))}
    if not sql.materialize("compared", "imports/duplicates/compared", parts, letters=SHORTEST_NAME, series=SERIES):
        return
    sql.materialize("named", "imports/duplicates/named", parts, letters=SHORTEST_NAME)
    shared = ""
    new: dict[str, Names] = {}
    for word, key, country, name, is_new in sql.stream("imports/duplicates/with_one_word", at_most=MOST_COMPARISONS):
        if word != shared:
            shared, new = word, {}
        spelt = " ".join(sorted(name.split()))
        for there in [new[each] for each in (country, "") if each in new] if country else new.values():
            yield from ((found, key) for found in there.alike(spelt))
        if is_new:
            new.setdefault(country, Names()).add(key, spelt)


class Names:
    """New accounts of one country that share a word, by their names with the words in order."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._names: list[str] = []

    def add(self, key: int, name: str) -> None:
        self._keys.append(key)
        self._names.append(name)

    def alike(self, name: str) -> list[int]:
        """The keys of the few likest ones whose numbers are the same."""
        found = process.extract(name, self._names, scorer=fuzz.ratio, score_cutoff=ALIKE_PERCENT, limit=FOUND_EACH)
        numbers = sorted(_numbers_in(name))
        return [self._keys[place] for other, _, place in found if sorted(_numbers_in(other)) == numbers]


def _compared(found: dict[tuple[int, int], str]) -> Iterator[Pair]:
    """The pairs that are alike enough, each once, without relatives: a branch has the name of its parent."""
    keys = {key for pair in found for key in pair}
    accounts = Account.objects.only("name", "normalized_name", "domain", "country", "parent").in_bulk(keys)
    seen: set[frozenset[int]] = set()
    for (new_id, old_id), because in found.items():
        both = frozenset((new_id, old_id))
        new, old = accounts[new_id], accounts[old_id]
        if both in seen or _are_relatives(new, old) or _of_other_numbers(new, old):
            continue
        likeness = round(fuzz.token_sort_ratio(new.normalized_name, old.normalized_name))
        enough = ALIKE_PERCENT
        if because == "stem":
            enough = ALIKE_WITH_ONE_STEM_PERCENT
            likeness = round(fuzz.token_set_ratio(new.normalized_name, old.normalized_name))
        if likeness >= enough:
            seen.add(both)
            yield Pair(new, old, likeness, _reason(new, old, because))


def _are_relatives(one: Account, other: Account) -> bool:
    parents = {one.parent_id, other.parent_id} - {None}
    return bool(parents & {one.pk, other.pk}) or (one.parent_id is not None and one.parent_id == other.parent_id)


def _of_other_numbers(one: Account, other: Account) -> bool:
    return _numbers_in(one.normalized_name) != _numbers_in(other.normalized_name)


def _numbers_in(name: str) -> list[str]:
    return NUMBERS.findall(name)


def _reason(new: Account, old: Account, because: str) -> str:
    if because == "stem":
        return f"Domains alike: {old.domain} and {new.domain}."[:200]
    if new.normalized_name != old.normalized_name:
        return "Names alike."
    if new.country != old.country and new.country and old.country:
        return f"The same name, in {name_of(old.country)} and in {name_of(new.country)}."
    if new.domain and old.domain:
        return f"The same name, with the domains {old.domain} and {new.domain}."[:200]
    return "The same name."


def _write(pairs: Iterable[Pair], at: datetime) -> None:
    rows = [(min(p.new.pk, p.old.pk), max(p.new.pk, p.old.pk), p.likeness, p.reason) for p in pairs]
    accounts, others, likenesses, reasons = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 4
    journal.write(
        Duplicate,
        "imports/duplicates/write",
        accounts=accounts,
        others=others,
        likenesses=likenesses,
        reasons=reasons,
        at=at,
    )


def _doubt(pairs: list[Pair]) -> None:
    """Say it of each row that brought one of the two; the account it looks like is the suggestion."""
    sides = [side for pair in pairs for side in ((pair.new, pair.old, pair), (pair.old, pair.new, pair))]
    sql.run(
        "imports/duplicates/doubt",
        accounts=[one.pk for one, _, _ in sides],
        reasons=[f"May be the same as “{other.name[:100]}”. {pair.reason}" for _, other, pair in sides],
        suggestions=[other.name for _, other, _ in sides],
    )
