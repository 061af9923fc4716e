"""How well an account matches the ideal customer profile: fit, 0-100.

    fit = 100 * weight of the criteria met / weight of the criteria whose attribute is known, rounded half up

A criterion about an attribute that is not known counts in neither, so it is no miss. When less than the
profile's minimum share of all weight is known (below it, not at it), fit is unknown. Limits are inclusive.
A disqualifier that is met makes fit 0, whatever else; one about something unknown does nothing.
Money in another than the business currency is not known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from psycopg.sql import SQL, Composable

from abmhub.accounts import attributes
from abmhub.accounts.models import Account
from abmhub.core.sql import Values
from abmhub.scoring.models import IcpCriterion, IcpProfile
from abmhub.scoring.subjects import subject_of

Attribute = IcpCriterion.Attribute
Verdict = Literal["met", "missed", "unknown"]

# Rounded half up; the columns are those of a statement that gathers weights.
SCORE = SQL(
    "CASE WHEN disqualified_by <> '' THEN 0"
    " WHEN known_weight = 0 OR known_weight * 100 < {minimum} * {total} THEN NULL"
    " ELSE (200 * met_weight + known_weight) / (2 * known_weight) END"
)


@dataclass(frozen=True)
class CriterionVerdict:
    """What became of one criterion for one account.

    `told` is how it is named where it bars the account, with its reason; `found` is what the account says about it,
    empty if nothing.
    """

    name: str
    weight: int
    verdict: Verdict
    is_disqualifier: bool
    told: str
    found: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Fit:
    """The arithmetic of one account's fit."""

    profile: str
    minimum_known_percent: int
    criteria: tuple[CriterionVerdict, ...]

    def _weight(self, *verdicts: Verdict) -> int:
        return sum(each.weight for each in self.criteria if each.verdict in verdicts and not each.is_disqualifier)

    @property
    def met_weight(self) -> int:
        return self._weight("met")

    @property
    def known_weight(self) -> int:
        return self._weight("met", "missed")

    @property
    def total_weight(self) -> int:
        return self._weight("met", "missed", "unknown")

    @property
    def disqualified_by(self) -> str:
        return ", ".join(each.told for each in self.criteria if each.is_disqualifier and each.verdict == "met")[:200]

    @property
    def score(self) -> int | None:
        """The fit 0-100, None when too little is known; the twin of the SQL of the night."""
        if self.disqualified_by:
            return 0
        if self.known_weight == 0 or self.known_weight * 100 < self.minimum_known_percent * self.total_weight:
            return None
        return (200 * self.met_weight + self.known_weight) // (2 * self.known_weight)


NO_PROFILE = Fit(profile="", minimum_known_percent=0, criteria=())
_VERDICTS: dict[bool | None, Verdict] = {True: "met", False: "missed", None: "unknown"}


def fit_of(account: Account) -> Fit:
    """The arithmetic of the account's fit by the profile in force, in one query."""
    in_force = IcpProfile.objects.published().values("pk")[:1]
    criteria = list(IcpCriterion.objects.filter(profile=in_force).in_order().select_related("profile"))
    if not criteria:
        return NO_PROFILE
    profile = criteria[0].profile
    return Fit(
        profile=profile.name,
        minimum_known_percent=profile.minimum_known_percent,
        criteria=tuple(
            CriterionVerdict(
                name=criterion.name,
                weight=criterion.weight,
                verdict=_VERDICTS[criterion.verdict(account)],
                is_disqualifier=criterion.is_disqualifier,
                found=_found(criterion, account),
                reason=criterion.reason,
                told=criterion.told,
            )
            for criterion in criteria
        ),
    )


def _found(criterion: IcpCriterion, account: Account) -> str:
    if criterion.custom is not None:
        is_known = criterion.value(account) is not None
        return attributes.shown(criterion.custom, attributes.value_of(account, criterion.custom)) if is_known else ""
    value = getattr(account, criterion.attribute)
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    if criterion.attribute == Attribute.FOUNDED_YEAR:
        return str(value)
    if criterion.attribute == Attribute.ANNUAL_REVENUE:
        return f"{value:,.0f} {account.currency}"
    return f"{value:,}" if criterion.attribute in IcpCriterion.NUMBERS else str(value)


def parts(criteria: Sequence[IcpCriterion], values: Values, *, minimum_known_percent: int) -> dict[str, Composable]:
    """The criteria as parts of `scoring/scores` and `scoring/fits`: expressions on "account", and the fit itself."""
    weighed = [criterion for criterion in criteria if not criterion.is_disqualifier]
    disqualifiers = [criterion for criterion in criteria if criterion.is_disqualifier]
    return {
        "fit": SCORE.format(
            minimum=values.hold(minimum_known_percent), total=values.hold(sum(each.weight for each in weighed))
        ),
        "known_weight": _sum(
            SQL("CASE WHEN {} IS NOT NULL THEN {} ELSE 0 END").format(subject_of(each).column, values.hold(each.weight))
            for each in weighed
        ),
        "met_weight": _sum(
            SQL("CASE WHEN {} THEN {} ELSE 0 END").format(is_met(each, values), values.hold(each.weight))
            for each in weighed
        ),
        "disqualified_by": SQL("concat_ws({})").format(
            SQL(", ").join(
                [
                    SQL("', ', NULL"),
                    *(
                        SQL("CASE WHEN {} THEN {}::text END").format(is_met(each, values), values.hold(each.told))
                        for each in disqualifiers
                    ),
                ]
            )
        ),
    }


def _sum(terms: Iterable[Composable]) -> Composable:
    return SQL(" + ").join([SQL("0"), *terms])


def is_met(criterion: IcpCriterion, values: Values) -> Composable:
    """The criterion as a condition; it is NULL, which is not met, where the attribute is not known."""
    column = subject_of(criterion).column
    if criterion.is_measured:
        limits = [
            SQL("{} {} {}").format(column, operator, values.hold(limit))
            for operator, limit in ((SQL(">="), criterion.minimum), (SQL("<="), criterion.maximum))
            if limit is not None
        ]
        return SQL("({})").format(SQL(" AND ").join(limits))
    wanted = values.hold([word.lower() for word in criterion.values])
    if criterion.attribute == Attribute.TECHNOLOGIES:
        return SQL("EXISTS (SELECT FROM unnest({}) AS used WHERE lower(used) = ANY({}::text[]))").format(column, wanted)
    return SQL("lower({}) = ANY({}::text[])").format(column, wanted)
