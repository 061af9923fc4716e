"""Findings as criteria, and how well they tell the best apart among accounts that nothing was learned from."""

from decimal import Decimal
from random import Random

import pytest

from abmhub.accounts.models import Account
from abmhub.core.statistics import separation
from abmhub.scoring.best import EVERYBODY, Best, Meaning, Sample
from abmhub.scoring.learning import Bin, Finding, Tally, bins_between, learn
from abmhub.scoring.models import IcpCriterion
from abmhub.scoring.proposals import check, checked, propose, weight_of
from abmhub.scoring.subjects import Subject
from tests.scoring.conftest import TODAY, MakeAccount
from tests.scoring.test_learning import is_first_half

Attribute = IcpCriterion.Attribute
SURE, UNSURE = (24, 60, 50, 500), (7, 60, 50, 500)


def finding(
    attribute: IcpCriterion.Attribute, value: str, tally: tuple[int, int, int, int], bin_: Bin | None = None
) -> Finding:
    return Finding(Subject(attribute), value.lower(), value, Tally(*tally), bin_)


def employees(number: int, tally: tuple[int, int, int, int]) -> Finding:
    parts = bins_between([Decimal(50), Decimal(200), Decimal(1000)], is_whole=True)
    return finding(Attribute.EMPLOYEES, str(number), tally, parts[number])


@pytest.mark.parametrize(("lift", "weight"), [(1.1, 5), (2, 10), (4, 20), (8, 30), (16, 40), (1000, 40)])
def test_the_weight_grows_with_the_logarithm_of_the_lift(lift: float, weight: int) -> None:
    assert weight_of(lift) == weight


def test_each_attribute_is_asked_once_and_weights_sum_to_100() -> None:
    proposed = propose(
        [
            finding(Attribute.INDUSTRY, "Software", SURE),
            finding(Attribute.INDUSTRY, "Finance", SURE),
            finding(Attribute.INDUSTRY, "Retail", UNSURE),
            employees(1, SURE),
            employees(2, (30, 60, 50, 500)),
            finding(Attribute.TECHNOLOGIES, "SAP", SURE),
            finding(Attribute.TECHNOLOGIES, "Workday", SURE),
        ]
    )
    assert {(each.name, each.minimum, each.maximum, tuple(each.values)) for each in proposed} == {
        ("Industry: Finance or Software", None, None, ("Finance", "Software")),
        ("Employees: 50 to 999", 50, 999, ()),
        ("Technologies: SAP", None, None, ("SAP",)),
        ("Technologies: Workday", None, None, ("Workday",)),
    }
    assert sum(each.weight for each in proposed) == 100


def test_of_ranges_only_those_that_touch_the_surest_are_asked() -> None:
    [criterion] = propose([employees(0, SURE), employees(2, (30, 60, 50, 500)), employees(3, SURE)])
    assert (criterion.minimum, criterion.maximum) == (Decimal(200), None)


def test_nothing_sure_proposes_nothing() -> None:
    assert propose([finding(Attribute.INDUSTRY, "Retail", UNSURE)]) == []


def test_the_check_counts_the_top_tenth_with_all_that_have_the_same_fit() -> None:
    found = checked([(90, 6, 4), (80, 9, 21), (10, 5, 155), (None, 2, 30)], EVERYBODY)
    assert (found.best, found.rest, found.unknown_best) == (20, 180, 2)
    assert (found.from_fit, found.top_share, found.top_best) == (80, 0.2, 15)
    assert found.caught == 0.75
    assert found.separation == separation([(90, 6, 4), (80, 9, 21), (10, 5, 155)])
    assert found.is_enough
    assert found.verdict == "It separates very well"


def test_a_fit_that_most_have_points_nobody_out() -> None:
    assert not checked([(0, 40, 100), (90, 1, 1)], EVERYBODY).has_top
    assert checked([(90, 8, 14), (10, 12, 166)], EVERYBODY).has_top


def test_those_who_are_compared_stand_for_all_in_the_top_tenth() -> None:
    counts = [(90, 6, 4), (80, 9, 21), (10, 5, 155)]
    found = checked(counts, Sample(best=20, rest=1_000_000))
    assert found.top_share == pytest.approx((6 + 9 + 250) / (20 + 1800))
    assert (found.from_fit, found.top_best) == (80, 15)
    assert found.separation == separation(counts)


@pytest.mark.parametrize("counts", [[], [(90, 9, 100)], [(90, 30, 0)]])
def test_too_few_to_check_says_so(counts: list[tuple[int, int, int]]) -> None:
    assert not checked(counts, EVERYBODY).is_enough


def accounts_with_a_pattern(make_account: MakeAccount, dice: Random, *, is_real: bool) -> None:
    for _ in range(240):
        is_best = dice.random() < 0.3
        likes = 0.8 if is_best and is_real else 0.3
        make_account(
            is_customer=is_best,
            industry="finance" if dice.random() < likes else "retail",
            technologies=["SAP"] if dice.random() < likes else ["Excel"],
            employees=None,
            annual_revenue_amount=None,
            founded_year=None,
        )


def test_what_one_half_teaches_is_tried_on_the_other(make_account: MakeAccount) -> None:
    accounts_with_a_pattern(make_account, Random(3), is_real=True)
    best = Best(TODAY, Meaning.MARKED)
    criteria = propose(learn(best).half)
    assert {each.name for each in criteria} == {"Industry: finance", "Technologies: SAP"}
    found = check(best, criteria, EVERYBODY)
    # The twin: every account of the other half by its own verdicts.
    expected: list[tuple[int | None, int, int]] = []
    for account in Account.objects.all():
        if not is_first_half(account):
            met = sum(each.weight for each in criteria if each.verdict(account))
            expected.append((met, int(account.is_customer), int(not account.is_customer)))
    assert found == checked([(score, best_, rest) for score, best_, rest in grouped(expected)], EVERYBODY)
    assert found.is_enough
    assert found.separation is not None
    assert found.separation.low > 0.6


def grouped(rows: list[tuple[int | None, int, int]]) -> list[tuple[int | None, int, int]]:
    scores = {score for score, _, _ in rows}
    return [
        (score, sum(each[1] for each in rows if each[0] == score), sum(each[2] for each in rows if each[0] == score))
        for score in scores
    ]


def test_chance_separates_nothing() -> None:
    dice = Random(8)
    counts = [(score, dice.randrange(4), 20 + dice.randrange(4)) for score in range(0, 101, 5)]
    found = checked(counts, EVERYBODY)
    assert found.separation is not None
    assert found.separation.low < 0.5 < found.separation.high
    assert found.verdict.startswith("No better than chance")
