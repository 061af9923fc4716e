"""The work on a task: claim it, tick its steps, wait for others, or give it back.

Whoever changes a task locks it and its line first; a claim, a delivery and a cancellation at the same moment
therefore have one outcome.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from abmhub.core.refusals import Refused
from abmhub.core.workdays import add_working_days, working_days_between
from abmhub.orders.actions.words import trimmed
from abmhub.orders.models import OrderLine, Task, TaskEvent, TaskStep
from abmhub.orders.models.task import TaskQuerySet
from abmhub.orders.news import tell
from abmhub.orders.routing import suits
from abmhub.users.models import User
from abmhub.users.verbs import may, require


class AlreadyClaimed(Refused):
    """Somebody else works on the task."""


class NotYours(Refused):
    """Only whoever claimed the task, or a marketing manager, may change it."""


class WrongState(Refused):
    """The task is not in a state for that."""


def locked(task: Task) -> Task:
    """The task and its line as they are now, locked until the transaction ends.

    Both, because PostgreSQL reads again what it locks after a wait, and leaves the rest of the join as it was
    before the wait. So the assignee is not joined: whoever waited for a rival's claim would find nobody there.
    """
    return (
        Task.objects.select_for_update(of=("self", "line"))
        .select_related("line__order__account", "line__order__envelope", "line__tactic__channel")
        .get(pk=task.pk)
    )


def locked_for_work(task: Task, by: User) -> Task:
    """The locked task, if this person may work on it. Raises NotAllowed or NotYours."""
    require(by, "orders.work_tasks")
    task = locked(task)
    if task.assignee_id != by.pk and not may(by, "orders.help_with_any_task"):
        raise NotYours(f"{task.assignee} works on this task." if task.assignee else "Claim this task first.")
    return task


def locked_for_step(step: TaskStep, by: User) -> Task:
    """The locked task, if this person may tick the step: their own, or one of a task that they may work on."""
    if step.assignee_id != by.pk:
        return locked_for_work(step.task, by)
    require(by, "orders.work_tasks")
    return locked(step.task)


@transaction.atomic
def claim_task(*, task: Task, by: User, at: datetime) -> Task:
    """Take a task and start production; claiming one's own task again changes nothing.

    Raises NotAllowed, AlreadyClaimed, or WrongState when it is finished or cancelled.
    """
    require(by, "orders.work_tasks")
    task = locked(task)
    if task.assignee_id not in (None, by.pk):
        first = "claimed this task first" if task.claimed_at else "is to do this task"
        raise AlreadyClaimed(f"{task.assignee} {first}.")
    if task.state == Task.State.TO_DO:
        _start(task, by, at)
    elif task.state in Task.UNFINISHED:
        _take_over(task, by, at)
    else:
        raise WrongState(f"This task is {task.get_state_display().lower()}: there is nothing left to claim.")
    return task


@transaction.atomic
def claim_next(*, by: User, at: datetime) -> Task | None:
    """Take the most urgent task that this person was given and has not begun, or that nobody has; None without one.

    Of the most urgent they get those first for which they have the skills. Rows that a colleague is just claiming
    are skipped, so that ten people who ask at once get ten tasks. Raises NotAllowed.
    """
    require(by, "orders.work_tasks")
    urgent = Task.objects.urgent_for(by).alias(suits=Q(assignee=by) | suits(by))
    task = _unrivalled(urgent.order_by(F("suits").desc(nulls_last=True), "due_on", "pk"))
    if task is None:
        # Colleagues are taking all that is urgent at this moment
        task = _unrivalled(Task.objects.filter(state=Task.State.TO_DO, assignee=None).due_first())
    if task is not None:
        _start(task, by, at)
    return task


def _unrivalled(tasks: TaskQuerySet) -> Task | None:
    """The first that nobody else is changing at this moment, locked."""
    return tasks.select_related("line__order__account").select_for_update(of=("self",), skip_locked=True).first()


def _start(task: Task, by: User, at: datetime) -> None:
    task.assignee, task.state, task.claimed_at = by, Task.State.IN_PROGRESS, at
    task.save(update_fields=["assignee", "state", "claimed_at"])
    task.line.state = OrderLine.State.IN_PRODUCTION
    task.line.save(update_fields=["state"])
    task.record(TaskEvent.Kind.CLAIMED, at=at, by=by)


def _take_over(task: Task, by: User, at: datetime) -> None:
    """Work that was begun and that nobody has any more goes on; one's own stays as it is."""
    if task.assignee_id is None:
        task.assignee, task.claimed_at = by, at
        task.save(update_fields=["assignee", "claimed_at"])
        task.record(TaskEvent.Kind.CLAIMED, at=at, by=by)


