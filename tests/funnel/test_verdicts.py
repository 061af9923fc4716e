"""What may be called good or bad: only what is no chance."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from abmhub.campaigns.models import Motion
from abmhub.funnel.cell import Cell
from abmhub.funnel.models import Benchmark, FunnelStage
from abmhub.funnel.verdicts import Held, Tone, history, judge, table

WON = FunnelStage.WON


def cell(successes: int, trials: int, motion: Motion = Motion.ABM) -> Cell:
    return Cell(motion, WON, volume=successes, trials=trials, successes=successes)


@pytest.mark.parametrize(
    ("successes", "trials", "tone"),
    [
        pytest.param(30, 90, Tone.EVEN, id="ten-points-more-by-chance"),
        pytest.param(60, 90, Tone.GOOD, id="clears-it"),
        pytest.param(5, 90, Tone.BAD, id="stays-below"),
        pytest.param(9, 9, Tone.FEW, id="all-of-nine"),
        pytest.param(0, 7, Tone.FEW, id="none-of-seven"),
        pytest.param(0, 0, Tone.NONE, id="nobody"),
    ],
)
def test_a_cell_is_coloured_only_when_its_interval_clears_the_other(successes: int, trials: int, tone: Tone) -> None:
    """Demand generation wins 46 of 184; 30 of 90 of ABM (p = 0.148) is no finding."""
    held = history({(Motion.ABM, WON): cell(46, 184)}, "before")
    assert judge(cell(successes, trials), held[Motion.ABM, WON]).tone == tone


def test_without_anything_to_hold_it_against_nothing_is_said() -> None:
    assert judge(cell(60, 90), None).tone == Tone.NONE
    assert history({(Motion.ABM, WON): cell(3, 9)}, "too few") == {}


@pytest.mark.parametrize("share", [0.05, 0.15, 0.3, 0.5, 0.8])
def test_where_nothing_differs_at_most_one_cell_in_twenty_is_coloured(share: float) -> None:
    dice = Random(7)
    coloured = cells = 0
    for _ in range(40):
        sizes = [dice.choice((20, 35, 60, 150, 400)) for _ in range(25)]
        drawn = [cell(sum(dice.random() < share for _ in range(size)), size) for size in sizes]
        before = dice.choice((200, 1_000))
        held = history({(Motion.ABM, WON): cell(sum(dice.random() < share for _ in range(before)), before)}, "before")
        tones = [judge(each, held.get((Motion.ABM, WON))).tone for each in drawn]
        coloured += sum(tone in (Tone.GOOD, Tone.BAD) for tone in tones)
        cells += len(tones)
    assert coloured <= 0.05 * cells


def test_a_true_difference_is_found() -> None:
    dice = Random(3)
    held = Held(0.2, 0.18, 0.22, "before")
    tones = [judge(cell(sum(dice.random() < 0.4 for _ in range(200)), 200), held).tone for _ in range(50)]
    assert tones.count(Tone.GOOD) >= 48


def test_the_table_names_its_source(db: None) -> None:
    Benchmark.objects.create(
        motion=Motion.ABM, stage=WON, share=Decimal("0.25"), source="A report", dated_on=date(2026, 1, 5)
    )
    assert table() == {(Motion.ABM, WON): Held(0.25, 0.25, 0.25, "A report, January 2026")}
    assert judge(cell(30, 90), table()[Motion.ABM, WON]).tone == Tone.EVEN
    assert judge(cell(40, 90), table()[Motion.ABM, WON]).tone == Tone.GOOD
