"""Signals by month: made ahead and on demand, and nothing is refused or told twice for want of a table."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction

from abmhub.accounts.models import Account
from abmhub.signals import months
from abmhub.signals.actions import record_event
from abmhub.signals.models import EngagementEvent, EventKey, EventType
from abmhub.signals.months import EVENTS, INTENT, later, stretches
from tests.signals.conftest import Read

MARCH = date(2026, 3, 1)


def event(account: Account, at: datetime, key: str, source: str = "test") -> EngagementEvent:
    kind = EventType.objects.get(code="meeting")
    return EngagementEvent.objects.create(
        account=account, event_type=kind, occurred_at=at, source=source, external_id=key
    )


def tables_of(query: str, *values: str) -> set[str]:
    """Where the rows lie."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {row[0] for row in cursor.fetchall()}


def plan(query: str, *values: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {query}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def names() -> list[str]:
    return [stretch.name for stretch in stretches(EVENTS)]


@pytest.mark.parametrize(
    ("month", "number", "expected"),
    [
        (date(2026, 3, 31), 0, MARCH),
        (date(2026, 12, 5), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 3, 1), -26, date(2024, 1, 1)),
    ],
    ids=("same", "over the year", "back over the year", "back by years"),
)
def test_it_counts_months(month: date, number: int, expected: date) -> None:
    assert later(month, number) == expected


@pytest.mark.django_db
def test_it_makes_this_month_and_three_ahead_once() -> None:
    assert months.tend(MARCH) == 8
    assert names() == [f"signals_engagementevent_2026_0{month}" for month in (3, 4, 5, 6)]
    assert [stretch.ends_before for stretch in stretches(INTENT)] == [later(MARCH, number) for number in (1, 2, 3, 4)]
    assert months.tend(MARCH) == 0
    assert months.tend(later(MARCH, 1)) == 2


@pytest.mark.django_db
def test_what_comes_for_a_month_without_a_table_is_kept_and_gets_one(quiet_account: Account, read: Read) -> None:
    known = event(quiet_account, datetime(2025, 11, 30, 23, 59, 59, tzinfo=UTC), "november")
    event(quiet_account, datetime(2025, 12, 1, tzinfo=UTC), "december")
    read(quiet_account, date(2025, 12, 29), 40)
    where = "SELECT tableoid::regclass::text FROM signals_engagementevent"
    assert tables_of(where) == {"signals_engagementevent_rest"}
    assert months.in_rest(EVENTS) == [date(2025, 11, 1), date(2025, 12, 1)]

    months.tend(MARCH)

    assert tables_of(where) == {"signals_engagementevent_2025_11", "signals_engagementevent_2025_12"}
    assert tables_of("SELECT tableoid::regclass::text FROM signals_intentobservation") == {
        "signals_intentobservation_2025_12"
    }
    assert EngagementEvent.objects.get(pk=known.pk).external_id == "november"
    assert EngagementEvent.objects.told_as("test", "november").get() == known


@pytest.mark.django_db
def test_a_mistaken_moment_gets_no_table(quiet_account: Account) -> None:
    event(quiet_account, datetime(1970, 1, 1, tzinfo=UTC), "epoch")
    event(quiet_account, datetime(2206, 3, 1, tzinfo=UTC), "far")
    months.tend(MARCH)
    assert len(names()) == 4
    assert EngagementEvent.objects.count() == 2


@pytest.mark.django_db
def test_a_month_of_its_own_has_all_that_the_others_have() -> None:
    months.make(EVENTS, [MARCH], on=MARCH)
    rules = (
        "SELECT contype::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('p', 'f', 'c')"
    )
    indexes = "SELECT substring(pg_get_indexdef(indexrelid) from 'USING.*') FROM pg_index WHERE indrelid = %s::regclass"
    for query in (rules, indexes):
        assert tables_of(query, "signals_engagementevent_2026_03") == tables_of(query, "signals_engagementevent")
        assert len(tables_of(query, "signals_engagementevent")) >= 4


