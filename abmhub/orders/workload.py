"""Who has promised how many hours of work, week by week or day by day, and how many hours they have."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from abmhub.core import sql
from abmhub.core.workdays import Calendar, add_working_days, calendar, is_working_day
from abmhub.orders.models import USUAL_HOURS_A_DAY, Capacity, Skill
from abmhub.orders.rules import MAKERS
from abmhub.users.models import MARKETING_ROLES, Absence, Team, User

WEEKS, DAYS = 6, 10
NONE = Decimal(0)
MOST_MOVABLE = 500
"""So many tasks, the most urgent, are looked at for what could go to somebody else."""


@dataclass(frozen=True)
class Slot:
    """A week or a day: its first and last day, and its working days from today on. What is late counts in the first."""

    starts_on: date
    ends_on: date
    days: tuple[date, ...]


@dataclass
class Load:
    """What somebody has to do: for each slot the hours they have, the hours promised, and in how many tasks."""

    person: User
    capacity: list[Decimal]
    hours: list[Decimal]
    tasks: list[int]

    def over(self, slot: int) -> Decimal:
        """Hours promised that nobody has; 0 where they fit."""
        return max(self.hours[slot] - self.capacity[slot], NONE)

    @property
    def is_over(self) -> bool:
        return any(self.over(slot) for slot in range(len(self.hours)))


@dataclass(frozen=True)
class Piece:
    """A task that could go to somebody else: the hours that are left of it for each slot."""

    task_id: int
    name: str
    tactic_id: int
    person_id: int
    due_on: date
    hours: tuple[Decimal, ...]
    is_begun: bool = False
    """Whether a step of it is done: whoever did it knows more of it than others."""


@dataclass
class Workload:
    """Everybody's load over the same slots, the busiest first as the list has them."""

    slots: Sequence[Slot]
    loads: Mapping[int, Load]
    pieces: Sequence[Piece]
    needed: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Which skills a tactic asks for that somebody has, by its id."""
    skills: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Which skills each person has, by their id."""

    def can_do(self, person_id: int, tactic_id: int) -> bool:
        return self.needed.get(tactic_id, frozenset()) <= self.skills.get(person_id, frozenset())


def slots_from(day: date, *, by: str, calendar: Calendar | None = None) -> list[Slot]:
    """The next weeks from Monday to Sunday, or with by="day" the next working days; a day off belongs to the next."""
    day = add_working_days(day, 0, calendar)
    if by == "day":
        days = [day]
        while len(days) < DAYS:
            days.append(add_working_days(days[-1], 1, calendar))
        return [Slot(each, each, (each,)) for each in days]
    monday = day - timedelta(days=day.weekday())
    slots = []
    for starts_on in (monday + timedelta(weeks=week) for week in range(WEEKS)):
        ends_on = starts_on + timedelta(days=6)
        slots.append(Slot(starts_on, ends_on, _worked(max(starts_on, day), ends_on, calendar)))
    return slots


def _worked(first: date, last: date, calendar: Calendar | None) -> tuple[date, ...]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in days if is_working_day(day, calendar))


def workload_on(day: date, *, by: str = "week", team_id: int | None = None) -> Workload:
    """The load of every marketer, or of those of a team by its calendar; in as many queries, whatever there is to do.

    The hours of a step count when it is due, for whoever shall do it; what waits for others counts for nobody.
    """
    team = Team.objects.filter(pk=team_id).first() if team_id else None
    slots = slots_from(day, by=by, calendar=calendar(team.calendar_id if team else None))
    people = {person.pk: person for person in _people(team_id)}
    capacity = _capacity(people, slots)
    loads = {pk: Load(person, capacity[pk], [NONE] * len(slots), [0] * len(slots)) for pk, person in people.items()}
    asked: dict[str, Any] = {
        "people": list(people),
        "starts": [slot.starts_on for slot in slots],
        "until": slots[-1].ends_on,
    }
    for row in sql.rows("orders/workload", **asked):
        load = loads[row["person_id"]]
        load.hours[row["slot"]] = row["hours"]
        load.tasks[row["slot"]] = row["tasks"]
    pieces = [_piece(row, len(slots)) for row in sql.rows("orders/movable", at_most=MOST_MOVABLE, **asked)]
    skilled = Skill.people.through.objects.filter(user__in=people).values_list("user", "skill")
    asking = Skill.tactics.through.objects.filter(skill__people__is_active=True).distinct()
    return Workload(slots, loads, pieces, _gathered(asking.values_list("tactic", "skill")), _gathered(skilled))


def _people(team_id: int | None) -> Iterable[User]:
    """Marketers; an administrator only who has tasks for a living would be entered as one."""
    people = User.objects.filter(is_active=True, role__in=MARKETING_ROLES & MAKERS).select_related("team")
    return (people.filter(team=team_id) if team_id else people).order_by("name", "pk")


def _capacity(people: Mapping[int, User], slots: Sequence[Slot]) -> dict[int, list[Decimal]]:
    """The hours that each has in each slot: days on which they work and are not away, times their hours a day."""
    a_day = dict(Capacity.objects.filter(person__in=people).values_list("person", "hours_a_day"))
    away: dict[int, list[Absence]] = defaultdict(list)
    first, last = slots[0].starts_on, slots[-1].ends_on
    for absence in Absence.objects.filter(person__in=people, ends_on__gte=first, starts_on__lte=last):
        away[absence.person_id].append(absence)
    return {
        pk: [
            a_day.get(pk, USUAL_HOURS_A_DAY)
            * sum(not any(each.starts_on <= day <= each.ends_on for each in away[pk]) for day in days)
            for days in _days_of(person, slots)
        ]
        for pk, person in people.items()
    }


def _days_of(person: User, slots: Sequence[Slot]) -> Iterator[tuple[date, ...]]:
    """The days of each slot on which somebody works: up to the next slot by their team's calendar, if it has one."""
    if person.team is None or person.team.calendar_id is None:
        yield from (slot.days for slot in slots)
        return
    today = slots[0].days[0] if slots[0].days else slots[0].starts_on
    last_days = [*(slot.starts_on - timedelta(days=1) for slot in slots[1:]), slots[-1].ends_on]
    for slot, last in zip(slots, last_days, strict=True):
        yield _worked(max(slot.starts_on, today), last, calendar(person.team.calendar_id))


def _piece(row: Mapping[str, Any], slots: int) -> Piece:
    hours = [NONE] * slots
    for slot, some in zip(row["slots"], row["hours"], strict=True):
        hours[slot] += some
    return Piece(
        task_id=row["task_id"],
        name=row["name"],
        tactic_id=row["tactic_id"],
        person_id=row["person_id"],
        due_on=row["due_on"],
        hours=tuple(hours),
        is_begun=row["is_begun"],
    )


def _gathered(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}
