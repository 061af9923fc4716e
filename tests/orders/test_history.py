"""What happened to a task stays known after its columns have moved on."""

from datetime import datetime, timedelta

from abmhub.orders import actions
from abmhub.orders.models import Task
from abmhub.users.models import User


def kinds(task: Task) -> list[str]:
    return list(task.events.order_by("at", "pk").values_list("kind", flat=True))


def test_it_remembers_claims_waits_and_returns(claimed: Task, marketer: User, now: datetime) -> None:
    """Also those that the task's own columns have forgotten."""
    later = now + timedelta(days=2)
    actions.wait(task=claimed, on=Task.WaitingOn.VENDOR, note="The proof", by=marketer, at=now)
    actions.resume(task=claimed, by=marketer, at=later)
    actions.release_task(task=claimed, by=marketer, at=later)

    assert kinds(claimed) == ["claimed", "waiting", "resumed", "released"]
    waiting, resumed = claimed.events.get(kind="waiting"), claimed.events.get(kind="resumed")
    assert (waiting.by, waiting.note) == (marketer, "On a vendor: The proof")
    assert resumed.note == f"Now due on {Task.objects.get(pk=claimed.pk).due_on:%-d %B %Y}."


def test_a_claim_that_is_repeated_is_one_line(claimed: Task, marketer: User, now: datetime) -> None:
    actions.claim_task(task=claimed, by=marketer, at=now)

    assert kinds(claimed) == ["claimed"]
