"""The double funnel read from what a night froze: conversions, intervals, measures and the finding."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from pytest_django import Settings

from abmhub.campaigns.models import Motion
from abmhub.core.statistics import chance_of_difference
from abmhub.funnel.actions import snapshot
from abmhub.funnel.deals import LONG_AGO, deals_behind, sums_of
from abmhub.funnel.double import DoubleFunnel, double_funnel, newest_day
from abmhub.funnel.figures import deal_figures
from abmhub.funnel.finding import as_fraction, finding
from abmhub.funnel.models import DealSnapshot, FunnelSnapshot, FunnelStage
from abmhub.funnel.trend import trend
from abmhub.pipeline.models import Opportunity, Stage
from tests.funnel.conftest import MakeDeal

TODAY = date(2026, 3, 4)

# The made-up set that every relation of a double funnel holds in: both motions earn 2,070,000.
ABM = (2_000, 300, 144, 90, 30)
DEMAND_GEN = (9_200, 2_300, 460, 184, 46)

Freeze = Callable[..., None]


@pytest.fixture
def freeze(db: None) -> Freeze:
    """Writes the snapshot of a day: volumes by stage, and (won, lost) of each motion."""

    def write(
        on: date = TODAY,
        *,
        abm: tuple[int, ...] = ABM,
        demand_gen: tuple[int, ...] = DEMAND_GEN,
        decided: tuple[tuple[int, int], tuple[int, int]] = ((30, 60), (46, 138)),
    ) -> None:
        prices = {Motion.ABM: 69_000, Motion.DEMAND_GEN: 45_000}
        for motion, volumes in ((Motion.ABM, abm), (Motion.DEMAND_GEN, demand_gen)):
            FunnelSnapshot.objects.bulk_create(
                FunnelSnapshot(
                    snapshot_on=on,
                    motion=motion,
                    stage=stage,
                    volume=volume,
                    accounts=volume,
                    value_amount=volume * prices[motion] if stage == FunnelStage.WON else 0,
                    currency="USD",
                )
                for stage, volume in zip(FunnelStage, volumes, strict=True)
            )
        total_won, total_lost = sum(won for won, _ in decided), sum(lost for _, lost in decided)
        for name, (won, lost) in zip(("", *Motion), ((total_won, total_lost), *decided), strict=True):
            DealSnapshot.objects.create(
                snapshot_on=on,
                motion=name,
                won=won,
                lost=lost,
                open=0,
                won_amount=won * 69_000,
                open_amount=0,
                mean_won_amount=69_000 if won else None,
                currency="USD",
            )

    return write


def frozen(on: date = TODAY) -> DoubleFunnel:
    funnel = double_funnel(on)
    assert funnel is not None
    return funnel


def rounded(interval: tuple[float, float] | None) -> str:
    assert interval is not None
    return f"{interval[0]:.1%}-{interval[1]:.1%}"


def test_conversions_carry_their_intervals(freeze: Freeze) -> None:
    freeze()
    funnel = frozen()
    assert [(f"{cell.conversion:.1%}", rounded(cell.interval)) for cell in funnel.abm.cells[1:]] == [
        ("15.0%", "13.5%-16.6%"),
        ("48.0%", "42.4%-53.6%"),
        ("62.5%", "54.4%-70.0%"),
        ("33.3%", "24.5%-43.6%"),
    ]
    assert [(f"{cell.conversion:.1%}", rounded(cell.interval)) for cell in funnel.demand_gen.cells[1:]] == [
        ("25.0%", "24.1%-25.9%"),
        ("20.0%", "18.4%-21.7%"),
        ("40.0%", "35.6%-44.5%"),
        ("25.0%", "19.3%-31.7%"),
    ]
    assert funnel.abm.cells[0].conversion is None


def test_three_hundred_accounts_earn_what_2300_leads_do(freeze: Freeze) -> None:
    freeze()
    funnel = frozen()
    assert funnel.abm.won.value_amount == funnel.demand_gen.won.value_amount == 2_070_000
    assert funnel.abm.revenue_per_worked == 6_900
    assert funnel.demand_gen.revenue_per_worked == 900
    assert round(funnel.abm.worked_per_million or 0) == 145


def test_abm_is_counted_in_accounts_where_it_passes_to_deals(freeze: Freeze) -> None:
    freeze(abm=(100, 40, 60, 30, 10))
    FunnelSnapshot.objects.filter(motion=Motion.ABM, stage=FunnelStage.SQL).update(accounts=20)
    sql = frozen().abm.cell(FunnelStage.SQL)
    assert (sql.volume, sql.conversion) == (60, 0.5)


def test_more_out_than_in_is_no_conversion(freeze: Freeze) -> None:
    freeze(abm=(85, 0, 90, 90, 40))
    cells = frozen().abm.cells
    assert [cell.conversion for cell in cells] == [None, 0.0, None, 1.0, 40 / 90]
    assert cells[2].interval is None


def test_nothing_frozen_is_no_funnel(db: None) -> None:
    assert newest_day() is None
    assert double_funnel(TODAY) is None


def test_the_newest_day_is_the_last_one_not_after(freeze: Freeze) -> None:
    for back in (0, 3, 10):
        freeze(TODAY - timedelta(days=back))
    assert newest_day() == TODAY
    assert newest_day(until=TODAY - timedelta(days=1)) == TODAY - timedelta(days=3)
    assert newest_day(until=TODAY - timedelta(days=11)) is None


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        (((30, 60), (46, 138)), "Of closed deals ABM wins one in three, demand gen one in four: too few to call"),
        (((300, 600), (460, 1380)), "Of closed deals ABM wins one in three, demand gen one in four: ABM leads, "),
        (((460, 1380), (300, 600)), "demand gen leads, and not by chance"),
        (((4000, 6000), (4010, 5990)), "Of closed deals ABM wins 40%, demand gen 40.1%: no difference to be seen"),
        (((5, 0), (7, 0)), "too few to call"),
        (((63, 37), (0, 0)), "ABM wins 63% of its closed deals; demand gen has closed none"),
        (((0, 0), (1, 1)), "Demand gen wins one in two of its closed deals; ABM has closed none"),
        (((0, 0), (0, 0)), "No deal is closed yet: the funnel fills from the top"),
    ],
)
def test_the_finding_says_who_wins_and_whether_it_is_sure(
    freeze: Freeze, decided: tuple[tuple[int, int], tuple[int, int]], said: str
) -> None:
    freeze(decided=decided)
    assert said in finding(frozen())


@pytest.mark.parametrize(
    ("share", "words"),
    [(1 / 3, "one in three"), (0.25, "one in four"), (0.666, "two in three"), (0.6315, ""), (0.0, ""), (1.0, "")],
)
def test_only_what_is_near_a_simple_fraction_is_said_as_one(share: float, words: str) -> None:
    assert as_fraction(share) == words


def test_the_chance_of_a_difference() -> None:
    chance = chance_of_difference(30, 90, 46, 184)
    assert chance == pytest.approx(0.148, abs=0.0005)
    assert chance_of_difference(46, 184, 30, 90) == pytest.approx(chance)
    assert chance_of_difference(300, 900, 460, 1840) == pytest.approx(4.7e-6, rel=0.1)


@pytest.mark.parametrize("numbers", [(0, 0, 1, 2), (1, 2, 0, 0), (0, 5, 0, 7), (5, 5, 7, 7)])
def test_where_nothing_can_differ_no_chance_is_told(numbers: tuple[int, int, int, int]) -> None:
    assert chance_of_difference(*numbers) is None


def test_the_trend_has_the_last_nights_oldest_first(freeze: Freeze) -> None:
    for back in range(5):
        freeze(TODAY - timedelta(days=back), decided=((30 - back, 60), (46, 138)))
    points = trend(until=TODAY - timedelta(days=1), nights=3)
    assert [point.on.day for point in points] == [1, 2, 3]
    assert [point.abm.won for point in points if point.abm] == [27, 28, 29]


@pytest.fixture
def many_deals(deal: MakeDeal, settings: Settings) -> None:
    """Every way in which a deal may tell or not tell its days, in two currencies and motions."""
    settings.ABMHUB_BUSINESS_CURRENCY = "USD"
    random = Random(7)
    days = (None, *(TODAY - timedelta(days=number) for number in (40, 20, 1, 0)), TODAY + timedelta(days=9))
    for stage, engaged_on, closed_on in product(("Won", "Lost", "Engaging", "Prospecting"), days, days):
        deal(
            stage,
            engaged_on=engaged_on,
            closed_on=closed_on,
            motion=random.choice(list(Motion)),
            amount=random.choice([None, random.randint(1, 9_000)]),
            currency=random.choice(["USD", "USD", "EUR"]),
        )


def figures(as_of: date, motion: Motion | None) -> Iterator[tuple[Stage.Kind, int, Decimal | None]]:
    """What the night counts: its SQL knows nothing of the QuerySet."""
    total = deal_figures(as_of=as_of, motion=motion).total
    yield Stage.Kind.WON, total.won, total.won_amount
    yield Stage.Kind.LOST, total.lost, None
    yield Stage.Kind.OPEN, total.open, total.open_amount


@pytest.mark.parametrize("back", [-10, 0, 1, 5, 20, 60])
@pytest.mark.parametrize("motion", [None, *Motion])
def test_the_deals_behind_a_figure_sum_to_it(many_deals: None, back: int, motion: Motion | None) -> None:
    as_of = TODAY - timedelta(days=back)
    for kind, count, amount in figures(as_of, motion):
        deals = deals_behind(Opportunity.objects.all(), as_of=as_of, kind=kind, motion=motion)
        sums = sums_of(deals)
        assert sums.count == count == len(deals)
        if amount is not None:
            assert sums.amount == amount


def test_a_deal_without_a_day_is_listed_as_from_long_ago(deal: MakeDeal) -> None:
    deal("Won")
    told = deals_behind(Opportunity.objects.all(), as_of=TODAY, kind=Stage.Kind.WON).get()
    assert told.told_on == LONG_AGO  # type: ignore[attr-defined]


def test_the_night_freezes_both_motions_together_too(many_deals: None) -> None:
    snapshot(on=TODAY)
    both, whole = DealSnapshot.objects.get(motion=""), deal_figures(as_of=TODAY).total
    assert (both.won, both.lost, both.open) == (whole.won, whole.lost, whole.open)
    assert (both.median_won_amount, both.mean_won_amount) == (whole.median_won, whole.mean_won)
    parts = DealSnapshot.objects.filter(motion__in=Motion)
    assert sum(part.won for part in parts) == both.won
