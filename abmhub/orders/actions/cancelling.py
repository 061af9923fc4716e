"""A line is cancelled: until production starts, money and stock return at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from abmhub.budgets.actions import release
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.menus.actions import release_stock
from abmhub.orders.actions.working import locked
from abmhub.orders.models import Approval, Order, OrderLine, Task
from abmhub.orders.news import tell
from abmhub.users.models import User
from abmhub.users.verbs import require


class TooLate(Refused):
    """Production has started, or it was delivered."""


@transaction.atomic
def cancel_line(*, line: OrderLine, by: User, at: datetime) -> OrderLine:
    """Cancel one line of an order; a line that is cancelled stays as it is.

    Raises NotAllowed for somebody who may not order for this account, TooLate once production has started.
    """
    require(by, "orders.cancel_line")
    if not OrderLine.objects.visible_to(by).filter(pk=line.pk).exists():
        raise NotAllowed("This order is not yours to cancel.")
    task = locked(Task.objects.get(line=line))
    line = task.line
    if line.state == OrderLine.State.CANCELLED:
        return line
    if not line.can_be_cancelled:
        raise TooLate(_why_not(task))
    tell("line.cancelled", line.pk, at=at, line=line.pk, by=by.pk)
    withdraw(task, by=by, at=at)
    return line


def withdraw(task: Task, *, by: User, at: datetime) -> None:
    """End a task and its line, both locked and not begun; money and stock return in the same transaction."""
    was_held = task.state == Task.State.HELD
    withdraw_all([task], by=by, at=at)
    if was_held:
        _end_empty_approval(task.line.order, at)


def withdraw_all(tasks: Sequence[Task], *, by: User, at: datetime) -> None:
    """End tasks of one order and their lines; stock by tactic before money, as everyone locks them."""
    for task in tasks:
        task.state, task.finished_at = Task.State.CANCELLED, at
        task.line.state, task.line.cancelled_at = OrderLine.State.CANCELLED, at
    lines = sorted((task.line for task in tasks), key=lambda line: line.tactic_id)
    Task.objects.bulk_update(tasks, ["state", "finished_at"])
    OrderLine.objects.bulk_update(lines, ["state", "cancelled_at"])
    for line in lines:
        if line.takes_stock:
            release_stock(tactic_id=line.tactic_id, pieces=line.pieces)
    for line in lines:
        release(envelope=line.order.envelope, reference=line.reference, amount=line.kept_cost, by=by, at=at)


def _end_empty_approval(order: Order, at: datetime) -> None:
    """Nobody need decide about an order of which nothing is left; the last of its lines that goes says so."""
    pending = Approval.objects.pending().filter(order=order).select_for_update().first()
    if pending and not order.lines.filter(state=OrderLine.State.ORDERED).exists():
        pending.state = Approval.State.WITHDRAWN
        pending.save(update_fields=["state"])
        tell("approval.withdrawn", pending.pk, at=at, approval=pending.pk)


def _why_not(task: Task) -> str:
    if task.state == Task.State.DONE:
        return f"{task.line.tactic} is delivered: it cannot be cancelled."
    who = f"{task.assignee} has" if task.assignee else "Marketing has"
    return f"{who} started on {task.line.tactic}: it can no longer be cancelled. Write a comment on the task instead."
