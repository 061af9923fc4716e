"""The arithmetic of an account as a program reads it."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.committee.models import Contact
from abmhub.core.models import Run
from abmhub.scoring.actions import appeal_tier, override_tier
from abmhub.signals.models import IntentObservation, IntentProvider, Topic
from abmhub.users.models import User
from tests.api.conftest import SignIn
from tests.web.story import event


@pytest.fixture(autouse=True)
def last_night(db: None, now: datetime, today: date) -> Run:
    return Run.objects.create(
        job="nightly", business_day=today, status=Run.Status.DONE, started_at=now, published_at=now
    )


def path_of(account: Account) -> str:
    return f"/api/v1/accounts/{account.pk}/why/"


def test_it_tells_each_rule_with_the_value_against_the_threshold(api_as: SignIn, rep: User, account: Account) -> None:
    answer = api_as(rep).get(path_of(account)).json()
    first = answer["rules"][0]
    assert (first["tier"]["level"], first["is_met"]) == (1, False)
    conditions = {each["fact"]: each for each in first["conditions"]}
    assert conditions["engagement"] == {
        "fact": "engagement",
        "value": "0",
        "operator": "gte",
        "threshold": "60.00",
        "values": [],
        "is_met": False,
        "sentence": "engagement 0, at least 60 needed",
    }
    assert conditions["intent"]["value"] is None
    assert [rule["tier"]["level"] for rule in answer["rules"] if rule["is_decisive"]] == [3]
    assert answer["tier"]["level"] == 3
    assert answer["next_tier"]["tier"]["level"] == 2


def test_it_tells_what_each_score_is_made_of(
    api_as: SignIn, rep: User, account: Account, contacts: list[Contact], now: datetime, today: date
) -> None:
    event(account, "demo_request", now, contacts[2])
    event(account, "demo_request", now - timedelta(days=45))
    panel = IntentProvider.objects.create(code="panel", name="Panel", lawful_basis="consent")
    robots = Topic.objects.create(name="Robots")
    monday = today - timedelta(days=today.weekday())
    for back in range(15):
        week = monday - timedelta(weeks=back)
        IntentObservation.objects.create(account=account, provider=panel, topic=robots, week_on=week, level=40)
    answer = api_as(rep).get(path_of(account)).json()
    assert (answer["fit"]["score"], answer["fit"]["met_weight"]) == (100, 85)
    [topic] = answer["intent"]["topics"]
    assert (topic["value"], topic["is_surging"], len(topic["weeks"])) == (20, False, 15)
    assert topic["weeks"][-1] == {"week_on": monday.isoformat(), "level": 40, "is_recent": True}
    engagement = answer["engagement"]
    assert (engagement["score"], engagement["points"], engagement["alarm"]) == (45, 45.0, False)
    assert [(each["strength"], each["points"]) for each in engagement["signals"]] == [(100, 30.0), (50, 15.0)]
    assert [(each["contact"], each["share"]) for each in engagement["people"]] == [(contacts[2].pk, 67), (None, 33)]


def test_it_tells_what_people_said_of_the_tier(
    api_as: SignIn, rep: User, account: Account, sales_manager: User, now: datetime
) -> None:
    override_tier(account=account, tier=None, reason="Sanctions", expires_on=now.date(), by=sales_manager, at=now)
    appeal_tier(account=account, tier=Tier.objects.get(level=2), reason="No budget", by=rep, at=now)
    Standing.objects.update(held_by="override", earned_tier=3)
    client = api_as(rep)
    with time_machine.travel(now, tick=False):
        answer = client.get(path_of(account)).json()
    assert (answer["tier"], answer["held_by"], answer["earned"]["level"]) == (None, "override", 3)
    assert "Put in no tier by Selma Berg through 4 March 2026: Sanctions." in answer["held_words"]
    assert (answer["override"]["tier"], answer["override"]["reason"]) == (None, "Sanctions")
    assert answer["override"]["made_by"]["name"] == "Selma Berg"
    assert answer["appeal"]["tier"]["level"] == 2
    row = client.get(f"/api/v1/accounts/{account.pk}/").json()
    assert (row["held_by"], row["earned_tier"]["level"]) == ("override", 3)


def test_it_explains_a_bare_account_and_hides_what_one_may_not_see(
    api_as: SignIn, analyst: User, rep: User, other_account: Account
) -> None:
    bare = Account.objects.create(name="Bare")
    answer = api_as(analyst).get(path_of(bare)).json()
    assert (answer["fit"]["score"], answer["intent"]["score"], answer["engagement"]["people"]) == (None, None, [])
    assert api_as(rep).get(path_of(other_account)).status_code == 404
