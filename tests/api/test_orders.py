from typing import Any
from uuid import uuid4

import pytest
import time_machine
from rest_framework.test import APIClient

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders.models import Order
from abmhub.users.models import User
from tests.api.conftest import SignIn


@pytest.fixture(autouse=True)
def _on_the_day_of_the_cast() -> Any:
    with time_machine.travel("2026-03-04T10:00:00Z", tick=False):
        yield


@pytest.fixture
def wish(account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope) -> dict[str, Any]:
    """A letter to two people: 80.00 of 500.00."""
    return {
        "account": account.pk,
        "note": "Before the board meeting.",
        "lines": [{"tactic": tactic.pk, "contacts": [contact.pk for contact in contacts[:2]]}],
    }


def place(client: APIClient, wish: dict[str, Any], key: object) -> Any:
    return client.post("/api/v1/orders/", wish, format="json", headers={"Idempotency-Key": str(key)})


def test_it_places_an_order(api_as: SignIn, rep: User, wish: dict[str, Any], envelope: Envelope) -> None:
    answer = place(api_as(rep), wish, uuid4())
    assert answer.status_code == 201
    assert answer.json()["total_amount"] == "80.00"
    assert answer.json()["lines"][0]["state"] == "ordered"
    envelope.refresh_from_db()
    assert envelope.reserved_amount == 80


def test_it_orders_once_however_often_the_key_is_sent(api_as: SignIn, rep: User, wish: dict[str, Any]) -> None:
    key = uuid4()
    client = api_as(rep)
    first, second = place(client, wish, key), place(client, wish, key)
    assert first.json()["id"] == second.json()["id"]
    assert Order.objects.count() == 1


def test_it_refuses_a_key_that_was_used_for_another_wish(api_as: SignIn, rep: User, wish: dict[str, Any]) -> None:
    key = uuid4()
    client = api_as(rep)
    place(client, wish, key)
    answer = place(client, {**wish, "note": "Something else."}, key)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "key_reused"


def test_it_asks_for_the_key_when_it_is_missing_or_no_uuid(api_as: SignIn, rep: User, wish: dict[str, Any]) -> None:
    client = api_as(rep)
    for headers in ({}, {"Idempotency-Key": "again"}):
        answer = client.post("/api/v1/orders/", wish, format="json", headers=headers)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["attr"] == "Idempotency-Key"
    assert not Order.objects.exists()


def test_it_refuses_what_the_budget_cannot_pay_and_writes_nothing(
    api_as: SignIn, rep: User, wish: dict[str, Any], envelope: Envelope
) -> None:
    Envelope.objects.update(total_amount=50)
    answer = place(api_as(rep), wish, uuid4())
    assert answer.status_code == 409
    assert answer.json()["type"] == "client_error"
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("seen_cost", "seen_tier", "words"),
    [
        ("39.00", 1, "Handwritten letter costs $40 now, not $39."),
        ("40.00", 2, "is in Tier 1 now, and was in Tier 2"),
    ],
    ids=["price", "tier"],
)
def test_it_orders_nothing_that_is_not_as_it_was_seen(
    api_as: SignIn, rep: User, wish: dict[str, Any], seen_cost: str, seen_tier: int, words: str
) -> None:
    lines = [{**line, "seen_cost": seen_cost} for line in wish["lines"]]
    answer = place(api_as(rep), {**wish, "lines": lines, "seen_tier": seen_tier}, uuid4())
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "menu_changed"
    assert words in answer.json()["errors"][0]["detail"]
    assert not Order.objects.exists()
    seen = {**wish, "lines": [{**line, "seen_cost": "40.00"} for line in wish["lines"]], "seen_tier": 1}
    assert place(api_as(rep), seen, uuid4()).status_code == 201


def test_it_answers_404_when_a_rep_of_another_territory_orders(
    api_as: SignIn, other_rep: User, wish: dict[str, Any]
) -> None:
    assert place(api_as(other_rep), wish, uuid4()).status_code == 404
    assert not Order.objects.exists()


def test_it_answers_403_when_an_analyst_orders(api_as: SignIn, analyst: User, wish: dict[str, Any]) -> None:
    assert place(api_as(analyst), wish, uuid4()).status_code == 403
    assert not Order.objects.exists()


def test_it_hides_orders_from_a_rep_of_another_territory(
    api_as: SignIn, rep: User, other_rep: User, wish: dict[str, Any]
) -> None:
    order = place(api_as(rep), wish, uuid4()).json()
    stranger = api_as(other_rep)
    assert stranger.get(f"/api/v1/orders/{order['id']}/").status_code == 404
    assert stranger.get("/api/v1/orders/").json()["results"] == []


def test_it_finds_orders_by_the_state_of_their_lines(api_as: SignIn, rep: User, wish: dict[str, Any]) -> None:
    client = api_as(rep)
    order = place(client, wish, uuid4()).json()
    assert [row["id"] for row in client.get("/api/v1/orders/?state=ordered").json()["results"]] == [order["id"]]
    assert client.get("/api/v1/orders/?state=delivered").json()["results"] == []


def test_marketing_claims_and_delivers_the_task(
    api_as: SignIn, rep: User, marketer: User, other_marketer: User, wish: dict[str, Any]
) -> None:
    task = place(api_as(rep), wish, uuid4()).json()["lines"][0]["task_id"]
    client = api_as(marketer)
    assert client.post(f"/api/v1/tasks/{task}/claim/").json()["assignee"]["name"] == "Mei Chen"
    assert api_as(other_marketer).post(f"/api/v1/tasks/{task}/claim/").status_code == 409
    delivered = client.post(f"/api/v1/tasks/{task}/deliver/", {"note": "Handed over at reception."}, format="json")
    assert delivered.status_code == 200
    assert delivered.json()["state"] == "done"


def test_a_rep_may_read_the_task_but_not_work_it(api_as: SignIn, rep: User, wish: dict[str, Any]) -> None:
    client = api_as(rep)
    task = place(client, wish, uuid4()).json()["lines"][0]["task_id"]
    assert client.get(f"/api/v1/tasks/{task}/").status_code == 200
    assert client.post(f"/api/v1/tasks/{task}/claim/").status_code == 403
