"""One task: the brief, the steps, what is said about it, and its delivery."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from abmhub.core.refusals import Refused
from abmhub.orders import actions
from abmhub.orders.models import Task, TaskStep
from abmhub.orders.outcomes import outcomes_of
from abmhub.users.verbs import may
from abmhub.web.requests import Request, must_be_allowed, way_back
from abmhub.web.templatetags.abmhub import money_text

WORK = "orders.work_tasks"
HELP = "orders.help_with_any_task"
COMMENT = "orders.comment"


class WaitForm(forms.Form):
    """Whom the task waits on, and for what."""

    on = forms.ChoiceField(choices=Task.WaitingOn, widget=forms.RadioSelect, label="Who has to answer?")
    note = forms.CharField(max_length=300, label="What are you waiting for?")


class DeliverForm(forms.Form):
    """What the rep will read, what it cost, and a word about the steps that nobody ticked."""

    note = forms.CharField(
        max_length=500,
        label="What was delivered?",
        help_text="The rep reads this at once, and calls on the strength of it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    actual_cost = forms.DecimalField(
        required=False,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "input-number", "inputmode": "decimal"}),
    )
    without_steps = forms.BooleanField(error_messages={"required": "Tick the steps that are done, or confirm this."})

    def __init__(self, task: Task, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line, left = task.line, len(task.steps.all()) - task.steps_done
        cost = self.fields["actual_cost"]
        cost.label = f"What did it cost? ({line.order.currency})"
        cost.help_text = f"Leave it empty for {money_text(line.kept_cost, line.order.currency)}, as reserved."
        if left:
            steps = "1 step is" if left == 1 else f"{left} steps are"
            self.fields["without_steps"].label = f"Deliver, though {steps} not ticked"
        else:
            del self.fields["without_steps"]


class CommentForm(forms.Form):
    """A remark that the rep and the marketers both read."""

    text = forms.CharField(
        max_length=2000,
        label="Comment",
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "Ask the rep, answer, leave a trace"}),
    )


@dataclass(frozen=True)
class Moment:
    """One line of the task's history."""

    at: datetime
    title: str
    icon: str
    person: str = ""
    note: str = ""
    tone: str = ""


@require_GET
def show_task(request: Request, pk: int) -> HttpResponse:
    return _page(request, _task_of(request, pk))


@require_POST
def claim_task(request: Request, pk: int) -> HttpResponse:
    """Take the task. Who comes second is told who has it."""
    task = _task_to_work(request, pk)
    link = format_html('<a href="{}">{}</a>', reverse("task-show", args=[pk]), task.name)
    return _act(request, task, actions.claim_task, said=format_html("{} is yours.", link))


@require_POST
def release_task(request: Request, pk: int) -> HttpResponse:
    """Give the task back to the queue."""
    task = _task_to_work(request, pk)
    return _act(request, task, actions.release_task, said=f"{task.name} is back in the queue for anybody to claim.")


@require_POST
def resume_task(request: Request, pk: int) -> HttpResponse:
    """End the waiting; the clock runs again."""
    task = _task_to_work(request, pk)
    return _act(request, task, actions.resume, said="The clock runs again.")


@require_POST
def tick_step(request: Request, pk: int, step_pk: int) -> HttpResponse:
    """Tick a step, or with `done=0` take the tick back."""
    task = _task_to_work(request, pk)
    step = get_object_or_404(TaskStep, pk=step_pk, task=task)
    action = actions.untick_step if request.POST.get("done") == "0" else actions.tick_step
    try:
        action(step=step, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("task-show", pk)


@require_POST
def wait_on(request: Request, pk: int) -> HttpResponse:
    """Stop the clock until a rep, a recipient or a vendor has answered."""
    task = _task_to_work(request, pk)
    form = WaitForm(request.POST, auto_id="wait_%s")
    if not form.is_valid():
        return _page(request, task, wait_form=form, status=422)
    return _act(request, task, actions.wait, said="The clock is paused.", form=form, name="wait_form")


@require_POST
def deliver_task(request: Request, pk: int) -> HttpResponse:
    """Finish the task: the money is spent, the rep is told, the follow-up clock starts."""
    task = _task_to_work(request, pk)
    form = DeliverForm(task, request.POST)
    if not form.is_valid():
        return _page(request, task, deliver_form=form, status=422)
    form.cleaned_data.pop("without_steps", None)
    rep = task.line.order.placed_by
    return _act(request, task, actions.deliver, said=f"Delivered. {rep} has been told.", form=form, name="deliver_form")


@require_POST
def comment_task(request: Request, pk: int) -> HttpResponse:
    """Say something; also for reps, about the tasks of their accounts."""
    task = _task_of(request, pk)
    must_be_allowed(request, COMMENT)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, task, comment_form=form, status=422)
    return _act(request, task, actions.comment, said="", form=form, name="comment_form")


