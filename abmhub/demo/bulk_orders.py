"""Two bulk orders of the last days, by the same actions as everybody's: one that all got, one that some did not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from abmhub.accounts.models import Account
from abmhub.core.workdays import is_working_day
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.people import Staff
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.bulk import BulkPlan, BulkWish, plan_for
from abmhub.orders.menu import menus_for

LOOKED_AT, SERVED = 12, 4
"""So many accounts of the shown rep are looked at, and so many of them get something."""
SMALL = 30
GOAL = "A first conversation"
NOTE = "For everyone on my list who has not heard from us this quarter."


def place(throw: Dice, calendar: Calendar, staff: Staff) -> None:
    """As far as there are tactics that enough of the accounts can have."""
    mine = Account.objects.filter(owner=staff.rep)
    tiered = mine.filter(standing__tier__isnull=False).order_by("-standing__priority", "pk")
    wanted = list(tiered.values_list("pk", flat=True)[:LOOKED_AT])
    without = list(mine.filter(standing__tier=None).order_by("pk").values_list("pk", flat=True)[:1])
    for at, more in zip(_moments(throw, calendar), ([], without), strict=False):
        if plan := _plan(wanted, staff, at):
            served = [row.account.pk for row in plan.served[:SERVED]]
            _order([*served, *more, *_refused(plan, len(more))], plan.wish, throw, staff, at)


def _moments(throw: Dice, calendar: Calendar) -> list[datetime]:
    """One on each of the last two working days, the older one first."""
    numbers = reversed(range(len(calendar.days) - 10, len(calendar.days)))
    working = [number for number in numbers if is_working_day(calendar.days[number])][:2]
    return [calendar.moment(throw, number) for number in working[::-1]]


def _plan(accounts: Sequence[int], staff: Staff, at: datetime) -> BulkPlan | None:
    """For the dearest of the small things that enough of the accounts can have."""
    menus = menus_for(accounts, by=staff.rep, at=at)
    small = Tactic.objects.filter(approval=Tactic.Approval.NEVER, unit_cost__lte=SMALL)
    for tactic in small.order_by("-unit_cost", "pk"):
        plan = plan_for(accounts, BulkWish((tactic.pk,), goal=GOAL), by=staff.rep, at=at, menus=menus)
        if len(plan.served) >= SERVED:
            return plan
    return None


def _refused(plan: BulkPlan, at_most: int) -> list[int]:
    return [row.account.pk for row in plan.rows if row.problem][:at_most]


def _order(accounts: Sequence[int], wish: BulkWish, throw: Dice, staff: Staff, at: datetime) -> None:
    plan = plan_for(accounts, wish, by=staff.rep, at=at)
    bulk = actions.confirm_bulk(
        accounts=accounts,
        wish=wish,
        seen=plan.fingerprint,
        by=staff.rep,
        at=at,
        idempotency_key=UUID(int=throw.getrandbits(128), version=4),
        note=NOTE,
    )
    actions.place_rows(at=at, bulk=bulk)
    actions.route_tasks(at=at)
