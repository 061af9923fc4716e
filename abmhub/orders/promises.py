"""When a tactic is promised: by its own history, the work that is ahead of it, and the working calendar.

    promise = the day it counts from + usual days + days for the queue + days until it is in stock

All are working days, by the calendar of the team that the recipe names first, or else by everybody's.

**Usual days** are the 80th percentile of what the latest deliveries took, from the day their work was to begin; the
lead time until there are enough. From that day and not from the claim, because the rep waits from then on, whoever
was slow. Two things are taken out: days on which the work waited for the rep or a recipient, and what its own promise
allowed for the queue. What is left is by how much promises without history were missed, so that an estimate of the
queue that is always wrong in the same way corrects itself.

**Days for the queue** are the hours of open work that is due no later, divided by the hours of those who do it.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, chain

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from abmhub.core import sql
from abmhub.core.workdays import (
    Calendar,
    add_working_days,
    calendar,
    first_working_day,
    is_working_day,
    working_days_between,
)
from abmhub.menus import recipes
from abmhub.menus.models import Tactic
from abmhub.orders.models import Backlog, OrderLine, Task
from abmhub.orders.models.capacity import USUAL_HOURS_A_DAY
from abmhub.users.models import Absence, Role, User

ENOUGH = 10
"""So many deliveries, and a tactic's own history replaces its lead time."""

LATEST = 50
"""So many deliveries are its history: older ones say little about the next one."""

KEPT_OF_TEN = 8
MOST_QUEUE_DAYS = 20
"""No promise allows for more: a queue of a month is a matter for whoever plans, and the menu would look broken."""


@dataclass(frozen=True)
class Promise:
    """When a tactic is promised, and why then. `deliveries` is 0 where the lead time counts.

    Without a `calendar_id` its days are those of everybody's calendar.
    """

    asked_on: date
    starts_on: date
    usual_days: int
    deliveries: int = 0
    within: int = 0
    queue_days: int = 0
    restock_days: int = 0
    calendar_id: int | None = None

    @property
    def calendar(self) -> Calendar:
        return calendar(self.calendar_id)

    @property
    def extra_days(self) -> int:
        """What it takes longer today than usual; no delivery of it is held against the tactic."""
        return self.queue_days + self.restock_days

    @cached_property
    def on(self) -> date:
        return add_working_days(self.starts_on, self.usual_days + self.extra_days, self.calendar)

    def later(self, days: int) -> date:
        """When it is promised as a part of a play whose turn comes after so many working days."""
        return add_working_days(self.on, days, self.calendar)

    def begins(self, days: int) -> date:
        """When its work begins as a part of such a play."""
        return add_working_days(self.starts_on, days, self.calendar)

    @property
    def why(self) -> str:
        """The arithmetic in a sentence."""
        number = f"{self.usual_days} working day{'' if self.usual_days == 1 else 's'}"
        said = f"{number} of lead time"
        if self.deliveries:
            said = f"Usually done in {number} ({self.within} of the last {self.deliveries} times)"
        if self.queue_days:
            said += f", {self.queue_days} more for the queue"
        if self.restock_days:
            said += f", {self.restock_days} until it is in stock again"
        if self.calendar.name:
            said += f", by the calendar of {self.calendar.name} from {self.starts_on:%A %-d %B} on"
        return f"{said}."

    @property
    def counts_from(self) -> str:
        """From which day it counts and why, as a sentence; empty when that is today."""
        if self.starts_on == self.asked_on:
            return ""
        is_late = is_working_day(self.asked_on, self.calendar)
        reason = f"It is past {self.calendar.cut_off_hour}:00" if is_late else "Today is a day off"
        return f"{reason}: what is ordered now counts from {self.starts_on:%A %-d %B}."


def promises_for(tactics: Iterable[Tactic], *, at: datetime) -> dict[int, Promise]:
    """The promise for each tactic, by its id, ordered at this moment: in three queries, however many there are."""
    wanted = {tactic.pk: tactic for tactic in tactics}
    queues, promises = Queues(first_working_day(at)), {}
    for row in sql.rows("orders/latest_deliveries", tactic_ids=list(wanted), latest=LATEST):
        tactic, days = wanted[row["tactic_id"]], row["days"]
        usual, within, count = tactic.lead_time_days, 0, 0
        if len(days) >= ENOUGH:
            usual, count = usual_days(days), len(days)
            within = sum(each <= usual for each in days)
        by = calendar(row["calendar_id"])
        starts_on = first_working_day(at, by)
        ahead = queues.of(row["team_id"]).days(add_working_days(starts_on, usual, by), by)
        restock = tactic.restock_days or 0 if tactic.is_awaited else 0
        promises[tactic.pk] = Promise(
            by.day_of(at), starts_on, usual, count, within, ahead, restock, calendar_id=row["calendar_id"]
        )
    return promises


