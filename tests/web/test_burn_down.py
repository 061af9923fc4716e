"""The picture of an envelope's money going down says where it ends."""

from datetime import date
from decimal import Decimal

import pytest

from abmhub.budgets.models import Envelope
from abmhub.budgets.models.ledger import DayOfMoney
from abmhub.web.burn_down import BurnDown, burn_down


def picture(today: date, *days: tuple[date, str], total: str = "1000") -> BurnDown:
    """Of 100 days from 1 January 2026."""
    envelope = Envelope(
        name="East", starts_on=date(2026, 1, 1), ends_on=date(2026, 4, 10), total_amount=Decimal(total), currency="USD"
    )
    moved = [DayOfMoney(on, Decimal(used), Decimal(used) / 2) for on, used in days]
    return burn_down(envelope, moved, today)


TENTH_DAY = date(2026, 1, 10)


@pytest.mark.parametrize(
    ("today", "used", "title"),
    [
        (TENTH_DAY, "50", "At this pace $500 will be left at the end"),
        (TENTH_DAY, "200", "At this pace it is empty on 19 February, 50 days before the end"),
        (TENTH_DAY, "100", "At this pace it is empty on 10 April, just at the end"),
        (TENTH_DAY, "1000", "All of it is used"),
        (TENTH_DAY, "0", "Nothing is used yet"),
        (date(2025, 12, 31), "0", "It begins on 1 January with $1,000"),
        (date(2026, 4, 11), "400", "$600 were left at the end"),
    ],
    ids=["enough", "too fast", "just so", "empty", "unused", "coming", "over"],
)
def test_its_title_says_where_it_ends(today: date, used: str, title: str) -> None:
    days = [(date(2026, 1, 5), used)] if used != "0" else []
    assert picture(today, *days).title == title


def test_the_weeks_sum_to_what_is_used_and_end_with_what_is_left() -> None:
    found = picture(
        date(2026, 1, 20), (date(2025, 12, 30), "10"), (date(2026, 1, 7), "20"), (date(2026, 1, 8), "30"),
        (date(2026, 1, 20), "40"),
    )  # fmt: skip
    assert [(week.until, week.used_amount, week.left_amount) for week in found.weeks] == [
        (date(2026, 1, 7), Decimal(30), Decimal(970)),
        (date(2026, 1, 14), Decimal(30), Decimal(940)),
        (date(2026, 1, 20), Decimal(40), Decimal(900)),
    ]
    assert sum(week.spent_amount for week in found.weeks) == 50


def test_the_line_goes_from_all_of_it_to_what_is_left() -> None:
    found = picture(TENTH_DAY, (date(2026, 1, 5), "500"))
    assert found.path.startswith("M8.0 22.0")
    assert found.path.endswith(f"{found.now_x:.1f} {found.now_y:.1f}")
    assert found.now_y == pytest.approx((22 + 162) / 2)


@pytest.mark.parametrize("today", [date(2025, 12, 31), date(2026, 4, 11)], ids=["coming", "over"])
def test_there_is_a_forecast_only_while_it_lasts(today: date) -> None:
    assert picture(today, (date(2026, 1, 5), "500")).ahead == ""
    assert picture(TENTH_DAY, (date(2026, 1, 5), "500")).ahead != ""


def test_an_envelope_of_nothing_and_of_one_day_has_a_picture_too() -> None:
    assert picture(TENTH_DAY, total="0").title == "Nothing is used yet"
    one_day = Envelope(name="Day", starts_on=TENTH_DAY, ends_on=TENTH_DAY, total_amount=Decimal(10), currency="USD")
    assert burn_down(one_day, [], TENTH_DAY).path
