"""An order waits for approval, and somebody decides: its work begins, it ends, or it goes back to be changed.

Whoever decides locks the held tasks of the order first and the approval after them, as a cancellation does: of two
who act at the same moment the second sees what the first has done.
"""

from datetime import date, datetime

from django.db import transaction

from abmhub.core.days import business_day
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.core.workdays import Calendar, add_working_days, calendar, first_working_day, working_days_between
from abmhub.orders.actions.cancelling import withdraw_all
from abmhub.orders.actions.words import trimmed
from abmhub.orders.approvals import Deciders, Need
from abmhub.orders.models import Approval, Order, OrderLine, Task, TaskStep
from abmhub.orders.news import tell
from abmhub.users.models import User
from abmhub.users.verbs import require

State = Approval.State
REASON_LENGTH = 500


class NotYoursToDecide(NotAllowed):
    """The order waits for somebody else."""


class AlreadyDecided(Refused):
    """Somebody else was quicker, or the order was cancelled."""


class NoReason(Refused):
    """A decision was made without saying why."""


def ask(order: Order, need: Need, *, by: User, at: datetime, **facts: object) -> Approval:
    """Hold an order, whose tasks are written as held, until somebody has decided; they are told."""
    approval = need.unsaved(
        order=order,
        asked_by=by,
        asked_at=at,
        total_amount=order.total_amount,
        escalates_on=add_working_days(business_day(at), need.patience_days),
        **facts,
    )
    approval.save(force_insert=True)
    tell("approval.asked", approval.pk, at=at, approval=approval.pk)
    return approval


@transaction.atomic
def approve(*, approval: Approval, by: User, at: datetime, reason: str) -> Approval:
    """Let the work begin. What was promised is promised anew, counted from now.

    The same decision again changes nothing. Raises NotAllowed for anybody whom the order does not wait for, and for
    whoever placed it; NoReason, TooLong, or AlreadyDecided.
    """
    approval, tasks = _open(approval, State.APPROVED, by, at, reason)
    if approval.is_pending:
        moved_to = _begin(tasks, asked_at=approval.asked_at, at=at)
        _close(approval, State.APPROVED, by, at, reason, moved_to=str(moved_to) if moved_to else "")
    return approval


@transaction.atomic
def decline(*, approval: Approval, by: User, at: datetime, reason: str) -> Approval:
    """End the order: money and stock return at once. Refuses as `approve` does."""
    approval, tasks = _open(approval, State.DECLINED, by, at, reason)
    if approval.is_pending:
        _close(approval, State.DECLINED, by, at, reason)
        withdraw_all(tasks, by=by, at=at)
    return approval


@transaction.atomic
def request_changes(*, approval: Approval, by: User, at: datetime, reason: str) -> Approval:
    """Give the order back to whoever placed it; money and stock stay reserved for it. Refuses as `approve` does."""
    approval, _ = _open(approval, State.CHANGES, by, at, reason)
    if approval.is_pending:
        _close(approval, State.CHANGES, by, at, reason)
    return approval


def locked_tasks(order_id: int) -> list[Task]:
    """The held tasks of an order and their lines as they are now, locked until the transaction ends."""
    held = Task.objects.filter(line__order=order_id, state=Task.State.HELD).order_by("pk")
    return list(
        held.select_for_update(of=("self", "line")).select_related("line__order__account", "line__order__envelope")
    )


def _open(approval: Approval, verdict: State, by: User, at: datetime, reason: str) -> tuple[Approval, list[Task]]:
    """The approval as it is now, locked with its tasks, if this person may decide about it."""
    require(by, "orders.decide_approval")
    tasks = locked_tasks(approval.order_id)
    approval = Approval.objects.select_for_update(of=("self",)).for_list().get(pk=approval.pk)
    if approval.state == verdict and approval.decided_by_id == by.pk:
        return approval, tasks
    deciders = Deciders([approval], day=business_day(at))
    if by not in deciders.of(approval):
        own = by.pk in (approval.asked_by_id, approval.order.placed_by_id)
        whom = f"this one waits for {deciders.names(approval)}."
        raise NotYoursToDecide(f"Nobody approves their own order: {whom}" if own else f"Not yours to decide: {whom}")
    if not approval.is_pending:
        raise AlreadyDecided(_what_became_of(approval))
    if not trimmed(reason, limit=REASON_LENGTH, what="A reason"):
        raise NoReason("Say why in a sentence: whoever ordered reads it, and so does who comes after you.")
    return approval, tasks


def _what_became_of(approval: Approval) -> str:
    if approval.state == State.WITHDRAWN:
        return f"{approval.order} was cancelled meanwhile: there is nothing left to decide."
    done = {State.APPROVED: "approved", State.DECLINED: "declined", State.CHANGES: "asked for changes of"}
    return f"{approval.decided_by} {done[State(approval.state)]} {approval.order} already: {approval.reason}"


def _close(approval: Approval, verdict: State, by: User, at: datetime, reason: str, **news: str) -> None:
    approval.state, approval.decided_by, approval.decided_at, approval.reason = verdict, by, at, reason.strip()
    approval.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    tell("approval.decided", approval.pk, at=at, approval=approval.pk, by=by.pk, **news)


def _begin(tasks: list[Task], *, asked_at: datetime, at: datetime) -> date | None:
    """Give the tasks to the queue, later by the working days that were waited; the first new promise if it moved."""
    waits: dict[int, tuple[int, Calendar]] = {}
    for task in tasks:
        task.state, line, by = Task.State.TO_DO, task.line, calendar(task.line.calendar_id)
        if waited := working_days_between(first_working_day(asked_at, by), first_working_day(at, by), by):
            waits[task.pk] = (waited, by)
            line.starts_on = add_working_days(line.starts_on, waited, by) if line.starts_on else None
            line.promised_on = task.due_on = add_working_days(line.promised_on, waited, by)
    Task.objects.bulk_update(tasks, ["state", "due_on"])
    if not waits:
        return None
    OrderLine.objects.bulk_update([task.line for task in tasks], ["starts_on", "promised_on"])
    steps = list(TaskStep.objects.filter(task__in=waits))
    for step in steps:
        step.due_on = add_working_days(step.due_on, *waits[step.task_id])
    TaskStep.objects.bulk_update(steps, ["due_on"])
    return min(task.due_on for task in tasks if task.pk in waits)


def escalate_approvals(*, at: datetime, limit: int = 500) -> int:
    """Let the next in line decide too about what nobody decided in time; return how many."""
    late = Approval.objects.undecided_since(business_day(at)).oldest_first().values_list("pk", flat=True)
    return sum(_escalate(pk, at) for pk in list(late[:limit]))


@transaction.atomic
def _escalate(pk: int, at: datetime) -> bool:
    """False when somebody decided meanwhile."""
    late = Approval.objects.undecided_since(business_day(at)).filter(pk=pk)
    if not late.update(escalated_at=at):
        return False
    tell("approval.escalated", pk, at=at, approval=pk)
    return True
