"""The same with many tasks at once: each on its own, with its own result, and mostly to be taken back."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from abmhub.core.refusals import Refusal
from abmhub.orders import actions
from abmhub.orders.models import Task
from abmhub.orders.rules import MAKERS
from abmhub.users.models import User
from abmhub.web.queue import WORK
from abmhub.web.requests import Request, must_be_allowed, way_back
from abmhub.web.toasts import with_button

AT_MOST = 200
"""So many at once; a page has fifty."""
MOVE = re.compile(r"([0-9]{1,18}):([0-9]{0,18}):([0-9]{0,18})")


class Verb(models.TextChoices):
    CLAIM = "claim", "Claim"
    RELEASE = "release", "Release"
    HAND_OVER = "hand_over", "Hand over"
    WAIT = "wait", "Wait on somebody"
    RESUME = "resume", "Resume"
    HAND_BACK = "hand_back", "Hand back"


DONE = {
    Verb.CLAIM: "claimed",
    Verb.RELEASE: "back in the queue",
    Verb.HAND_OVER: "handed over",
    Verb.WAIT: "waiting",
    Verb.RESUME: "resumed",
    Verb.HAND_BACK: "handed back",
}


class BulkForm(forms.Form):
    """What to do with the ticked tasks, and what some of it needs besides."""

    do = forms.ChoiceField(choices=Verb)
    person = forms.ModelChoiceField(
        User.objects.filter(is_active=True, role__in=MAKERS).order_by("name"),
        required=False,
        label="To whom?",
        empty_label="Choose a person",
    )
    on = forms.ChoiceField(choices=Task.WaitingOn, required=False, label="Who has to answer?")
    note = forms.CharField(max_length=300, required=False, label="What for?")

    def clean(self) -> None:
        super().clean()
        do = self.cleaned_data.get("do")
        if do == Verb.HAND_OVER and not self.cleaned_data.get("person"):
            self.add_error("person", "Choose who shall have the tasks.")
        if do == Verb.WAIT and not (self.cleaned_data.get("on") and self.cleaned_data.get("note")):
            self.add_error("note", "Say who has to answer, and what you wait for.")

    @property
    def refusal(self) -> str:
        """What is missing, in a sentence."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


@dataclass(frozen=True)
class Result:
    """What became of one task; without a refusal it was done."""

    task: Task
    former: int | None
    refusal: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of all of them, in the order of the queue."""

    verb: Verb
    results: Sequence[Result]
    person: User | None = None
    done: list[Result] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "done", [result for result in self.results if not result.refusal])

    @property
    def sentence(self) -> str:
        count = len(self.done)
        how = f"handed over to {self.person}" if self.verb == Verb.HAND_OVER else DONE[self.verb]
        return f"{count} task{'s'[: count != 1]} {how}."

    def undo(self, by: User) -> Mapping[str, str]:
        """What to post to take back what was done; empty where nothing takes it back."""
        tasks = ",".join(str(result.task.pk) for result in self.done)
        if self.verb == Verb.CLAIM:
            # What somebody had been given was theirs before, and stays so.
            free = ",".join(str(result.task.pk) for result in self.done if result.former is None)
            return {"do": Verb.RELEASE, "task": free} if free else {}
        if self.verb == Verb.WAIT:
            return {"do": Verb.RESUME, "task": tasks}
        if self.verb == Verb.RELEASE and all(result.former == by.pk for result in self.done):
            return {"do": Verb.CLAIM, "task": tasks}
        if self.verb in (Verb.RELEASE, Verb.HAND_OVER):
            now = self.person.pk if self.person else ""
            moves = (f"{result.task.pk}:{now}:{result.former or ''}" for result in self.done)
            return {"do": Verb.HAND_BACK, "task": tasks, "moves": ",".join(moves)}
        return {}


@require_POST
def work_many(request: Request) -> HttpResponse:
    """Do one thing with the ticked tasks. Each on its own: one that is refused does not hold up the others."""
    must_be_allowed(request, WORK)
    tasks = _ticked(request)
    form = BulkForm(request.POST)
    back = way_back(request, reverse("task-list"))
    if not tasks or not form.is_valid():
        messages.info(request, form.refusal or "Tick the tasks you mean, then say what to do with them.")
        return redirect(back)
    verb = Verb(form.cleaned_data["do"])
    results = list(_worked(tasks, _step(verb, form.cleaned_data, request), request.user))
    outcome = Outcome(verb, results, form.cleaned_data["person"] if verb == Verb.HAND_OVER else None)
    undo = outcome.undo(request.user) if outcome.done else {}
    if len(outcome.done) == len(results):
        again = {**undo, "next": back}
        said = with_button(request, outcome.sentence, "Undo", reverse("task-bulk"), again) if undo else outcome.sentence
        messages.success(request, said)
        return redirect(back)
    context = {"outcome": outcome, "undo": undo, "back": back, "breadcrumbs": [("Tasks", reverse("task-list"))]}
    return render(request, "tasks/bulk.html", context, status=409)


def _ticked(request: Request) -> list[Task]:
    """The tasks that were ticked and may be seen, the most urgent first."""
    wanted = re.findall(r"\b[0-9]{1,18}\b", ",".join(request.POST.getlist("task")))
    tasks = Task.objects.visible_to(request.user).filter(pk__in=wanted).select_related("line__order__account")
    return list(tasks.due_first()[:AT_MOST])


def _step(verb: Verb, asked: Mapping[str, Any], request: Request) -> Callable[[Task, datetime], object]:
    """What is done with each task."""
    by = request.user
    if verb == Verb.HAND_OVER:
        person = asked["person"]
        return lambda task, at: actions.hand_over(task=task, to=person, seen=task.assignee_id, by=by, at=at)
    if verb == Verb.HAND_BACK:
        moves = {int(task): (now, former) for task, now, former in MOVE.findall(request.POST.get("moves", ""))}
        return partial(_hand_back, moves, by)
    if verb == Verb.WAIT:
        return lambda task, at: actions.wait(task=task, on=asked["on"], note=asked["note"], by=by, at=at)
    action: Callable[..., object] = {
        Verb.CLAIM: actions.claim_task,
        Verb.RELEASE: actions.release_task,
        Verb.RESUME: actions.resume,
    }[verb]
    return lambda task, at: action(task=task, by=by, at=at)


def _hand_back(moves: Mapping[int, tuple[str, str]], by: User, task: Task, at: datetime) -> object:
    """Undo: the task goes back to whoever had it, unless somebody else has it by now."""
    now, former = moves.get(task.pk, ("", ""))
    to = User.objects.filter(pk=former).first() if former else None
    return actions.hand_over(task=task, to=to, seen=int(now) if now else None, by=by, at=at)


def _worked(tasks: Sequence[Task], step: Callable[[Task, datetime], object], by: User) -> Iterator[Result]:
    at = timezone.now()
    for task in tasks:
        former = task.assignee_id
        try:
            step(task, at)
            yield Result(task, former)
        except Refusal as refusal:
            yield Result(task, former, refusal.message)
