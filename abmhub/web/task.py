"""One task: the brief, the steps, what is said about it, and its delivery."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from abmhub.core.refusals import Refused
from abmhub.orders import actions, mentions
from abmhub.orders.models import Comment, FollowUp, Task, TaskFile, TaskStep
from abmhub.orders.outcomes import outcomes_of
from abmhub.orders.timeline import timelines
from abmhub.users.models import User
from abmhub.users.verbs import may
from abmhub.web.requests import Request, must_be_allowed, way_back
from abmhub.web.task_forms import ACCEPTED, CommentForm, DeliverForm, FileForm, WaitForm

WORK = "orders.work_tasks"
HELP = "orders.help_with_any_task"
COMMENT = "orders.comment"
ADD_FILE = "orders.add_file"


@dataclass(frozen=True)
class StepRow:
    """A step of the recipe as the page shows it; `before` are the open steps that it has to wait for."""

    step: TaskStep
    files: list[TaskFile]
    before: list[TaskStep]

    @property
    def points(self) -> list[tuple[int, str, bool]]:
        """The checklist: number, words, and whether it is ticked."""
        return [(number, words, number in self.step.checked) for number, words in enumerate(self.step.checklist)]

    @property
    def proof_is_link(self) -> bool:
        return actions.is_link(self.step.proof_text)


@require_GET
def show_task(request: Request, pk: int) -> HttpResponse:
    return _page(request, _task_of(request, pk))


@require_POST
def claim_task(request: Request, pk: int) -> HttpResponse:
    """Take the task. Who comes second is told who has it."""
    task = task_to_work(request, pk)
    link = format_html('<a href="{}">{}</a>', reverse("task-show", args=[pk]), task.name)
    return act(request, task, actions.claim_task, said=format_html("{} is yours.", link))


@require_POST
def release_task(request: Request, pk: int) -> HttpResponse:
    """Give the task back to the queue."""
    task = task_to_work(request, pk)
    return act(request, task, actions.release_task, said=f"{task.name} is back in the queue for anybody to claim.")


@require_POST
def resume_task(request: Request, pk: int) -> HttpResponse:
    """End the waiting; the clock runs again."""
    task = task_to_work(request, pk)
    return act(request, task, actions.resume, said="The clock runs again.")


@require_POST
def tick_step(request: Request, pk: int, step_pk: int) -> HttpResponse:
    """Tick a step with what shows that it is done, or with `done=0` take the tick back."""
    task = task_to_work(request, pk)
    step = get_object_or_404(TaskStep, pk=step_pk, task=task)
    try:
        if request.POST.get("done") == "0":
            actions.untick_step(step=step, by=request.user, at=timezone.now())
        else:
            _tick(request, step)
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("task-show", pk)


@transaction.atomic
def _tick(request: Request, step: TaskStep) -> None:
    """With the file that came along: kept only if the step is ticked."""
    by, at = request.user, timezone.now()
    if file := request.FILES.get("file"):
        actions.add_file(task=step.task, step=step, file=file, by=by, at=at)
    actions.tick_step(step=step, by=by, at=at, proof=request.POST.get("proof", ""))


@require_POST
def check_point(request: Request, pk: int, step_pk: int, point: int) -> HttpResponse:
    """Tick a point of a step's checklist, or with `done=0` take the tick back."""
    step = get_object_or_404(TaskStep, pk=step_pk, task=task_to_work(request, pk))
    is_done = request.POST.get("done") != "0"
    try:
        actions.check_point(step=step, point=point, is_done=is_done, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("task-show", pk)


@require_POST
def wait_on(request: Request, pk: int) -> HttpResponse:
    """Stop the clock until a rep, a recipient or a vendor has answered."""
    task = task_to_work(request, pk)
    form = WaitForm(request.POST, auto_id="wait_%s")
    if not form.is_valid():
        return _page(request, task, wait_form=form, status=422)
    return act(request, task, actions.wait, said="The clock is paused.", form=form, name="wait_form")


@require_POST
def deliver_task(request: Request, pk: int) -> HttpResponse:
    """Finish the task: the money is spent, the rep is told, the follow-up clock starts."""
    task = task_to_work(request, pk)
    form = DeliverForm(task, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, task, deliver_form=form, status=422)
    form.cleaned_data.pop("without_steps", None)
    rep = task.line.order.placed_by
    return act(request, task, _deliver, said=f"Delivered. {rep} has been told.", form=form, name="deliver_form")


@transaction.atomic
def _deliver(*, task: Task, by: User, at: datetime, file: "UploadedFile[bytes] | None" = None, **said: Any) -> None:
    """With the file that came along: kept only if the delivery is."""
    if file:
        actions.add_file(task=task, file=file, by=by, at=at)
    actions.deliver(task=task, by=by, at=at, **said)


@require_POST
def comment_task(request: Request, pk: int) -> HttpResponse:
    """Say something; also for reps, about the tasks of their accounts."""
    task = _task_of(request, pk)
    must_be_allowed(request, COMMENT)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, task, comment_form=form, status=422)
    return act(request, task, actions.comment, said="", form=form, name="comment_form")


