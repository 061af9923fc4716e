"""An order that waits for approval, or went back, is changed: the same number, other lines, other money and stock."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from abmhub.core import sql
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.menus.actions import versions_of
from abmhub.menus.models import Tactic
from abmhub.orders.actions.approving import ask, locked_tasks
from abmhub.orders.actions.cancelling import withdraw_all
from abmhub.orders.actions.placing import NotOrderable, refuse_what_is_not_on_offer, set_aside, write_lines
from abmhub.orders.actions.words import trimmed
from abmhub.orders.approvals import Need, need_of
from abmhub.orders.menu import menu_for
from abmhub.orders.models import Approval, Order, OrderLine, Task
from abmhub.orders.news import tell
from abmhub.orders.plays import plays_for
from abmhub.orders.quoting import LineRequest, quote
from abmhub.users.models import User
from abmhub.users.verbs import require


class NotToBeChanged(Refused):
    """It waits for nobody any more: it was decided, or cancelled."""


@transaction.atomic
def amend_order(
    *,
    order: Order,
    by: User,
    at: datetime,
    lines: Sequence[LineRequest],
    idempotency_key: UUID,
    note: str = "",
    seen_tier: int | None = None,
) -> Order:
    """Put other lines in the place of those that wait for approval or went back, and ask for approval again.

    What was reserved returns, and what is wished now is reserved, in one transaction: nobody else gets in between,
    and when it is refused all stays as it was. What no rule asks about any more begins at once, unless somebody has
    asked for changes. The same key again changes nothing. Raises NotAllowed for anybody but whoever placed it,
    NotToBeChanged, and whatever `place_order` raises.
    """
    require(by, "orders.place_order")
    note = trimmed(note, limit=500, what="The note")
    sql.rows("orders/one_at_a_time", idempotency_key=str(idempotency_key), account_id=str(order.account_id))
    if order.approvals.filter(idempotency_key=idempotency_key).exists():
        return order
    tasks = locked_tasks(order.pk)
    order = Order.objects.select_related("placed_by", "account", "envelope").get(pk=order.pk)
    newest = _to_change(order, tasks, by)
    wished = {line.tactic_id for line in lines} | {task.line.tactic_id for task in tasks}
    # Before any money, as everyone locks them.
    list(Tactic.objects.filter(pk__in=wished).order_by("pk").select_for_update(no_key=True))
    _give_back(order, tasks, by=by, at=at)
    menu = menu_for(order.account, by=by, at=at)
    play = next((each for each in plays_for(menu) if each.play.pk == order.play_id), None)
    quoted = quote(menu, lines, play.days_after if play else None)
    versions = versions_of([line.offer.tactic for line in quoted.lines if line.offer], at=at)
    tier, envelope = refuse_what_is_not_on_offer(menu, quoted, versions, seen_tier)
    if envelope.pk != order.envelope_id:
        raise NotOrderable(f"{envelope.name} pays for this account now: cancel {order}, and place it anew.")
    order.tier, order.total_amount, order.note = tier, quoted.total, note
    order.save(update_fields=["tier", "total_amount", "note"])
    need = need_of(quoted.costs, tier=tier, currency=order.currency) or _asked_for_changes(order)
    order_lines = write_lines(order, quoted, versions, at=at, is_held=need is not None)
    _withdraw(newest, None if need else idempotency_key, at)
    if need:
        ask(order, need, by=by, at=at, idempotency_key=idempotency_key)
    set_aside(order, order_lines, by=by, at=at)
    return order


@contextmanager
def given_back(order: Order, *, by: User, at: datetime) -> Iterator[None]:
    """As if the lines of an order were given back, for whoever looks at what it could have instead.

    What is read inside sees its money, stock and quota free; nothing of it stays.
    """
    with transaction.atomic():
        _give_back(order, locked_tasks(order.pk), by=by, at=at)
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _give_back(order: Order, tasks: Sequence[Task], *, by: User, at: datetime) -> None:
    withdraw_all(tasks, by=by, at=at)
    OrderLine.objects.current().filter(order=order).update(amended_at=at)


def _withdraw(newest: Approval, idempotency_key: UUID | None, at: datetime) -> None:
    """Nobody need decide about the lines that were. With a key nobody need decide at all: it stands for the change."""
    if not newest.is_pending:
        return
    newest.state, newest.idempotency_key = Approval.State.WITHDRAWN, idempotency_key or newest.idempotency_key
    newest.save(update_fields=["state", "idempotency_key"])
    if idempotency_key:
        tell("approval.withdrawn", newest.pk, at=at, approval=newest.pk)


def _asked_for_changes(order: Order) -> Need | None:
    """Whoever asked for changes of it wants to see them, even where no rule asks."""
    earlier = order.approvals.filter(state=Approval.State.CHANGES).select_related("rule", "decided_by").order_by("-pk")
    went_back = earlier.first()
    return Need(went_back.rule, f"{went_back.decided_by} asked for changes") if went_back else None


def _to_change(order: Order, tasks: Sequence[Task], by: User) -> Approval:
    """The newest asking, locked: it waits, or said that the order is to be changed, and this person may change it."""
    if not Order.objects.visible_to(by).filter(pk=order.pk).exists():
        raise NotAllowed("This order is not yours to change.")
    if order.placed_by_id != by.pk and order.placed_by.is_active:
        raise NotAllowed(f"{order} is {order.placed_by}'s to change.")
    newest = order.approvals.for_list().order_by("-pk").select_for_update(of=("self",)).first()
    if newest is None or newest.state not in (Approval.State.CHANGES, Approval.State.PENDING):
        state = newest.get_state_display().lower() if newest else "under way"
        raise NotToBeChanged(f"{order} is {state}: it changes only while it waits for approval, or went back.")
    if not tasks:
        raise NotToBeChanged(f"Nothing of {order} is left: it was cancelled. Place a new order instead.")
    return newest
