"""The return on tactics and programs: won and open money that is due to them, against what they cost in a year."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from psycopg.sql import SQL, Composable

from abmhub.campaigns.models import Program, ProgramAccount, Touch
from abmhub.core import sql
from abmhub.menus.models import Tactic
from abmhub.metrics import due, rows
from abmhub.metrics.attribution import Model
from abmhub.metrics.formulas import ratio
from abmhub.metrics.models import PeriodLock, ReturnSnapshot
from abmhub.metrics.models.returns import ReturnKind
from abmhub.metrics.spans import Window
from abmhub.orders.models import OrderLine
from abmhub.pipeline.models import Stage

FEWEST = 5
"""With fewer won deals a return is chance."""
Z = 1.96
OUTCOMES = (Stage.Kind.WON, Stage.Kind.OPEN)


@dataclass(frozen=True)
class Return:
    """What one tactic or program brought under one model."""

    found: ReturnSnapshot
    name: str = ""

    @property
    def times(self) -> Decimal | None:
        """Won money for each unit of spend: 90,000 won with 30,000 is 3 times."""
        return ratio(self.found.won_amount, self.found.spend_amount)

    @property
    def open_times(self) -> Decimal | None:
        """Open pipeline for each unit of spend."""
        return ratio(self.found.open_amount, self.found.spend_amount)

    @property
    def is_enough(self) -> bool:
        return self.found.won_deals >= FEWEST

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval of `times`, None where there are too few won deals or no spend.

        Won money is a sum of a random number of random deals; the sum of the squares estimates its variance (compound
        Poisson; Ross, Introduction to Probability Models). Ten deals of 10,000 are 100,000 give or take 61,981.
        """
        if not self.is_enough or not self.found.spend_amount:
            return None
        won, spend = float(self.found.won_amount), float(self.found.spend_amount)
        reach = Z * sqrt(float(self.found.won_squares))
        return max(won - reach, 0.0) / spend, (won + reach) / spend


@transaction.atomic
def keep_returns(*, on: date, is_over: bool = False) -> int:
    """Write what tactics and programs brought by a night, anew if that was written; returns the rows.

    Of a day that is over nothing is written when there is anything, and of a locked month never: what was reported
    stays.
    """
    kept = ReturnSnapshot.objects.filter(snapshot_on=on)
    if PeriodLock.objects.hold(on) or (is_over and kept.exists()):
        return 0
    kept.delete()
    first, deals, values = Window.YEAR.first_day(on), sql.Values("deal"), sql.Values("cost")
    lines = rows.delivered(first, on).order_by().annotate(number=F("cost"))
    listed = sql.part("metrics/program_on", account=SQL("line.order__account_id"), day=SQL("line.told_on"))
    return sql.run(
        "metrics/returns",
        _parts={
            "lines": sql.rows_of(lines.values("tactic_id", "order__account_id", "told_on", "number"), values),
            "program_of_line": listed,
            "spend": sql.rows_of(
                rows.spend(first, on)
                .order_by()
                .annotate(program_id=F("campaign__program"))
                .values("program_id", "number"),
                values,
            ),
            "due_to": _due_to([due.deals(outcome, on) for outcome in OUTCOMES], deals),
        },
        as_of=on,
        **due.asked(),
        **deals.parameters,
        **values.parameters,
    )


def returns_of(*, kind: ReturnKind, model: Model) -> list[Return]:
    """What the last night that reckoned them found, the most won money first."""
    newest = ReturnSnapshot.objects.order_by("-snapshot_on").values_list("snapshot_on", flat=True)[:1]
    found = list(ReturnSnapshot.objects.filter(snapshot_on__in=newest, kind=kind, model=model))
    found.sort(key=lambda each: (-each.won_amount, -each.open_amount, -each.spend_amount, each.key))
    names = names_of(kind, [each.key for each in found])
    return [Return(each, names[each.key]) for each in found]


def names_of(kind: ReturnKind, keys: Collection[int]) -> dict[int, str]:
    """What these tactics or programs are called; a report does not end with what it reports."""
    manager: Any = Tactic.objects if kind == ReturnKind.TACTIC else Program.objects
    known = {each.pk: str(each) for each in manager.filter(pk__in=keys)}
    return {key: known.get(key, f"No. {key}, deleted") for key in keys}


def behind(*, on: date, kind: ReturnKind, key: int, model: Model, outcome: Stage.Kind) -> list[tuple[int, Decimal]]:
    """The deals that an amount sums, as they stand now, each with its share; the largest first."""
    values = sql.Values("deal")
    found = sql.rows(
        "metrics/returns_behind",
        _parts={"due_to": _due_to([due.deals(outcome, on).filter(_may_be_due(kind, key))], values)},
        kind=kind,
        key=key,
        model=model,
        outcome=outcome,
        **due.asked(),
        **values.parameters,
    )
    return [(row["deal_id"], Decimal(row["amount"])) for row in found]


def _may_be_due(kind: ReturnKind, key: int) -> Q:
    """Deals of accounts to which it can be due at all, so that nobody shares the money of all others."""
    if kind == ReturnKind.TACTIC:
        return Q(account__in=OrderLine.objects.filter(tactic=key).values("order__account"))
    listed, touched = ProgramAccount.objects.filter(program=key), Touch.objects.filter(campaign__program=key)
    return Q(account__in=listed.values("account")) | Q(account__in=touched.values("account"))


def _due_to(deals: list[QuerySet[Any]], values: sql.Values) -> Composable:
    day = SQL("(known.occurred_at AT TIME ZONE %(zone)s)::date")
    return sql.part(
        "metrics/due_to",
        shares=due.shares_of(deals, values),
        program_on=sql.part("metrics/program_on", account=SQL("known.account_id"), day=day),
    )
