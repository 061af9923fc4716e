"""Retention: what is out goes month by month, its numbers stay, and no score is another."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from abmhub.accounts.models import Account, Standing
from abmhub.funnel import actions as funnel
from abmhub.funnel.models import FunnelSnapshot
from abmhub.signals import engagement, intent, months, retention
from abmhub.signals import models as signal_models
from abmhub.signals.actions import record_event, record_event_of_domain
from abmhub.signals.models import EngagementEvent, EngagementMonth, EventKey, EventType, IntentObservation, Retention
from abmhub.signals.months import EVENTS, INTENT, later, stretches
from abmhub.signals.retention import NotKept
from tests.signals.conftest import Did, Read

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 4)
MARCH = date(2026, 3, 1)
KEPT = 57
FIRST = later(MARCH, -KEPT)


@pytest.fixture
def by_month() -> None:
    """A table for each of the last five years, as in an installation that is that old."""
    for signals in (EVENTS, INTENT):
        months.make(signals, [later(MARCH, -back) for back in range(60)], on=TODAY)


def keep(events: int | None = KEPT, weeks: int | None = KEPT) -> None:
    Retention.objects.update(event_months=events, intent_months=weeks)


def numbers() -> set[tuple[object, ...]]:
    fields = ("account", "event_type__code", "month_on", "events", "first_at", "last_at")
    return set(EngagementMonth.objects.values_list(*fields))


def tend(day: date = TODAY) -> int:
    """Retention has a transaction of its own, which leaves no check of a foreign key for later."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return retention.tend(day)


def test_at_first_everything_is_kept_for_ever(quiet_account: Account, did: Did, by_month: None) -> None:
    did(quiet_account, "meeting", date(2021, 5, 4))
    assert tend() == 0
    assert retention.kept_from(EVENTS) is None
    assert EngagementEvent.objects.count() == 1


def test_a_month_that_is_out_leaves_its_numbers(quiet_account: Account, did: Did, by_month: None) -> None:
    last, kept = FIRST - timedelta(days=1), FIRST
    first_meeting = did(quiet_account, "meeting", last - timedelta(days=9))
    last_meeting = did(quiet_account, "meeting", last)
    view = did(quiet_account, "page_view", last)
    earlier = did(quiet_account, "meeting", last - timedelta(days=40))
    stays = did(quiet_account, "meeting", kept)
    keep()

    assert tend() == 2 * 2

    account, month = quiet_account.pk, last.replace(day=1)
    assert numbers() == {
        (account, "meeting", month, 2, first_meeting.occurred_at, last_meeting.occurred_at),
        (account, "page_view", month, 1, view.occurred_at, view.occurred_at),
        (account, "meeting", later(month, -1), 1, earlier.occurred_at, earlier.occurred_at),
    }
    assert list(EngagementEvent.objects.all()) == [stays]
    assert list(EventKey.objects.values_list("event_id", flat=True)) == [stays.pk]
    assert stretches(EVENTS)[0].begins_on == FIRST
    assert (retention.kept_from(EVENTS), retention.kept_from(INTENT)) == (FIRST, FIRST)
    assert tend() == 0
    assert tend(TODAY + timedelta(days=31)) == 2


def test_numbers_and_events_together_are_what_was_there(by_month: None, did: Did) -> None:
    """Random events, some without a table of their month, against a count in plain Python."""
    dice = Random(11)
    accounts = [Account.objects.create(name=f"A{number}", normalized_name=f"a{number}") for number in range(4)]
    expected: Counter[tuple[object, ...]] = Counter()
    for _ in range(250):
        account, code = dice.choice(accounts), dice.choice(["meeting", "page_view", "ad_click"])
        day = TODAY - timedelta(days=dice.randint(0, 2600))
        did(account, code, day)
        if day < FIRST:
            expected[account.pk, code, day.replace(day=1)] += 1
    keep()
    tend()
    assert {row[:3]: row[3] for row in numbers()} == dict(expected)
    assert EngagementEvent.objects.count() == 250 - expected.total()
    assert EventKey.objects.count() == EngagementEvent.objects.count()
    assert not EngagementEvent.objects.filter(occurred_at__lt=datetime(FIRST.year, FIRST.month, 1, tzinfo=UTC)).exists()


