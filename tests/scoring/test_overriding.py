"""Overrides and appeals: who may, what is refused, and what is kept."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.core.models import OutboxMessage
from abmhub.core.refusals import NotAllowed
from abmhub.scoring.actions import (
    AlreadyDecided,
    AlreadyEnded,
    AppealWaits,
    NoReason,
    NotEligible,
    NotYours,
    SameTier,
    TooLong,
    WrongEnd,
    appeal_tier,
    decide_appeal,
    end_override,
    override_tier,
)
from abmhub.scoring.models import TierAppeal, TierOverride
from abmhub.users.models import User
from tests.at_once import at_once


@pytest.fixture
def wish(account: Account, today: date, now: datetime) -> dict[str, Any]:
    """To have the account in Tier 2 for a week."""
    return {
        "account": account,
        "tier": Tier.objects.get(level=2),
        "reason": " A strategic customer ",
        "expires_on": today + timedelta(days=7),
        "at": now,
    }


@pytest.fixture
def plea(account: Account, now: datetime) -> dict[str, Any]:
    """To have the account in Tier 2."""
    return {"account": account, "tier": Tier.objects.get(level=2), "reason": "They merge with a customer", "at": now}


def topics() -> list[tuple[str, Any]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("topic", "payload"))


def test_an_override_is_kept_with_reason_and_end_and_told(
    wish: dict[str, Any], sales_manager: User, today: date
) -> None:
    override = override_tier(**wish, by=sales_manager)
    assert (override.reason, override.made_by, override.released_on) == ("A strategic customer", sales_manager, None)
    assert override.is_in_force_on(today)
    assert topics() == [("tier.overridden", {"by": sales_manager.pk, "override": override.pk})]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"reason": "  "}, NoReason),
        ({"reason": "x" * 301}, TooLong),
        ({"expires_on": date(2026, 3, 3)}, WrongEnd),
        ({"expires_on": date(2027, 3, 6)}, WrongEnd),
    ],
    ids=["no reason", "too long a reason", "over already", "too far away"],
)
def test_an_override_needs_a_reason_and_an_end(
    wish: dict[str, Any], admin: User, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        override_tier(**{**wish, **changed}, by=admin)
    assert not TierOverride.objects.exists()


def test_an_override_is_for_managers_who_see_the_account(
    wish: dict[str, Any], rep: User, marketer: User, sales_manager: User, other_rep: User
) -> None:
    for by in (rep, marketer):
        with pytest.raises(NotAllowed):
            override_tier(**wish, by=by)
    Account.objects.update(owner=other_rep, territory=None)
    with pytest.raises(NotYours):
        override_tier(**wish, by=sales_manager)


@pytest.mark.parametrize("reason", ["outside", "disqualified"])
def test_what_can_be_in_no_tier_is_not_put_in_one(
    wish: dict[str, Any], plea: dict[str, Any], admin: User, rep: User, reason: str
) -> None:
    if reason == "outside":
        Account.objects.update(is_target=False)
    else:
        Standing.objects.update(disqualified_by="Under embargo")
    with pytest.raises(NotEligible):
        override_tier(**wish, by=admin)
    with pytest.raises(NotEligible):
        appeal_tier(**plea, by=rep)


def test_a_second_override_takes_the_place_of_the_first(wish: dict[str, Any], admin: User, today: date) -> None:
    first = override_tier(**wish, by=admin)
    second = override_tier(**{**wish, "tier": None}, by=admin)
    first.refresh_from_db()
    assert (first.ended_by, first.is_in_force_on(today)) == (admin, False)
    assert list(TierOverride.objects.open()) == [second]


def test_the_database_lets_one_override_of_an_account_be_open(wish: dict[str, Any], admin: User) -> None:
    override = override_tier(**wish, by=admin)
    with pytest.raises(IntegrityError, match="tier_override_one_open"):
        TierOverride.objects.create(
            account=override.account, reason="Two", expires_on=override.expires_on, made_at=override.made_at
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_overrides_at_once_one_is_open(transactional_db: None, wish: dict[str, Any], admin: User) -> None:
    outcomes = at_once([partial(override_tier, **wish, by=admin)] * 2)
    assert all(isinstance(outcome, TierOverride) for outcome in outcomes)
    assert TierOverride.objects.open().count() == 1


def test_an_override_ends_by_hand_once(
    wish: dict[str, Any], admin: User, sales_manager: User, rep: User, today: date
) -> None:
    override = override_tier(**wish, by=admin)
    with pytest.raises(NotAllowed):
        end_override(override=override, by=rep, at=wish["at"])
    ended = end_override(override=override, by=sales_manager, at=wish["at"])
    assert (ended.ended_by, ended.is_in_force_on(today)) == (sales_manager, False)
    with pytest.raises(AlreadyEnded):
        end_override(override=override, by=admin, at=wish["at"])


@pytest.mark.parametrize("days", [-1, 0, 6, 7, 8])
def test_an_override_holds_from_its_day_through_the_last(
    wish: dict[str, Any], admin: User, today: date, days: int
) -> None:
    override = override_tier(**wish, by=admin)
    day = today + timedelta(days=days)
    assert override.is_in_force_on(day) == (0 <= days <= 7)
    assert TierOverride.objects.in_force_on(day).exists() == (0 <= days <= 7)


@pytest.mark.parametrize("days", [1, 2, 3])
def test_ended_by_hand_it_holds_until_the_day_before(wish: dict[str, Any], admin: User, today: date, days: int) -> None:
    override = override_tier(**wish, by=admin)
    override = end_override(override=override, by=admin, at=wish["at"] + timedelta(days=2))
    day = today + timedelta(days=days)
    assert override.is_in_force_on(day) == (days < 2)
    assert TierOverride.objects.in_force_on(day).exists() == (days < 2)


def test_an_appeal_waits_for_one_answer(plea: dict[str, Any], rep: User, admin: User, now: datetime) -> None:
    appeal = appeal_tier(**plea, by=rep)
    assert list(TierAppeal.objects.open()) == [appeal]
    with pytest.raises(AppealWaits):
        appeal_tier(**plea, by=rep)
    decided = decide_appeal(appeal=appeal, granted=False, answer="Not before the merger.", by=admin, at=now)
    assert (decided.granted, decided.override, TierAppeal.objects.open().count()) == (False, None, 0)
    assert not TierOverride.objects.exists()
    with pytest.raises(AlreadyDecided):
        decide_appeal(appeal=appeal, granted=True, answer="Well.", by=admin, at=now)
    assert [topic for topic, _ in topics()] == ["tier.appealed", "appeal.decided"]


def test_a_granted_appeal_is_an_override(
    plea: dict[str, Any], rep: User, marketing_manager: User, now: datetime, today: date
) -> None:
    appeal = appeal_tier(**plea, by=rep)
    with pytest.raises(WrongEnd):
        decide_appeal(appeal=appeal, granted=True, answer="Agreed.", by=marketing_manager, at=now)
    with pytest.raises(NoReason):
        decide_appeal(appeal=appeal, granted=True, answer=" ", expires_on=today, by=marketing_manager, at=now)
    until = today + timedelta(days=30)
    decided = decide_appeal(
        appeal=appeal, granted=True, answer="Agreed.", expires_on=until, by=marketing_manager, at=now
    )
    override = TierOverride.objects.get()
    assert decided.override == override
    assert (override.tier_id, override.reason, override.expires_on, override.made_by) == (
        2, "They merge with a customer", until, marketing_manager,
    )  # fmt: skip


def test_appeals_are_made_by_those_who_sell_and_decided_by_others(
    plea: dict[str, Any], rep: User, other_rep: User, marketer: User, sales_manager: User, now: datetime
) -> None:
    with pytest.raises(NotYours):
        appeal_tier(**plea, by=other_rep)
    with pytest.raises(NotAllowed):
        appeal_tier(**plea, by=marketer)
    appeal = appeal_tier(**plea, by=sales_manager)
    with pytest.raises(NotAllowed):
        decide_appeal(appeal=appeal, granted=False, answer="No.", by=sales_manager, at=now)


def test_an_appeal_asks_for_another_tier(plea: dict[str, Any], rep: User) -> None:
    with pytest.raises(SameTier, match="is in Tier 1 already"):
        appeal_tier(**{**plea, "tier": Tier.objects.get(level=1)}, by=rep)
