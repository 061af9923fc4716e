"""What may be wrong with a profile, in sentences: first what its criteria say, then what the accounts say to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from django.conf import settings
from psycopg.sql import SQL, Identifier
from rapidfuzz import fuzz, process

from abmhub.core import sql
from abmhub.core.sql import Values
from abmhub.scoring import fit
from abmhub.scoring.models import IcpCriterion, IcpProfile
from abmhub.scoring.subjects import Subject, subject_of

Severity = Literal["danger", "warn", "info"]
ORDER = ("danger", "warn", "info")

KNOWN_ENOUGH = 0.25
"""Where less than this share of accounts is known, a criterion decides about few."""

MOST_VALUES = 2000
ALIKE_PERCENT = 75
COUNTED = SQL(
    "SELECT {}::text AS attribute, {} AS value, count(*) AS accounts FROM accounts_account AS account GROUP BY 2"
)


@dataclass(frozen=True)
class Remark:
    """A sentence and how much it matters: danger is a contradiction, warn probably a mistake, info worth knowing."""

    severity: Severity
    sentence: str


def remarks(profile: IcpProfile) -> list[Remark]:
    """Everything there is to say about the profile, the gravest first; two statements over all accounts."""
    criteria = list(profile.criteria.in_order())
    found = [*said_by_criteria(criteria), *said_by_accounts(criteria)]
    return sorted(found, key=lambda remark: ORDER.index(remark.severity))


def said_by_criteria(criteria: Sequence[IcpCriterion]) -> Iterator[Remark]:
    """What the criteria give away without looking at any account."""
    weighed = [each for each in criteria if not each.is_disqualifier]
    total = sum(each.weight for each in weighed)
    if not weighed:
        yield Remark("danger", "No criterion has a weight: no account would have a fit.")
    elif total != 100:
        yield Remark("info", f"The weights sum to {total}. Fit is a share of them all the same; 100 reads easier.")
    for each in criteria:
        low, high = _limits(each)
        if low > high:
            limits = f"at least {low:,.12g} and at most {high:,.12g}"
            yield Remark("danger", f"“{each}” asks for {limits}: no account can meet it.")
        if each.is_disqualifier and not each.reason:
            yield Remark("info", f"“{each}” disqualifies without a reason: reps will ask why.")
    for one, other in combinations(criteria, 2):
        if subject_of(one) == subject_of(other):
            yield from _of_two(one, other)


def _of_two(one: IcpCriterion, other: IcpCriterion) -> Iterator[Remark]:
    """About two criteria that ask for the same attribute."""
    if one.is_disqualifier != other.is_disqualifier:
        barring, earning = (one, other) if one.is_disqualifier else (other, one)
        if _lies_within(earning, barring):
            yield Remark("danger", f"Whoever meets “{earning}” is disqualified by “{barring}”.")
        elif both := _words(earning) & _words(barring):
            words = ", ".join(sorted(both))
            yield Remark("warn", f"“{earning}” gives points for {words}, which “{barring}” disqualifies.")
    elif not one.is_disqualifier and not subject_of(one).is_list and _exclude_each_other(one, other):
        yield Remark(
            "warn",
            f"“{one}” and “{other}” exclude each other: nobody gets both {one.weight} and {other.weight} points.",
        )


def _words(criterion: IcpCriterion) -> set[str]:
    return {value.lower() for value in criterion.values}


def _limits(criterion: IcpCriterion) -> tuple[float, float]:
    low = float("-inf") if criterion.minimum is None else float(criterion.minimum)
    high = float("inf") if criterion.maximum is None else float(criterion.maximum)
    return low, high


def _lies_within(inner: IcpCriterion, outer: IcpCriterion) -> bool:
    if inner.is_measured:
        return _limits(outer)[0] <= _limits(inner)[0] and _limits(inner)[1] <= _limits(outer)[1]
    return _words(inner) <= _words(outer)


def _exclude_each_other(one: IcpCriterion, other: IcpCriterion) -> bool:
    if one.is_measured:
        return _limits(one)[1] < _limits(other)[0] or _limits(other)[1] < _limits(one)[0]
    return not _words(one) & _words(other)


def said_by_accounts(criteria: Sequence[IcpCriterion]) -> Iterator[Remark]:
    """What the accounts that are there make of the criteria; nothing where there are none."""
    if not criteria:
        return
    counts = _counts(criteria)
    if not counts["accounts"]:
        return
    for number, each in enumerate(criteria):
        yield from _of_counts(each, counts["accounts"], counts[f"known_{number}"], counts[f"met_{number}"])
    yield from _of_values(criteria)


def _of_counts(criterion: IcpCriterion, accounts: int, known: int, met: int) -> Iterator[Remark]:
    subject = criterion.subject
    if not known:
        yield Remark("warn", f"“{criterion}” asks for {subject}, which is not known of any account yet.")
        return
    if known < KNOWN_ENOUGH * accounts:
        share = f"{known / accounts:.0%}" if known * 100 >= accounts else "less than 1%"
        yield Remark("info", f"“{criterion}” asks for {subject}, which is known of {share} of the accounts.")
    if not met:
        yield Remark("info" if criterion.is_disqualifier else "warn", f"No account meets “{criterion}”.")
    elif met == known:
        grave: Severity = "danger" if criterion.is_disqualifier else "warn"
        yield Remark(grave, f"Every account of which {subject} is known meets “{criterion}”: it tells none apart.")


def _counts(criteria: Sequence[IcpCriterion]) -> dict[str, int]:
    values = Values("lint")
    counts = [
        SQL(", count({}) AS {}, count(*) FILTER (WHERE {}) AS {}").format(
            subject_of(each).column,
            Identifier(f"known_{number}"),
            fit.is_met(each, values),
            Identifier(f"met_{number}"),
        )
        for number, each in enumerate(criteria)
    ]
    [row] = sql.rows(
        "scoring/lint_counts",
        {"counts": SQL("").join(counts)},
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        **values.parameters,
    )
    return row


def _of_values(criteria: Sequence[IcpCriterion]) -> Iterator[Remark]:
    """Values that no account has, with the one that was probably meant."""
    asked = [each for each in criteria if each.values]
    known = _known_values({subject_of(each) for each in asked})
    for each in asked:
        there = known.get(subject_of(each).key, {})
        if not there or len(there) == MOST_VALUES:
            continue
        for value in each.values:
            if value.lower() in there:
                continue
            best = process.extractOne(value.lower(), list(there), scorer=fuzz.ratio, score_cutoff=ALIKE_PERCENT)
            hint = f" “{there[best[0]]}” perhaps?" if best else ""
            yield Remark("warn" if best else "info", f"“{each}” asks for “{value}”, which no account has.{hint}")


def _known_values(asked: set[Subject]) -> dict[str, dict[str, str]]:
    """What accounts have of each subject, by its key: as it is written, by lower case."""
    if not asked:
        return {}
    values = Values("values")
    counted = [
        COUNTED.format(values.hold(each.key), SQL("unnest({})").format(each.column) if each.is_list else each.column)
        for each in sorted(asked, key=lambda subject: subject.key)
    ]
    rows: list[dict[str, Any]] = sql.rows(
        "scoring/lint_values",
        {"values": SQL(" UNION ALL ").join(counted), "most": values.hold(MOST_VALUES)},
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        **values.parameters,
    )
    known: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["value"]:
            known.setdefault(row["attribute"], {}).setdefault(row["value"].lower(), row["value"])
    return known
