"""The task queue: what do I do next? A list and a board of the same tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.accounts.models import SavedView
from abmhub.orders import actions
from abmhub.orders.models import FollowUp, Task
from abmhub.orders.models.task import TaskQuerySet
from abmhub.orders.queue import COUNTED_UP_TO, QueueView, count_views, in_states
from abmhub.users.verbs import may
from abmhub.web.bulk import BulkForm
from abmhub.web.listing import query_of
from abmhub.web.long_list import expected_number
from abmhub.web.paging import capped, page_of, path_with
from abmhub.web.queue import IN_SIGHT, SORTS, USUAL_SORT, WORK, Queue, QueueFilter
from abmhub.web.requests import Request, must_be_allowed
from abmhub.web.views import view_in

ROWS, CARDS_A_COLUMN, MISSED = 20, 8, 6
FINISHED_FOR = timedelta(days=7)
HELP = "orders.help_with_any_task"
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


@dataclass(frozen=True)
class Tab:
    """A view of the queue as a link; `count` is None where nobody counts."""

    view: QueueView
    path: str
    is_current: bool
    count: int | None

    @property
    def shown_count(self) -> str:
        """As people read it, "10,000+" of more than that."""
        return "" if self.count is None else capped(self.count)


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
    queue = Queue.asked_for(request)
    counts = _counts(request, queue)
    count = counts.get(queue.view)
    sort, found = queue.sort(count), queue.seen_by(request.user)
    page = page_of(found, request, by=sort.by, size=ROWS, beside=_with_what_a_line_says)
    context = {
        "page": page,
        "empty": EMPTY[queue.view],
        "summary": f"{sort.summary}, {ROWS} at a time{_how_many(found, queue.view, count)}",
        "is_sort_refused": queue.view != QueueView.FINISHED and sort != SORTS[queue.sort_name],
        "sorts": [(name, each.label) for name, each in SORTS.items()],
        "missed": _missed(request, queue),
    }
    return render(request, "tasks/list.html", _context(request, queue, page.rows, counts) | context)


def _with_what_a_line_says(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return cast("TaskQuerySet", tasks).for_queue()


def _missed(request: Request, queue: Queue) -> list[FollowUp]:
    """Beside one's own work: what of it sales did not follow up in time."""
    if queue.view != QueueView.MINE or not may(request.user, WORK):
        return []
    return list(FollowUp.objects.visible_to(request.user).missed_by_sales(request.user, timezone.now())[:MISSED])


def _counts(request: Request, queue: Queue) -> dict[QueueView, int]:
    """How many tasks the views hold; with filters that one alone which is looked at, for each costs a search then.

    What has to be searched for is not counted where that is dear: all views for whoever sees some accounts only, and
    a word that many accounts have, unless the order that was asked for is only for so many.
    """
    if queue.form.has_common_word and not SORTS[queue.sort_name].is_dear:
        return {}
    count = partial(count_views, queue.tasks, user=request.user, day=queue.day)
    if queue.form.is_narrowing:
        return count(views=(queue.view,), unless_dear=True)
    return count(unless_dear=not request.user.sees_every_account)


def _how_many(found: TaskQuerySet, view: QueueView, count: int | None) -> str:
    """Of more than anybody counts what the database thinks, and that it is a guess."""
    if view == QueueView.FINISHED or (count is not None and count <= COUNTED_UP_TO):
        return ""
    return f"; about {expected_number(found):,} tasks, by estimate"


@require_GET
def show_board(request: Request) -> HttpResponse:
    """The same tasks by state, and what was finished in the last week."""
    queue = Queue.asked_for(request)
    counts = _counts(request, queue)
    of_view = in_states(queue.view, user=request.user, day=queue.day)
    asked = [
        ("To do", "circle", queue.tasks.filter(of_view([Task.State.TO_DO])).due_first()),
        ("In progress", "circle-dot", queue.tasks.filter(of_view([Task.State.IN_PROGRESS])).due_first()),
        ("Waiting", "circle-pause", queue.tasks.filter(of_view([Task.State.WAITING])).due_first()),
    ]
    if queue.view in BOARD_WITH_DONE:
        done = queue.tasks.filter(of_view([Task.State.DONE]), finished_at__gte=timezone.now() - FINISHED_FOR)
        asked.append(("Done this week", "circle-check", done.order_by("-finished_at", "-pk")))
    columns = _columns(asked)
    shown = [task for column in columns for task in column.tasks]
    context = _context(request, queue, shown, counts)
    context |= {"columns": columns, "query": "&".join(filter(None, (context["query"], "shape=board")))}
    return render(request, "tasks/board.html", context)


@require_GET
def show_filters(request: Request) -> HttpResponse:
    """The filters that have no place on the page: a page, and for HTMX the sheet under the button."""
    queue = Queue.asked_for(request)
    fields = queue.form.on_sheet()
    context = {
        "fields": fields,
        "kept": queue.kept(request, without=frozenset(field.name for field in fields) | {"shape"}),
        "list_path": reverse("task-board" if request.GET.get("shape") == "board" else "task-list"),
    }
    return render(request, "accounts/filter_sheet.html" if request.htmx else "tasks/filter_page.html", context)


def _context(request: Request, queue: Queue, shown: list[Task], counts: dict[QueueView, int]) -> dict[str, Any]:
    prefetch_related_objects(shown, "steps")
    views = [view for view in QueueView if view != QueueView.TEAM or request.user.team_id]
    tabs = [Tab(view, path_with(request, view=view), view == queue.view, counts.get(view)) for view in views]
    filters = path_with(request, shape="").removeprefix(request.path)
    return {
        "queue": queue,
        "tabs": tabs,
        "icons": sorted({task.line.tactic.category.icon for task in shown}),
        "may_work": may(request.user, WORK),
        "list_path": reverse("task-list") + filters,
        "board_path": reverse("task-board") + filters,
        "plain_path": f"{request.path}?view={queue.view}",
        "chips": list(queue.form.chips(request)),
        "kept": [(name, request.GET[name]) for name in QueueFilter.base_fields if _is_kept(request, name)],
        "query": query_of(request, "saved"),
        "saved_view": view_in(request, SavedView.List.TASKS),
        "usual_sort": USUAL_SORT,
        "bulk_form": BulkForm(),
        "may_help": may(request.user, HELP),
    }


def _is_kept(request: Request, name: str) -> bool:
    """Whether the filter is in force while its sheet is closed: the form of the others has to send it along."""
    return name not in IN_SIGHT and bool(request.GET.get(name))


def _columns(asked: Sequence[tuple[str, str, TaskQuerySet]]) -> list[Column]:
    """A column for each label, icon and order of tasks; what cards say is read once, for these cards alone."""
    keys = [list(tasks.values_list("pk", flat=True)[: CARDS_A_COLUMN + 1]) for _, _, tasks in asked]
    cards = Task.objects.for_queue().in_bulk([key for found in keys for key in found])
    return [
        Column(label, icon, [cards[key] for key in found[:CARDS_A_COLUMN]], has_more=len(found) > CARDS_A_COLUMN)
        for (label, icon, _), found in zip(asked, keys, strict=True)
    ]


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
