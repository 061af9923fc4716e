"""How sure a share is, against published and worked values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.core.statistics import Ratio, chance_of_difference, ratio_of_shares, separation, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (3, 9, 12.1, 64.6),
        (0, 7, 0.0, 35.4),
        (7, 7, 64.6, 100.0),
        (300, 2000, 13.5, 16.6),
        (2300, 9200, 24.1, 25.9),
        (144, 300, 42.4, 53.6),
        (460, 2300, 18.4, 21.7),
        (90, 144, 54.4, 70.0),
        (184, 460, 35.6, 44.5),
        (30, 90, 24.5, 43.6),
        (46, 184, 19.3, 31.7),
    ],
)
def test_the_wilson_interval(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert interval is not None
    assert [round(100 * end, 1) for end in interval] == [low, high]


def test_without_trials_nothing_can_be_said() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("successes", "trials"), [(2, 1), (-1, 5)])
def test_more_than_all_is_no_share(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(successes, trials)


def test_a_gap_that_chance_explains() -> None:
    assert chance_of_difference(30, 90, 46, 184) == pytest.approx(0.148, abs=5e-4)


@pytest.mark.parametrize("shares", [(0, 0, 1, 5), (0, 5, 0, 5), (5, 5, 5, 5)])
def test_a_difference_that_cannot_be_told(shares: tuple[int, int, int, int]) -> None:
    assert chance_of_difference(*shares) is None


@pytest.mark.parametrize(
    ("counts", "ratio"),
    [
        ((12, 30, 100, 1000), (4.0800, 2.3858, 6.0479)),
        ((1, 2, 1, 2), (1, 0.1765, 5.6649)),
        ((0, 20, 50, 1000), (0.4832, 0, 3.3173)),
        ((20, 20, 1000, 1000), (1, 0.8389, 1.0038)),
        ((5, 20, 0, 1000), (536.8537, 54.4506, float("inf"))),
        ((0, 20, 0, 1000), (48.8049, 0, float("inf"))),
        ((0, 0, 3, 10), (3, 0, float("inf"))),
    ],
)
def test_a_ratio_of_shares_has_the_interval_of_its_parts(
    counts: tuple[int, int, int, int], ratio: tuple[float, float, float]
) -> None:
    assert ratio_of_shares(*counts) == pytest.approx(Ratio(*ratio), abs=1e-4)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 400), st.integers(0, 400))
def test_the_interval_of_a_ratio_is_in_order_and_turns_around(a: int, n: int, b: int, m: int) -> None:
    a, b = min(a, n), min(b, m)
    one, other = ratio_of_shares(a, n, b, m), ratio_of_shares(b, m, a, n)
    assert 0 <= one.low <= one.high
    assert one.value * other.value == pytest.approx(1)
    if a and b:
        assert one.low * other.high == pytest.approx(1)


@pytest.mark.parametrize(
    ("counts", "area"),
    [
        ([(1, 0, 10), (2, 10, 0)], (1, 1, 1)),
        ([(1, 10, 0), (2, 0, 10)], (0, 0, 0)),
        ([(7, 30, 400)], (0.5, 0.3928, 0.6072)),
        ([(3, 10, 0), (2, 5, 5), (1, 0, 10)], (0.9444, 0.8570, 1)),
    ],
)
def test_separation_is_how_often_the_first_kind_scores_higher(
    counts: list[tuple[int, int, int]], area: tuple[float, float, float]
) -> None:
    found = separation(counts)
    assert found is not None
    assert tuple(found) == pytest.approx(area, abs=1e-3)


def test_without_both_kinds_nothing_can_be_separated() -> None:
    assert separation([(50, 3, 0)]) is None
    assert separation([]) is None
