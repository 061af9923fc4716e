"""The task queue: what do I do next? A list and a board of the same tasks."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.accounts.models import Tier
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import Task
from abmhub.orders.models.task import TaskQuerySet
from abmhub.orders.queue import QueueView, condition, count_views, tasks_in
from abmhub.users.verbs import may
from abmhub.web.paging import page_of, path_with
from abmhub.web.requests import Request, must_be_allowed, way_back

CARDS_A_COLUMN = 25
FINISHED_FOR = timedelta(days=7)
WORK = "orders.work_tasks"
BOARD_WITH_DONE = frozenset({QueueView.MINE, QueueView.TEAM, QueueView.OPEN, QueueView.FINISHED})

EMPTY = {
    QueueView.MINE: ("Nothing on your desk", "Claim the next task, or look at what nobody has taken yet."),
    QueueView.TEAM: ("Your team has nothing open", "What a member of your team claims shows here."),
    QueueView.UNASSIGNED: ("Nobody is waiting to be helped", "Each order line that a rep ticks lands here at once."),
    QueueView.OVERDUE: ("Every promise is kept", "A task shows here from the day after its promise date."),
    QueueView.WAITING: ("Nothing is held up", "A task waits when a rep, a recipient or a vendor has to answer first."),
    QueueView.OPEN: ("The queue is empty", "Each order line that a rep ticks becomes a task here."),
    QueueView.FINISHED: ("Nothing is finished yet", "Delivered and cancelled tasks are kept here."),
}


class QueueFilter(forms.Form):
    """What narrows a view; everything is optional, and what makes no sense is ignored."""

    DUE = (("", "Due any time"), ("0", "Due by today"), ("3", "Due in 3 days"), ("7", "Due in a week"))

    q = forms.CharField(
        required=False,
        max_length=100,
        label="Account",
        widget=forms.TextInput(
            attrs={
                "class": "input",
                "type": "search",
                "autocomplete": "off",
                "placeholder": "Account",
                "data-shortcut": "/",
            }
        ),
    )
    tactic = forms.ModelChoiceField(Tactic.objects.order_by("name"), required=False, empty_label="Any tactic")
    tier = forms.ModelChoiceField(Tier.objects.order_by("level"), required=False, empty_label="Any tier")
    due = forms.ChoiceField(choices=DUE, required=False)

    def narrow(self, tasks: TaskQuerySet, day: date) -> TaskQuerySet:
        """The tasks that pass every filter that was understood."""
        self.is_valid()
        chosen = self.cleaned_data
        found = Q()
        if name := chosen.get("q"):
            # Two letters are too few for the trigram index, so they must begin the name.
            how = "icontains" if len(name) > 2 else "istartswith"
            found &= Q(**{f"line__order__account__name__{how}": name})
        if tactic := chosen.get("tactic"):
            found &= Q(line__tactic=tactic)
        if tier := chosen.get("tier"):
            found &= Q(line__order__tier=tier)
        if days := chosen.get("due"):
            found &= Q(due_on__lte=day + timedelta(days=int(days)))
        return tasks.filter(found)

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.values())


@dataclass(frozen=True)
class Queue:
    """What somebody looks at: `tasks` passed the filters, the view is still to be taken."""

    view: QueueView
    day: date
    form: QueueFilter
    tasks: TaskQuerySet


@dataclass(frozen=True)
class Tab:
    """A view of the queue as a link; `count` is None where nobody counts."""

    view: QueueView
    path: str
    is_current: bool
    count: int | None


@dataclass(frozen=True)
class Column:
    """A state on the board with its most urgent cards, and the way to the rest."""

    label: str
    icon: str
    tasks: list[Task]
    has_more: bool


@require_GET
def list_tasks(request: Request) -> HttpResponse:
    """The queue as a list, the most urgent first."""
    queue = _queue_of(request)
    page = page_of(
        tasks_in(queue.tasks, queue.view, user=request.user, day=queue.day).for_queue(),
        request,
        by=("-finished_at", "-pk") if queue.view == QueueView.FINISHED else ("due_on", "pk"),
    )
    context = {"page": page, "empty": EMPTY[queue.view]}
    return render(request, "tasks/list.html", _context(request, queue, page.rows) | context)


@require_GET
def show_board(request: Request) -> HttpResponse:
    """The same tasks by state, and what was finished in the last week."""
    queue = _queue_of(request)
    found = queue.tasks.filter(condition(queue.view, user=request.user, day=queue.day)).for_queue()
    columns = [
        _column("To do", "circle", found.filter(state=Task.State.TO_DO).due_first()),
        _column("In progress", "circle-dot", found.filter(state=Task.State.IN_PROGRESS).due_first()),
        _column("Waiting", "circle-pause", found.filter(state=Task.State.WAITING).due_first()),
    ]
    if queue.view in BOARD_WITH_DONE:
        done = found.filter(state=Task.State.DONE, finished_at__gte=timezone.now() - FINISHED_FOR)
        columns.append(_column("Done this week", "circle-check", done.order_by("-finished_at", "-pk")))
    tasks = [task for column in columns for task in column.tasks]
    return render(request, "tasks/board.html", _context(request, queue, tasks) | {"columns": columns})


def _queue_of(request: Request) -> Queue:
    """What the address asks for; a view that nobody knows is the person's own first one."""
    day = business_day(timezone.now())
    form = QueueFilter(request.GET)
    asked = request.GET.get("view", "")
    home = QueueView.MINE if may(request.user, WORK) else QueueView.OPEN
    view = QueueView(asked) if asked in QueueView else home
    return Queue(view, day, form, form.narrow(Task.objects.visible_to(request.user), day))


