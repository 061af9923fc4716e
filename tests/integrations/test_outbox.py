"""The outbox: told at least once, read once, and nothing that goes wrong with one message holds up another."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from abmhub.core.models import OutboxMessage
from abmhub.integrations import channels, outbox
from abmhub.orders import actions
from abmhub.orders.models import Order, Task
from abmhub.users.models import Notification, User
from tests.at_once import at_once
from tests.killed import killed_before_its_commit
from tests.orders.conftest import *  # noqa: F403 - an order and its task


@pytest.fixture
def said(task: Task, claimed: Task, rep: User, now: datetime) -> OutboxMessage:
    """A comment of the rep on Mei's task, of which Mei must hear; nothing else is due."""
    OutboxMessage.objects.update(delivered_at=now)
    comment = actions.comment(task=task, by=rep, at=now, text="Fourth floor.")
    return OutboxMessage.objects.get(key=f"comment.made/{comment.pk}")


def test_a_message_is_told_and_marked(said: OutboxMessage, marketer: User, now: datetime) -> None:
    assert outbox.sweep(at=now) == 1
    said.refresh_from_db()
    assert (said.delivered_at, said.attempts, said.error) == (now, 0, "")
    assert Notification.objects.get(user=marketer).key == said.key
    assert outbox.sweep(at=now) == 0


def test_what_is_not_due_waits(said: OutboxMessage, now: datetime) -> None:
    assert outbox.sweep(at=now - timedelta(seconds=1)) == 0
    assert not Notification.objects.exists()


def test_a_second_delivery_shows_nothing_new(said: OutboxMessage, now: datetime) -> None:
    outbox.sweep(at=now)
    Notification.objects.update(read_at=now)
    OutboxMessage.objects.filter(pk=said.pk).update(delivered_at=None)
    assert outbox.sweep(at=now) == 1
    assert Notification.objects.get().read_at == now


def test_a_failing_message_keeps_its_error_and_rests_ever_longer(
    said: OutboxMessage, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(message: OutboxMessage) -> None:
        Notification.objects.create(user_id=0, key="never committed", text="", path="")
        raise ValueError("The printer is on fire.")

    monkeypatch.setattr("abmhub.integrations.notices.write", fail)
    at = now
    for attempts, pause in ((1, 10), (2, 20), (3, 40)):
        assert outbox.sweep(at=at) == 1
        said.refresh_from_db()
        assert (said.attempts, said.delivered_at) == (attempts, None)
        assert said.error == "ValueError: The printer is on fire."
        assert said.next_attempt_at == at + timedelta(seconds=pause)
        at = said.next_attempt_at
    assert not Notification.objects.exists()
    monkeypatch.undo()
    outbox.sweep(at=at)
    said.refresh_from_db()
    assert (said.delivered_at, said.error) == (at, "")


def test_the_longest_rest_is_an_hour() -> None:
    assert outbox.pause_after(1) == timedelta(seconds=10)
    assert outbox.pause_after(9) == timedelta(seconds=2560)
    assert outbox.pause_after(10) == outbox.pause_after(30_000) == timedelta(hours=1)


def test_an_unknown_topic_stays_and_holds_up_nothing(said: OutboxMessage, now: datetime) -> None:
    early = now - timedelta(hours=1)
    OutboxMessage.objects.create(id=0, topic="moon.rose", key="moon", created_at=early, next_attempt_at=early)
    assert outbox.sweep(at=now) == 2
    assert OutboxMessage.objects.get(key="moon").error == "UnknownTopic: moon.rose"
    assert Notification.objects.count() == 1


def test_a_sweep_ends(said: OutboxMessage, now: datetime) -> None:
    OutboxMessage.objects.bulk_create(
        OutboxMessage(topic="moon.rose", key=f"moon {number}", next_attempt_at=now) for number in range(5)
    )
    assert outbox.sweep(at=now, limit=3) == 3


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_tell_each_message_once(
    task: Task, claimed: Task, rep: User, marketer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from abmhub.integrations import notices

    OutboxMessage.objects.update(delivered_at=now)
    for number in range(30):
        actions.comment(task=task, by=rep, at=now, text=f"Remark {number}")
    written: list[str] = []
    write = notices.write

    def write_down(message: OutboxMessage) -> None:
        written.append(message.key)
        write(message)

    monkeypatch.setattr(notices, "write", write_down)
    outcomes = at_once([lambda: outbox.sweep(at=now)] * 8)
    assert sum(outcome for outcome in outcomes if isinstance(outcome, int)) == 30
    assert len(written) == len(set(written)) == 30
    assert Notification.objects.filter(user=marketer).count() == 30


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_its_message_to_the_next(said: OutboxMessage, now: datetime) -> None:
    """It has claimed and told, and dies before its commit: PostgreSQL forgets all of it."""
    with killed_before_its_commit(lambda: outbox.sweep(at=now)):
        assert outbox.sweep(at=now) == 0
    assert not Notification.objects.exists()
    assert outbox.sweep(at=now) == 1
    assert Notification.objects.count() == 1


def test_no_action_needs_a_broker(
    order: Order, marketer: User, now: datetime, monkeypatch: pytest.MonkeyPatch, place: Callable[..., Order]
) -> None:
    """Whoever touched the broker would fail; orders, deliveries and the jobs themselves do not."""
    from abmhub.integrations import jobs

    def unreachable(*args: object, **kwargs: object) -> None:
        raise AssertionError("Somebody called the broker.")

    monkeypatch.setattr("celery.app.base.Celery.send_task", unreachable)
    monkeypatch.setattr("celery.app.task.Task.apply_async", unreachable)
    monkeypatch.setattr("kombu.connection.Connection.connect", unreachable)
    task = actions.claim_next(by=marketer, at=now)
    assert task is not None
    actions.deliver(task=task, by=marketer, at=now, note="Handed over.")
    for job in (jobs.announce_tasks, jobs.deliver_outbox, jobs.remind_of_follow_ups):
        job()
    assert not OutboxMessage.objects.filter(delivered_at=None).exclude(topic__in=channels.SENDERS).exists()
    assert not Task.objects.unannounced().exists()
    assert Notification.objects.filter(user=order.placed_by, key__startswith="line.delivered").count() == 1
