"""Orders of the last days that wait for approval, and one that went back: by the same actions as everybody's."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from uuid import UUID

from abmhub.accounts.models import Account
from abmhub.core.workdays import is_working_day
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.people import Staff
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.actions import LineRequest
from abmhub.orders.menu import Menu, Offer, menu_for
from abmhub.orders.models import ApprovalRule
from abmhub.orders.quoting import quote
from abmhub.users.models import Role

LOOKED_AT = 30
"""So many of the best accounts of the shown rep; one order each."""
SHOWN_TO = (Role.MARKETING_MANAGER, Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.SALES_MANAGER)
"""Whom the orders wait for. The first of them went back to be changed."""
CHANGES = "Good idea, wrong week: they are at their fair until Friday. Choose one person and send it again."
NOTE = "They decide this month; whatever helps us to the table is worth it."


def wait(throw: Dice, calendar: Calendar, staff: Staff) -> None:
    """Place an order for each of SHOWN_TO, as far as the accounts of the shown rep have room for one."""
    wanted, moments = list(SHOWN_TO), _moments(throw, calendar)
    mine = Account.objects.filter(owner=staff.rep, standing__tier__isnull=False).order_by("standing__tier", "pk")
    for account in mine[:LOOKED_AT]:
        if not wanted:
            return
        at = moments[len(wanted) - 1]
        menu = menu_for(account, by=staff.rep, at=at)
        lines = [_line(offer) for offer in _chosen(menu, wanted[0])]
        if not lines or not quote(menu, lines).can_be_ordered:
            continue
        order = actions.place_order(
            account=account,
            by=staff.rep,
            at=at,
            lines=lines,
            idempotency_key=UUID(int=throw.getrandbits(128), version=4),
            note=NOTE,
        )
        if len(wanted) == len(SHOWN_TO):
            manager = staff.by_role[Role.MARKETING_MANAGER]
            approval = order.approvals.get()
            actions.request_changes(approval=approval, by=manager, at=moments[0], reason=CHANGES)
        wanted.pop(0)


def _moments(throw: Dice, calendar: Calendar) -> list[datetime]:
    """One on each of the last working days, the newest first."""
    numbers = reversed(range(len(calendar.days) - 12, len(calendar.days)))
    working = [number for number in numbers if is_working_day(calendar.days[number])]
    return [calendar.moment(throw, number) for number in working[: len(SHOWN_TO)]]


def _chosen(menu: Menu, role: Role) -> Iterator[Offer]:
    """One tactic of high risk for a marketing manager; for a sales manager some that come to what their rule says."""
    can = [offer for offer in menu.offers if not offer.problem and len(offer.suited) >= offer.tactic.minimum_recipients]
    if role == Role.MARKETING_MANAGER:
        yield from [offer for offer in can if offer.tactic.risk == Tactic.Risk.HIGH][:1]
        return
    rule = ApprovalRule.objects.in_force().filter(approver_role=ApprovalRule.Role.SALES_MANAGER).first()
    asked = [
        offer
        for offer in can
        if offer.tactic.risk != Tactic.Risk.HIGH and offer.tactic.approval == Tactic.Approval.BY_RULE
    ]
    asked.sort(key=lambda offer: (-_cost(offer), offer.tactic.pk))
    if rule and rule.least_amount:
        costs = accumulate(map(_cost, asked))
        enough = next((count for count, cost in enumerate(costs, 1) if cost >= rule.least_amount), 0)
        yield from asked[:enough]


def _people(offer: Offer) -> Sequence[int]:
    return [person.pk for person in offer.suited[: max(offer.tactic.minimum_recipients, 2)]][
        : offer.tactic.maximum_recipients
    ]


def _cost(offer: Offer) -> Decimal:
    return offer.unit_cost * len(_people(offer))


def _line(offer: Offer) -> LineRequest:
    return LineRequest(offer.tactic.pk, _people(offer), "Move the proposal forward")