@pytest.mark.django_db
def test_a_window_reads_the_tables_of_its_months_alone() -> None:
    months.make(EVENTS, [later(MARCH, -back) for back in range(12)], on=MARCH)
    query = "SELECT count(*) FROM signals_engagementevent WHERE occurred_at >= %s AND occurred_at < %s"
    found = plan(query, datetime(2026, 2, 10, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))
    assert "2026_02" in found
    assert "2026_03" in found
    assert "2026_01" not in found
    assert "2025" not in found


@pytest.mark.django_db
@pytest.mark.parametrize("month_later", [0, 1, 40], ids=("in its month", "a month later", "years later"))
def test_a_source_tells_an_event_once_whatever_the_month(quiet_account: Account, month_later: int) -> None:
    months.make(EVENTS, [MARCH, later(MARCH, 1)], on=MARCH)
    event(quiet_account, datetime(2026, 3, 4, tzinfo=UTC), "E-1")
    begin = datetime.combine(later(MARCH, month_later), datetime.min.time(), UTC)
    with pytest.raises(IntegrityError, match="signals_eventkey_pkey"), transaction.atomic():
        event(quiet_account, begin, "E-1")
    event(quiet_account, begin, "E-1", source="another")
    assert EngagementEvent.objects.count() == 2


@pytest.mark.django_db
def test_told_again_with_another_moment_it_is_the_one_recorded_first(quiet_account: Account) -> None:
    kind = EventType.objects.get(code="meeting")
    first, second = (
        record_event(account=quiet_account, event_type=kind, at=at, source="crm", external_id="M-1")
        for at in (datetime(2026, 3, 4, tzinfo=UTC), datetime(2025, 3, 4, tzinfo=UTC))
    )
    assert first == second
    assert EngagementEvent.objects.get().occurred_at == datetime(2026, 3, 4, tzinfo=UTC)


def keys() -> set[tuple[object, ...]]:
    return set(EventKey.objects.values_list("source", "external_id", "event_id", "occurred_at"))


def events() -> set[tuple[object, ...]]:
    return set(EngagementEvent.objects.values_list("source", "external_id", "pk", "occurred_at"))


@pytest.mark.django_db
def test_the_keys_are_those_of_the_events_after_anything(quiet_account: Account) -> None:
    """Random writes of one row and of many, moves over the ends of months among them, against the plain definition."""
    dice = Random(7)
    months.make(EVENTS, [later(MARCH, -back) for back in range(0, 6, 2)], on=MARCH)
    kind = EventType.objects.get(code="meeting")
    other = Account.objects.create(name="Other", normalized_name="other")

    def moment() -> datetime:
        return datetime(2025, dice.randint(9, 12), dice.randint(1, 28), dice.randint(0, 23), tzinfo=UTC)

    for number in range(60):
        there = sorted(EngagementEvent.objects.values_list("pk", flat=True))
        some = EngagementEvent.objects.filter(pk__in=dice.sample(there, k=min(3, len(there))))
        match dice.randrange(6):
            case 0:
                event(quiet_account, moment(), f"one/{number}")
            case 1:
                EngagementEvent.objects.bulk_create(
                    EngagementEvent(
                        account=quiet_account, event_type=kind, occurred_at=moment(), source="many",
                        external_id=f"{number}/{each}",
                    )
                    for each in range(5)
                )  # fmt: skip
            case 2:
                some.update(occurred_at=moment())
            case 3:
                some.update(account=other)
            case 4:
                for each in some:
                    each.external_id, each.source = f"renamed/{number}/{each.pk}", "renamed"
                    each.save()
            case _:
                some.delete()
        assert keys() == events()
    assert len(events()) > 10
    quiet_account.delete()
    other.delete()
    assert not keys()


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Begins without the months of tests before, and leaves none."""
    _drop_months()
    yield
    _drop_months()


def _drop_months() -> None:
    with connection.cursor() as cursor:
        for signals in (EVENTS, INTENT):
            for stretch in stretches(signals):
                cursor.execute(f"DROP TABLE {stretch.name}")


@pytest.mark.usefixtures("committed")
def test_it_waits_for_nobody() -> None:
    """Somebody reads the rest in a transaction that goes on: the month is left for later, and made then."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM signals_engagementevent")
        assert months.make(EVENTS, [MARCH], on=MARCH) == 0
        assert not names()
        other.rollback()
        assert months.make(EVENTS, [MARCH], on=MARCH) == 1
    finally:
        other.close()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
