"""The total addressable market: by quarter, under two definitions."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from abmhub.accounts.models import Account
from abmhub.funnel import actions
from abmhub.funnel.models import TamSnapshot
from abmhub.pipeline.models import Opportunity, Stage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _long_known(db: None) -> None:
    Account.objects.all().delete()


def make_accounts(number: int, acv: int | None, **fields: object) -> list[Account]:
    accounts = Account.objects.bulk_create(
        Account(name=f"Market {acv} {each}", normalized_name=f"market {acv} {each}", acv_amount=acv, **fields)
        for each in range(number)
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_account SET created_at = '2025-01-01 00:00Z'")
    return accounts


def win(account: Account, amount: int, closed_on: date) -> None:
    won = Stage.objects.filter(kind="won").order_by("pk")[0]
    Opportunity.objects.create(
        account=account,
        stage=won,
        amount=amount,
        closed_on=closed_on,
        source="t",
        external_id=f"{account.pk}{closed_on}",
    )
    Account.objects.filter(pk=account.pk).update(is_customer=True)


def tam(on: date, *, is_over: bool = False) -> TamSnapshot:
    actions.snapshot(on=on, is_over=is_over)
    return TamSnapshot.objects.order_by("-quarter_on")[0]


def test_it_is_potential_accounts_times_acv() -> None:
    """The worked example: 10,000 accounts x 9,600 = 96,000,000, at a hundredth of its size."""
    make_accounts(99, 9_600)
    make_accounts(1, None)
    make_accounts(5, 1, is_target=False)
    make_accounts(5, 1_000_000, currency="JPY", is_target=False)
    market = tam(date(2026, 3, 4))
    assert (market.accounts, market.accounts_with_acv) == (100, 99)
    assert market.mean_acv == Decimal(9_600)
    assert market.amount == Decimal(960_000)


def test_the_shorthand_is_customers_times_the_average_price_of_a_year() -> None:
    one, two, three = make_accounts(3, None)
    win(one, 100, date(2026, 2, 1))
    win(two, 300, date(2025, 3, 5))
    win(three, 9_999, date(2025, 3, 4))  # a year ago to the day, and so no more within it
    market = tam(date(2026, 3, 4))
    assert (market.customers, market.won_deals) == (3, 2)
    assert market.mean_price == Decimal(200)
    assert market.shorthand_amount == Decimal(600)


def test_unknown_is_unknown() -> None:
    make_accounts(2, None)
    market = tam(date(2026, 3, 4))
    assert market.amount is None
    assert market.shorthand_amount is None


def test_a_customer_counts_from_the_first_won_deal_on() -> None:
    (account,) = make_accounts(1, None)
    win(account, 100, date(2026, 3, 1))
    assert tam(date(2026, 2, 28)).customers == 0
    assert tam(date(2026, 3, 1)).customers == 1


def test_an_account_that_came_later_was_not_there_yet() -> None:
    make_accounts(1, 10)
    Account.objects.create(name="New", acv_amount=10)
    assert tam(date(2026, 3, 4)).accounts == 1


def test_each_quarter_keeps_its_last_night(today: date) -> None:
    make_accounts(1, 10)
    first = tam(date(2026, 3, 30))
    assert (first.quarter, first.quarter_on) == ("2026 Q1", date(2026, 1, 1))
    make_accounts(1, 30)
    assert tam(date(2026, 3, 31)).amount == Decimal(40)
    assert tam(date(2026, 4, 1)).quarter == "2026 Q2"
    assert TamSnapshot.objects.count() == 2


def test_an_earlier_night_changes_nothing_that_a_later_one_wrote() -> None:
    make_accounts(1, 10)
    tam(date(2026, 3, 31))
    make_accounts(1, 30)
    assert tam(date(2026, 3, 30)).as_of_on == date(2026, 3, 31)
    assert tam(date(2026, 3, 31), is_over=True).accounts == 1


def test_a_day_at_the_edge_belongs_to_its_quarter(now: datetime) -> None:
    make_accounts(1, 10)
    for day, quarter in ((date(2025, 12, 31), "2025 Q4"), (date(2026, 1, 1), "2026 Q1"), (date(2026, 7, 1), "2026 Q3")):
        assert tam(day).quarter == quarter