def _task_of(request: Request, pk: int) -> Task:
    """The task, if the person may know of it; else there is none."""
    return get_object_or_404(Task.objects.visible_to(request.user).with_brief(), pk=pk)


def _task_to_work(request: Request, pk: int) -> Task:
    """The task, if the person may work it: whoever may see it but not work it is told so."""
    task = _task_of(request, pk)
    must_be_allowed(request, WORK)
    return task


def _act(
    request: Request,
    task: Task,
    action: Callable[..., object],
    *,
    said: str,
    form: forms.Form | None = None,
    name: str = "",
) -> HttpResponse:
    """Do it and go back. Refused: the page as it is now, with the reason and what had been typed."""
    try:
        action(task=task, by=request.user, at=timezone.now(), **(form.cleaned_data if form else {}))
    except Refused as refusal:
        if form is None:
            messages.warning(request, refusal.message)
            return redirect(way_back(request, reverse("task-show", args=[task.pk])))
        return _page(request, _task_of(request, task.pk), refusal=refusal.message, status=409, **{name: form})
    if said:
        messages.success(request, said)
    return redirect(way_back(request, reverse("task-show", args=[task.pk])))


def _page(request: Request, task: Task, *, status: int = 200, refusal: str = "", **sent: forms.Form) -> HttpResponse:
    """The page of the task; a form that was sent and refused stands in for its empty twin."""
    may_work = may(request.user, WORK)
    is_mine = task.assignee_id is not None and (task.assignee_id == request.user.pk or may(request.user, HELP))
    is_at_work = may_work and is_mine and task.state == Task.State.IN_PROGRESS
    typed = "" if is_at_work else _note_in(sent)
    steps = list(task.steps.all())
    context = {
        "task": task,
        "line": task.line,
        "order": task.line.order,
        "account": task.line.order.account,
        "standing": getattr(task.line.order.account, "standing", None),
        "steps": steps,
        "next_step": next((step for step in steps if step.done_at is None), None),
        "outcomes": outcomes_of(task.line),
        "recipients": [recipient.contact for recipient in task.line.recipients.all()],
        "comments": list(task.comments.select_related("by").order_by("at", "pk")),
        "history": _history(task, steps),
        "may_work": may_work,
        "may_comment": may(request.user, COMMENT),
        "is_mine": is_mine,
        "is_at_work": is_at_work,
        "is_open": task.state in Task.UNFINISHED,
        "refusal": refusal,
        "typed": typed,
        "wait_form": sent.get("wait_form") or WaitForm(auto_id="wait_%s"),
        "deliver_form": sent.get("deliver_form") or DeliverForm(task),
        "comment_form": sent.get("comment_form") or CommentForm(initial={"text": typed}),
        "breadcrumbs": [("Tasks", reverse("task-list"))],
    }
    return render(request, "tasks/show.html", context, status=status)


def _note_in(sent: dict[str, forms.Form]) -> str:
    """What somebody wrote into a form that the page, as it is now, no longer has."""
    return next((form.data.get("note", "") for form in sent.values()), "")


def _history(task: Task, steps: list[TaskStep]) -> list[Moment]:
    """What happened, newest first, read from the rows that say it."""
    line, order = task.line, task.line.order
    assignee = task.assignee.name if task.assignee else ""
    told = [Moment(order.placed_at, f"Ordered as {order.number}", "shopping-basket", order.placed_by.name)]
    if task.claimed_at and assignee:
        told.append(Moment(task.claimed_at, "Claimed", "hand", assignee))
    told += [
        Moment(step.done_at, step.name, "check", step.done_by.name if step.done_by else "")
        for step in steps
        if step.done_at
    ]
    if task.waiting_since:
        waiting = f"Waiting on {task.get_waiting_on_display().lower()}"
        told.append(Moment(task.waiting_since, waiting, "pause", note=task.waiting_note))
    if line.delivered_at:
        told.append(Moment(line.delivered_at, "Delivered", "package-check", assignee, line.delivery_note, "ok"))
    if line.cancelled_at:
        told.append(Moment(line.cancelled_at, "Cancelled", "x", tone="danger"))
    return sorted(told, key=lambda moment: moment.at)[::-1]
