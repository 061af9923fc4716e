"""Tiers by hand over the API: the verbs and refusals of the page."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from abmhub.accounts.models import Account, Standing, TierChange
from abmhub.core.models import Run
from abmhub.scoring.models import TierOverride
from abmhub.users.models import User
from tests.api.conftest import SignIn


@pytest.fixture
def wish(now: datetime) -> dict[str, Any]:
    """Tier 2 for a week."""
    return {"tier": 2, "reason": "A strategic customer", "expires_on": str(now.date() + timedelta(days=7))}


def path_of(account: Account) -> str:
    return f"/api/v1/accounts/{account.pk}/override/"


def test_an_override_moves_the_account_and_ending_it_gives_it_back(
    api_as: SignIn, sales_manager: User, account: Account, wish: dict[str, Any], now: datetime
) -> None:
    with time_machine.travel(now, tick=False):
        answer = api_as(sales_manager).post(path_of(account), wish, format="json")
    assert answer.status_code == 201
    found = answer.json()
    assert (found["tier"]["level"], found["held_by"], found["id"]) == (2, "override", account.pk)
    assert TierChange.objects.filter(account=account, from_tier=1, to_tier=2).count() == 1
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        answer = api_as(sales_manager).delete(path_of(account))
    assert (answer.status_code, answer.json()["tier"]["level"], answer.json()["held_by"]) == (200, 1, "")
    assert not TierChange.objects.filter(account=account).exists()


def test_no_tier_is_null(api_as: SignIn, admin: User, account: Account, wish: dict[str, Any], now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        answer = api_as(admin).post(path_of(account), {**wish, "tier": None}, format="json")
    assert (answer.status_code, answer.json()["tier"]) == (201, None)


@pytest.mark.parametrize("method", ["post", "delete"])
def test_accounts_that_are_not_seen_do_not_exist(
    api_as: SignIn, sales_manager: User, other_account: Account, wish: dict[str, Any], method: str
) -> None:
    answer = getattr(api_as(sales_manager), method)(path_of(other_account), wish, format="json")
    assert answer.status_code == 404


@pytest.mark.parametrize("method", ["post", "delete"])
def test_reps_and_marketers_may_not(
    api_as: SignIn, rep: User, marketer: User, account: Account, wish: dict[str, Any], method: str
) -> None:
    for user in (rep, marketer):
        answer = getattr(api_as(user), method)(path_of(account), wish, format="json")
        assert answer.status_code == 403
    assert not TierOverride.objects.exists()


def test_refusals_are_answered_by_name(
    api_as: SignIn, admin: User, account: Account, wish: dict[str, Any], now: datetime
) -> None:
    def code(answer: Any) -> tuple[int, str]:
        return answer.status_code, answer.json()["errors"][0]["code"]

    client = api_as(admin)
    with time_machine.travel(now, tick=False):
        assert code(client.delete(path_of(account))) == (409, "already_ended")
        assert code(client.post(path_of(account), {**wish, "expires_on": "2026-03-03"}, format="json")) == (
            409, "wrong_end",
        )  # fmt: skip
        assert code(client.post(path_of(account), {**wish, "reason": ""}, format="json")) == (400, "blank")
        assert code(client.post(path_of(account), {**wish, "tier": 9}, format="json")) == (400, "does_not_exist")
        Standing.objects.update(disqualified_by="Under embargo")
        assert code(client.post(path_of(account), wish, format="json")) == (409, "not_eligible")


def test_the_arithmetic_tells_of_it_though_no_night_has_been_since(
    api_as: SignIn, admin: User, account: Account, wish: dict[str, Any], now: datetime
) -> None:
    yesterday = now - timedelta(days=1)
    Run.objects.create(
        job="nightly",
        business_day=yesterday.date(),
        status=Run.Status.DONE,
        started_at=yesterday,
        published_at=yesterday,
    )
    with time_machine.travel(now, tick=False):
        api_as(admin).post(path_of(account), wish, format="json")
        why = api_as(admin).get(f"/api/v1/accounts/{account.pk}/why/").json()
    assert (why["held_by"], why["tier"]["level"], why["override"]["tier"]["level"]) == ("override", 2, 2)
