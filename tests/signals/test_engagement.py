"""Engagement: decay, contact factors, daily caps; the night's statement against a hand and a slow twin."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from psycopg.sql import SQL, Literal
from pytest_django import Settings

from abmhub.accounts.models import Account
from abmhub.committee.models import BuyingRole, Contact
from abmhub.core.days import business_day
from abmhub.signals import engagement
from abmhub.signals.engagement import UNITS_PER_POINT, engagement_of, points_of, score_of, units_needed
from abmhub.signals.models import ContactFactor, EngagementEvent, EventType
from tests.kept import kept
from tests.signals.conftest import Did

TODAY = date(2026, 3, 4)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def points_by_account(as_of: date) -> dict[int, float]:
    """What the night keeps, in points."""
    engagement.gather(as_of)
    return {row["account_id"]: points_of(row["units"]) for row in kept("tonight_engagement")}


@pytest.fixture
def make_contact(quiet_account: Account) -> Callable[[str], Contact]:
    return lambda seniority: Contact.objects.create(
        account=quiet_account, name=f"{seniority} person", seniority=seniority
    )


def test_it_weighs_each_event_by_type_person_and_age(
    quiet_account: Account, did: Did, make_contact: Callable[[str], Contact]
) -> None:
    did(quiet_account, "demo_request", TODAY)  # 30 points, anonymous
    did(quiet_account, "content_download", days_ago(30), contact=make_contact("c_level"))  # 8 * 2 / 2
    did(quiet_account, "pricing_view", days_ago(60), contact=make_contact("director"))  # 6 * 1.25 / 4
    did(quiet_account, "email_reply", days_ago(15), contact=make_contact(""))  # 10 / sqrt 2
    did(quiet_account, "ad_impression", TODAY)  # weighs nothing
    expected = 30 + 8 + 1.875 + 10 / 2**0.5
    assert points_by_account(TODAY) == {quiet_account.pk: pytest.approx(expected, abs=1e-3)}
    assert engagement_of(quiet_account.pk, TODAY).score == 47


def test_fifty_points_are_twenty_five_after_one_half_life(quiet_account: Account, did: Did) -> None:
    did(quiet_account, "meeting", TODAY)
    did(quiet_account, "meeting", TODAY)
    half_life = EventType.objects.get(code="meeting").half_life_days
    assert engagement_of(quiet_account.pk, TODAY).points == 50
    assert engagement_of(quiet_account.pk, TODAY + timedelta(days=half_life)).points == 25


def test_of_one_type_and_day_only_the_cap_counts_and_the_weightiest_people_first(
    quiet_account: Account, did: Did, make_contact: Callable[[str], Contact]
) -> None:
    did(quiet_account, "demo_request", TODAY)
    did(quiet_account, "demo_request", TODAY, contact=make_contact("vp"))
    did(quiet_account, "demo_request", days_ago(1))
    found = engagement_of(quiet_account.pk, TODAY)
    assert [(each.contact, each.age_days, each.is_within_cap) for each in found.contributions] == [
        ("vp person", 0, True),
        ("", 1, True),
        ("", 0, False),
    ]
    assert found.points == pytest.approx(45 + 30 * 0.5 ** (1 / 45), abs=1e-3)


@pytest.mark.parametrize(
    ("seniority", "by_role", "points"),
    [("vp", 200, 50), ("vp", 120, 37.5), ("", 50, 12.5), ("", None, 25), ("vp", None, 37.5)],
    ids=["the role is higher", "the seniority is higher", "only the role", "neither", "only the seniority"],
)
def test_of_seniority_and_buying_role_the_higher_factor_counts(
    quiet_account: Account, did: Did, seniority: str, by_role: int | None, points: float
) -> None:
    role = BuyingRole.objects.create(code="sponsor", name="Sponsor")
    if by_role is not None:
        ContactFactor.objects.create(buying_role=role, percent=by_role)
    person = Contact.objects.create(account=quiet_account, name="P", seniority=seniority, buying_role=role)
    did(quiet_account, "meeting", TODAY, contact=person)
    assert engagement_of(quiet_account.pk, TODAY).points == points


def test_a_factor_is_by_seniority_or_by_role_and_there_is_one_of_each(db: None) -> None:
    role = BuyingRole.objects.create(code="sponsor", name="Sponsor")
    with pytest.raises(IntegrityError, match="contact_factor_by_one_of_both"), atomic():
        ContactFactor.objects.create(percent=150)
    with pytest.raises(IntegrityError, match="contact_factor_by_one_of_both"), atomic():
        ContactFactor.objects.create(seniority="vp", buying_role=role, percent=150)
    with pytest.raises(IntegrityError, match="contact_factor_once_by_seniority"), atomic():
        ContactFactor.objects.create(seniority="vp", percent=150)
    ContactFactor.objects.create(buying_role=role, percent=150)
    with pytest.raises(IntegrityError, match="buying_role_id"), atomic():
        ContactFactor.objects.create(buying_role=role, percent=170)


def test_what_happens_after_the_day_or_long_before_counts_nothing(quiet_account: Account, did: Did) -> None:
    half_life = EventType.objects.get(code="ad_click").half_life_days
    did(quiet_account, "meeting", TODAY + timedelta(days=1))
    landmark = engagement.landmark(half_life, TODAY)
    did(quiet_account, "ad_click", landmark - timedelta(days=20 * half_life + 1))
    assert points_by_account(TODAY) == {}
    did(quiet_account, "ad_click", landmark - timedelta(days=20 * half_life))
    assert points_by_account(TODAY) == {quiet_account.pk: 0}
    assert engagement_of(quiet_account.pk, TODAY).contributions[0].is_within_cap


@pytest.mark.parametrize("half_life", [7, 30, 45])
def test_what_is_kept_gives_the_same_whatever_the_day(quiet_account: Account, did: Did, half_life: int) -> None:
    """Until the landmark moves, magnitudes that were kept give what the events themselves would."""
    EventType.objects.filter(code="meeting").update(half_life_days=half_life)
    first = engagement.landmark(half_life, TODAY)
    for day in range(0, 5 * half_life, 9):
        did(quiet_account, "meeting", first - timedelta(days=day))
    engagement.gather_all(first)
    for passed in range(0, engagement.LANDMARK_STAYS_HALF_LIVES * half_life, 9):
        today = first + timedelta(days=passed)
        assert engagement.landmark(half_life, today) == first
        engagement.gather_kept(today, among=SQL("SELECT {}").format(Literal(quiet_account.pk)))
        [found] = kept("tonight_engagement")
        assert found["units"] == engagement_of(quiet_account.pk, today).units
    moved = first + timedelta(days=engagement.LANDMARK_STAYS_HALF_LIVES * half_life)
    assert engagement.landmark(half_life, moved) > first


def test_age_is_counted_in_days_of_the_installation(quiet_account: Account, did: Did, settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Taipei"
    did(quiet_account, "meeting", TODAY, at=datetime(2026, 3, 3, 16, 30, tzinfo=UTC))  # half past midnight there
    assert engagement_of(quiet_account.pk, TODAY).contributions[0].age_days == 0


@pytest.mark.parametrize(
    ("units", "score"),
    [
        (0, 0),
        # Half a point less a thousandth, and half a point; what is nearer to that counts as it.
        (UNITS_PER_POINT * 499 // 1000, 0),
        (UNITS_PER_POINT // 2 - 1, 1),
        (UNITS_PER_POINT // 2, 1),
        (60 * UNITS_PER_POINT - UNITS_PER_POINT * 501 // 1000, 59),
        (60 * UNITS_PER_POINT - UNITS_PER_POINT // 2, 60),
        (100 * UNITS_PER_POINT, 100),
        (5000 * UNITS_PER_POINT, 100),
    ],
)
def test_a_score_is_points_rounded_half_up_and_never_over_100(units: int, score: int) -> None:
    assert score_of(units) == score


@pytest.mark.parametrize("score", [1, 37, 60, 100])
def test_the_units_needed_for_a_score_are_the_fewest(score: int) -> None:
    assert score_of(units_needed(score)) == score
    assert score_of(units_needed(score) - 1) == score - 1


def slow_points(as_of: date) -> dict[int, float]:
    """The formula of the docstring, event by event."""
    by_seniority = {factor.seniority: factor.percent for factor in ContactFactor.objects.filter(buying_role=None)}
    by_role = {factor.buying_role_id: factor.percent for factor in ContactFactor.objects.filter(seniority="")}
    days = defaultdict(list)
    for event in EngagementEvent.objects.select_related("event_type", "contact"):
        day = business_day(event.occurred_at)
        known = []
        if event.contact:
            known = [by_seniority.get(event.contact.seniority), by_role.get(event.contact.buying_role_id)]
        percent = max((one for one in known if one is not None), default=100)
        days[event.account_id, event.event_type, day].append(percent)
    points: dict[int, float] = defaultdict(float)
    for (account_id, event_type, day), percents in days.items():
        age = (as_of - day).days
        if 0 <= age <= 20 * event_type.half_life_days and event_type.weight:
            counted = sorted(percents, reverse=True)[: event_type.daily_cap]
            points[account_id] += event_type.weight * sum(counted) / 100 * 0.5 ** (age / event_type.half_life_days)
    return dict(points)


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_a_slow_twin(db: None, settings: Settings, seed: int) -> None:
    dice = Random(seed)
    settings.TIME_ZONE = dice.choice(["UTC", "Africa/Cairo", "America/New_York", "Asia/Taipei"])
    accounts = Account.objects.bulk_create([Account(name=f"A{n}", normalized_name=f"a{n}") for n in range(8)])
    roles = list(BuyingRole.objects.order_by("position"))
    for role in roles[1:]:
        ContactFactor.objects.create(buying_role=role, percent=dice.choice([0, 50, 140, 180, 300]))
    people = Contact.objects.bulk_create(
        Contact(
            account=account,
            name="P",
            seniority=dice.choice(["", *Contact.Seniority.values]),
            buying_role=dice.choice([None, *roles]),
        )
        for account in accounts
        for _ in range(3)
    )
    types = list(EventType.objects.all())
    EngagementEvent.objects.bulk_create(
        EngagementEvent(
            account=(account := dice.choice(accounts)),
            contact=dice.choice([None, *(person for person in people if person.account_id == account.pk)]),
            event_type=dice.choice(types),
            # Crowded, so that caps bind, and to the minute, so that days begin where the zone says.
            occurred_at=datetime(2026, 3, 6, tzinfo=UTC) - timedelta(minutes=dice.randrange(60 * 24 * 12)),
            source="test",
            external_id=str(number),
        )
        for number in range(600)
    )
    expected = slow_points(TODAY)
    found = points_by_account(TODAY)
    assert found == {account_id: pytest.approx(points, abs=1e-3) for account_id, points in expected.items()}
    assert {pk: engagement_of(pk, TODAY).points for pk in found} == found
