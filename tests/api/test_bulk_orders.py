"""Bulk orders over the API: a plan, then orders for it, once."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
import time_machine
from rest_framework.test import APIClient

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import BulkOrder, Order
from abmhub.users.models import User
from tests.api.conftest import SignIn

PATH = "/api/v1/bulk-orders/"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_cast(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def client(api_as: SignIn, rep: User) -> APIClient:
    return api_as(rep)


def test_a_plan_is_ordered_once(
    client: APIClient, account: Account, contacts: list[Contact], tactic: Tactic, stocked_tactic: Tactic,
    envelope: Envelope, now: datetime,
) -> None:  # fmt: skip
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=0)
    wish = {"accounts": [account.pk], "tactics": [tactic.pk, stocked_tactic.pk], "people": 2}
    plan = client.post(f"{PATH}plan/", wish, format="json").json()
    assert plan["total"] == "80.00"
    assert plan["draws"] == [{"envelope": envelope.name, "amount": "80.00", "free_amount": "500.00"}]
    [row] = plan["rows"]
    assert [line["tactic_id"] for line in row["lines"]] == [tactic.pk]
    assert row["left_out"] == [
        {"tactic_id": stocked_tactic.pk, "problem": "Out of stock.", "remedy": "Marketing can restock it."}
    ]
    key = {"Idempotency-Key": str(uuid4())}
    answers = [
        client.post(PATH, {**wish, "seen": plan["fingerprint"]}, format="json", headers=key).json() for _ in range(2)
    ]
    assert answers[0]["id"] == answers[1]["id"]
    actions.place_rows(at=now)
    found = client.get(f"{PATH}{answers[0]['id']}/").json()
    assert found["rows"][0]["order"] == Order.objects.get().pk
    assert (found["rows"][0]["state"], found["finished_at"] is not None) == ("ordered", True)
    assert client.get(PATH).json()["results"][0]["id"] == found["id"]


def test_another_plan_than_was_shown_is_a_conflict(
    client: APIClient, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    wish = {"accounts": [account.pk], "tactics": [tactic.pk], "seen": "x"}
    answer = client.post(PATH, wish, format="json", headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "menu_changed"
    assert not BulkOrder.objects.exists()


def test_accounts_of_others_are_not_found(client: APIClient, other_account: Account, tactic: Tactic) -> None:
    wish = {"accounts": [other_account.pk], "tactics": [tactic.pk]}
    assert client.post(f"{PATH}plan/", wish, format="json").status_code == 404
