"""Money is reserved, then released or spent, and never more of it than there is."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, ProgrammingError, transaction
from django.db.models import F

from abmhub.accounts.models import Tier
from abmhub.budgets import actions, books
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.users.models import Team, User
from tests.at_once import at_once, meeting_point


def amounts(envelope: Envelope) -> str:
    """Reserved, spent, free."""
    envelope.refresh_from_db()
    return f"{envelope.reserved_amount} {envelope.spent_amount} {envelope.free_amount}"


def entries() -> list[str]:
    return [f"{entry.reference} {entry.kind} {entry.amount}" for entry in LedgerEntry.objects.order_by("pk")]


@pytest.fixture
def reserve(envelope: Envelope, rep: User, now: datetime) -> Callable[..., None]:
    """Reserve amounts by reference in the envelope of 500.00."""

    def reserve(**wanted: str) -> None:
        parts = {reference: Decimal(amount) for reference, amount in wanted.items()}
        actions.reserve(envelope=envelope, amounts=parts, by=rep, at=now)

    return reserve


def test_reserving_books_one_entry_for_each_reference(envelope: Envelope, reserve: Callable[..., None]) -> None:
    reserve(a="120.00", b="30.50")
    assert amounts(envelope) == "150.50 0.00 349.50"
    assert entries() == ["a reserve 120.00", "b reserve 30.50"]


def test_the_last_cent_can_be_reserved_and_not_one_more(envelope: Envelope, reserve: Callable[..., None]) -> None:
    reserve(a="500.00")
    with pytest.raises(actions.Overdrawn, match=r"\$0\.01 is needed, and \$0 is left in Tier 1, East, 2026"):
        reserve(b="0.01")
    assert amounts(envelope) == "500.00 0.00 0.00"
    assert entries() == ["a reserve 500.00"]


def test_all_is_reserved_or_nothing(envelope: Envelope, reserve: Callable[..., None]) -> None:
    with pytest.raises(actions.Overdrawn):
        reserve(a="300.00", b="300.00")
    assert amounts(envelope) == "0.00 0.00 500.00"
    assert entries() == []


def test_releasing_gives_all_of_it_back(
    envelope: Envelope, reserve: Callable[..., None], rep: User, now: datetime
) -> None:
    reserve(a="120.00")
    actions.release(envelope=envelope, reference="a", amount=Decimal("120.00"), by=rep, at=now)
    assert amounts(envelope) == "0.00 0.00 500.00"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("120.00", "0.00 120.00 380.00"),
        ("70.00", "0.00 70.00 430.00"),
        ("0.00", "0.00 0.00 500.00"),
        ("500.00", "0.00 500.00 0.00"),
    ],
)
def test_spending_ends_the_reservation_at_the_actual_cost(
    envelope: Envelope,
    reserve: Callable[..., None],
    rep: User,
    now: datetime,
    actual: str,
    expected: str,
) -> None:
    reserve(a="120.00")
    actions.spend(envelope=envelope, reference="a", reserved=Decimal("120.00"), actual=Decimal(actual), by=rep, at=now)
    assert amounts(envelope) == expected
    assert books.errors() == []


def test_spending_more_than_is_left_is_refused_with_both_figures(
    envelope: Envelope, reserve: Callable[..., None], rep: User, now: datetime
) -> None:
    reserve(a="120.00", b="370.00")
    with pytest.raises(actions.Overdrawn, match=r"cost \$10\.01 more than was reserved, and \$10 is left"):
        actions.spend(envelope=envelope, reference="a", reserved=Decimal(120), actual=Decimal("130.01"), by=rep, at=now)
    assert amounts(envelope) == "490.00 0.00 10.00"
    actions.spend(envelope=envelope, reference="a", reserved=Decimal(120), actual=Decimal("130.00"), by=rep, at=now)
    assert amounts(envelope) == "370.00 130.00 0.00"


def test_what_was_not_reserved_is_neither_released_nor_spent(envelope: Envelope, rep: User, now: datetime) -> None:
    with pytest.raises(actions.NotReserved):
        actions.release(envelope=envelope, reference="a", amount=Decimal(1), by=rep, at=now)
    with pytest.raises(actions.NotReserved):
        actions.spend(envelope=envelope, reference="a", reserved=Decimal(1), actual=Decimal(1), by=rep, at=now)
    assert entries() == []


def test_a_reservation_ends_once(envelope: Envelope, reserve: Callable[..., None], rep: User, now: datetime) -> None:
    reserve(a="100.00", b="100.00")
    actions.release(envelope=envelope, reference="a", amount=Decimal(100), by=rep, at=now)
    with pytest.raises(IntegrityError, match="ledger_reservation_ends_once"), transaction.atomic():
        actions.spend(envelope=envelope, reference="a", reserved=Decimal(100), actual=Decimal(100), by=rep, at=now)
    assert amounts(envelope) == "100.00 0.00 400.00"


@pytest.mark.parametrize("change", [lambda entry: entry.update(amount=1), lambda entry: entry.delete()])
def test_the_ledger_is_append_only(
    reserve: Callable[..., None], change: Callable[[object], object], envelope: Envelope
) -> None:
    reserve(a="100.00")
    with pytest.raises(ProgrammingError, match="Cannot update or delete rows"), transaction.atomic():
        change(LedgerEntry.objects.filter(reference="a"))
    assert entries() == ["a reserve 100.00"]


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ({"reserved_amount": Decimal("500.01")}, "envelope_never_overdrawn"),
        ({"spent_amount": Decimal(300), "reserved_amount": Decimal(201)}, "envelope_never_overdrawn"),
        ({"total_amount": Decimal("-0.01")}, "envelope_never_overdrawn|envelope_children_within_its_total"),
        ({"reserved_amount": Decimal("-0.01")}, "envelope_amounts_not_negative"),
        ({"spent_amount": Decimal("-0.01")}, "envelope_amounts_not_negative"),
        ({"ends_on": date(2025, 12, 31)}, "envelope_ends_after_it_starts|range lower bound"),
    ],
)
def test_the_database_is_the_second_wall(envelope: Envelope, change: dict[str, object], wall: str) -> None:
    with pytest.raises((IntegrityError, DataError), match=wall), transaction.atomic():
        Envelope.objects.filter(pk=envelope.pk).update(**change)


def another(envelope: Envelope, **change: object) -> None:
    fields = ("name", "tier", "team", "starts_on", "ends_on", "currency", "total_amount")
    Envelope.objects.create(**{**{name: getattr(envelope, name) for name in fields}, **change})


def test_two_envelopes_never_pay_for_the_same_day(envelope: Envelope) -> None:
    with pytest.raises(IntegrityError, match="envelope_periods_do_not_overlap"), transaction.atomic():
        another(envelope, starts_on=date(2026, 12, 31), ends_on=date(2027, 1, 31))
    another(envelope, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 31))
    another(envelope, currency="EUR")
    another(envelope, team=None)
    with pytest.raises(IntegrityError, match="envelope_periods_do_not_overlap"), transaction.atomic():
        another(envelope, team=None)


def test_a_teams_own_envelope_pays_before_the_common_one(envelope: Envelope, tier1: Tier, team: Team) -> None:
    another(envelope, name="Common", team=None)

    def payer(team_id: int | None, day: date) -> str | None:
        found = Envelope.objects.covering(tier=tier1, team_id=team_id, currency="USD", day=day).first()
        return found.name if found else None

    assert payer(team.pk, date(2026, 12, 31)) == "Tier 1, East, 2026"
    assert payer(Team.objects.create(name="North").pk, date(2026, 1, 1)) == "Common"
    assert payer(None, date(2026, 1, 1)) == "Common"
    assert payer(team.pk, date(2027, 1, 1)) is None


def test_sales_sees_its_own_envelopes_and_the_common_ones(
    envelope: Envelope, rep: User, other_rep: User, sales_manager: User, analyst: User
) -> None:
    another(envelope, name="Common", team=None)

    def seen(user: User) -> set[str]:
        return set(Envelope.objects.visible_to(user).values_list("name", flat=True))

    assert seen(rep) == seen(sales_manager) == seen(analyst) == {"Tier 1, East, 2026", "Common"}
    assert seen(other_rep) == {"Common"}


def careless_reserve(together: Callable[[], int]) -> Callable[..., None]:
    """Without the guard: read, think, write. The entries are booked all the same."""

    def reserve(*, envelope: Envelope, amounts: Mapping[str, Decimal], by: User, at: datetime) -> None:
        read, total = Envelope.objects.get(pk=envelope.pk), sum(amounts.values(), Decimal(0))
        if read.free_amount < total:
            raise actions.Overdrawn("None left.")
        together()
        for reference, amount in amounts.items():
            LedgerEntry.objects.create(
                envelope=envelope, kind=LedgerEntry.Kind.RESERVE, amount=amount, reference=reference, by=by, at=at
            )
        Envelope.objects.filter(pk=envelope.pk).update(reserved_amount=read.reserved_amount + total)

    return reserve


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_forty_at_once_on_an_envelope_for_twelve(
    envelope: Envelope, rep: User, now: datetime, *, guarded: bool
) -> None:
    """Exactly twelve fit. The control, without the guard, accepts forty and its ledger contradicts it."""
    people = 40
    Envelope.objects.filter(pk=envelope.pk).update(total_amount=Decimal("480.00"))
    reserve = actions.reserve if guarded else careless_reserve(meeting_point(people).wait)

    def wish(number: int) -> Callable[[], None]:
        parts = {f"line-{number}": Decimal("40.00")}
        return lambda: reserve(envelope=envelope, amounts=parts, by=rep, at=now)

    outcomes = at_once([wish(number) for number in range(people)])
    assert all(outcome is None or isinstance(outcome, actions.Overdrawn) for outcome in outcomes)
    accepted = outcomes.count(None)
    if guarded:
        assert (accepted, amounts(envelope)) == (12, "480.00 0.00 0.00")
        assert books.errors() == []
    else:
        assert (accepted, amounts(envelope)) == (40, "40.00 0.00 440.00")
        assert len(books.errors()) == 1


def test_changing_a_total_leaves_a_history_and_moving_money_does_not(
    envelope: Envelope, reserve: Callable[..., None]
) -> None:
    events = apps.get_model("budgets", "EnvelopeEvent").objects.filter(pgh_obj=envelope)
    reserve(a="10.00")
    assert events.count() == 1
    Envelope.objects.filter(pk=envelope.pk).update(total_amount=F("total_amount") + 100)
    assert list(events.order_by("pgh_id").values_list("total_amount", flat=True)) == [Decimal(500), Decimal(600)]
    with pytest.raises(ProgrammingError, match="Cannot update or delete rows"), transaction.atomic():
        events.delete()


def test_the_day_after_the_period_is_not_paid_for(envelope: Envelope, tier1: Tier, team: Team) -> None:
    covering = Envelope.objects.covering
    last = envelope.ends_on
    assert covering(tier=tier1, team_id=team.pk, currency="USD", day=last).exists()
    assert not covering(tier=tier1, team_id=team.pk, currency="USD", day=last + timedelta(days=1)).exists()
    assert not covering(tier=tier1, team_id=team.pk, currency="EUR", day=last).exists()
