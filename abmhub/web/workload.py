"""The workload: who has promised more than they can do, and what could go to whom?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import date as date_text
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.orders import actions
from abmhub.orders.levelling import level
from abmhub.orders.models import Task
from abmhub.orders.queue import count_each
from abmhub.orders.workload import NONE, Load, Slot, Workload, workload_on
from abmhub.users.models import MARKETING_ROLES, Team
from abmhub.web.bulk import Verb
from abmhub.web.paging import capped, path_with
from abmhub.web.requests import Request, must_be_allowed
from abmhub.web.toasts import with_button

HELP = "orders.help_with_any_task"


@dataclass(frozen=True)
class Cell:
    """What is promised in a slot, against what fits; lengths in percent of the longest."""

    hours: Decimal
    capacity: Decimal
    tasks: int
    scale: Decimal

    @property
    def over(self) -> Decimal:
        return max(self.hours - self.capacity, NONE)

    @property
    def share(self) -> float:
        return float(self.hours / self.scale * 100)

    @property
    def threshold(self) -> float:
        return float(self.capacity / self.scale * 100)


@dataclass(frozen=True)
class Row:
    """A person, or a team."""

    name: str
    path: str
    cells: Sequence[Cell]

    @property
    def is_over(self) -> bool:
        return any(cell.over for cell in self.cells)


@dataclass(frozen=True)
class Choice:
    """A way to look at it, as a link."""

    label: str
    path: str
    is_chosen: bool


@require_GET
def show_workload(request: Request) -> HttpResponse:
    """Hours promised and hours there are, as a picture and as a table, and what would level them."""
    must_be_allowed(request, HELP)
    return render(request, "workload/show.html", _page(request))


@require_POST
def level_workload(request: Request) -> HttpResponse:
    """Accept moves of the proposal: all of those that were sent, or none."""
    must_be_allowed(request, HELP)
    by, team_id = _slots_of(request), _team_id(request)
    try:
        moves = actions.accept_moves(
            keys=request.POST.getlist("move"), slots=by, team_id=team_id, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return render(request, "workload/show.html", _page(request) | {"refusal": refusal.message}, status=409)
    here = path_with(request).replace(reverse("workload-level"), reverse("workload-show"))
    back = ",".join(f"{move.piece.task_id}:{move.to_id}:{move.piece.person_id}" for move in moves)
    undo = {
        "do": Verb.HAND_BACK,
        "task": ",".join(str(move.piece.task_id) for move in moves),
        "moves": back,
        "next": here,
    }
    said = f"{len(moves)} task{'s'[: len(moves) != 1]} moved; everybody concerned is told."
    messages.success(request, with_button(request, said, "Undo", reverse("task-bulk"), undo))
    return redirect(here)


def _slots_of(request: Request) -> str:
    return "day" if request.GET.get("by") == "day" else "week"


def _team_id(request: Request) -> int | None:
    asked = request.GET.get("team", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None


def _page(request: Request) -> dict[str, Any]:
    day, by, team_id = business_day(timezone.now()), _slots_of(request), _team_id(request)
    workload = workload_on(day, by=by, team_id=team_id)
    proposal = level(workload)
    is_by_team = request.GET.get("of") == "team"
    unassigned = Task.objects.visible_to(request.user).unassigned()
    free = count_each({"unassigned": unassigned}, user=request.user)["unassigned"]
    teams = Team.objects.filter(members__role__in=MARKETING_ROLES, members__is_active=True).distinct().order_by("name")
    return {
        "slots": [(slot, _called(slot, by)) for slot in workload.slots],
        "rows": _by_team(workload) if is_by_team else _by_person(workload.loads.values(), workload),
        "title": _finding(workload, by),
        "proposal": proposal,
        "between": list(proposal.between()),
        "is_by_team": is_by_team,
        "by": by,
        "free": capped(free),
        "has_free": free > 0,
        "ways": [
            Choice("People", _way(request, of=""), not is_by_team),
            Choice("Teams", _way(request, of="team"), is_by_team),
        ],
        "lengths": [
            Choice("Weeks", _way(request, by=""), by == "week"),
            Choice("Days", _way(request, by="day"), by == "day"),
        ],
        "teams": [
            Choice("Everybody", _way(request, team=""), team_id is None),
            *(Choice(team.name, _way(request, team=str(team.pk)), team.pk == team_id) for team in teams),
        ],
        "level_path": _way(request).replace(reverse("workload-show"), reverse("workload-level")),
        "breadcrumbs": [("Tasks", reverse("task-list"))],
    }


def _way(request: Request, **changes: str) -> str:
    """The address of this page with some of it changed, also after something was refused."""
    return path_with(request, **changes).replace(reverse("workload-level"), reverse("workload-show"))


def _called(slot: Slot, by: str) -> str:
    return date_text(slot.starts_on, "D j M" if by == "day" else "j M")


def _by_person(loads: Iterable[Load], workload: Workload) -> list[Row]:
    """Whoever is over by the most first."""
    loads = list(loads)
    scale = _scale(loads)
    tasks = reverse("task-list")
    rows = [
        Row(
            name=load.person.name,
            path=f"{tasks}?view=open&assignee={load.person.pk}",
            cells=[
                Cell(load.hours[number], load.capacity[number], load.tasks[number], scale)
                for number in range(len(workload.slots))
            ],
        )
        for load in loads
    ]
    return sorted(rows, key=lambda row: (-max(cell.over for cell in row.cells), row.name))


def _by_team(workload: Workload) -> list[Row]:
    """The people of a team added up; whoever has none stands apart."""
    teams: dict[str, list[Load]] = {}
    for load in workload.loads.values():
        teams.setdefault(load.person.team.name if load.person.team else "No team", []).append(load)
    summed = {
        name: [
            (sum(load.hours[number] for load in loads), sum(load.capacity[number] for load in loads),
             sum(load.tasks[number] for load in loads))
            for number in range(len(workload.slots))
        ]
        for name, loads in sorted(teams.items())
    }  # fmt: skip
    scale = max((Decimal(max(hours, room)) for sums in summed.values() for hours, room, _ in sums), default=NONE)
    return [
        Row(name, "", [Cell(Decimal(hours), Decimal(room), tasks, scale or Decimal(1)) for hours, room, tasks in sums])
        for name, sums in summed.items()
    ]


def _scale(loads: Iterable[Load]) -> Decimal:
    """The longest of all bars."""
    return max((*(hours for load in loads for hours in (*load.hours, *load.capacity)), NONE)) or Decimal(1)


def _finding(workload: Workload, by: str) -> str:
    """What the picture says, in a sentence."""
    over = [load for load in workload.loads.values() if load.is_over]
    if not workload.loads:
        return "Nobody works on tasks yet"
    if not over:
        return "Everybody has room for what they have promised"
    if len(over) > 1:
        return f"{len(over)} of {len(workload.loads)} people have promised more than they can do"
    [load] = over
    number = max(range(len(workload.slots)), key=load.over)
    when = "on" if by == "day" else "in the week of"
    starts_on = date_text(workload.slots[number].starts_on, "j F")
    return f"{load.person} has promised {load.over(number).normalize():f} hours too many {when} {starts_on}"
