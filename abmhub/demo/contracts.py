"""What customers signed: a contract for every won deal, renewed, widened or left to run out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from abmhub.demo.deals import Deal, Pipeline
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.load import copy, next_id
from abmhub.pipeline.models import Contract, months_after

TERMS = {6: 3, 12: 6, 24: 2, 36: 1}
"""Months, and how often. The half years are pilots: without them nothing would have come up for renewal yet."""
FEES = (0.0, 0.02, 0.04, 0.07)
RENEWED, CHURNED = 0.84, 0.05
REASONS = ("Merged with another company", "Budget was cut", "Chose a competitor")

FIELDS = (
    "id", "account", "opportunity", "follows", "kind", "value_amount", "one_time_amount", "currency", "signed_on",
    "starts_on", "term_months", "ends_on", "churned_on", "churn_reason", "source", "external_id", "created_at",
)  # fmt: skip


@dataclass(slots=True)
class Signed:
    """A contract in the making."""

    id: int
    account: int
    deal: int | None
    follows: int | None
    kind: Contract.Kind
    year_amount: Decimal
    fee: Decimal
    signed_on: date
    starts_on: date
    term: int
    churned_on: date | None = None

    @property
    def ends_on(self) -> date:
        return months_after(self.starts_on, self.term) - timedelta(days=1)


def write(throw: Dice, calendar: Calendar, pipeline: Pipeline, currency: str) -> int:
    """Write them; returns how many."""
    return copy(Contract, FIELDS, list(_rows(throw, calendar, pipeline, currency)))


def _rows(throw: Dice, calendar: Calendar, pipeline: Pipeline, currency: str) -> Iterator[tuple[object, ...]]:
    first_id, today = next_id(Contract), calendar.as_of
    signed: list[Signed] = []
    latest: dict[int, Signed] = {}
    for deal in sorted((each for each in pipeline.deals if each.stage == "Won"), key=lambda each: each.stages[-1][1]):
        contract = _from_deal(throw, calendar, deal, first_id + len(signed), latest.get(deal.company.id))
        signed.append(contract)
        latest[deal.company.id] = contract
    for contract in list(signed):
        if throw.chance(CHURNED) and contract.starts_on + timedelta(days=90) < today:
            contract.churned_on = contract.starts_on + timedelta(days=throw.randint(60, 89))
        elif contract.ends_on < today and throw.chance(RENEWED):
            signed.append(_renewed(throw, contract, first_id + len(signed)))
    for each in signed:
        value = (each.year_amount * each.term / 12 + each.fee).quantize(Decimal("0.01"))
        yield (
            each.id, each.account, each.deal, each.follows, each.kind, value, each.fee, currency, each.signed_on,
            each.starts_on, each.term, each.ends_on, each.churned_on,
            throw.pick(list(REASONS)) if each.churned_on else "", "crm", f"C-{each.id:05}", calendar.starts[-1],
        )  # fmt: skip


def _from_deal(throw: Dice, calendar: Calendar, deal: Deal, number: int, before: Signed | None) -> Signed:
    won_on = calendar.days[deal.stages[-1][1]]
    amount = deal.amount or Decimal(40_000)
    return Signed(
        id=number,
        account=deal.company.id,
        deal=deal.id,
        follows=before.id if before else None,
        kind=Contract.Kind.EXPANSION if before else Contract.Kind.NEW,
        year_amount=amount,
        fee=Decimal(round(float(amount) * throw.pick(list(FEES)), -2)),
        signed_on=won_on,
        starts_on=months_after(won_on.replace(day=1), 1),
        term=throw.weighted(list(TERMS), list(TERMS.values())),
    )


def _renewed(throw: Dice, before: Signed, number: int) -> Signed:
    starts_on = before.ends_on + timedelta(days=1)
    return Signed(
        id=number,
        account=before.account,
        deal=None,
        follows=before.id,
        kind=Contract.Kind.RENEWAL,
        year_amount=(before.year_amount * Decimal(throw.pick(["1", "1.03", "1.05", "1.1"]))).quantize(Decimal("0.01")),
        fee=Decimal(0),
        signed_on=starts_on - timedelta(days=throw.randint(5, 40)),
        starts_on=starts_on,
        term=12,
    )
