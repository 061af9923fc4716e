"""New accounts that may be ones we had: found for a person to decide about, never made one by themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import structlog
from django.db import OperationalError, transaction
from psycopg.errors import QueryCanceled
from rapidfuzz import fuzz

from abmhub.accounts.countries import name_of
from abmhub.accounts.models import Account, Duplicate
from abmhub.core import sql
from abmhub.imports import journal

log = structlog.get_logger(__name__)

# Names this alike, in any order of their words, are looked at by a person; below it they are two.
ALIKE_PERCENT = 85
# One domain but for its ending says much already: then the names need only have something in common.
ALIKE_WITH_ONE_STEM_PERCENT = 50
# Trigrams find what may reach that, and far more; of which the likest few are compared.
TRIGRAM_LIKENESS = 0.55
FOUND_EACH = 5
SHORTEST_NAME = 4
SHORTEST_STEM = 4
# From so many new names on that differ in their numbers alone, the numbers tell them apart.
SERIES = 10
# A search by trigrams takes the longer the more accounts there are. So many new accounts times accounts are
# compared for one file: all of them up to some 16,000, and 250 among a million. Names that are the same and domains
# that differ in their ending are found of all.
MOST_COMPARISONS = 250_000_000
MOST_PAIRS = 20_000
AT_ONCE = 25
PATIENCE_MILLISECONDS = 5_000


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
    found = {**dict.fromkeys(_named_alike(), ""), **dict.fromkeys(with_same_stem, "stem")}
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
    """Searched in small parts: where names are so alike that a part takes too long, the search ends."""
    accounts = max(sql.rows("imports/duplicates/accounts_there")[0]["accounts"], 1)
    wanted = sql.rows(
        "imports/duplicates/to_compare",
        letters=SHORTEST_NAME,
        series=SERIES,
        at_most=min(MOST_COMPARISONS // accounts, MOST_PAIRS),
    )
    if not wanted:
        return
    before = sql.rows("imports/duplicates/settings")[0]
    sql.rows("imports/duplicates/search_by", likeness=str(TRIGRAM_LIKENESS), milliseconds=str(PATIENCE_MILLISECONDS))
    try:
        for start in range(0, len(wanted), AT_ONCE):
            part = [row["id"] for row in wanted[start : start + AT_ONCE]]
            with transaction.atomic():
                found = _keys("imports/duplicates/named_alike", accounts=part, each=FOUND_EACH)
            yield from found
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        log.warning("search_for_duplicates_ended", compared=start, of=len(wanted), error=str(error))
    finally:
        sql.rows("imports/duplicates/search_by", **before)


def _compared(found: dict[tuple[int, int], str]) -> Iterator[Pair]:
    """The pairs that are alike enough, each once, without relatives: a branch has the name of its parent."""
    keys = {key for pair in found for key in pair}
    accounts = Account.objects.only("name", "normalized_name", "domain", "country", "parent").in_bulk(keys)
    seen: set[frozenset[int]] = set()
    for (new_id, old_id), because in found.items():
        both = frozenset((new_id, old_id))
        new, old = accounts[new_id], accounts[old_id]
        if both in seen or _are_relatives(new, old) or _numbers_in(new) != _numbers_in(old):
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


def _numbers_in(account: Account) -> list[str]:
    return "".join(char if char.isdigit() else " " for char in account.normalized_name).split()


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
