"""The units behind a cell: as many as it counts, with the money that it sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg.sql import SQL

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.funnel import columns, entries
from abmhub.funnel.cell import Key
from abmhub.funnel.cells import ALL, DIMENSIONS, Question
from abmhub.funnel.models import FunnelStage
from abmhub.users.models import User

ENTRY, DEAL = SQL("unit.is_entry"), SQL("unit.kind = 'deal'")
DAYS = {
    FunnelStage.POOL: (SQL("unit.pool_on"), SQL("NULL::date")),
    FunnelStage.INTEREST: (SQL("unit.interest_on"), SQL("unit.pool_on")),
    FunnelStage.SQL: (SQL("unit.sql_on"), SQL("unit.interest_on")),
    FunnelStage.OPPORTUNITY: (SQL("unit.opportunity_on"), SQL("unit.sql_on")),
    FunnelStage.WON: (SQL("unit.won_on"), SQL("unit.opportunity_on")),
}
FOUND = SQL("SELECT * FROM funnel_funnelunit WHERE id = ANY(%(ids)s)")
LONG_AGO = date(1, 1, 1)


@dataclass(frozen=True)
class UnitRow:
    """A unit in words. One whose account, lead or deal is gone has no name."""

    kind: str
    key: int
    name: str
    account_id: int | None
    account_name: str | None
    reached_on: date | None
    days: int | None
    amount: Decimal | None


def rows(
    question: Question,
    motion: Motion,
    stage: FunnelStage,
    *,
    by: Sequence[str] = (),
    key: Key = (None, None),
    user: User,
    limit: int,
    offset: int = 0,
) -> list[UnitRow]:
    """Those of a cell of that motion, cut as it is, newest first.

    All of them count; the names of those that are about an account which this person may not see stay out.
    """
    reached, before = DAYS[stage]
    in_deals = stage in (FunnelStage.OPPORTUNITY, FunnelStage.WON) or (
        stage == FunnelStage.SQL and motion == Motion.ABM
    )
    row, column = (*(DIMENSIONS[name].key for name in by), ALL, ALL)[:2]
    asked = Question(question.as_of, question.night, question.since, question.until, motion)
    units, ids, skipped = asked.units, list[int](), offset
    if kept := columns.newest():
        ids = entries.units(kept, asked.in_numbers, motion, stage, by, key, limit=limit, offset=offset)
        units, skipped = FOUND, 0
    found = sql.rows(
        "funnel/rows",
        _parts={
            "units": units,
            "reached": reached,
            "before": before,
            "counted": DEAL if in_deals else ENTRY,
            "row": row,
            "column": column,
        },
        **asked.parameters,
        row_key=key[0],
        column_key=key[1],
        limit=limit,
        offset=skipped,
        ids=ids,
    )
    accounts = {each["account_id"] for each in found}
    seen: set[int | None] = set(Account.objects.visible_to(user).filter(pk__in=accounts).values_list("pk", flat=True))
    if user.sees_every_account:
        seen.add(None)
    return [_told(each, is_seen=each["account_id"] in seen) for each in found]


def _told(row: Mapping[str, Any], *, is_seen: bool) -> UnitRow:
    """A row for somebody who may see its account, or may not."""
    reached_on, before_on = row["reached_on"], row["before_on"]
    return UnitRow(
        kind=row["kind"],
        key=row["key"],
        name=row["name"] if is_seen else "",
        account_id=row["account_id"] if is_seen else None,
        account_name=row["account_name"] if is_seen else None,
        reached_on=reached_on if reached_on > LONG_AGO else None,
        days=(reached_on - before_on).days if before_on and before_on > LONG_AGO else None,
        amount=row["amount"],
    )
