"""What the best customers have in common: every value of every attribute, among them and among the rest.

    lift = share among the best : share among the rest, of those whose attribute is known, smoothed;
    with its 95% interval, see `core.statistics.ratio_of_shares`

A value is sure when the interval leaves out 1. It is too rare to tell when fewer than five of the best have it, and
fewer than five would if it were as common among them as among all. Numbers are cut where fifths of all known values
lie, rounded to readable limits. With fewer than twenty best customers nothing is said at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.conf import settings
from psycopg.sql import SQL, Composable, Identifier

from abmhub.core import sql
from abmhub.core.sql import Values
from abmhub.core.statistics import Ratio, ratio_of_shares
from abmhub.scoring.best import Best, Sample
from abmhub.scoring.models import IcpCriterion
from abmhub.scoring.subjects import Subject, subjects

ENOUGH_BEST = 20
ENOUGH_OF_A_VALUE = 5
MOST_VALUES = 40
"""Of one attribute, that are looked at."""

FIFTHS = [0.2, 0.4, 0.6, 0.8]
MANTISSAS = [Decimal(each) for each in ("1", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10")]
YEARS = 5
"""Years are rounded to these."""


@dataclass(frozen=True)
class Tally:
    """How many have a value, of how many whose attribute is known; among the best, and among the rest."""

    best: int
    best_known: int
    rest: int
    rest_known: int

    def __add__(self, other: "Tally") -> "Tally":
        """Of either value, where no account has both."""
        return Tally(self.best + other.best, self.best_known, self.rest + other.rest, self.rest_known)

    @property
    def lift(self) -> Ratio:
        return ratio_of_shares(self.best, self.best_known, self.rest, self.rest_known)

    @property
    def is_rare(self) -> bool:
        """Whether there is too little to tell."""
        known = self.best_known + self.rest_known
        expected = self.best_known * (self.best + self.rest) / known if known else 0
        return max(self.best, expected) < ENOUGH_OF_A_VALUE

    @property
    def best_share(self) -> float | None:
        return self.best / self.best_known if self.best_known else None

    @property
    def rest_share(self) -> float | None:
        return self.rest / self.rest_known if self.rest_known else None


@dataclass(frozen=True)
class Bin:
    """A range of a measured attribute: from `minimum`, inclusive, to below `below`; None is without end."""

    minimum: Decimal | None
    below: Decimal | None
    step: Decimal

    @property
    def maximum(self) -> Decimal | None:
        """The largest value in it, as a criterion writes it."""
        return None if self.below is None else self.below - self.step


@dataclass(frozen=True)
class Finding:
    """One value of one attribute, and how much more often the best have it. `bin` stands for measured attributes."""

    subject: Subject
    value: str
    label: str
    tally: Tally
    bin: Bin | None = None

    @property
    def lift(self) -> Ratio:
        return self.tally.lift

    @property
    def is_rare(self) -> bool:
        return self.tally.is_rare

    @property
    def is_sure(self) -> bool:
        """Whether the best have it more often than the rest, beyond chance."""
        return not self.is_rare and self.lift.low > 1

    @property
    def is_seldom(self) -> bool:
        """Whether the best have it less often than the rest, beyond chance."""
        return not self.is_rare and self.lift.high < 1

    @property
    def asked(self) -> str:
        """The value as a criterion asks for it."""
        if self.subject.attribute == IcpCriterion.Attribute.COUNTRY:
            return self.value.upper()
        return self.label if self.label.lower() == self.value and not self.subject.is_yes_no else self.value

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{self.subject.key}={self.value}"


@dataclass(frozen=True)
class Learned:
    """What was found: the surest first. `half` is what one half of the accounts tells by itself.

    `best` and `rest` are those that were compared; `sample` says of how many.
    """

    best: int
    rest: int
    sample: Sample
    findings: tuple[Finding, ...]
    half: tuple[Finding, ...]

    @property
    def is_enough(self) -> bool:
        return self.best >= ENOUGH_BEST

    @property
    def sure(self) -> list[Finding]:
        return [each for each in self.findings if each.is_sure]

    @property
    def seldom(self) -> list[Finding]:
        """The most unlike first."""
        return sorted((each for each in self.findings if each.is_seldom), key=lambda each: each.lift.high)

    @property
    def unsure(self) -> list[Finding]:
        return [each for each in self.findings if not (each.is_sure or each.is_seldom or each.is_rare)]

    @property
    def rare(self) -> list[Finding]:
        return [each for each in self.findings if each.is_rare]


def learn(best: Best) -> Learned:
    """Compare the best with the rest, attribute by attribute; in three statements."""
    asked = subjects()
    sample = best.sample()
    bins = limits_of(best, sample, [each for each in asked if each.is_measured])
    values = Values("learn")
    rows = sql.rows(
        "scoring/learn_values",
        {"population": best.population(values, sample), "most": values.hold(MOST_VALUES), **_said(asked, bins, values)},
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        **values.parameters,
    )
    everybody = next((row for row in rows if row["attribute"] == ""), {"best": 0, "rest": 0})
    return Learned(
        best=everybody["best"],
        rest=everybody["rest"],
        sample=sample,
        findings=_findings(asked, bins, rows, prefix=""),
        half=_findings(asked, bins, rows, prefix="half_"),
    )


def limits_of(best: Best, sample: Sample, measured: Sequence[Subject]) -> dict[str, list[Decimal]]:
    """Where the bins of each measured attribute begin, by its key; nothing where nothing is known."""
    values = Values("limits")
    quintiles = SQL(", ").join(
        SQL("percentile_disc({}::float8[]) WITHIN GROUP (ORDER BY ({})::float8) AS {}").format(
            values.hold(FIFTHS), each.column, Identifier(each.key)
        )
        for each in measured
    )
    [row] = sql.rows(
        "scoring/learn_limits",
        {"population": best.population(values, sample), "quintiles": quintiles},
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        **values.parameters,
    )
    return {each.key: readable_limits(row[each.key] or (), is_year=each.is_year) for each in measured}


def readable_limits(cuts: Iterable[Decimal | float], *, is_year: bool) -> list[Decimal]:
    """The cuts rounded to limits that people like, each once: 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 and their tenfolds."""
    rounded = (_readable_year(Decimal(cut)) if is_year else _readable(Decimal(cut)) for cut in cuts)
    return sorted(set(rounded))


def _readable_year(cut: Decimal) -> Decimal:
    return Decimal(round(cut / YEARS)) * YEARS


def _readable(cut: Decimal) -> Decimal:
    if cut == 0:
        return cut
    scale = Decimal(10) ** cut.copy_abs().log10().to_integral_value(ROUND_FLOOR)
    mantissa = min(MANTISSAS, key=lambda each: abs(each - abs(cut) / scale))
    # Criteria have two decimal places.
    return (mantissa * scale).copy_sign(cut).quantize(Decimal("0.01"))


def bins_between(limits: Sequence[Decimal], *, is_whole: bool) -> list[Bin]:
    """The ranges below, between and from the limits on; one for everybody where there is no limit."""
    step = Decimal(1) if is_whole else Decimal("0.01")
    return [Bin(start, end, step) for start, end in zip([None, *limits], [*limits, None], strict=True)]


def _said(asked: Sequence[Subject], bins: Mapping[str, Sequence[Decimal]], values: Values) -> dict[str, Composable]:
    """What accounts say, as parts of the statement: a column for each attribute, and a set that groups by it."""
    columns: list[Composable] = []
    sets: list[Composable] = []
    attribute: list[Composable] = [SQL("CASE")]
    value: list[Composable] = [SQL("CASE")]
    for subject in asked:
        if subject.is_list:
            continue
        said, name = subject.column, Identifier(subject.key)
        if subject.is_measured:
            limits = values.hold(list(bins[subject.key]))
            said = SQL("width_bucket(({})::float8, {}::float8[])").format(said, limits)
        columns.append(SQL("{} AS {}").format(said, name))
        sets.append(SQL("({})").format(name))
        attribute.append(SQL("WHEN GROUPING({}) = 0 THEN {}::text").format(name, values.hold(subject.key)))
        value.append(SQL("WHEN GROUPING({}) = 0 THEN {}::text").format(name, name))
    end = SQL("ELSE '' END")
    lists = [
        sql.part("scoring/learn_list", attribute=values.hold(each.key), column=each.column)
        for each in asked
        if each.is_list
    ]
    return {
        "columns": SQL(", ").join(columns),
        "sets": SQL(", ").join(sets),
        "attribute": SQL(" ").join([*attribute, end]),
        "value": SQL(" ").join([*value, end]),
        "lists": SQL(" ").join(lists),
    }


def _findings(
    asked: Sequence[Subject], bins: Mapping[str, Sequence[Decimal]], rows: Sequence[Mapping[str, Any]], *, prefix: str
) -> tuple[Finding, ...]:
    """The rows as findings, those first whose lift is surely the highest; what nobody has is left out."""
    by_key = {subject.key: subject for subject in asked}
    found = []
    for row in rows:
        subject = by_key.get(row["attribute"])
        tally = Tally(*(row[prefix + column] for column in ("best", "best_known", "rest", "rest_known")))
        if subject is None or not tally.best + tally.rest:
            continue
        limits = bins.get(subject.key)
        if limits is None:
            found.append(Finding(subject, row["value"], subject.named(row["label"]), tally))
        elif limits:
            part = bins_between(limits, is_whole=subject.is_whole)[int(row["value"])]
            found.append(Finding(subject, row["value"], label_of(part, subject), tally, part))
    return tuple(sorted(found, key=lambda each: (each.is_rare, -each.lift.low, each.subject.label, each.label)))


def label_of(part: Bin, subject: Subject) -> str:
    """For example: 200 to 499; 25,000,000 to under 50,000,000; before 1995."""

    def written(limit: Decimal) -> str:
        return f"{limit:.0f}" if subject.is_year else f"{limit:,.2f}".rstrip("0").rstrip(".")

    if part.minimum is None:
        return f"{'before' if subject.is_year else 'under'} {written(part.below)}" if part.below is not None else "any"
    if part.below is None:
        return f"{written(part.minimum)} or {'later' if subject.is_year else 'more'}"
    until = f"{written(part.below - 1)}" if subject.is_whole else f"under {written(part.below)}"
    return f"{written(part.minimum)} to {until}"
