"""What a contract is worth in a year, until when it runs, and what it cannot be."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from abmhub.accounts.models import Account
from abmhub.pipeline.models import Contract
from abmhub.users.models import User

NewContract = Callable[..., Contract]


@pytest.fixture
def new_contract(account: Account) -> NewContract:
    def make(**fields: Any) -> Contract:
        values = {
            "account": account,
            "value_amount": Decimal(12_000),
            "starts_on": date(2026, 1, 31),
            "term_months": 12,
            "source": "test",
            "external_id": f"C-{Contract.objects.count()}",
            **fields,
        }
        return Contract.objects.create(**values)

    return make


@pytest.mark.parametrize(
    ("value", "fees", "months", "acv"),
    [
        pytest.param("500000", "0", 60, "100000.00", id="five-years"),
        pytest.param("10900", "100", 36, "3600.00", id="with-fees"),
        pytest.param("5000", "0", 6, "10000.00", id="half-a-year"),
        pytest.param("100", "0", 7, "171.43", id="rounded"),
    ],
)
def test_a_year_of_a_contract(new_contract: NewContract, value: str, fees: str, months: int, acv: str) -> None:
    made = new_contract(value_amount=Decimal(value), one_time_amount=Decimal(fees), term_months=months)
    assert made.acv_amount == Decimal(acv)


@pytest.mark.parametrize(
    ("starts_on", "months", "ends_on"),
    [
        pytest.param(date(2026, 1, 1), 12, date(2026, 12, 31), id="year"),
        pytest.param(date(2026, 1, 31), 1, date(2026, 2, 28), id="to-a-short-month"),
        pytest.param(date(2025, 12, 31), 2, date(2026, 2, 28), id="over-the-year"),
        pytest.param(date(2024, 2, 29), 12, date(2025, 2, 28), id="leap-day"),
        pytest.param(date(2026, 3, 31), 9, date(2026, 12, 30), id="same-length"),
    ],
)
def test_its_last_day(new_contract: NewContract, starts_on: date, months: int, ends_on: date) -> None:
    assert new_contract(starts_on=starts_on, term_months=months).ends_on == ends_on


def test_a_contract_is_in_force_until_it_runs_out_or_somebody_ends_it(new_contract: NewContract) -> None:
    runs, ended = new_contract(), new_contract(churned_on=date(2026, 6, 1))
    for day, expected in (
        (date(2026, 1, 30), []),
        (date(2026, 1, 31), [runs, ended]),
        (date(2026, 6, 1), [runs]),
        (date(2027, 1, 30), [runs]),
        (date(2027, 1, 31), []),
    ):
        assert list(Contract.objects.in_force_on(day).order_by("pk")) == expected


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"term_months": 0}, id="no-term"),
        pytest.param({"one_time_amount": Decimal(12_001)}, id="fees-above-value"),
        pytest.param({"one_time_amount": Decimal(-1)}, id="negative-fees"),
        pytest.param({"churned_on": date(2026, 1, 30)}, id="ended-before-it-began"),
    ],
)
def test_what_a_contract_cannot_be(new_contract: NewContract, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        new_contract(**fields)


def test_a_rep_sees_the_contracts_of_own_accounts(new_contract: NewContract, rep: User, other_rep: User) -> None:
    made = new_contract()
    assert list(Contract.objects.visible_to(rep)) == [made]
    assert not Contract.objects.visible_to(other_rep).exists()
