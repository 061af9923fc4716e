"""Orders, tasks, follow-ups and the outbox in the admin: to look at."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.core.models import OutboxMessage
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import ApprovalRule, FollowUp, Order, Task
from abmhub.users.models import User


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def delivered(claimed: Task, marketer: User, now: datetime) -> Task:
    return actions.deliver(task=claimed, by=marketer, at=now, note="Done.")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("orders_order", "q=acme&lines__state__exact=delivered"),
        ("orders_task", "q=letter&state__exact=done"),
        ("orders_followup", "q=acme"),
        ("core_outboxmessage", "q=order.placed&delivery=due"),
        ("core_outboxmessage", "q=order.placed"),
    ],
)
def test_the_lists_open_and_are_searched(as_admin: Client, delivered: Task, path: str, query: str) -> None:
    page = as_admin.get(reverse(f"admin:{path}_changelist"))
    assert page.status_code == 200
    assert as_admin.get(f"{reverse(f'admin:{path}_changelist')}?{query}").context["cl"].result_count == 1


@pytest.mark.parametrize("query", ["delivery=failing", "delivery=delivered"])
def test_the_outbox_shows_what_failed_and_what_was_delivered(as_admin: Client, order: Order, query: str) -> None:
    path = f"{reverse('admin:core_outboxmessage_changelist')}?{query}"
    assert as_admin.get(path).context["cl"].result_count == 0
    OutboxMessage.objects.update(
        attempts=2, delivered_at=None if query == "delivery=failing" else datetime.fromisoformat("2026-03-04T10:00Z")
    )
    assert as_admin.get(path).context["cl"].result_count == 1


def test_records_are_shown_whole_and_changed_by_nobody(as_admin: Client, delivered: Task) -> None:
    order = Order.objects.get()
    for row in (order, delivered, FollowUp.objects.get(), OutboxMessage.objects.latest("pk")):
        name = f"{row._meta.app_label}_{row._meta.model_name}"
        path = reverse(f"admin:{name}_change", args=[row.pk])
        assert as_admin.get(path).status_code == 200
        assert as_admin.post(path, {}).status_code == 403
        assert as_admin.get(reverse(f"admin:{name}_delete", args=[row.pk])).status_code == 403
        assert as_admin.get(reverse(f"admin:{name}_add")).status_code == 403


def test_an_order_leads_to_its_task_and_its_page(as_admin: Client, delivered: Task) -> None:
    page = as_admin.get(reverse("admin:orders_order_change", args=[delivered.line.order_id])).content.decode()
    assert reverse("admin:orders_task_change", args=[delivered.pk]) in page
    assert reverse("order-show", args=[delivered.line.order_id]) in page
    assert "Dana Whitfield" in page


def test_a_failing_message_is_tried_again(as_admin: Client, order: Order) -> None:
    message = OutboxMessage.objects.get()
    far = datetime.fromisoformat("2100-01-01T00:00Z")
    OutboxMessage.objects.update(next_attempt_at=far, attempts=9)
    path = reverse("admin:core_outboxmessage_changelist")
    page = as_admin.post(path, {"action": "try_again", "_selected_action": message.pk}, follow=True)
    assert "tries 1 again" in page.content.decode()
    message.refresh_from_db()
    assert message.next_attempt_at < far


def test_a_rule_of_approval_reads_as_a_sentence_and_asks_a_role_or_a_person(
    as_admin: Client, marketer: User, stocked_tactic: Tactic
) -> None:
    path = reverse("admin:orders_approvalrule_add")
    wish = {"name": "Popcorn", "position": 5, "is_active": "on", "patience_days": 3, "tactic": stocked_tactic.pk}
    for both in ({}, {"approver_role": "admin", "approver": marketer.pk}):
        assert as_admin.post(path, wish | both).status_code == 200
    assert as_admin.post(path, wish | {"approver": marketer.pk, "least_amount": "50"}).status_code == 302
    rule = ApprovalRule.objects.get(name="Popcorn")
    assert (rule.occasion, rule.whom) == ("from 50.00, for Popcorn box", "Mei Chen")
    assert rule.occasion in as_admin.get(reverse("admin:orders_approvalrule_changelist")).content.decode()
