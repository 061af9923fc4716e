"""Who reads what when something happened."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from abmhub.accounts.models import Account, Tier
from abmhub.committee.models import Contact
from abmhub.integrations import outbox, sweeps
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import FollowUp, Order, RoutingRule, Task
from abmhub.scoring.actions import (
    appeal_tier,
    copy_policy,
    decide_appeal,
    end_override,
    mark_previewed,
    override_tier,
    publish_policy,
    submit_policy,
)
from abmhub.scoring.models import TierPolicy
from abmhub.users.models import Notification, User
from tests.orders.conftest import *  # noqa: F403 - an order and its task
from tests.orders.conftest import Place


@pytest.fixture
def silence(order: Order, now: datetime) -> None:
    """Everything so far has been told."""
    outbox.sweep(at=now)
    actions.route_tasks(at=now)
    sweeps.announce_tasks(at=now)
    Notification.objects.all().delete()


def read(user: User) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", "path"))


def hearers() -> set[User]:
    return {notification.user for notification in Notification.objects.select_related("user")}


def test_an_order_by_somebody_else_is_news_to_the_owner(
    place: Place, tactic: Tactic, contacts: list[Contact], rep: User, sales_manager: User, now: datetime
) -> None:
    place((tactic, contacts[:1]))
    outbox.sweep(at=now)
    assert hearers() == set()
    order = place((tactic, contacts[:1]), by=sales_manager)
    outbox.sweep(at=now)
    assert hearers() == {rep}
    assert read(rep) == [("Selma Berg ordered 1 tactic for Acme Robotics.", reverse("order-show", args=[order.pk]))]


def test_a_delivery_tells_the_rep_and_when_to_follow_up(
    silence: None, claimed: Task, order: Order, rep: User, marketer: User, now: datetime
) -> None:
    actions.deliver(task=claimed, by=marketer, at=now, note="Handed to the front desk.")
    outbox.sweep(at=now)
    assert hearers() == {rep}
    assert read(rep) == [
        (
            "Handwritten letter is delivered at Acme Robotics: Handed to the front desk. Follow up by 6 March, 10:00.",
            reverse("order-show", args=[order.pk]),
        )
    ]


def test_a_long_note_leaves_room_for_the_follow_up(
    silence: None, claimed: Task, rep: User, marketer: User, now: datetime
) -> None:
    actions.deliver(task=claimed, by=marketer, at=now, note="x" * 500)
    outbox.sweep(at=now)
    [(text, _)] = read(rep)
    assert len(text) == 300
    assert text.endswith("… Follow up by 6 March, 10:00.")


def test_a_cancellation_tells_the_rep_and_the_marketers_who_had_heard_of_it(
    silence: None, order: Order, rep: User, marketer: User, marketing_manager: User, sales_manager: User, now: datetime
) -> None:
    actions.cancel_line(line=order.lines.get(), by=sales_manager, at=now)
    outbox.sweep(at=now)
    assert hearers() == {rep, marketer, marketing_manager}
    assert {text for text, _ in read(rep) + read(marketer)} == {
        "Selma Berg cancelled Handwritten letter for Acme Robotics."
    }


def test_what_was_cancelled_before_anybody_heard_of_it_is_no_news(
    order: Order, rep: User, marketer: User, now: datetime
) -> None:
    actions.cancel_line(line=order.lines.get(), by=rep, at=now)
    outbox.sweep(at=now)
    assert sweeps.announce_tasks(at=now) == 1
    assert hearers() == set()
    assert not Task.objects.unannounced().exists()


@pytest.mark.parametrize(
    ("on", "text"),
    [
        (Task.WaitingOn.REP, "Mei Chen waits for you with Handwritten letter for Acme Robotics: Which floor?"),
        (Task.WaitingOn.VENDOR, "Mei Chen waits for a vendor with Handwritten letter for Acme Robotics: Which floor?"),
    ],
)
def test_the_rep_knows_whom_the_work_waits_for(
    silence: None, claimed: Task, rep: User, marketer: User, now: datetime, on: Task.WaitingOn, text: str
) -> None:
    actions.wait(task=claimed, on=on, note="Which floor?", by=marketer, at=now)
    outbox.sweep(at=now)
    assert read(rep) == [(text, reverse("task-show", args=[claimed.pk]))]


def test_the_rep_knows_the_new_date(silence: None, claimed: Task, rep: User, marketer: User, now: datetime) -> None:
    actions.wait(task=claimed, on=Task.WaitingOn.VENDOR, note="", by=marketer, at=now)
    actions.resume(task=claimed, by=marketer, at=now + timedelta(days=2))
    outbox.sweep(at=now + timedelta(days=2))
    assert [text for text, _ in read(rep)] == [
        "Mei Chen waits for a vendor with Handwritten letter for Acme Robotics.",
        "Handwritten letter for Acme Robotics goes on; it is now due on 13 March 2026.",
    ]


def test_a_comment_reaches_the_others_in_the_conversation(
    silence: None, claimed: Task, rep: User, marketer: User, other_marketer: User, sales_manager: User, now: datetime
) -> None:
    actions.comment(task=claimed, by=other_marketer, at=now, text="Use the blue card.")
    actions.comment(task=claimed, by=rep, at=now, text="Yes, blue.")
    outbox.sweep(at=now)
    assert [text for text, _ in read(rep)] == ["Pablo Ruiz on Handwritten letter for Acme Robotics: Use the blue card."]
    assert [text for text, _ in read(other_marketer)] == [
        "Rana Haddad on Handwritten letter for Acme Robotics: Yes, blue."
    ]
    assert len(read(marketer)) == 2
    assert read(sales_manager) == []


def test_leavers_read_nothing(silence: None, claimed: Task, rep: User, marketer: User, now: datetime) -> None:
    User.objects.filter(pk=rep.pk).update(is_active=False)
    actions.deliver(task=claimed, by=marketer, at=now, note="Done.")
    outbox.sweep(at=now)
    assert hearers() == set()


def test_new_tasks_are_announced_to_every_marketer_once_per_order(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], marketer: User,
    marketing_manager: User, other_marketer: User, account: Account, now: datetime,
) -> None:  # fmt: skip
    User.objects.filter(pk=other_marketer.pk).update(is_active=False)
    task = Task.objects.get(line__order=place((tactic, contacts[:1])))
    place((tactic, contacts[:1]), (stocked_tactic, contacts))
    assert sweeps.announce_tasks(at=now) == 0, "the rules have not said yet whose they are"
    actions.route_tasks(at=now)
    assert sweeps.announce_tasks(at=now) == 3
    assert hearers() == {marketer, marketing_manager}
    assert read(marketer) == [
        ("New task: Handwritten letter for Acme Robotics, due 11 March.", reverse("task-show", args=[task.pk])),
        ("2 new tasks for Acme Robotics, the first due 11 March.", reverse("task-list")),
    ]
    assert set(Task.objects.values_list("announced_at", flat=True)) == {now}
    assert sweeps.announce_tasks(at=now) == 0
    Task.objects.update(announced_at=None)
    sweeps.announce_tasks(at=now)
    assert len(read(marketer)) == 2


def test_rules_that_say_nothing_for_a_minute_keep_nobody_from_hearing(
    order: Order, marketer: User, now: datetime
) -> None:
    late = now + sweeps.PATIENCE
    assert sweeps.announce_tasks(at=late - timedelta(seconds=1)) == 0
    assert sweeps.announce_tasks(at=late) == 1
    assert hearers() == {marketer}


def test_whoever_a_task_or_a_step_fell_to_hears_of_it_and_nobody_else(
    task: Task, marketer: User, other_marketer: User, marketing_manager: User, now: datetime
) -> None:
    RoutingRule.objects.create(name="Letters", position=1, goes_to=RoutingRule.GoesTo.PERSON, person=marketer)
    task.steps.filter(position=2).update(assignee=other_marketer)
    actions.route_tasks(at=now)
    sweeps.announce_tasks(at=now)
    path = reverse("task-show", args=[task.pk])
    assert hearers() == {marketer, other_marketer}
    assert read(marketer) == [("Yours to do: Handwritten letter for Acme Robotics, due 11 March.", path)]
    assert read(other_marketer) == [("New task: Handwritten letter for Acme Robotics, due 11 March.", path)]


def test_a_missed_follow_up_is_called_to_mind_once(
    silence: None, claimed: Task, order: Order, rep: User, marketer: User, now: datetime
) -> None:
    actions.deliver(task=claimed, by=marketer, at=now, note="Done.")
    due_at = FollowUp.objects.get().due_at
    assert sweeps.remind_of_follow_ups(at=due_at) == 0
    late = due_at + timedelta(minutes=1)
    assert sweeps.remind_of_follow_ups(at=late) == 1
    assert sweeps.remind_of_follow_ups(at=late) == 0
    assert read(rep) == [
        (
            "Follow up with Acme Robotics on Handwritten letter: it is overdue.",
            reverse("order-show", args=[order.pk]),
        )
    ]


def test_a_follow_up_that_is_done_is_left_alone(
    silence: None, claimed: Task, rep: User, marketer: User, now: datetime
) -> None:
    actions.deliver(task=claimed, by=marketer, at=now, note="Done.")
    actions.finish_follow_up(follow_up=FollowUp.objects.get(), by=rep, at=now, note="")
    assert sweeps.remind_of_follow_ups(at=now + timedelta(days=9)) == 0


def test_an_override_is_news_to_the_owner_and_so_is_its_end(
    account: Account, rep: User, sales_manager: User, now: datetime
) -> None:
    override = override_tier(
        account=account, tier=None, reason="Sanctions", expires_on=now.date(), by=sales_manager, at=now
    )
    outbox.sweep(at=now)
    end_override(override=override, by=sales_manager, at=now)
    outbox.sweep(at=now)
    path = reverse("account-show", args=[account.pk])
    assert read(rep) == [
        ("Selma Berg put Acme Robotics in no tier through 4 March 2026: Sanctions", path),
        ("Selma Berg gave Acme Robotics back to the rules: it was in no tier by hand.", path),
    ]
    assert hearers() == {rep}


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (submit_policy, "Ada Stone asks for your approval of Goldilocks (version 2)."),
        (publish_policy, "Ada Stone put Goldilocks (version 2) in force, from the next night on."),
    ],
    ids=["submitted", "published"],
)
def test_a_policy_on_its_way_is_told_to_those_who_approve(
    act: Callable[..., TierPolicy], said: str, admin: User, marketing_manager: User, rep: User, now: datetime
) -> None:
    draft = mark_previewed(policy=copy_policy(policy=TierPolicy.objects.get()), by=admin, at=now)
    act(policy=draft, by=admin, at=now)
    outbox.sweep(at=now)
    assert read(marketing_manager) == [(said, reverse("policy-show", args=[draft.pk]))]
    assert read(admin) == read(rep) == []


def test_an_appeal_reaches_those_who_decide_and_the_answer_whoever_asked(
    account: Account, rep: User, sales_manager: User, marketing_manager: User, admin: User, now: datetime
) -> None:
    tier = Tier.objects.get(level=2)
    appeal = appeal_tier(account=account, tier=tier, reason="No budget.", by=sales_manager, at=now)
    outbox.sweep(at=now)
    assert hearers() == {marketing_manager, admin, rep}
    asked = "Selma Berg asks for Tier 2 for Acme Robotics: No budget."
    assert read(admin) == [(asked, reverse("appeal-list"))]
    decide_appeal(appeal=appeal, granted=False, answer="They have.", by=admin, at=now)
    outbox.sweep(at=now)
    answered = ("Ada Stone declined the appeal for Tier 2 for Acme Robotics: They have.",)
    assert [text for text, _ in read(sales_manager)] == [*answered]
    assert [text for text, _ in read(rep)] == [asked, *answered]