def _context(request: Request, queue: Queue, shown: list[Task]) -> dict[str, Any]:
    prefetch_related_objects(shown, "steps")
    counts = count_views(queue.tasks, user=request.user, day=queue.day)
    views = [view for view in QueueView if view != QueueView.TEAM or request.user.team_id]
    tabs = [Tab(view, path_with(request, view=view), view == queue.view, counts.get(view)) for view in views]
    filters = path_with(request).removeprefix(request.path)
    return {
        "queue": queue,
        "tabs": tabs,
        "icons": sorted({task.line.tactic.category.icon for task in shown}),
        "may_work": may(request.user, WORK),
        "list_path": reverse("task-list") + filters,
        "board_path": reverse("task-board") + filters,
        "plain_path": f"{request.path}?view={queue.view}",
    }


def _column(label: str, icon: str, tasks: TaskQuerySet) -> Column:
    found = list(tasks[: CARDS_A_COLUMN + 1])
    return Column(label, icon, found[:CARDS_A_COLUMN], has_more=len(found) > CARDS_A_COLUMN)


@require_POST
def claim_next(request: Request) -> HttpResponse:
    """Take the most urgent task that nobody has, and open it."""
    must_be_allowed(request, WORK)
    task = actions.claim_next(by=request.user, at=timezone.now())
    if task is None:
        messages.info(request, "Nothing is left to claim: every task has somebody.")
        return redirect("task-list")
    messages.success(request, f"{task.name} is yours.")
    return redirect("task-show", task.pk)


@require_POST
def claim_many(request: Request) -> HttpResponse:
    """Take the ticked tasks. Each on its own: one that somebody else has does not hold up the others."""
    must_be_allowed(request, WORK)
    user, at = request.user, timezone.now()
    wanted = [pk for pk in request.POST.getlist("task") if re.fullmatch(r"[0-9]{1,18}", pk)]
    tasks = list(Task.objects.visible_to(user).filter(pk__in=wanted).due_first())
    if not tasks:
        messages.info(request, "Tick the tasks you want, then claim them.")
    claimed = 0
    for task in tasks:
        try:
            actions.claim_task(task=task, by=user, at=at)
            claimed += 1
        except Refused as refusal:
            messages.warning(request, f"{task.name}: {refusal.message}")
    if claimed:
        messages.success(request, f"{claimed} task{'s'[: claimed != 1]} claimed.")
    return redirect(way_back(request, reverse("task-list")))
