"""What is left at the end of a period goes on once, as far as the rules of the envelopes let it."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from abmhub.accounts.models import Tier
from abmhub.budgets import actions, books
from abmhub.budgets.carrying import carry_over
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.users.models import Team, User
from tests.at_once import at_once

AFTER = date(2026, 4, 1)
SPRING = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 31)}
SUMMER = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30)}

Give = Callable[..., tuple[Envelope, Envelope]]


@pytest.fixture
def give(db: None) -> Give:
    """The same envelope for two quarters; of the first so much is used."""

    def give(name: str, total: str, percent: int, *, under: tuple[Envelope, Envelope] | None = None,
             **scope: object) -> tuple[Envelope, Envelope]:  # fmt: skip
        first, second = (
            Envelope.objects.create(
                name=f"{name}, {quarter}", total_amount=Decimal(total), carry_percent=percent, parent=parent,
                **scope, **dates,
            )
            for quarter, dates, parent in (
                ("spring", SPRING, under and under[0]), ("summer", SUMMER, under and under[1]),
            )
        )  # fmt: skip
        return first, second

    return give


@pytest.fixture
def use(rep: User, now: datetime) -> Callable[[Envelope, str], None]:
    def use(envelope: Envelope, amount: str) -> None:
        parts = {f"r{envelope.pk}": Decimal(amount)}
        actions.reserve(envelope=envelope, amounts=parts, by=rep, at=now)

    return use


def totals(*envelopes: Envelope) -> list[str]:
    found = Envelope.objects.in_bulk([one.pk for one in envelopes])
    return [str(found[one.pk].total_amount) for one in envelopes]


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (100, ["300.00", "1700.00"]),
        (20, ["800.00", "1200.00"]),
        (70, ["300.00", "1700.00"]),
        (0, ["1000.00", "1000.00"]),
    ],
    ids=["all", "up to a fifth", "just all", "nothing"],
)
def test_as_much_goes_on_as_the_rule_says(
    give: Give, use: Callable[..., None], tier1: Tier, now: datetime, percent: int, expected: list[str]
) -> None:
    both = give("Tier 1", "1000.00", percent, tier=tier1)
    use(both[0], "300.00")
    carry_over(day=AFTER, at=now)
    assert totals(*both) == expected
    assert books.errors() == []


def test_it_happens_once_and_is_in_the_ledger_of_both(
    give: Give, use: Callable[..., None], tier1: Tier, now: datetime
) -> None:
    first, second = give("Tier 1", "1000.00", 100, tier=tier1)
    use(first, "300.00")
    assert [carry_over(day=AFTER, at=now), carry_over(day=AFTER, at=now)] == [1, 0]
    assert totals(first, second) == ["300.00", "1700.00"]
    booked = LedgerEntry.objects.filter(reference=f"envelope-{first.pk}").order_by("pk")
    assert [(entry.envelope, entry.kind, entry.total_change, entry.note, entry.by) for entry in booked] == [
        (first, "carry_out", Decimal(-700), "To Tier 1, summer", None),
        (second, "carry_in", Decimal(700), "From Tier 1, spring", None),
    ]


def test_a_period_that_lasts_still_keeps_its_money(give: Give, tier1: Tier, now: datetime) -> None:
    both = give("Tier 1", "1000.00", 100, tier=tier1)
    assert carry_over(day=date(2026, 3, 31), at=now) == 0
    assert totals(*both) == ["1000.00", "1000.00"]


def test_what_has_no_next_period_waits_for_one(give: Give, tier1: Tier, now: datetime) -> None:
    first, second = give("Tier 1", "1000.00", 100, tier=tier1)
    Envelope.objects.filter(pk=second.pk).update(currency="EUR")
    assert carry_over(day=AFTER, at=now) == 0
    Envelope.objects.filter(pk=second.pk).update(currency="USD")
    assert carry_over(day=AFTER, at=now) == 1
    assert totals(first, second) == ["0.00", "2000.00"]


def test_a_whole_tree_goes_on_together(give: Give, use: Callable[..., None], tier1: Tier, now: datetime) -> None:
    """East carries all, West nothing: West's 80.00 lapse, in the tier and the program too."""
    program = give("Growth", "400.00", 100, program="Growth")
    tier = give("Tier 1", "300.00", 100, tier=tier1, under=program)
    east, west = (
        give(name, "100.00", percent, tier=tier1, team=Team.objects.create(name=f"{name} team"), under=tier)
        for name, percent in (("East", 100), ("West", 0))
    )
    use(east[0], "60.00")
    use(west[0], "20.00")
    carry_over(day=AFTER, at=now)
    assert totals(*east) == ["60.00", "140.00"]
    assert totals(*west) == ["100.00", "100.00"]
    assert totals(*tier) == ["160.00", "440.00"]
    assert totals(*program) == ["160.00", "640.00"]
    assert books.errors() == []


def test_a_child_carries_what_the_next_parent_can_give(give: Give, tier1: Tier, now: datetime, team: Team) -> None:
    tier = give("Tier 1", "120.00", 0, tier=tier1)
    east = give("East", "100.00", 100, tier=tier1, team=team, under=tier)
    carry_over(day=AFTER, at=now)
    assert totals(*east) == ["80.00", "120.00"]
    assert totals(*tier) == ["120.00", "120.00"]
    assert books.errors() == []


def test_what_waited_for_two_periods_goes_through_both(give: Give, tier1: Tier, now: datetime) -> None:
    first, second = give("Tier 1", "1000.00", 100, tier=tier1)
    third = Envelope.objects.create(
        name="Tier 1, autumn", tier=tier1, total_amount=5, starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30)
    )
    assert carry_over(day=date(2026, 7, 1), at=now) == 2
    assert totals(first, second, third) == ["0.00", "0.00", "2005.00"]
    assert books.errors() == []


@pytest.mark.django_db(transaction=True)
def test_four_jobs_at_once_carry_it_once(give: Give, tier1: Tier, now: datetime) -> None:
    both = give("Tier 1", "1000.00", 100, tier=tier1)
    outcomes = at_once([lambda: carry_over(day=AFTER, at=now)] * 4)
    assert sorted(outcomes, key=str) == [0, 0, 0, 1]
    assert totals(*both) == ["0.00", "2000.00"]


def test_money_that_came_from_nowhere_is_found(give: Give, tier1: Tier, now: datetime) -> None:
    first, second = give("Tier 1", "1000.00", 100, tier=tier1)
    LedgerEntry.objects.create(envelope=second, kind="carry_in", amount=5, reference=f"envelope-{first.pk}", at=now)
    assert books.errors() == [f"envelope-{first.pk}: 0.00 left one period, 5.00 came into the next."]
