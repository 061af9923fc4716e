"""Files of signals from many months: each row lies in the table of its month, may move to another, and can go back."""

from datetime import UTC, date, datetime

import pytest

from abmhub.accounts.models import Account
from abmhub.imports import actions
from abmhub.signals import months
from abmhub.signals.models import EngagementEvent, EventKey, IntentObservation, IntentProvider, Retention
from abmhub.signals.months import EVENTS, INTENT, later, stretches
from tests.imports.conftest import TakeIn, figures_of, remarks_of

pytestmark = pytest.mark.usefixtures("account")
HEADER = "id,event,timestamp,email,domain,detail\n"
JANUARY = "E1,Meeting,2026-01-31T23:59:59Z,,acme.example,Call\n"
EVENT_ROWS = HEADER + JANUARY + "E2,page_view,2025-02-02T11:00:00Z,,acme.example,/pricing\n"
MARCH = date(2026, 3, 1)


def moments() -> dict[str, datetime]:
    return dict(EngagementEvent.objects.values_list("external_id", "occurred_at"))


def months_of(table: months.Signals) -> list[date | None]:
    return [stretch.begins_on for stretch in stretches(table)]


def test_a_file_of_400_days_gets_the_months_that_it_tells_of(take_in: TakeIn, now: datetime) -> None:
    run = take_in("events", EVENT_ROWS)
    assert figures_of(run) == {"rows": 2, "accepted": 2, "created": 2}
    assert months_of(EVENTS) == [date(2025, 2, 1), date(2026, 1, 1)]
    assert not months.in_rest(EVENTS)
    assert figures_of(take_in("events", EVENT_ROWS)) == {"rows": 2, "accepted": 2, "unchanged": 2}


def test_weeks_of_intent_lie_in_the_month_of_their_monday(take_in: TakeIn) -> None:
    IntentProvider.objects.create(code="crm", name="CRM", lawful_basis="consent")
    take_in("intent", "domain,topic,week,score\nacme.example,Cold chain,2026-03-01,50\n")
    assert months_of(INTENT) == [date(2026, 2, 1)]
    assert IntentObservation.objects.get().week_on == date(2026, 2, 23)


def test_a_corrected_moment_moves_the_event_and_undo_brings_it_back(take_in: TakeIn, now: datetime) -> None:
    take_in("events", EVENT_ROWS)
    known = EngagementEvent.objects.get(external_id="E1")
    corrected = take_in("events", HEADER + JANUARY.replace("2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z"))
    assert figures_of(corrected) == {"rows": 1, "accepted": 1, "updated": 1}
    assert moments()["E1"] == datetime(2026, 2, 1, tzinfo=UTC)
    assert EventKey.objects.get(external_id="E1").occurred_at == datetime(2026, 2, 1, tzinfo=UTC)
    assert EngagementEvent.objects.get(external_id="E1").pk == known.pk
    [change] = corrected.changes.all()
    assert change.before is not None
    assert set(change.before) == {"occurred_at"}

    actions.undo(run=corrected, at=now)
    assert moments()["E1"] == known.occurred_at
    assert EventKey.objects.get(external_id="E1").occurred_at == known.occurred_at


def test_undone_as_a_whole_nothing_stays_and_it_can_come_again(take_in: TakeIn, now: datetime) -> None:
    actions.undo(run=take_in("events", EVENT_ROWS), at=now)
    assert not moments()
    assert not EventKey.objects.exists()
    assert figures_of(take_in("events", EVENT_ROWS)) == {"rows": 2, "accepted": 2, "created": 2}


def test_what_is_of_dropped_months_is_skipped_and_says_why(take_in: TakeIn, account: Account) -> None:
    IntentProvider.objects.create(code="crm", name="CRM", lawful_basis="consent")
    Retention.objects.update(events_from_on=later(MARCH, -2), intent_from_on=later(MARCH, -1))
    run = take_in("events", EVENT_ROWS)
    assert figures_of(run) == {"rows": 2, "accepted": 1, "skipped": 1, "created": 1}
    assert "It is from before January 2026: of that time no single signals are kept." in str(remarks_of(run))
    edge = "acme.example,Cold chain,2026-02-02,50\nacme.example,Cold chain,2026-01-26,50\n"
    assert figures_of(take_in("intent", "domain,topic,week,score\n" + edge))["skipped"] == 1
    assert IntentObservation.objects.get().week_on == date(2026, 2, 2)
