"""Who was engaged from when on, kept from night to night: by hand, and against reading all events again."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from psycopg.sql import SQL

from abmhub.accounts.models import Account
from abmhub.funnel import engaged
from abmhub.funnel.definitions import Counting
from abmhub.funnel.models import EngagedAccount, StageDefinition
from abmhub.signals.models import EngagementEvent, EngagementMonth, EventType
from abmhub.signals.news import EventNews

TODAY = date(2026, 3, 20)
NOTHING_NEW = SQL("(SELECT * FROM signals_engagementevent WHERE FALSE)")
NOBODY = SQL("SELECT id FROM accounts_account WHERE FALSE")


def accounts(number: int) -> list[Account]:
    return Account.objects.bulk_create(
        Account(name=f"A{place}", normalized_name=f"a{place}") for place in range(number)
    )


def event(who: Account, day: int, code: str = "meeting") -> EngagementEvent:
    return EngagementEvent.objects.create(
        account=who,
        event_type=EventType.objects.get(code=code),
        occurred_at=datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=day - 1),
        source="test",
        external_id=f"{EngagementEvent.objects.count()} {day} {code}",
    )


def since() -> dict[int, int]:
    """The day of March from which on each account was engaged."""
    return {row.account_id: row.engaged_on.day for row in EngagedAccount.objects.all()}


def ask_for(events: int, within_days: int | None = None) -> Counting:
    StageDefinition.objects.filter(motion="abm", stage="interest").update(least_events=events, within_days=within_days)
    return Counting.now()


def of_events(rows: list[EngagementEvent]) -> SQL:
    keys = ", ".join(str(row.pk) for row in rows) or "NULL"
    return SQL(f"(SELECT * FROM signals_engagementevent WHERE id IN ({keys}))")  # noqa: S608


def test_the_first_meaningful_event_up_to_the_day_counts(db: None) -> None:
    early, late, idle = accounts(3)
    event(early, 9), event(early, 5), event(early, 2, "page_view"), event(late, 20), event(idle, 21)
    engaged.keep(ask_for(1), on=TODAY)
    assert since() == {early.pk: 5, late.pk: 20}
    engaged.keep(ask_for(2, 4), on=TODAY)
    assert since() == {early.pk: 9}
    engaged.keep(ask_for(2, 3), on=TODAY)
    assert since() == {}


def test_a_month_that_was_dropped_still_tells(db: None) -> None:
    [who] = accounts(1)
    first, last = (datetime(2026, 3, day, tzinfo=UTC) for day in (2, 4))
    EngagementMonth.objects.create(
        account=who, event_type=EventType.objects.get(code="meeting"), month_on=date(2026, 3, 1), events=2,
        first_at=first, last_at=last,
    )  # fmt: skip
    engaged.keep(ask_for(1), on=TODAY)
    assert since() == {who.pk: 2}
    engaged.keep(ask_for(3), on=TODAY)
    assert since() == {}


@pytest.mark.parametrize("least", [1, 2])
def test_new_events_engage_and_changed_ones_are_read_anew(db: None, least: int) -> None:
    known, new, gone = accounts(3)
    counting = ask_for(least)
    for who in (known, gone):
        event(who, 9), event(who, 10)
    engaged.keep(counting, on=TODAY)
    later = [event(known, 12), event(known, 5), event(new, 11), event(new, 13), event(new, 1, "page_view")]
    EngagementEvent.objects.filter(account=gone).delete()
    engaged.keep(counting, on=TODAY, news=EventNews(new=of_events(later), changed=NOBODY))
    # Nobody said that events of the one were deleted.
    assert since() == {known.pk: [5, 9][least - 1], new.pk: [11, 13][least - 1], gone.pk: [9, 10][least - 1]}
    everybody = SQL("SELECT id FROM accounts_account")
    engaged.keep(counting, on=TODAY, news=EventNews(new=NOTHING_NEW, changed=everybody))
    assert since() == {known.pk: [5, 9][least - 1], new.pk: [11, 13][least - 1]}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_all_events_say(db: None, seed: int) -> None:
    dice = Random(seed)
    some = accounts(6)
    counting = ask_for(1 + seed % 2, dice.choice([None, 3]))
    engaged.keep(counting, on=TODAY)
    for _ in range(5):
        new = [event(dice.choice(some), dice.randrange(1, 20), dice.choice(["meeting", "page_view"])) for _ in range(4)]
        engaged.keep(counting, on=TODAY, news=EventNews(new=of_events(new), changed=NOBODY))
    kept = since()
    assert kept == slowly(counting)
    engaged.keep(counting, on=TODAY)
    assert since() == kept


def slowly(counting: Counting) -> dict[int, int]:
    """The same, event by event."""
    days: dict[int, list[datetime]] = {}
    meaningful = EngagementEvent.objects.filter(event_type__is_meaningful=True).order_by("occurred_at")
    for row in meaningful:
        days.setdefault(row.account_id, []).append(row.occurred_at)
    found = {}
    for account, moments in days.items():
        for place in range(counting.least_events - 1, len(moments)):
            lasted = moments[place] - moments[place - counting.least_events + 1]
            if counting.within_days is None or lasted <= timedelta(days=counting.within_days):
                found[account] = moments[place].day
                break
    return found
