"""A manager gives a task to somebody else."""

from datetime import datetime

import pytest

from abmhub.core.models import OutboxMessage
from abmhub.integrations import notices
from abmhub.orders import actions
from abmhub.orders.models import Task, TaskEvent
from abmhub.users.models import Notification, User


def hand(task: Task, to: User | None, by: User, at: datetime, seen: User | None = None) -> Task:
    return actions.hand_over(task=task, to=to, seen=seen.pk if seen else None, by=by, at=at)


def test_what_was_begun_stays_begun(
    claimed: Task, marketer: User, other_marketer: User, marketing_manager: User, now: datetime
) -> None:
    task = hand(claimed, other_marketer, marketing_manager, now, seen=marketer)
    task.refresh_from_db()
    assert (task.assignee, task.state) == (other_marketer, Task.State.IN_PROGRESS)
    event = task.events.get(kind=TaskEvent.Kind.HANDED_OVER)
    assert (event.by, event.person) == (marketing_manager, other_marketer)


def test_what_nobody_began_can_be_given_and_taken_back(
    task: Task, marketer: User, marketing_manager: User, now: datetime
) -> None:
    hand(task, marketer, marketing_manager, now)
    task.refresh_from_db()
    assert (task.assignee, task.state) == (marketer, Task.State.TO_DO)
    assert task.line.can_be_cancelled
    hand(task, None, marketing_manager, now, seen=marketer)
    task.refresh_from_db()
    assert task.assignee is None


def test_both_are_told(
    claimed: Task, marketer: User, other_marketer: User, marketing_manager: User, now: datetime
) -> None:
    hand(claimed, other_marketer, marketing_manager, now, seen=marketer)
    for message in OutboxMessage.objects.filter(topic="task.handed_over"):
        notices.write(message)
    told = dict(Notification.objects.filter(key__startswith="task.handed_over").values_list("user__name", "text"))
    assert told["Pablo Ruiz"].startswith(f"Greta Vogt gave you {claimed}, due on")
    assert told["Mei Chen"] == f"Greta Vogt gave {claimed} to Pablo Ruiz."


def test_whoever_has_it_already_keeps_it_and_nobody_is_told(
    claimed: Task, marketer: User, marketing_manager: User, now: datetime
) -> None:
    hand(claimed, marketer, marketing_manager, now, seen=marketer)
    assert not OutboxMessage.objects.filter(topic="task.handed_over").exists()


def test_it_refuses_what_moved_on_meanwhile(
    claimed: Task, other_marketer: User, marketing_manager: User, now: datetime
) -> None:
    with pytest.raises(actions.NoLongerWith, match="is with Mei Chen by now"):
        hand(claimed, other_marketer, marketing_manager, now)


def test_it_refuses_what_is_finished(
    claimed: Task, marketer: User, other_marketer: User, marketing_manager: User, now: datetime
) -> None:
    actions.deliver(task=claimed, by=marketer, at=now, note="Sent")
    with pytest.raises(actions.WrongState, match="nobody has to work on it"):
        hand(claimed, other_marketer, marketing_manager, now, seen=marketer)


def test_it_refuses_to_leave_what_was_begun_to_nobody(
    claimed: Task, marketer: User, marketing_manager: User, now: datetime
) -> None:
    with pytest.raises(actions.WrongState, match="release it instead"):
        hand(claimed, None, marketing_manager, now, seen=marketer)


def test_only_who_works_on_tasks_can_have_them(
    task: Task, rep: User, marketer: User, marketing_manager: User, now: datetime
) -> None:
    with pytest.raises(actions.CannotWork):
        hand(task, rep, marketing_manager, now)
    User.objects.filter(pk=marketer.pk).update(is_active=False)
    marketer.refresh_from_db()
    with pytest.raises(actions.CannotWork):
        hand(task, marketer, marketing_manager, now)


def test_only_managers_hand_over(task: Task, marketer: User, other_marketer: User, now: datetime) -> None:
    with pytest.raises(actions.NotAllowed):
        hand(task, other_marketer, marketer, now)
