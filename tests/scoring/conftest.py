"""Accounts that differ in what is known of them, and a night for them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

import pytest

from abmhub.accounts.models import Account, Attribute, Standing
from abmhub.scoring import scores, tiers
from abmhub.scoring.actions import mark_previewed, publish_policy
from abmhub.scoring.models import IcpCriterion, IcpProfile, TierPolicy
from abmhub.signals.models import EventType
from abmhub.users.models import User
from tests.signals.conftest import Did, Read, did, provider, read, topic

__all__ = ["did", "provider", "read", "topic"]

_numbers = count(1)
TODAY = date(2026, 3, 4)

MONDAY = date(2026, 3, 2)

MakeAccount = Callable[..., Account]
Gives = Callable[[Account, int], None]


@pytest.fixture
def make_account(db: None) -> MakeAccount:
    """An account that meets all shipped criteria, except as told."""

    def make(**fields: Any) -> Account:
        number = next(_numbers)
        return Account.objects.create(
            **{
                "name": f"Account {number}",
                "normalized_name": f"account {number}",
                "industry": "software",
                "employees": 900,
                "annual_revenue_amount": 80_000_000,
                "founded_year": 2001,
                "acv_amount": 90_000,
                **fields,
            }
        )

    return make


@pytest.fixture
def profile(db: None) -> IcpProfile:
    """The shipped profile: industry 30, employees 30, revenue 25, founded 15; fit is known from 40 on."""
    shipped = IcpProfile.objects.in_force()
    assert shipped
    return shipped


@pytest.fixture
def policy(db: None) -> TierPolicy:
    """Goldilocks: Tier 1 from fit 70, intent 60, engagement 60, ACV 50,000; Tier 2 from fit 70, intent 60,
    ACV 15,000; Tier 3 from fit 70."""
    shipped = TierPolicy.objects.in_force()
    assert shipped
    return shipped


@pytest.fixture
def custom(db: None) -> dict[str, Attribute]:
    """A custom attribute of every kind, by its kind."""
    kinds = Attribute.Kind
    return {
        kind: Attribute.objects.create(
            code=f"of_{kind}",
            label=f"Of {kind}",
            kind=kind,
            choices=["Own", "3PL", "Mixed"] if kind == kinds.CHOICE else [],
        )
        for kind in kinds
    }


def random_attributes(dice: Random) -> dict[str, Any]:
    """What is known of them, and what can only have slipped in."""
    said: dict[str, list[Any]] = {
        "of_text": ["Parcel", "freight", ""],
        "of_number": [0, 4, 4.1, 12, "four", True],
        "of_money": [100, 99.99, 250_000],
        "of_date": ["2024-02-29", "2026-01-01", "soon"],
        "of_choice": ["Own", "3PL"],
        "of_yes_no": [True, False],
    }
    return {code: dice.choice(values) for code, values in said.items() if dice.random() < 0.8}


def random_question(dice: Random, attribute: Attribute) -> dict[str, Any]:
    """Limits or values that may be asked of a custom attribute."""
    match attribute.kind:
        case "number" | "money" | "date":
            limits = {"number": ["4", "4.1", "10"], "money": ["99.99", "100"], "date": ["2024", "2025"]}
            return {"minimum": Decimal(dice.choice(limits[attribute.kind])), "values": []}
        case "choice":
            return {"values": dice.sample(["own", "3PL", "Mixed"], 2)}
        case "yes_no":
            return {"values": [dice.choice(["yes", "no"])]}
    return {"values": ["parcel"]}


@pytest.fixture
def surges(read: Read) -> Gives:
    """Let an account surge on a topic at a level, against a baseline of ten."""

    def surge(account: Account, level: int) -> None:
        for week in range(15):
            read(account, MONDAY - timedelta(weeks=week), level if week < 3 else 10)

    return surge


@pytest.fixture
def engaged(did: Did) -> Gives:
    """Give an account so many points on the day: event types are made for it."""

    def engage(account: Account, points: int) -> None:
        code = f"points_{points}"
        EventType.objects.get_or_create(
            code=code, defaults={"name": code, "weight": points, "half_life_days": 30, "content_stage": "bofu"}
        )
        did(account, code, TODAY)

    return engage


def add_criterion(profile: IcpProfile, name: str, **fields: Any) -> IcpCriterion:
    return IcpCriterion.objects.create(profile=profile, name=name, **fields)


def publish(draft: TierPolicy, by: User, at: datetime) -> TierPolicy:
    """Preview a draft and put it in force."""
    mark_previewed(policy=draft, by=by, at=at)
    return publish_policy(policy=draft, by=by, at=at)


def night(day: date = TODAY) -> int:
    """Signals, scores and tiers of a day; how many standings changed."""
    scores.gather_signals(day)
    scores.gather(day)
    tiers.find(day)
    return tiers.publish(day)


def standing_of(account: Account) -> Standing:
    return Standing.objects.get(account=account)
