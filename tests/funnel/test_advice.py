"""Where to invest next, and what a goal takes."""

from datetime import date
from decimal import Decimal

import pytest

from abmhub.campaigns.models import Campaign, Channel, Motion, Spend
from abmhub.core.statistics import count_interval, ewma_control, spread_of_moves
from abmhub.funnel.actions import snapshot
from abmhub.funnel.cells import Question
from abmhub.funnel.invest import finding, options
from abmhub.funnel.models import FunnelStage
from abmhub.funnel.plan import plan, work_for
from tests.funnel.conftest import MakeDeal, MakeLead

TODAY, BEGUN = date(2026, 3, 4), date(2026, 2, 2)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # The exact limits, from tables of the chi-squared distribution.
    [(1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (50, 37.111, 65.919)],
)
def test_the_interval_of_a_count_is_near_the_exact_one(count: int, low: float, high: float) -> None:
    least, most = count_interval(count)
    assert least == pytest.approx(low, abs=0.03)
    assert most == pytest.approx(high, rel=0.005)
    assert count_interval(0)[0] == 0


def test_a_smoothed_value_lies_within_its_limits() -> None:
    """Worked by hand: weight 0.4, three standard deviations of 0.1 around 0.5."""
    first, second = ewma_control([0.6, 0.7], centre=0.5, spread=0.1, weight=0.4, width=3)
    assert first.value == pytest.approx(0.54)
    assert first.high == pytest.approx(0.62)
    assert second.value == pytest.approx(0.604)
    assert second.high == pytest.approx(0.5 + 0.3 * (0.25 * 0.8704) ** 0.5)
    assert spread_of_moves([1, 2, 0]) == pytest.approx(1.5 / 1.128)


def spend_on(name: str, amount: int, *, deals: int, deal: MakeDeal) -> None:
    channel = Channel.objects.get(code=name)
    campaign = Campaign.objects.create(name=name, motion=Motion.ABM, channel=channel, started_on=BEGUN)
    Spend.objects.create(campaign=campaign, spent_on=BEGUN, amount=amount)
    for _ in range(deals):
        deal("Won", campaign=campaign, amount=100, engaged_on=BEGUN, closed_on=TODAY)


def test_what_is_surest_to_bring_the_next_comes_first(deal: MakeDeal) -> None:
    spend_on("mail", 1_000, deals=40, deal=deal)
    spend_on("ads", 200, deals=10, deal=deal)
    spend_on("event", 10, deals=3, deal=deal)
    snapshot(on=TODAY)
    found = options(Question(as_of=TODAY), "channel", stage=FunnelStage.SQL)
    assert [each.name for each in found] == ["Mail", "Ads", "Event"]
    assert [each.sql.next_cost for each in found[:2]] == [25, 20]
    assert [each.sql.is_enough for each in found] == [True, True, False]
    low, high = found[0].sql.cost_interval or (0, 0)
    assert low < 25 < high
    assert finding(found, FunnelStage.SQL, "$25") == "The next SQL is surest to come from Mail, for about $25"
    assert finding(found[2:], FunnelStage.WON, "") == "Not enough yet: no slice that cost money led to 10 won deals"


def test_money_of_another_time_or_currency_is_left_out(deal: MakeDeal) -> None:
    spend_on("mail", 1_000, deals=1, deal=deal)
    Spend.objects.create(campaign=Campaign.objects.get(), spent_on=BEGUN, amount=5, currency="EUR")
    Spend.objects.create(campaign=Campaign.objects.get(), spent_on=date(2025, 1, 1), amount=7)
    snapshot(on=TODAY)
    assert [each.spent for each in options(Question(as_of=TODAY), "motion", stage=FunnelStage.SQL)] == [1_007]
    asked = Question(as_of=TODAY, since=BEGUN)
    assert [each.spent for each in options(asked, "motion", stage=FunnelStage.SQL)] == [1_000]


def test_a_goal_is_planned_backwards_by_our_own_rates(deal: MakeDeal, lead: MakeLead) -> None:
    """Of 8 leads 4 are MQLs, 2 SQLs and 1 is won for 1,000: a goal of 3,000 takes 3 deals and 24 leads."""
    won = deal("Won", motion=Motion.DEMAND_GEN, amount=1_000, engaged_on=BEGUN, closed_on=TODAY)
    lead(created_on=BEGUN, opportunity=won)
    lead(created_on=BEGUN, sql_on=BEGUN)
    for mql_on in (BEGUN, BEGUN, None, None, None, None):
        lead(created_on=BEGUN, mql_on=mql_on)
    snapshot(on=TODAY)
    abm, demand_gen = plan(Question(as_of=TODAY), goal=Decimal(3_000), abm_share=Decimal(0))
    assert (abm.needs, abm.worked) == ((), 0)
    assert [need.expected for need in demand_gen.needs] == [3, 3, 6, 12, 24]
    assert all(need.at_worst is not None and need.at_worst >= (need.expected or 0) for need in demand_gen.needs)
    assert demand_gen.price == 1_000
    assert demand_gen.worked == 12


def test_without_engaged_accounts_no_work_can_be_told(db: None) -> None:
    found = work_for(10, Question(as_of=TODAY))
    assert (found.tasks, found.months, found.stock) == (None, None, ())