@transaction.atomic
def release_task(*, task: Task, by: User, at: datetime) -> Task:
    """Give a claimed task back to the queue. While no step is done, the rep may cancel it again.

    Raises NotAllowed, NotYours, or WrongState unless it is in progress.
    """
    task = locked_for_work(task, by)
    must_be_in_progress(task)
    task.assignee, task.state, task.claimed_at = None, Task.State.TO_DO, None
    task.save(update_fields=["assignee", "state", "claimed_at"])
    if not task.steps.exclude(done_at=None).exists():
        task.line.state = OrderLine.State.ORDERED
        task.line.save(update_fields=["state"])
    task.record(TaskEvent.Kind.RELEASED, at=at, by=by)
    return task


@transaction.atomic
def wait(*, task: Task, on: Task.WaitingOn, note: str, by: User, at: datetime) -> Task:
    """Stop the clock while somebody else has to act; the rep is told.

    Raises NotAllowed, NotYours, TooLong, or WrongState unless it is in progress.
    """
    task = locked_for_work(task, by)
    must_be_in_progress(task)
    task.state, task.waiting_on = Task.State.WAITING, Task.WaitingOn(on)
    task.waiting_since, task.waiting_note = at, trimmed(note, limit=300, what="The note")
    task.save(update_fields=["state", "waiting_on", "waiting_since", "waiting_note"])
    waits_on = Task.WaitingOn(on).label.lower()
    task.record(TaskEvent.Kind.WAITING, at=at, by=by, note=f"On {waits_on}: {task.waiting_note}")
    news = {"task": task.pk, "on": task.waiting_on, "note": task.waiting_note, "by": by.pk}
    tell("task.waiting", f"{task.pk}/{at.isoformat()}", at=at, **news)
    return task


@transaction.atomic
def resume(*, task: Task, by: User, at: datetime) -> Task:
    """Start the clock again: task and open steps are due later by the working days that whoever has it waited.

    The line keeps the promise that the rep was given; the rep is told the new date. Raises NotAllowed,
    NotYours, or WrongState unless it waits.
    """
    task = locked_for_work(task, by)
    if task.state != Task.State.WAITING:
        raise WrongState("This task does not wait for anybody.")
    go_on(task, by=by, at=at)
    return task


def go_on(task: Task, *, by: User | None, at: datetime) -> None:
    """End the waiting of a locked task; `by` is nobody when whom it waited on did so by answering."""
    if task.waiting_since is None:
        return
    calendar = task.calendar
    waited = working_days_between(calendar.day_of(task.waiting_since), calendar.day_of(at), calendar)
    if task.waiting_on != Task.WaitingOn.VENDOR:
        task.paused_days += waited
    task.state, task.waiting_on, task.waiting_since, task.waiting_note = Task.State.IN_PROGRESS, "", None, ""
    if waited:
        task.due_on = add_working_days(task.due_on, waited, calendar)
        for step in task.steps.filter(done_at=None):
            step.due_on = add_working_days(step.due_on, waited, calendar)
            step.save(update_fields=["due_on"])
        news = {"task": task.pk, "due_on": str(task.due_on), "by": by.pk if by else None}
        tell("task.resumed", f"{task.pk}/{at.isoformat()}", at=at, **news)
    task.save(update_fields=["state", "waiting_on", "waiting_since", "waiting_note", "paused_days", "due_on"])
    later = f"Now due on {task.due_on:%-d %B %Y}." if waited else ""
    task.record(TaskEvent.Kind.RESUMED, at=at, by=by, note=later)


def must_be_in_progress(task: Task) -> None:
    if task.state == Task.State.WAITING:
        raise WrongState("This task waits: resume it first.")
    if task.state != Task.State.IN_PROGRESS:
        raise WrongState(f"This task is {task.get_state_display().lower()}, not in progress.")
