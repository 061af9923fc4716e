"""The formulas of the metrics: every worked example of the product."""

from decimal import Decimal

import pytest

from abmhub.metrics import formulas

CENT = Decimal("0.01")


def test_tam_is_potential_accounts_times_acv() -> None:
    assert formulas.tam(10_000, Decimal(9_600)) == 96_000_000
    assert formulas.tam(10_000, None) is None


def test_engaged_share_is_of_the_whole_market() -> None:
    assert formulas.engaged_share(300, 2_000) == Decimal("0.15")
    assert formulas.engaged_share(0, 0) is None


def test_open_deals_are_in_no_win_rate() -> None:
    rate = formulas.win_rate(30, 60)
    assert rate is not None
    assert round(rate, 4) == Decimal("0.3333")
    assert formulas.win_rate(0, 0) is None


def test_conversion_is_of_interactions() -> None:
    assert formulas.conversion(10, 100) == Decimal("0.1")


@pytest.mark.parametrize(
    ("value", "fees", "years", "acv"),
    [(500_000, 0, 5, 100_000), (10_900, 100, 3, 3_600)],
    ids=["five years", "with one-time fees"],
)
def test_acv_leaves_one_time_fees_out(value: int, fees: int, years: int, acv: int) -> None:
    assert formulas.acv(Decimal(value), Decimal(fees), Decimal(years)) == acv


def test_lifetime_value_has_three_formulas() -> None:
    assert formulas.lifetime_value(Decimal(300), Decimal(24)) == 7_200
    assert formulas.lifetime_value(Decimal(24_000), Decimal(3), Decimal("0.8")) == 57_600
    assert formulas.lifetime_value_by_churn(Decimal(2_000), Decimal("0.75"), Decimal("0.02")) == 75_000
    assert formulas.lifetime_value_by_churn(Decimal(500), Decimal("0.75"), Decimal("0.05")) == 7_500


def test_without_churn_there_is_no_lifetime_to_be_expected() -> None:
    assert formulas.lifetime_value_by_churn(Decimal(500), Decimal("0.75"), Decimal(0)) is None
    assert formulas.lifetime_value(None, Decimal(24)) is None


def test_acquisition_cost_simple_and_full() -> None:
    assert formulas.acquisition_cost(Decimal(135_000), 1_500) == 90
    assert formulas.acquisition_cost(Decimal(120), 1) == 120
    assert formulas.acquisition_cost(Decimal(120), 1, Decimal(80), Decimal(40), Decimal(25), Decimal(15)) == 280
    assert formulas.acquisition_cost(Decimal(120), 0) is None


def test_velocity_is_money_a_day() -> None:
    value = formulas.velocity(200, Decimal(50_000), Decimal("0.25"), Decimal(90))
    assert value is not None
    assert round(value, 2) == Decimal("27777.78")
    assert formulas.velocity(80, Decimal(45_000), Decimal("0.22"), Decimal(72)) == 11_000
    assert formulas.velocity(200, Decimal(50_000), None, Decimal(90)) is None


def test_pipeline_coverage_is_of_what_is_still_to_win() -> None:
    assert formulas.pipeline_coverage(Decimal(9_300_000), Decimal(2_000_000)) == Decimal("4.65")
    assert formulas.pipeline_coverage(Decimal(9_300_000), None) is None
