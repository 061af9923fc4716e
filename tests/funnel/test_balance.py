"""The pendulum between the motions: quiet while nothing changes, loud within two months of a swing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import pytest
from pytest_django import Settings

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Campaign, Channel, Motion, Spend, Touch
from abmhub.funnel.actions import snapshot
from abmhub.funnel.balance import alarms, balances, controls_of
from abmhub.funnel.models import BalanceMonth
from tests.funnel.conftest import MakeDeal

TODAY = date(2026, 3, 4)


def is_alarm(shares: list[float]) -> bool:
    return any(control.is_out for control in controls_of(shares)[1][-2:])


@pytest.mark.parametrize("noise", [0.01, 0.02, 0.03, 0.04])
@pytest.mark.parametrize("way", [pytest.param(0.15, id="up"), pytest.param(-0.15, id="down")])
def test_a_swing_of_fifteen_points_alarms_within_two_months(noise: float, way: float) -> None:
    dice = Random(11)
    found = 0
    for _ in range(200):
        stable = [0.5 + dice.gauss(0, noise) for _ in range(14)]
        found += is_alarm([*stable, *(0.5 + way + dice.gauss(0, noise) for _ in range(2))])
    assert found >= 180


@pytest.mark.parametrize("noise", [0.005, 0.02, 0.04, 0.08])
def test_it_is_quiet_while_nothing_changes(noise: float) -> None:
    dice = Random(5)
    false = sum(is_alarm([0.5 + dice.gauss(0, noise) for _ in range(16)]) for _ in range(400))
    assert false <= 0.05 * 400


def test_with_few_months_nothing_is_said() -> None:
    assert controls_of([0.5] * 7) == (None, [])


def put(measure: str, shares: list[float]) -> None:
    for back, share in enumerate(reversed(shares), start=1):
        month = 2026 * 12 + 2 - back
        BalanceMonth.objects.create(
            month_on=date(month // 12, month % 12 + 1, 1),
            measure=measure,
            abm=Decimal(str(round(100 * share))),
            demand_gen=Decimal(str(100 - round(100 * share))),
        )


def test_the_finding_says_what_swings_and_what_was_usual(db: None) -> None:
    put("pipeline", [0.5, 0.52, 0.49, 0.5, 0.51, 0.5, 0.49, 0.5, 0.5, 0.7])
    put("revenue", [0.3] * 10)
    put("spend", [0.3] * 3)
    found = {each.measure.value: each.finding for each in balances(until=TODAY)}
    assert found == {
        "pipeline": "ABM's share of pipeline swings up: 70%, usual is 50%",
        "revenue": "ABM's share of revenue is steady around 30%",
        "spend": "ABM's share of spend: not enough months yet",
        "effort": "ABM's share of effort: not enough months yet",
    }
    assert [each.measure for each in alarms(until=TODAY)] == ["pipeline"]


def test_the_night_keeps_what_each_month_brought(deal: MakeDeal) -> None:
    february, march = date(2026, 2, 10), date(2026, 3, 2)
    who = Account.objects.create(name="Acme", normalized_name="acme")
    mail = Channel.objects.get(code="mail")
    campaign = Campaign.objects.create(name="Leads", motion=Motion.DEMAND_GEN, channel=mail, started_on=february)
    Spend.objects.create(campaign=campaign, spent_on=february, amount=30, currency="USD")
    Spend.objects.create(campaign=campaign, spent_on=february, amount=99, currency="EUR")
    for number, made_by in enumerate((campaign, None, None)):
        Touch.objects.create(
            account=who,
            channel=mail,
            campaign=made_by,
            occurred_at=datetime(2026, 2, 3, 12, tzinfo=UTC),
            summary="Card",
            source="test",
            external_id=str(number),
        )
    deal("Won", account=who, amount=100, engaged_on=february, closed_on=march)
    deal("Engaging", motion=Motion.DEMAND_GEN, amount=50, engaged_on=february)
    snapshot(on=TODAY)
    kept = {
        (row.month_on.month, row.measure): (int(row.abm), int(row.demand_gen)) for row in BalanceMonth.objects.all()
    }
    assert kept == {
        (2, "pipeline"): (100, 50),
        (3, "revenue"): (100, 0),
        (2, "spend"): (0, 30),
        (2, "effort"): (2, 1),
    }


def test_a_month_whose_deals_are_gone_keeps_nothing_of_them(deal: MakeDeal) -> None:
    gone = deal("Won", amount=100, engaged_on=date(2026, 2, 10), closed_on=date(2026, 3, 2))
    snapshot(on=TODAY)
    assert {int(row.abm) for row in BalanceMonth.objects.all()} == {100}
    gone.delete()
    snapshot(on=TODAY)
    assert {int(row.abm) for row in BalanceMonth.objects.all()} == {0}


def test_a_month_of_which_no_money_is_known_is_not_kept(deal: MakeDeal) -> None:
    deal("Won", amount=None, engaged_on=date(2026, 2, 10), closed_on=date(2026, 3, 2))
    snapshot(on=TODAY)
    assert not BalanceMonth.objects.exists()


def test_a_month_stays_whole_when_it_is_the_last_that_is_kept(deal: MakeDeal) -> None:
    """Later nights leave it as it is, though they no longer read its first days."""
    deal("Engaging", amount=100, engaged_on=date(2026, 2, 1))
    deal("Engaging", amount=50, engaged_on=date(2026, 2, 28))
    for on in (TODAY, date(2028, 2, 29), date(2028, 3, 20)):
        snapshot(on=on)
        assert int(BalanceMonth.objects.get(month_on=date(2026, 2, 1), measure="pipeline").abm) == 150


def test_a_touch_is_of_the_month_in_which_business_was_done(deal: MakeDeal, settings: Settings) -> None:
    """22:30 UTC on the last of March is April in Berlin, and the other day of the night at that."""
    settings.TIME_ZONE = "Europe/Berlin"
    who, mail = Account.objects.create(name="Acme", normalized_name="acme"), Channel.objects.get(code="mail")
    for number, hour in enumerate((21, 22)):
        at = datetime(2026, 3, 31, hour, 30, tzinfo=UTC)
        Touch.objects.create(account=who, channel=mail, occurred_at=at, source="test", external_id=str(number))
    snapshot(on=date(2026, 3, 31))
    assert dict(BalanceMonth.objects.values_list("month_on", "abm")) == {date(2026, 3, 1): 1}
    snapshot(on=date(2026, 4, 1))
    assert dict(BalanceMonth.objects.values_list("month_on", "abm")) == {date(2026, 3, 1): 1, date(2026, 4, 1): 1}