@require_GET
def list_people(request: Request, pk: int) -> HttpResponse:
    """Whom a comment may mention, by the beginning of a name: options for the list under the field."""
    task = _task_of(request, pk)
    beginning = request.GET.get("q", "").strip()[:50]
    people = mentions.offered(task, beginning, without=request.user) if may(request.user, COMMENT) else []
    return render(request, "tasks/people.html", {"people": people})


def _task_of(request: Request, pk: int) -> Task:
    """The task, if the person may know of it; else there is none."""
    return get_object_or_404(Task.objects.visible_to(request.user).with_brief(), pk=pk)


def task_to_work(request: Request, pk: int) -> Task:
    """The task, if the person may work it: whoever may see it but not work it is told so."""
    task = _task_of(request, pk)
    must_be_allowed(request, WORK)
    return task


def act(
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
    now = timezone.now()
    may_work = may(request.user, WORK)
    is_mine = task.assignee_id is not None and (task.assignee_id == request.user.pk or may(request.user, HELP))
    is_at_work = may_work and is_mine and task.state == Task.State.IN_PROGRESS
    typed = "" if is_at_work else _note_in(sent)
    files = list(task.files.select_related("by", "step").order_by("at", "pk"))
    steps = _step_rows(task, files)
    context = {
        "task": task,
        "line": task.line,
        "order": task.line.order,
        "account": task.line.order.account,
        "standing": getattr(task.line.order.account, "standing", None),
        "steps": steps,
        "outcomes": outcomes_of(task.line),
        "next_step": next((row.step for row in steps if row.step.done_at is None and not row.before), None),
        "files": files,
        "file_form": FileForm(),
        "accepted": ACCEPTED,
        "addresses": list(
            task.address_requests.select_related("recipient__contact").order_by("recipient__contact__name")
        ),
        "follow_up": FollowUp.objects.filter(line=task.line).select_related("owner").first(),
        "recipients": [recipient.contact for recipient in task.line.recipients.all()],
        "comments": list(Comment.objects.filter(task=task).thread()),
        "history": timelines([task.line], at=now)[task.line_id],
        "now": now,
        "may_work": may_work,
        "may_ask": is_mine and may_work and (is_at_work or task.waiting_on == Task.WaitingOn.RECIPIENT),
        "site": request.build_absolute_uri("/").rstrip("/"),
        "may_comment": may(request.user, COMMENT),
        "may_add_file": may(request.user, ADD_FILE),
        "may_remove": may(request.user, HELP),
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


def _step_rows(task: Task, files: list[TaskFile]) -> list[StepRow]:
    steps = list(task.steps.all())
    return [
        StepRow(
            step,
            files=[file for file in files if file.step_id == step.pk],
            before=[other for other in steps if other.position in step.after and other.done_at is None],
        )
        for step in steps
    ]


def _note_in(sent: dict[str, forms.Form]) -> str:
    """What somebody wrote into a form that the page, as it is now, no longer has."""
    return next((form.data.get("note", "") for form in sent.values()), "")
