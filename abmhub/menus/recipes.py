"""Recipes: a graph of steps, in which order they are done, when each is due, and what is wrong with one.

A recipe is written as rows (`RecipeStep`), kept with a version as data, and read back here as `Step`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from abmhub.core.workdays import Calendar, add_working_days, subtract_working_days
from abmhub.menus.models import RecipeStep, TacticVersion

CountsFrom = RecipeStep.CountsFrom


@dataclass(frozen=True)
class Step:
    """A step of a recipe; `after` holds the numbers of the steps that must be done before it."""

    position: int
    name: str
    offset_days: int = 0
    counts_from: str = CountsFrom.ORDER
    after: tuple[int, ...] = ()
    checklist: tuple[str, ...] = ()
    hours: Decimal = Decimal(0)
    proof: str = RecipeStep.Proof.NONE
    assignee_rule: str = RecipeStep.Assignee.CLAIM
    team_id: int | None = None
    person_id: int | None = None

    @classmethod
    def of(cls, row: RecipeStep) -> "Step":
        fields = {name: getattr(row, name) for name in cls.__dataclass_fields__}
        return cls(**fields | {"after": tuple(row.after), "checklist": tuple(row.checklist)})

    def as_data(self) -> dict[str, Any]:
        """As a version keeps it."""
        return asdict(self) | {
            "after": list(self.after),
            "checklist": list(self.checklist),
            "hours": f"{self.hours.normalize():f}",
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Step":
        return cls(
            **{
                **data,
                "after": tuple(data["after"]),
                "checklist": tuple(data["checklist"]),
                "hours": Decimal(data["hours"]),
            }
        )


def steps_of(version: TacticVersion) -> tuple[Step, ...]:
    """The steps in the order in which they can be done; of those that can be done at once, by number."""
    return in_order(Step.from_data(each) for each in version.recipe)


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """No step before one that it waits for. What can never start comes last, by number."""
    left = {step.position: step for step in sorted(steps, key=lambda step: step.position)}
    ordered: list[Step] = []
    while ready := next((step for step in left.values() if left.keys().isdisjoint(step.after)), None):
        ordered.append(left.pop(ready.position))
    return (*ordered, *left.values())


def due_dates(
    steps: Iterable[Step], *, starts_on: date, promised_on: date, by: Calendar | None = None
) -> dict[int, date]:
    """When each step is due, by its number: never before the work begins, nor after the promise."""
    due: dict[int, date] = {}
    for step in in_order(steps):
        match step.counts_from:
            case CountsFrom.PROMISE:
                day = subtract_working_days(promised_on, step.offset_days, by)
            case CountsFrom.STEPS:
                before = max((due[number] for number in step.after if number in due), default=starts_on)
                day = add_working_days(before, step.offset_days, by)
            case _:
                day = add_working_days(starts_on, step.offset_days, by)
        due[step.position] = max(min(day, promised_on), starts_on)
    return due


def problems(steps: Sequence[Step], *, lead_time_days: int) -> list[str]:
    """A sentence for each thing that is wrong with a recipe; none when it can be done in its lead time."""
    named = {step.position: step for step in steps}
    found = list(_problems_of_the_graph(steps, named))
    return found or list(_problems_of_time(in_order(steps), lead_time_days))


def _problems_of_the_graph(steps: Sequence[Step], named: Mapping[int, Step]) -> Iterator[str]:
    for step in steps:
        for number in step.after:
            if number not in named:
                yield f"Step {step.position} waits for step {number}, and there is no step {number}."
        if step.counts_from == CountsFrom.STEPS and not step.after:
            yield f"Step {step.position} counts from the steps it waits for, and waits for none: name their numbers."
    circle = _circle(named)
    if not circle:
        return
    if len(circle) == 1:
        yield f"Step {circle[0]} waits for itself."
    else:
        chain = ", ".join(f"{one} for {other}" for one, other in zip(circle, [*circle[1:], circle[0]], strict=True))
        yield f"These steps wait for one another, so that none can start: {chain}."
    yield from (
        f"Step {position} can never start: it waits, at last, for those."
        for position in sorted(_behind(set(circle), named))
    )


def _circle(named: Mapping[int, Step]) -> list[int]:
    """Numbers of steps of which each waits for the next and the last for the first; the lowest comes first."""
    ordered = in_order(named.values())
    done: set[int] = set()
    for step in ordered:
        if not {number for number in step.after if number in named} <= done:
            break
        done.add(step.position)
    else:
        return []
    # Each of those left waits for another of them: going from one to the next must come back.
    path = [min(named.keys() - done)]
    while True:
        following = min(number for number in named[path[-1]].after if number in named and number not in done)
        if following in path:
            circle = path[path.index(following) :]
            first = circle.index(min(circle))
            return circle[first:] + circle[:first]
        path.append(following)


def _behind(blocked: set[int], named: Mapping[int, Step]) -> set[int]:
    """The steps that wait for the blocked ones, directly or through others."""
    behind: set[int] = set()
    while more := {
        number
        for number, step in named.items()
        if number not in blocked | behind and not (blocked | behind).isdisjoint(step.after)
    }:
        behind |= more
    return behind


def _problems_of_time(ordered: Sequence[Step], lead_time_days: int) -> Iterator[str]:
    """Whether it can be done by the promise, and nothing is due before what it waits for."""
    day: dict[int, int] = {}
    for step in ordered:
        latest = max((day[number] for number in step.after), default=0)
        match step.counts_from:
            case CountsFrom.PROMISE:
                day[step.position] = lead_time_days - step.offset_days
            case CountsFrom.STEPS:
                day[step.position] = latest + step.offset_days
            case _:
                day[step.position] = step.offset_days
        if day[step.position] < 0:
            yield (
                f"Step {step.position} would be due {step.offset_days} working days before the promise, and the lead "
                f"time is {lead_time_days}."
            )
        elif day[step.position] < latest:
            yield (
                f"Step {step.position} is due on working day {day[step.position]}, and waits for one that is due on "
                f"day {latest}."
            )
    longest = max(day.values(), default=0)
    if longest > lead_time_days:
        yield (
            f"The recipe takes {longest} working days and the lead time is {lead_time_days}: lengthen the lead time "
            "or shorten the recipe."
        )