def published(day: date) -> dict[str, object]:
    """All that the night computes of signals, and the funnel."""
    engagement.gather(day)
    intent.gather(day)
    funnel.snapshot(on=day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tonight_engagement ORDER BY 1")
        points = cursor.fetchall()
        cursor.execute("SELECT * FROM tonight_intent ORDER BY 1")
        levels = cursor.fetchall()
    snapshots = FunnelSnapshot.objects.filter(snapshot_on=day).order_by("motion", "stage")
    return {"engagement": points, "intent": levels, "funnel": list(snapshots.values_list("motion", "stage", "volume"))}


@pytest.mark.parametrize("back", [0, 30], ids=("tonight", "a night of the month before"))
def test_scores_and_the_funnel_are_the_same_afterwards(
    account: Account, other_account: Account, did: Did, read: Read, by_month: None, back: int
) -> None:
    """Of `other_account` only the numbers tell that it was ever engaged."""
    dice = Random(5)
    Standing.objects.update(tier_since_on=date(2025, 3, 4))
    did(other_account, "meeting", FIRST - timedelta(days=100))
    for _ in range(200):
        did(
            account,
            dice.choice(["meeting", "demo_request", "page_view"]),
            TODAY - timedelta(days=dice.randint(0, 1800)),
        )
    for week in range(200):
        read(account, date(2026, 3, 2) - timedelta(weeks=week), dice.randint(0, 100))
    day = TODAY - timedelta(days=back)
    before = published(day)
    # As little as is allowed, or less: no more goes than may.
    keep(1, 1)
    assert tend() > 30
    assert published(day) == before
    assert before["engagement"]
    assert before["intent"]
    assert ("abm", "interest", 2) in before["funnel"]  # type: ignore[operator]


def test_without_looking_at_what_is_needed_they_would_not_be(
    account: Account, did: Did, by_month: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    did(account, "meeting", TODAY - timedelta(days=200))
    before = published(TODAY)
    keep(1, 1)
    monkeypatch.setattr(retention, "needed_from", lambda *_: date.max)
    tend()
    assert published(TODAY) != before


def test_the_longest_half_life_keeps_events(quiet_account: Account, did: Did, by_month: None) -> None:
    """The control of the test above: with a half-life of a year nothing of five years may go."""
    EventType.objects.filter(code="meeting").update(half_life_days=365)
    did(quiet_account, "meeting", TODAY - timedelta(days=1700))
    keep(1, None)
    assert tend() == 0
    EventType.objects.filter(code="meeting").update(half_life_days=45)
    assert tend() == 4
    assert not EngagementEvent.objects.exists()


def test_pages_look_back_a_year_whatever_counts(by_month: None) -> None:
    EventType.objects.update(half_life_days=1)
    assert retention.needed_from(EVENTS, TODAY) == date(2025, 2, 1)
    assert retention.needed_from(INTENT, TODAY) == date(2025, 10, 1)


def test_what_it_relies_on_is_what_the_formulas_say() -> None:
    assert signal_models.COUNTS_HALF_LIVES == (engagement.LASTS_HALF_LIVES + engagement.LANDMARK_STAYS_HALF_LIVES)
    weeks = intent.ARITHMETIC["recent_weeks"] + intent.ARITHMETIC["baseline_weeks"]
    assert weeks + 1 == signal_models.INTENT_WEEKS


@pytest.mark.parametrize(
    ("events", "weeks", "said"),
    [
        (55, None, "Keep at least 56 months: “Demo request” counts that long."),
        (None, 4, "Keep at least 5 months: intent is compared with the 12 weeks before."),
        (56, 5, ""),
        (None, None, ""),
    ],
    ids=("events", "intent", "enough", "for ever"),
)
def test_it_refuses_to_keep_less_than_scores_need(events: int | None, weeks: int | None, said: str) -> None:
    EventType.objects.exclude(code="demo_request").filter(half_life_days=45).update(half_life_days=30)
    kept = Retention.objects.get()
    kept.event_months, kept.intent_months = events, weeks
    if not said:
        kept.full_clean()
        return
    with pytest.raises(ValidationError, match=said):
        kept.full_clean()


def test_what_it_accepts_is_never_less_than_is_needed() -> None:
    for half_life in (1, 7, 20, 30, 45, 90, 365):
        EventType.objects.update(half_life_days=half_life)
        for number in range(0, 800, 13):
            day = TODAY + timedelta(days=number)
            assert later(day, -signal_models.months_for(half_life)) <= retention.needed_from(EVENTS, day)


def test_a_half_life_that_needs_more_than_is_kept_is_refused() -> None:
    keep()
    kind = EventType.objects.get(code="meeting")
    kind.half_life_days = 60
    with pytest.raises(ValidationError, match="Events are kept for 57 months, and such a half-life counts them for 74"):
        kind.full_clean()
    keep(None)
    kind.full_clean()


def test_what_was_dropped_cannot_come_back(account: Account, did: Did, by_month: None, now: datetime) -> None:
    kind = EventType.objects.get(code="meeting")
    did(account, "meeting", FIRST - timedelta(days=100))
    keep()
    tend()
    old = datetime.combine(FIRST, datetime.min.time(), UTC) - timedelta(seconds=1)
    with pytest.raises(NotKept, match="Engagement from before June 2021 is not kept any more"):
        record_event(account=account, event_type=kind, at=old, source="crm", external_id="1")
    with pytest.raises(NotKept):
        record_event_of_domain(domain="nobody.example", event_type=kind, at=old, source="crm", external_id="2")
    record_event(account=account, event_type=kind, at=old + timedelta(seconds=1), source="crm", external_id="1")
    assert EngagementEvent.objects.count() == 1


def test_intent_that_is_out_is_forgotten(quiet_account: Account, read: Read, by_month: None) -> None:
    read(quiet_account, date(2022, 3, 7), 40)
    stays = read(quiet_account, date(2025, 12, 1), 40)
    without_a_table = read(quiet_account, date(2011, 3, 7), 40)
    keep(None, 5)
    assert tend() > 30
    assert list(IntentObservation.objects.all()) == [stays]
    assert without_a_table.pk != stays.pk
    assert retention.kept_from(EVENTS) is None


def test_a_past_night_that_would_read_what_was_dropped_is_refused() -> None:
    """1,620 days back: 36 half-lives of a meeting."""
    retention.require_night(date(2020, 1, 1))
    Retention.objects.update(events_from_on=FIRST)
    retention.require_night(FIRST + timedelta(days=1620))
    with pytest.raises(NotKept, match="Engagement"):
        retention.require_night(FIRST + timedelta(days=1619))
    Retention.objects.update(events_from_on=None, intent_from_on=FIRST)
    with pytest.raises(NotKept, match="Intent"):
        retention.require_night(FIRST)
