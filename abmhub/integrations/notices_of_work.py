"""What people read when work changes hands by itself, or is late."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from abmhub.orders.models import EscalationStep, Task
from abmhub.users.models import MARKETING_ROLES, Notification, Role, User

Level = EscalationStep.Level
Payload = dict[str, Any]


def covered(payload: Payload) -> Iterator[Notification]:
    """To whoever is away, and to their delegate; without one, to everybody who may claim it."""
    absent, delegate = _person(payload["absent"]), _person(payload["delegate"])
    until, what = date.fromisoformat(payload["until"]), _tasks(payload)
    whom = f"{delegate} has" if delegate else "Anybody may claim"
    yield from _to([absent], f"{whom} {what} while you are away.", payload)
    away = f"{absent} is away until {until:%-d %B}"
    if delegate is None:
        yield from _to(_marketers(), f"{away}: anybody may claim {what}.", payload)
    else:
        yield from _to([delegate], f"{away}: {what} {_is(payload)} yours until then.", payload)


def returned(payload: Payload) -> Iterator[Notification]:
    absent, delegate, what = _person(payload["absent"]), _person(payload["delegate"]), _tasks(payload)
    yield from _to([absent], f"{what[0].upper()}{what[1:]} {_is(payload)} yours again: nobody had begun.", payload)
    yield from _to([delegate], f"{absent} is back and has {what} again.", payload)


def inherited(payload: Payload) -> Iterator[Notification]:
    """To whoever has it now."""
    leaver, person = User.objects.get(pk=payload["leaver"]), _person(payload["person"])
    yield from _to([person], f"{_gone(leaver)}: {_all(payload)} {_is_all(payload)} yours now.", payload)


def left(payload: Payload) -> Iterator[Notification]:
    """To the manager of whoever left, or else every marketing manager; and to all, of what anybody may claim."""
    leaver = User.objects.select_related("team__manager").get(pk=payload["leaver"])
    own = leaver.team.manager if leaver.team else None
    managers = [own] if own and own.is_active else User.objects.filter(is_active=True, role=Role.MARKETING_MANAGER)
    queued = payload["queued"]
    what = "1 task" if queued == 1 else f"{queued:,} tasks"
    others = {**payload, "tasks": payload["tasks"] - queued}
    told = [f"{_all(others)} went to others"] if _all(others) else []
    told += [f"{what} {'is' if queued == 1 else 'are'} in the queue for anybody to claim"] if queued else []
    path = f"{reverse('task-list')}?view={'unassigned' if queued else 'open'}"
    yield from _at(managers, f"{_gone(leaver)}: {' and '.join(told)}.", path)
    if queued:
        yield from _at(_marketers(), f"{_gone(leaver)}: anybody may claim {what} of theirs.", path)


def late(payload: Payload) -> Iterator[Notification]:
    """Once for all that became late at once."""
    person, level, count = _person(payload["person"]), payload["level"], payload["tasks"]
    state = "due soon" if level == Level.DUE_SOON else "overdue"
    if count > 1:
        view = "mine" if level in (Level.DUE_SOON, Level.OVERDUE) and _is_marketer(person) else "overdue"
        path = f"{reverse('task-list')}?view={view}"
        yield from _at([person], f"{count:,} tasks are {state}.", path)
        return
    task = Task.objects.select_related("assignee").get(pk=payload["task"])
    own = task.assignee_id == payload["person"]
    who = "" if own else f" {task.assignee} has it." if task.assignee else " Nobody has it."
    text = f"{task} is {state}: it was to be done by {task.due_on:%-d %B}.{who}"
    if level == Level.DUE_SOON:
        text = f"{task} is due on {task.due_on:%-d %B}.{who}"
    yield from _to([person], text, payload)


def _person(pk: int | None) -> User | None:
    return User.objects.filter(pk=pk, is_active=True).first() if pk else None


def _marketers() -> Iterable[User]:
    return User.objects.filter(is_active=True, role__in=MARKETING_ROLES)


def _is_marketer(person: User | None) -> bool:
    return person is not None and person.role == Role.MARKETER


def _to(people: Iterable[User | None], text: str, payload: Payload) -> Iterator[Notification]:
    """It leads to the task when it is about one, to their own otherwise, and to follow-ups when it is only those."""
    tasks = payload["tasks"] + payload.get("steps", 0)
    if tasks == 1 and payload["task"]:
        path = reverse("task-show", args=[payload["task"]])
    else:
        path = f"{reverse('task-list')}?view=mine" if tasks else reverse("order-list")
    yield from _at(people, text, path)


def _at(people: Iterable[User | None], text: str, path: str) -> Iterator[Notification]:
    for person in people:
        if person is not None:
            yield Notification(user=person, text=text, path=path)


def _tasks(payload: Payload) -> str:
    if payload["tasks"] == 1:
        return f"“{Task.objects.get(pk=payload['task'])}”"
    return f"{payload['tasks']:,} tasks"


def _is(payload: Payload) -> str:
    return "is" if payload["tasks"] == 1 else "are"


def _gone(leaver: User) -> str:
    return f"{leaver} {'does not work on tasks any more' if leaver.is_active else 'has left'}"


def _all(payload: Payload) -> str:
    """So many tasks, steps and follow-ups, of which there may be none."""
    kinds = {"tasks": "task", "steps": "step", "follow_ups": "follow-up"}
    parts = [
        f"{payload[key]:,} {name}{'' if payload[key] == 1 else 's'}" for key, name in kinds.items() if payload[key]
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _is_all(payload: Payload) -> str:
    return "is" if sum(payload[key] for key in ("tasks", "steps", "follow_ups")) == 1 else "are"


HEARERS: dict[str, Callable[[Payload], Iterable[Notification]]] = {
    "tasks.covered": covered,
    "tasks.returned": returned,
    "tasks.late": late,
    "work.inherited": inherited,
    "work.left": left,
}
