"""Home: what needs me now?"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Standing, Tier, TierChange
from abmhub.budgets.models import Envelope
from abmhub.committee.models import BuyingRole, Contact
from abmhub.core.models import Run
from abmhub.funnel.models import DealSnapshot
from abmhub.orders import actions
from abmhub.orders.models import FollowUp, OrderLine, Task
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import User

pytestmark = pytest.mark.usefixtures("at_now")
HOME = reverse("home")
QueryCount = Callable[[str], AbstractContextManager[None]]


def words_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def section(response: Any, title: str) -> str:
    """The words of the section under a heading; empty when the page has none."""
    found = re.split(r"<h[23][^>]*>", response.content.decode())
    for part in found:
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", part)).strip()
        if words.startswith(title):
            return words
    return ""


def engagement(account: Account, at: datetime) -> None:
    EngagementEvent.objects.create(
        account=account,
        event_type=EventType.objects.get(code="demo_request"),
        occurred_at=at,
        source="test",
        external_id=f"{account.pk} {at}",
    )


# --- empty --------------------------------------------------------------------------------------------------


def test_an_empty_installation_leads_the_administrator_to_the_first_import(as_admin: Client) -> None:
    response = as_admin.get(HOME)
    assert "Bring in your accounts" in words_of(response)
    assert response.context["next_step"].url_name == "import-new"
    assert f'href="{reverse("import-new")}"' in response.content.decode()


def test_the_others_are_told_whom_they_wait_for(as_rep: Client, as_marketer: Client) -> None:
    for browser in (as_rep, as_marketer):
        assert "An administrator brings in the accounts first." in words_of(browser.get(HOME))


def test_the_steps_shrink_as_they_are_done(as_admin: Client, account: Account, envelope: Envelope, today: date) -> None:
    steps = [step.name for step in as_admin.get(HOME).context["steps"]]
    assert "Bring in your accounts" not in steps
    assert "Fill an envelope for each tier" not in steps
    assert "Let the first night run" in steps


# --- sales --------------------------------------------------------------------------------------------------


def test_a_rep_with_nothing_to_do_is_left_in_peace(as_rep: Client, account: Account, contacts: list[Contact]) -> None:
    Standing.objects.update(previous_priority=231)
    assert "Nothing needs you right now" in words_of(as_rep.get(HOME))


def test_a_rep_finishes_follow_ups_in_place(as_rep: Client, follow_up: FollowUp) -> None:
    response = as_rep.get(HOME)
    assert "Acme Robotics Handwritten letter" in section(response, "Follow-ups you owe")
    assert f'action="{reverse("follow-up-finish", args=[follow_up.pk])}"' in response.content.decode()
    as_rep.post(reverse("follow-up-finish", args=[follow_up.pk]), {"next": HOME})
    assert not section(as_rep.get(HOME), "Follow-ups you owe")


def test_a_missed_follow_up_says_so(as_rep: Client, follow_up: FollowUp, now: datetime) -> None:
    FollowUp.objects.update(due_at=now - timedelta(hours=5))
    assert "call was due 5 h ago" in section(as_rep.get(HOME), "Follow-ups you owe")


def test_accounts_that_rose_are_named(
    as_rep: Client, as_other_rep: Client, account: Account, other_account: Account, tier1: Tier, today: date
) -> None:
    tier2 = Tier.objects.get(level=2)
    moves = (
        (account, tier2, tier1, 1),
        (other_account, tier1, tier2, 1),
    )
    for moved, before, after, days in moves:
        TierChange.objects.create(
            account=moved,
            changed_on=today - timedelta(days=days),
            from_tier=before,
            to_tier=after,
            policy_version=1,
            summary="Just right",
        )
    assert "Acme Robotics Just right Tier 1" in section(as_rep.get(HOME), "Rose this week")
    assert not section(as_other_rep.get(HOME), "Rose this week"), "a fall is no rise"
    TierChange.objects.update(changed_on=today - timedelta(days=8))
    assert not section(as_rep.get(HOME), "Rose this week"), "that was last week"


def test_an_account_that_surges_is_named_while_it_rises(as_rep: Client, account: Account, today: date) -> None:
    Standing.objects.filter(account=account).update(previous_priority=200, priority_since_on=today)
    assert "Acme Robotics" in section(as_rep.get(HOME), "Surging")
    Standing.objects.filter(account=account).update(previous_priority=231)
    assert not section(as_rep.get(HOME), "Surging")
    Standing.objects.filter(account=account).update(previous_priority=200, intent=59)
    assert not section(as_rep.get(HOME), "Surging")
    Standing.objects.filter(account=account).update(intent=75, priority_since_on=today - timedelta(days=7))
    assert not section(as_rep.get(HOME), "Surging"), "that was last week"


def test_an_account_that_went_quiet_is_named(as_rep: Client, account: Account, now: datetime) -> None:
    assert not section(as_rep.get(HOME), "Gone quiet"), "it never spoke"
    engagement(account, now - timedelta(days=40))
    assert "Acme Robotics" in section(as_rep.get(HOME), "Gone quiet")
    engagement(account, now - timedelta(days=2))
    assert not section(as_rep.get(HOME), "Gone quiet")


def test_an_account_without_a_decision_maker_is_named(as_rep: Client, account: Account) -> None:
    assert "Acme Robotics" in section(as_rep.get(HOME), "No decision maker known")
    role = BuyingRole.objects.get(code="decision_maker")
    Contact.objects.create(account=account, name="Dana Whitfield", buying_role=role)
    assert not section(as_rep.get(HOME), "No decision maker known")


def test_what_is_promised_this_week_or_late_is_named(as_rep: Client, line: OrderLine, today: date) -> None:
    assert "Handwritten letter" in section(as_rep.get(HOME), "Promised this week")
    OrderLine.objects.update(promised_on=today - timedelta(days=1))
    assert "1 day late" in section(as_rep.get(HOME), "Promised this week")
    OrderLine.objects.update(promised_on=today + timedelta(days=8))
    assert not section(as_rep.get(HOME), "Promised this week")


def test_a_manager_sees_the_team_and_a_stranger_nothing(
    as_sales_manager: Client, as_other_rep: Client, follow_up: FollowUp
) -> None:
    owed = section(as_sales_manager.get(HOME), "Follow-ups your team owes")
    assert "Acme Robotics" in owed
    assert "Rana Haddad" in owed
    assert "Acme" not in words_of(as_other_rep.get(HOME))


def test_a_rep_is_not_shown_the_calls_of_a_colleague(as_rep: Client, follow_up: FollowUp, sales_manager: User) -> None:
    FollowUp.objects.update(owner=sales_manager)
    assert not section(as_rep.get(HOME), "Follow-ups you owe")


# --- marketing ----------------------------------------------------------------------------------------------


def test_a_marketer_sees_the_own_tasks_and_claims_the_next(
    as_marketer: Client, task: Task, marketer: User, now: datetime
) -> None:
    response = as_marketer.get(HOME)
    assert "Nothing is on your desk" in words_of(response)
    assert f'action="{reverse("task-claim-next")}"' in response.content.decode()
    actions.claim_task(task=task, by=marketer, at=now)
    response = as_marketer.get(HOME)
    assert "Handwritten letter Acme Robotics" in section(response, "Yours, the most urgent first")
    assert response.context["counts"]["unassigned"] == 0
    assert f'action="{reverse("task-claim-next")}"' not in response.content.decode()


def test_a_marketing_manager_sees_late_promises_and_money_running_out(
    as_marketing_manager: Client, task: Task, envelope: Envelope, today: date
) -> None:
    response = as_marketing_manager.get(HOME)
    assert "Every promise is kept" in words_of(response)
    assert not section(response, "Envelopes nearly empty")
    Task.objects.update(due_on=today - timedelta(days=3))
    Envelope.objects.update(spent_amount=Decimal(400))
    response = as_marketing_manager.get(HOME)
    assert "3 days late" in section(response, "Late promises")
    assert "Tier 1, East, 2026" in section(response, "Envelopes nearly empty")
    assert "$20 left" in section(response, "Envelopes nearly empty")


# --- house --------------------------------------------------------------------------------------------------


def test_an_administrator_sees_the_night_and_what_is_unsettled(
    as_admin: Client, account: Account, today: date, now: datetime
) -> None:
    assert "No night has run yet" in section(as_admin.get(HOME), "The house")
    Run.objects.create(job="nightly", business_day=today, status=Run.Status.FAILED, started_at=now)
    stage = Stage.objects.order_by("position")[0]
    Opportunity.objects.create(stage=stage, account=account, product_name="GTXPro", source="test", external_id="1")
    Opportunity.objects.create(stage=stage, account_name="Acne", source="test", external_id="2")
    words = section(as_admin.get(HOME), "The house")
    assert "It failed" in words
    assert "1 name no account that we know, 1 a product that we do not sell" in words


def test_an_analyst_sees_the_deals_of_both_motions(as_analyst: Client, account: Account, today: date) -> None:
    assert "No funnel yet" in words_of(as_analyst.get(HOME))
    for motion, won in (("abm", 30), ("demand_gen", 46)):
        DealSnapshot.objects.create(
            snapshot_on=today,
            motion=motion,
            won=won,
            lost=60,
            open=12,
            won_amount=2_070_000,
            open_amount=100_000,
            currency="USD",
        )
    words = words_of(as_analyst.get(HOME))
    assert "Won 30 deals" in words
    assert "Won 46 deals" in words
    assert "$2.1M" in words


# --- cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["rep", "sales_manager", "marketer", "marketing_manager", "admin", "analyst"])
def test_queries_do_not_grow_with_the_data(
    role: str,
    request: pytest.FixtureRequest,
    account: Account,
    follow_up: FollowUp,
    rep: User,
    tier1: Tier,
    today: date,
    now: datetime,
    query_count: QueryCount,
) -> None:
    def grow(start: int, count: int) -> None:
        for number in range(start, start + count):
            each = Account.objects.create(name=f"Firm {number}", normalized_name=f"firm {number}", owner=rep)
            Standing.objects.create(
                account=each, tier=tier1, intent=80, priority=90, previous_priority=10, priority_since_on=today
            )
            TierChange.objects.create(account=each, changed_on=today, to_tier=tier1, policy_version=1)
            engagement(each, now - timedelta(days=45))

    browser = request.getfixturevalue(f"as_{role}")
    grow(0, 1)
    with query_count(f"home-{role}"):
        browser.get(HOME)
    grow(1, 30)
    with query_count(f"home-{role}"):
        browser.get(HOME)