def usual_days(days: Sequence[int]) -> int:
    """Within how many days eight of ten are done, the one to come included: rank ceil(0.8 (n + 1)) of n.

    The nearest rank (type 1 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American
    Statistician 50, 1996) among what was and what comes. Among what was alone it would keep 8 of 11 promises after ten
    deliveries, because the next one may be the slowest: so split conformal prediction counts too (H. Papadopoulos et
    al., ECML 2002).
    """
    rank = -(-KEPT_OF_TEN * (len(days) + 1) // 10)
    return sorted(days)[min(rank, len(days)) - 1]


class Queue:
    """Open work by the day it is due, and the hours that are worked in a day."""

    def __init__(self, work: Iterable[tuple[date, Decimal]], hours_a_day: Decimal) -> None:
        self.hours_a_day = hours_a_day
        ordered = sorted(work)
        self._due_on = [due_on for due_on, _ in ordered]
        self._hours = [Decimal(0), *accumulate(hours for _, hours in ordered)]

    def days(self, done_on: date, by: Calendar | None = None) -> int:
        """How many working days later than `done_on` something is done, because of what is due sooner.

        The smallest number d for which all that is due until d working days after `done_on` takes fewer than d + 1
        days: what is due first is done first, and what comes in meanwhile for a later day stays behind. At most
        MOST_QUEUE_DAYS. Where nobody is at work nothing can be said, and 0 is.
        """
        if not self.hours_a_day:
            return 0
        for days in range(MOST_QUEUE_DAYS):
            until = add_working_days(done_on, days, by)
            if self._hours[bisect(self._due_on, until)] < (days + 1) * self.hours_a_day:
                return days
        return MOST_QUEUE_DAYS


class Queues:
    """The queue of each team, and the one of all: in it lies what no team is named for, or one without marketers."""

    def __init__(self, day: date) -> None:
        """As last counted, with what was ordered since; who is away on the day does nothing. Two queries."""
        backlog = Backlog.objects.values_list("team", "due_on").annotate(Sum("hours")).order_by()
        work: dict[int | None, list[tuple[date, Decimal]]] = defaultdict(list)
        for team, due_on, left in backlog:
            work[team].append((due_on, left))
        working = User.objects.filter(role=Role.MARKETER, is_active=True)
        there = working.exclude(absences__in=Absence.objects.absent_on(day))
        hours = Sum(Coalesce("capacity__hours_a_day", USUAL_HOURS_A_DAY))
        done_a_day = dict(there.order_by().values_list("team").annotate(hours=hours))
        self._of_all = Queue(chain.from_iterable(work.values()), sum(done_a_day.values(), Decimal(0)))
        self._of_team = {team: Queue(work.get(team, ()), done) for team, done in done_a_day.items() if team and done}

    def of(self, team: int | None) -> Queue:
        return self._of_team.get(team, self._of_all)


@transaction.atomic
def count_backlog() -> int:
    """Count all open work anew; return how many rows say it."""
    sql.run("orders/lock_backlog")
    return sql.run("orders/count_backlog")


def add_to_backlog(order_lines: Iterable[OrderLine]) -> None:
    """What was ordered is ahead of whatever is ordered next, before the sweep comes by."""
    rows = []
    for line in order_lines:
        steps = recipes.steps_of(line.tactic_version) if line.tactic_version else ()
        if hours := sum(step.hours for step in steps):
            team = next((step.team_id for step in steps if step.team_id), None)
            rows.append(Backlog(team_id=team, due_on=line.promised_on, hours=hours))
    Backlog.objects.bulk_create(rows)


def took_days(line: OrderLine, task: Task, *, at: datetime) -> int | None:
    """How many working days its delivery at this moment has taken; None of a line that says not when it began."""
    if line.starts_on is None:
        return None
    by = calendar(line.calendar_id)
    return max(working_days_between(line.starts_on, by.day_of(at), by) - task.paused_days, 0)
