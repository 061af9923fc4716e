"""Learning from the best customers: the statements against a slow twin, and chance taken for what it is."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from hashlib import md5
from itertools import count
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from abmhub.accounts.models import Account, Attribute, Territory
from abmhub.core.statistics import ratio_of_shares
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.scoring import custom as customs
from abmhub.scoring.best import Best, Meaning, Sample
from abmhub.scoring.learning import Tally, learn, limits_of, readable_limits
from abmhub.scoring.subjects import Subject, subjects
from tests.scoring.conftest import TODAY, MakeAccount, random_attributes

_numbers = count(1)


def deal(account: Account | None, begun: date | None, closed: date | None, stage: str = "won", **fields: Any) -> None:
    Opportunity.objects.create(
        account=account,
        stage=Stage.objects.filter(kind=stage)[0],
        engaged_on=begun,
        closed_on=closed,
        source="test",
        external_id=str(next(_numbers)),
        **fields,
    )


def days(begun: int | None, closed: int) -> tuple[date | None, date]:
    """So many days ago."""
    return (None if begun is None else TODAY - timedelta(days=begun)), TODAY - timedelta(days=closed)


@pytest.mark.parametrize(
    ("deals", "is_best"),
    [
        ([(100, 80), (70, 50)], True),
        ([(100, 80), (80, 50)], False),  # it began on the day on which the first was closed
        ([(100, 80), (90, 50)], False),  # both at once
        ([(100, 80)], False),
        ([(None, 80), (70, 50)], True),  # when the first began does not matter
        ([(100, 80), (None, 50)], False),
        ([(100, 80), (40, 50)], False),  # closed before it began
        ([(100, 80), (70, -1)], False),  # closed tomorrow
        ([(100, 60), (90, 80), (70, 50)], True),
    ],
)
def test_the_best_won_deals_of_different_cycles(
    make_account: MakeAccount, deals: list[tuple[int | None, int]], is_best: bool
) -> None:
    account = make_account()
    for begun, closed in deals:
        deal(account, *days(begun, closed))
    learned = learn(Best(TODAY))
    assert (learned.best, learned.rest) == ((1, 0) if is_best else (0, 1))


def test_a_lost_deal_is_no_cycle(make_account: MakeAccount) -> None:
    account = make_account()
    deal(account, *days(100, 80), stage="lost")
    deal(account, *days(70, 50))
    assert learn(Best(TODAY)).best == 0


def test_best_may_mean_something_else(make_account: MakeAccount) -> None:
    east = Territory.objects.create(name="East")
    big, old, marked, plain = (
        make_account(), make_account(territory=east), make_account(is_customer=True), make_account()
    )  # fmt: skip
    deal(big, *days(100, 80), amount=60_000)
    deal(big, *days(100, 80), amount=40_000)
    deal(plain, *days(100, 80), amount=99_999)
    deal(plain, *days(100, 80), amount=99_999, currency="EUR")
    deal(old, date(2023, 1, 1), date(2024, 3, 4), amount=None)
    deal(None, *days(900, 880), amount=900_000)
    bests = {
        meaning: learn(Best(TODAY, meaning, amount=Decimal(100_000), years=2)).best
        for meaning in (Meaning.AMOUNT, Meaning.SINCE, Meaning.MARKED)
    }
    assert bests == {Meaning.AMOUNT: 1, Meaning.SINCE: 1, Meaning.MARKED: 1}
    of_east = learn(Best(TODAY, Meaning.SINCE, territory=east))
    assert (of_east.best, of_east.rest) == (1, 0)
    assert marked.is_customer
    others = Best(TODAY, amount=Decimal(100_000)).others()
    assert [(each.meaning, number) for each, number in others] == [
        (Meaning.AMOUNT, 1),
        (Meaning.SINCE, 1),
        (Meaning.MARKED, 1),
    ]


def test_years_are_counted_from_a_leap_day_too() -> None:
    assert Best(date(2024, 2, 29), years=1).since == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("cuts", "limits"),
    [
        ([13, 48, 212, 930], [15, 50, 200, 1000]),
        ([0, 0, 10, 10], [0, 10]),
        ([Decimal("0.13"), Decimal("0.26")], [Decimal("0.15"), Decimal("0.25")]),
        ([24_700_000, 51_000_000], [25_000_000, 50_000_000]),
        ([-48, 7], [-50, 6]),
        ([], []),
    ],
)
def test_limits_are_rounded_to_what_people_like(cuts: list[Any], limits: list[Any]) -> None:
    assert [Decimal(each) for each in limits] == readable_limits(cuts, is_year=False)


def test_years_are_rounded_to_fives() -> None:
    assert readable_limits([1987, 1998, 1999, 2013], is_year=True) == [1985, 2000, 2015]


def said_by(account: Account, subject: Subject, limits: dict[str, list[Decimal]]) -> set[str] | None:
    """The values of an account, as the statement counts them; None when it is not known."""
    if subject.custom:
        value: Any = customs.value_of(account, subject.custom)
    else:
        value = getattr(account, subject.attribute)
        if subject.attribute == "annual_revenue_amount" and account.currency != "USD":
            value = None
    if value in (None, "", []):
        return None
    if subject.is_list:
        return {each.lower() for each in value}
    if subject.is_measured:
        return {str(bisect_right([float(limit) for limit in limits[subject.key]], float(value)))}
    return {value.lower()}


def is_first_half(account: Account) -> bool:
    return md5(str(account.pk).encode(), usedforsecurity=False).hexdigest()[0] < "8"


def tallies(accounts: list[Account], limits: dict[str, list[Decimal]]) -> Iterator[tuple[tuple[str, str], Tally]]:
    for subject in subjects():
        counts = {is_best: Counter[str]() for is_best in (True, False)}
        known = Counter[bool]()
        for account in accounts:
            values = said_by(account, subject, limits)
            if values is not None:
                known[account.is_customer] += 1
                counts[account.is_customer].update(values)
        for value in counts[True] | counts[False]:
            yield (
                (subject.key, value),
                Tally(counts[True][value], known[True], counts[False][value], known[False]),
            )


def is_drawn(account: Account, sample: Sample) -> bool:
    share = sample.share_of_best if account.is_customer else sample.share_of_rest
    return account.pk * 2654435761 % 2**32 < share * 2**32


@pytest.mark.parametrize("at_most", [100_000, 30], ids=["everybody", "a share"])
@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_with_the_twin(
    make_account: MakeAccount,
    custom: dict[str, Attribute],
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    at_most: int,
) -> None:
    monkeypatch.setattr("abmhub.scoring.best.MOST_COMPARED", at_most)
    dice = Random(seed)
    for _ in range(120):
        make_account(
            industry=dice.choice(["", "Software", "software", "retail"]),
            country=dice.choice(["", "US", "DE"]),
            segment=dice.choice(["", "smb", "enterprise"]),
            employees=dice.choice([None, int(dice.lognormvariate(5, 2))]),
            annual_revenue_amount=dice.choice([None, Decimal(dice.randrange(10**9)) / 100]),
            founded_year=dice.choice([None, dice.randrange(1900, 2026)]),
            technologies=dice.choices(["sap", "SAP", "Postgres", "", "Excel"], k=dice.randrange(4)),
            currency=dice.choice(["USD", "USD", "EUR"]),
            attributes=random_attributes(dice),
            is_customer=dice.random() < 0.3,
        )
    best = Best(TODAY, Meaning.MARKED)
    learned = learn(best)
    limits = limits_of(best, learned.sample, [each for each in subjects() if each.is_measured])
    everybody = list(Account.objects.all())
    assert learned.sample.best == sum(each.is_customer for each in everybody)
    accounts = [account for account in everybody if is_drawn(account, learned.sample)]
    assert (learned.best, learned.rest) == tuple(
        sum(each.is_customer == is_best for each in accounts) for is_best in (True, False)
    )
    for findings, of_them in (
        (learned.findings, accounts),
        (learned.half, [account for account in accounts if is_first_half(account)]),
    ):
        found = {(each.subject.key, each.value): each.tally for each in findings}
        expected = {key: tally for key, tally in tallies(of_them, limits) if key[1] or key[0] != "technologies"}
        assert found == {key: tally for key, tally in expected.items() if limits.get(key[0]) != []}


def test_it_takes_as_many_queries_however_much_there_is(
    make_account: MakeAccount, custom: dict[str, Attribute]
) -> None:
    counts = []
    for number in (1, 25):
        for _ in range(number):
            make_account(is_customer=True, technologies=["SAP"])
        with CaptureQueriesContext(connection) as queries:
            learn(Best(TODAY, Meaning.MARKED))
        counts.append(len(queries))
    assert counts == [4, 4]


def test_of_very_many_an_even_share_is_drawn(make_account: MakeAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abmhub.scoring.best.MOST_COMPARED", 50)
    for number in range(500):
        make_account(is_customer=number < 40, industry="finance" if number % 2 else "retail")
    learned = learn(Best(TODAY, Meaning.MARKED))
    assert not learned.sample.is_whole
    assert (learned.sample.best, learned.sample.rest, learned.best) == (40, 460, 40)
    assert learned.rest == pytest.approx(50, abs=3)
    [finance] = [each.tally for each in learned.findings if each.label == "finance"]
    assert finance.rest_share == pytest.approx(0.5, abs=0.06)


def test_without_an_account_nothing_is_learned(db: None) -> None:
    learned = learn(Best(TODAY))
    assert (learned.best, learned.rest, learned.findings, learned.is_enough) == (0, 0, (), False)


def test_the_surest_come_first_and_the_rare_last(make_account: MakeAccount) -> None:
    for number in range(30):
        make_account(
            is_customer=True, industry="finance" if number < 24 else "retail", country="CH" if number < 3 else ""
        )
    for number in range(100):
        make_account(industry="finance" if number < 10 else "retail")
    learned = learn(Best(TODAY, Meaning.MARKED))
    assert learned.is_enough
    first = learned.findings[0]
    assert (first.subject.label, first.label, first.tally) == ("Industry", "finance", Tally(24, 30, 10, 100))
    assert first.lift == ratio_of_shares(24, 30, 10, 100)
    assert first.is_sure
    assert [each.label for each in learned.seldom] == ["retail"]
    assert [(each.label, each.asked) for each in learned.rare] == [("Switzerland", "CH")]
    assert learned.findings[-1].is_rare


def test_chance_is_seldom_taken_for_a_finding() -> None:
    """Best chosen at random: no more than one value in twenty seems to differ."""
    dice = Random(20)
    called: list[bool] = []
    for _ in range(300):
        best, everybody = dice.choice([25, 60, 200]), 1500
        for share in (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8):
            having = round(share * everybody)
            chosen = sum(number < having for number in dice.sample(range(everybody), best))
            tally = Tally(chosen, best, having - chosen, everybody - best)
            called.append(not tally.is_rare and tally.lift.is_sure)
    assert 0.01 < sum(called) / len(called) < 0.05
