"""Whose a task should be: the recipe's word first, then the rules', among those who are at work and can do it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Q

from abmhub.core import sql
from abmhub.menus.models import RecipeStep
from abmhub.menus.recipes import Step
from abmhub.orders.models.routing import RoutingRule, Skill, Turn
from abmhub.orders.rules import MAKERS
from abmhub.users.models import MARKETING_ROLES, Absence, Team, User

GoesTo, Assignee = RoutingRule.GoesTo, RecipeStep.Assignee


def suits(user: User) -> Q:
    """The tasks that this person can do: those that ask for no skill which they lack and others have."""
    had_by_others = Skill.objects.filter(people__is_active=True).exclude(people=user)
    lacked = Skill.tactics.through.objects.filter(tactic=OuterRef("line__tactic"), skill__in=had_by_others)
    return ~Q(Exists(lacked))


@dataclass(frozen=True, slots=True)
class Work:
    """A task as recipe and rules see it."""

    task_id: int
    due_on: date
    tactic_id: int
    category_id: int
    tier_id: int
    territory_id: int | None
    recipe: Sequence[Step] = ()

    @property
    def hours(self) -> Decimal:
        return sum((step.hours for step in self.recipe), Decimal(0))


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody, and the sentence that says why it is theirs."""

    person_id: int
    why: str


@dataclass
class Crew:
    """Those who may work on tasks: who is there on a day, what each can, and how much each has to do."""

    day: date
    people: Mapping[int, User]
    managers: Mapping[int, int | None]
    skills: Mapping[int, frozenset[int]]
    """Which skills each person has, by their id."""
    needed: Mapping[int, frozenset[int]]
    """Which skills a tactic asks for, by its id; a skill that nobody has asks for nothing."""
    absences: Sequence[Absence]
    load: dict[int, tuple[Decimal, int]]
    """Hours and tasks that each has to do."""
    turns: dict[int, int]
    """Who of a team had the last turn."""
    turns_taken: set[int] = field(default_factory=set)

    @classmethod
    def on(cls, day: date) -> "Crew":
        """As they are, in seven queries."""
        people = User.objects.filter(is_active=True, role__in=MAKERS).in_bulk()
        absences = Absence.objects.from_day(day).select_related("delegate")
        loads = sql.rows("orders/loads", people=list(people))
        having = Skill.people.through.objects.filter(user__in=people).values_list("user", "skill")
        asking = Skill.tactics.through.objects.filter(skill__people__in=people).values_list("tactic", "skill")
        return cls(
            day=day,
            people=people,
            managers=dict(Team.objects.values_list("pk", "manager")),
            skills=_gathered(having),
            needed=_gathered(asking),
            absences=list(absences),
            load={row["person_id"]: (row["hours"], row["tasks"]) for row in loads},
            turns=dict(Turn.objects.values_list("team", "person")),
        )

    def team(self, team_id: int) -> list[int]:
        """The marketers of a team; its manager only when there is nobody else."""
        members = [pk for pk, one in self.people.items() if one.team_id == team_id and one.role in MARKETING_ROLES]
        return [pk for pk in members if pk != self.managers.get(team_id)] or members

    def skilled(self, wanted: Collection[int]) -> list[int]:
        """Those who have all of these skills."""
        return [pk for pk in self.people if self.skills.get(pk, frozenset()).issuperset(wanted)]

    def at_work(self, pool: Iterable[int], due_on: date) -> list[int]:
        """Those of the pool who are neither away now nor on the due day; when all are, whoever stands in for them."""
        pool, away = list(pool), self._away(due_on)
        there = [pk for pk in pool if pk not in away]
        stand_ins = (self.instead_of(pk, due_on) for pk in pool)
        return there or [pk for pk in dict.fromkeys(stand_ins) if pk is not None]

    def instead_of(self, person_id: int, due_on: date) -> int | None:
        """The person, if at work; else the first of their delegates who is, and may work on tasks."""
        away, passed = self._away(due_on), set[int]()
        while person_id in away and person_id not in passed:
            passed.add(person_id)
            person_id = away[person_id] or person_id
        return person_id if person_id in self.people and person_id not in away else None

    def _away(self, due_on: date) -> dict[int, int | None]:
        """The delegates of those who are away now, or on the due day."""
        return {
            each.person_id: each.delegate_id
            for each in self.absences
            if each.starts_on <= self.day or each.starts_on <= due_on <= each.ends_on
        }

    def least_loaded(self, pool: Iterable[int]) -> int | None:
        """Whoever has the fewest hours to do, then the fewest tasks."""
        return min(pool, key=lambda pk: (*self.load.get(pk, (0, 0)), pk), default=None)

    def next_in_turn(self, team_id: int, pool: Iterable[int]) -> int | None:
        """Whoever comes after the last one, around the circle."""
        pool, last = sorted(pool), self.turns.get(team_id, 0)
        chosen = next((pk for pk in pool if pk > last), pool[0] if pool else None)
        if chosen is not None:
            self.turns[team_id] = chosen
            self.turns_taken.add(team_id)
        return chosen

    def burden(self, person_id: int, hours: Decimal, tasks: int = 0) -> None:
        """Count what was just given to somebody, or taken from them."""
        before, others = self.load.get(person_id, (Decimal(0), 0))
        self.load[person_id] = (before + hours, others + tasks)


