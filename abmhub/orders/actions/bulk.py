"""One wish becomes an order for each of many accounts, row by row: a kill in the middle leaves the rest to be done.

Each row is settled in a transaction of its own, together with its order, whose key follows from that of the whole.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from abmhub.accounts.models import Account
from abmhub.core.refusals import NotAllowed, Refusal, Refused
from abmhub.orders.actions.placing import KeyReused, MenuChanged, NotOrderable, place_order
from abmhub.orders.actions.words import trimmed
from abmhub.orders.bulk import MOST_ACCOUNTS, BulkWish, PlannedOrder, plan_for
from abmhub.orders.models import BulkOrder, BulkOrderRow, Order
from abmhub.orders.news import tell
from abmhub.orders.quoting import LineRequest
from abmhub.users.models import User
from abmhub.users.verbs import require

log = structlog.get_logger(__name__)

State = BulkOrderRow.State
REFUSAL_LENGTH, LEFT_OUT_LENGTH = 500, 400


class TooMany(Refused):
    """More accounts than one can look at before ordering."""


@transaction.atomic
def confirm_bulk(
    *,
    accounts: Sequence[int],
    wish: BulkWish,
    seen: str,
    by: User,
    at: datetime,
    idempotency_key: UUID,
    note: str = "",
) -> BulkOrder:
    """Take a wish for many accounts down as it was shown; `place_rows` then orders. Nothing is ordered here.

    `seen` is the fingerprint of the plan that was looked at: nobody orders what they did not see. The same key with the
    same plan returns the first bulk order. Raises NotAllowed, TooMany, KeyReused, MenuChanged, or NotOrderable when no
    account can have anything.
    """
    require(by, "orders.place_order")
    note, accounts = trimmed(note, limit=500, what="The note"), list(dict.fromkeys(accounts))
    if earlier := BulkOrder.objects.filter(idempotency_key=idempotency_key).first():
        return _the_same(earlier, seen, by)
    if len(accounts) > MOST_ACCOUNTS:
        raise TooMany(f"{MOST_ACCOUNTS} accounts at most are ordered for at once; these are {len(accounts):,}.")
    if Account.objects.visible_to(by).filter(pk__in=accounts).count() != len(accounts):
        raise NotAllowed("Some of these accounts are not yours to order for.")
    plan = plan_for(accounts, wish, by=by, at=at)
    if plan.fingerprint != seen:
        raise MenuChanged(
            "Something changed since you looked: tiers, people, prices, money or the store. Nothing was ordered; "
            "look at what each account can have now, and order again if you agree."
        )
    if not plan.served:
        raise NotOrderable("None of these accounts can have any of it: the reasons are beside each.")
    bulk, is_new = BulkOrder.objects.get_or_create(
        idempotency_key=idempotency_key,
        defaults={
            "placed_by": by, "placed_at": at, "note": note, "fingerprint": seen, "total_amount": plan.total,
            "currency": plan.currency,
        },
    )  # fmt: skip
    if not is_new:
        return _the_same(bulk, seen, by)
    BulkOrderRow.objects.bulk_create(_row(bulk, planned) for planned in plan.rows)
    return bulk


def _the_same(earlier: BulkOrder, seen: str, by: User) -> BulkOrder:
    if (earlier.fingerprint, earlier.placed_by_id) != (seen, by.pk):
        raise KeyReused(f"This form was already used for {earlier.number}: begin anew to order more.")
    return earlier


def _row(bulk: BulkOrder, planned: PlannedOrder) -> BulkOrderRow:
    return BulkOrderRow(
        bulk=bulk,
        account=planned.account,
        lines=[_written(line.request) for line in planned.lines],
        seen_tier=planned.level,
        left_out=[str(each)[:LEFT_OUT_LENGTH] for each in planned.left_out],
        state=State.REFUSED if planned.problem else State.WAITING,
        refusal=planned.problem[:REFUSAL_LENGTH],
    )


def _written(line: LineRequest) -> dict[str, Any]:
    return {
        "tactic": line.tactic_id,
        "contacts": list(line.contact_ids),
        "goal": line.goal,
        "cost": str(line.seen_cost),
    }


def place_rows(*, at: datetime, bulk: BulkOrder | None = None, limit: int = 500) -> int:
    """Order for rows that wait, of all bulk orders or of one; return how many were settled.

    Rows that a colleague is just settling are skipped, so that any number of workers may share them.
    """
    unfinished = BulkOrder.objects.unfinished()
    settled = 0
    for each in unfinished.filter(pk=bulk.pk) if bulk else unfinished:
        while settled < limit and _settle_next(each, at):
            settled += 1
        _finish(each, at)
    return settled


@transaction.atomic
def _settle_next(bulk: BulkOrder, at: datetime) -> bool:
    """Order for one account, or write down why not; False when no row waits that nobody else is at."""
    waiting = BulkOrderRow.objects.filter(bulk=bulk, state=State.WAITING).order_by("pk")
    row = waiting.select_related("account").select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return False
    row.bulk = bulk
    try:
        with transaction.atomic():
            row.order, row.state = _place(row, at), State.ORDERED
    except Refusal as refused:
        row.state, row.refusal = State.REFUSED, refused.message[:REFUSAL_LENGTH]
    except Exception as error:
        log.exception("bulk_order_row_failed", row=row.pk)
        row.state = State.REFUSED
        row.refusal = f"Something went wrong here ({type(error).__name__}): order it from the menu of the account."
    row.save(update_fields=["order", "state", "refusal"])
    return True


def _place(row: BulkOrderRow, at: datetime) -> Order:
    lines = [
        LineRequest(line["tactic"], tuple(line["contacts"]), line["goal"], Decimal(line["cost"])) for line in row.lines
    ]
    return place_order(
        account=row.account,
        by=row.bulk.placed_by,
        at=at,
        lines=lines,
        idempotency_key=row.key,
        note=row.bulk.note,
        seen_tier=row.seen_tier,
    )


@transaction.atomic
def _finish(bulk: BulkOrder, at: datetime) -> None:
    """Tell whoever placed it when the last row is settled; once, whoever settled it."""
    bulk = BulkOrder.objects.select_for_update(no_key=True).get(pk=bulk.pk)
    if bulk.finished_at is None and not bulk.rows.filter(state=State.WAITING).exists():
        bulk.finished_at = at
        bulk.save(update_fields=["finished_at"])
        tell("bulk.finished", bulk.pk, at=at, bulk=bulk.pk)
