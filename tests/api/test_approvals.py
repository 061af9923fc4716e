"""Approvals over the API: what waits, for whom, and the decision."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders.actions import LineRequest, place_order
from abmhub.orders.models import Approval, ApprovalRule
from abmhub.users.models import User
from tests.api.conftest import SignIn


@pytest.fixture
def waiting(
    account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, rep: User, marketing_manager: User,
    now: Any,
) -> Any:  # fmt: skip
    ApprovalRule.objects.create(name="All", approver_role=ApprovalRule.Role.MARKETING_MANAGER)
    with time_machine.travel(now, tick=False):
        line = LineRequest(tactic.pk, [contacts[0].pk])
        order = place_order(account=account, by=rep, at=now, lines=[line], idempotency_key=uuid4())
        yield order.approvals.get()


def test_it_says_what_waits_and_for_whom(api_as: SignIn, rep: User, other_rep: User, waiting: Approval) -> None:
    [row] = api_as(rep).get("/api/v1/approvals/?state=pending").json()["results"]
    assert (row["order_number"], row["waits_for"], row["state"]) == (waiting.order.number, ["Greta Vogt"], "pending")
    assert api_as(other_rep).get(f"/api/v1/approvals/{waiting.pk}/").status_code == 404


def test_it_decides_for_those_whom_it_waits_for(
    api_as: SignIn, rep: User, marketing_manager: User, waiting: Approval
) -> None:
    path, wish = f"/api/v1/approvals/{waiting.pk}/decide/", {"verdict": "approve", "reason": "Worth it."}
    assert api_as(rep).post(path, wish, format="json").status_code == 403
    client = api_as(marketing_manager)
    assert client.post(path, {"verdict": "approve"}, format="json").status_code == 400
    for _ in range(2):
        answer = client.post(path, wish, format="json")
        assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "approved", "Worth it.")
    assert client.post(path, wish | {"verdict": "decline"}, format="json").status_code == 409