def _gathered(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}


class Router:
    """Asks recipe and rules about one task after another; each counts for the next."""

    def __init__(self, crew: Crew, rules: Iterable[RoutingRule]) -> None:
        self.crew = crew
        self.rules = [(rule, _conditions(rule)) for rule in rules]
        self._at_work = cache(self._find_at_work)

    def route(self, work: Work) -> Choice | None:
        """Whose the task is; None when it is anybody's to claim."""
        choice = self._by_recipe(work) or self._by_rules(work)
        if choice:
            self.crew.burden(choice.person_id, work.hours, tasks=1)
        return choice

    def steps(self, work: Work, person_id: int | None) -> dict[int, int | None]:
        """Whose each step is that the recipe gives to somebody, by its number; None: whoever has the task.

        Steps of one team go to one person: to whoever has the task, where that is one of the team.
        """
        chosen: dict[tuple[str, int | None, int | None], int | None] = {}
        found = {}
        for step in work.recipe:
            if step.assignee_rule == Assignee.CLAIM:
                continue
            if (key := _target(step)) not in chosen:
                pool = self.crew.team(step.team_id) if step.team_id else ()
                chosen[key] = person_id if person_id in pool else self._of_recipe(step, work)
            found[step.position] = doer = chosen[key]
            if doer is not None and doer != person_id:
                self.crew.burden(doer, step.hours)
                if person_id is not None:
                    self.crew.burden(person_id, -step.hours)
        return found

    def _by_recipe(self, work: Work) -> Choice | None:
        """A recipe that gives every step to the same person or team gives them the task."""
        targets = {_target(step) for step in work.recipe}
        if len(targets) != 1 or work.recipe[0].assignee_rule == Assignee.CLAIM:
            return None
        step = work.recipe[0]
        person_id = self._of_recipe(step, work)
        return Choice(person_id, "Given by the recipe of the tactic.") if person_id else None

    def _of_recipe(self, step: Step, work: Work) -> int | None:
        if step.person_id:
            return self.crew.instead_of(step.person_id, work.due_on)
        if step.team_id is None:
            return None
        pool = self._at_work("team", step.team_id, None, work.due_on)
        if step.assignee_rule == Assignee.ROUND_ROBIN:
            return self.crew.next_in_turn(step.team_id, pool)
        return self.crew.least_loaded(pool)

    def _by_rules(self, work: Work) -> Choice | None:
        for rule, conditions in self.rules:
            if not _fits(work, conditions):
                continue
            if rule.goes_to == GoesTo.QUEUE:
                return None
            if person_id := self._of_rule(rule, work):
                return Choice(person_id, self._why(rule, person_id))
        return None

    def _of_rule(self, rule: RoutingRule, work: Work) -> int | None:
        """Whom the rule means; None when none of them is there, or has the skills that the tactic asks for."""
        if rule.person_id:
            return self.crew.instead_of(rule.person_id, work.due_on)
        if rule.goes_to == GoesTo.SKILLS_NEEDED and work.tactic_id not in self.crew.needed:
            return None
        of = rule.team_id or rule.skill_id
        return self.crew.least_loaded(self._at_work(rule.goes_to, of, work.tactic_id, work.due_on))

    def _find_at_work(self, kind: str, of: int | None, tactic_id: int | None, due_on: date) -> list[int]:
        """Those of a team or with a skill who are at work; for a tactic only those who can do it."""
        wanted = self.crew.needed.get(tactic_id, frozenset()) if tactic_id else frozenset()
        pool = self.crew.team(of or 0) if kind == GoesTo.TEAM else self.crew.skilled([of] if of else wanted)
        able = set(self.crew.skilled(wanted)) if wanted else None
        return [pk for pk in self.crew.at_work(pool, due_on) if able is None or pk in able]

    def _why(self, rule: RoutingRule, person_id: int) -> str:
        if rule.person and rule.person_id != person_id:
            return f"Routed by “{rule}” in place of {rule.person}, who is away."
        return f"Routed by “{rule}” {rule.destination}."


def _target(step: Step) -> tuple[str, int | None, int | None]:
    return step.assignee_rule, step.team_id, step.person_id


def _conditions(rule: RoutingRule) -> dict[str, set[Any]]:
    """What a task must have, by the field of `Work`; only what the rule asks for."""
    chosen = {
        "tactic_id": {each.pk for each in rule.tactics.all()},
        "category_id": {each.pk for each in rule.categories.all()},
        "tier_id": {each.pk for each in rule.tiers.all()},
        "territory_id": {each.pk for each in rule.territories.all()},
    }
    return {name: keys for name, keys in chosen.items() if keys}


def _fits(work: Work, conditions: Mapping[str, set[Any]]) -> bool:
    """Whether the rule means it. Tactics and categories are one condition: a tactic, or any of a category."""
    what = conditions.keys() & {"tactic_id", "category_id"}
    if what and not any(getattr(work, name) in conditions[name] for name in what):
        return False
    return all(getattr(work, name) in keys for name, keys in conditions.items() if name not in what)
