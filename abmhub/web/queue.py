"""What the address of the queue asks for: a view, filters and an order; the same for the list and the board."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from abmhub.accounts.models import Account, Territory, Tier
from abmhub.accounts.scope import Scope
from abmhub.campaigns.models import Program
from abmhub.core.days import business_day
from abmhub.menus.models import Category, Play, Tactic
from abmhub.orders.models import Task
from abmhub.orders.models.task import TaskQuerySet
from abmhub.orders.queue import COUNTED_UP_TO, QueueView, tasks_in
from abmhub.orders.rules import MAKERS
from abmhub.users.models import User
from abmhub.users.verbs import may
from abmhub.web.listing import Chip
from abmhub.web.paging import path_with
from abmhub.web.requests import Request

WORK = "orders.work_tasks"
# Filters with a place of their own on the page; the others are on a sheet, and show as chips when in force.
IN_SIGHT = frozenset({"q", "tactic", "tier", "due"})
MOST_NAMED = 500
"""So many accounts with a word in their name are named one by one; a word that more have is common."""


@dataclass(frozen=True)
class Sort:
    """An order of the queue: its columns for `page_of`. One that `is_dear` has no index: nobody may sort more than
    can be counted by it."""

    label: str
    by: tuple[str, ...]
    summary: str
    is_dear: bool = False


SORTS = {
    "due": Sort("Most urgent", ("due_on", "pk"), "Most urgent first"),
    "late": Sort("Due last", ("-due_on", "-pk"), "Due last first"),
    "new": Sort("Newest", ("-pk",), "Newest first"),
    "tier": Sort("Tier", ("line__order__tier_id", "due_on", "pk"), "By tier, then the most urgent", is_dear=True),
    "account": Sort(
        "Account", ("line__order__account__normalized_name", "due_on", "pk"), "By account", is_dear=True
    ),
}  # fmt: skip
USUAL_SORT = "due"
ENDED = Sort("Newest", ("-finished_at", "-pk"), "Newest first")


class QueueFilter(forms.Form):
    """What narrows a view; everything is optional, and what makes no sense is ignored."""

    has_common_word = False
    """Whether so many accounts have the word that only a walk by the day finds a page of their tasks."""

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
                "data-shortcut-label": "Filter by account",
            }
        ),
    )
    tactic = forms.ModelChoiceField(Tactic.objects.order_by("name"), required=False, empty_label="Any tactic")
    tier = forms.ModelChoiceField(Tier.objects.order_by("level"), required=False, empty_label="Any tier")
    due = forms.ChoiceField(choices=DUE, required=False)
    category = forms.ModelChoiceField(Category.objects.order_by("name"), required=False, empty_label="Any category")
    play = forms.ModelChoiceField(Play.objects.order_by("name"), required=False, empty_label="Any play or none")
    program = forms.ModelChoiceField(
        Program.objects.order_by("name"), required=False, empty_label="Any program or none"
    )
    territory = forms.ModelChoiceField(Territory.objects.order_by("name"), required=False, empty_label="Any territory")
    assignee = forms.ModelChoiceField(
        User.objects.filter(role__in=MAKERS).order_by("name"), required=False, label="With", empty_label="Anybody"
    )

    def narrow(self, tasks: TaskQuerySet, day: date) -> TaskQuerySet:
        """The tasks that pass every filter that was understood."""
        self.is_valid()
        chosen = self.cleaned_data
        found = Q()
        if name := chosen.get("q"):
            found &= self._of_accounts_named(name)
        if days := chosen.get("due"):
            found &= Q(due_on__lte=day + timedelta(days=int(days)))
        if category := chosen.get("category"):
            # Named one by one: the planner knows how many lines a tactic has, and nothing of its category.
            found &= Q(line__tactic__in=list(category.tactics.values_list("pk", flat=True)))
        paths = {
            "tactic": "line__tactic",
            "tier": "line__order__tier",
            "play": "line__order__play",
            "program": "line__order__account__programs__program",
            "territory": "line__order__account__territory",
            "assignee": "assignee",
        }
        for name, path in paths.items():
            if value := chosen.get(name):
                found &= Q(**{path: value})
        return tasks.filter(found)

    def _of_accounts_named(self, name: str) -> Q:
        """The tasks for accounts with this in their name."""
        # Two letters are too few for the trigram index, so they must begin the name.
        how = "icontains" if len(name) > 2 else "istartswith"
        named = list(Account.objects.filter(**{f"name__{how}": name}).values_list("pk", flat=True)[: MOST_NAMED + 1])
        self.has_common_word = len(named) > MOST_NAMED
        if self.has_common_word:
            return Q(**{f"line__order__account__name__{how}": name})
        return Q(line__order__account__in=named)

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.values())

    def chips(self, request: Request) -> Iterator[Chip]:
        """The filters in force that have no place of their own on the page."""
        for name, field in self.fields.items():
            if name not in IN_SIGHT and (value := self.cleaned_data.get(name)):
                yield Chip(str(field.label or name.capitalize()), str(value), path_with(request, **{name: ""}))

    def on_sheet(self) -> list[forms.BoundField]:
        """The fields of the sheet that leave a choice."""
        return [field for field in self if field.name not in IN_SIGHT and len(list(field.field.choices)) > 1]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Queue:
    """What somebody looks at: `tasks` passed the filters, the view is still to be taken."""

    view: QueueView
    day: date
    form: QueueFilter
    tasks: TaskQuerySet
    sort_name: str

    @classmethod
    def asked_for(cls, request: Request) -> "Queue":
        """What the address says; a view that nobody knows is the person's own first one."""
        day = business_day(timezone.now())
        form = QueueFilter(request.GET)
        asked, sort_name = request.GET.get("view", ""), request.GET.get("sort", "")
        home = QueueView.MINE if may(request.user, WORK) else QueueView.OPEN
        return cls(
            view=QueueView(asked) if asked in QueueView else home,
            day=day,
            form=form,
            tasks=form.narrow(Scope.of(request.user).rows(Task.objects.all()), day),
            sort_name=sort_name if sort_name in SORTS else USUAL_SORT,
        )

    def sort(self, count: int | None) -> Sort:
        """The order of the view when it holds so many tasks, of which nobody has counted more than the limit."""
        if self.view == QueueView.FINISHED:
            return ENDED
        sort = SORTS[self.sort_name]
        return SORTS[USUAL_SORT] if sort.is_dear and (count is None or count > COUNTED_UP_TO) else sort

    def seen_by(self, user: User) -> TaskQuerySet:
        """The tasks of the view."""
        return tasks_in(self.tasks, self.view, user=user, day=self.day)

    def kept(self, request: Request, *, without: frozenset[str]) -> list[tuple[str, Any]]:
        """What the address says beside these filters, for a form of theirs to send along."""
        names = [name for name in request.GET if name not in without and name not in ("after", "before")]
        return [(name, value) for name in names for value in request.GET.getlist(name) if value]
