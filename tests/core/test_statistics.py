"""How sure a share is, against published and worked values."""

import pytest

from abmhub.core.statistics import chance_of_difference, wilson


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
