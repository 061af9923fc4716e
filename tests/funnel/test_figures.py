"""The figures of deals: against a table worked by hand, and against a slow twin."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from statistics import mean, median
from typing import Any

import pytest
from pytest_django import Settings

from abmhub.accounts.models import Account, Standing, Territory, Tier
from abmhub.campaigns.models import Campaign, Channel, Motion
from abmhub.funnel.deals import deals_in
from abmhub.funnel.dimensions import DIMENSIONS
from abmhub.funnel.figures import DealFigures, UnknownDimension, deal_figures
from abmhub.pipeline.models import Opportunity, Product, Stage, StageChange
from abmhub.users.models import Role, Team, User
from tests.funnel.conftest import MakeDeal

TODAY = date(2026, 3, 4)


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def total(**choice: object) -> DealFigures:
    return deal_figures(as_of=TODAY, **choice).total  # type: ignore[arg-type]


def by(dimension: str, **choice: object) -> dict[str | None, DealFigures]:
    report = deal_figures(as_of=TODAY, by=dimension, **choice)  # type: ignore[arg-type]
    assert len({row.key for row in report.rows}) == len(report.rows)
    return {row.name: row.figures for row in report.rows}


@pytest.fixture
def five_deals(deal: MakeDeal) -> None:
    deal("Won", amount=1000, engaged_on=day(1, 1), closed_on=day(1, 31))
    deal("Won", amount=3000, engaged_on=day(1, 1), closed_on=day(2, 20))
    deal("Lost", amount=500, engaged_on=day(1, 5), closed_on=day(2, 1))
    deal("Engaging", amount=700, engaged_on=day(2, 1))
    deal("Prospecting")


def test_the_figures_of_five_deals(five_deals: None) -> None:
    assert total() == DealFigures(
        won=2,
        lost=1,
        open=2,
        win_rate=Decimal("0.6667"),
        won_amount=Decimal(4000),
        open_amount=Decimal(700),
        mean_won=Decimal(2000),
        median_won=Decimal(2000),
        cycle_days_mean=Decimal(40),
        cycle_days_median=Decimal(40),
    )


def test_of_no_deals_nothing_is_claimed(db: None) -> None:
    assert total() == DealFigures(0, 0, 0, None, Decimal(0), Decimal(0), None, None, None, None)


def test_on_an_earlier_day_what_came_later_had_not_happened(five_deals: None) -> None:
    found = deal_figures(as_of=day(1, 31)).total
    # The second win and the loss were open, the fourth deal had not begun, the fifth names no day.
    assert (found.won, found.lost, found.open, int(found.won_amount)) == (1, 0, 3, 1000)


def test_a_period_chooses_closed_deals_by_their_closing_day_both_ends_included(five_deals: None) -> None:
    found = total(since=day(2, 1), until=day(2, 20))
    assert (found.won, found.lost, found.open) == (1, 1, 2)
    assert total(since=day(2, 2), until=day(2, 19)).won == 0


def test_a_motion_chooses_deals(five_deals: None, deal: MakeDeal) -> None:
    deal("Won", amount=1, motion=Motion.DEMAND_GEN, closed_on=day(1, 2))
    assert total(motion=Motion.ABM).won == 2
    assert total(motion=Motion.DEMAND_GEN).won == 1


def test_means_are_over_what_is_known(deal: MakeDeal) -> None:
    deal("Won", amount=100, engaged_on=day(1, 1), closed_on=day(1, 3))
    deal("Won", amount=None, closed_on=day(1, 3))
    deal("Won", amount=900, currency="EUR", engaged_on=day(1, 1))
    found = total()
    assert found.won == 3
    assert found.won_amount == found.mean_won == Decimal(100)
    assert found.cycle_days_mean == Decimal(2)


def test_months_and_quarters_are_of_the_closing_day(five_deals: None) -> None:
    assert {key: (each.won, each.lost, each.open) for key, each in by("month").items()} == {
        "2026-01": (1, 0, 0),
        "2026-02": (1, 1, 0),
        None: (0, 0, 2),
    }
    assert list(by("quarter")) == ["2026-Q1", None]


def test_what_was_hoped_for_is_no_closing_day(deal: MakeDeal) -> None:
    deal("Engaging", closed_on=day(3, 1))
    assert list(by("month")) == [None]


def test_a_subsidiary_counts_with_its_top_parent_and_only_there(deal: MakeDeal) -> None:
    names = ("Holding", "Daughter", "Granddaughter", "Loner", "Ring A", "Ring B")
    made = {name: Account.objects.create(name=name, normalized_name=name.lower()) for name in names}
    for name, parent in (
        ("Daughter", "Holding"),
        ("Granddaughter", "Daughter"),
        ("Ring A", "Ring B"),
        ("Ring B", "Ring A"),
    ):
        Account.objects.filter(pk=made[name].pk).update(parent=made[parent])
    for number, name in enumerate(names):
        deal("Won", amount=10**number, account=made[name], closed_on=day(1, 2))
    deal("Won", amount=7, account_name="Never heard of", closed_on=day(1, 2))
    rolled_up = {key: each.won_amount for key, each in by("parent").items()}
    assert rolled_up.pop("Ring A", 0) + rolled_up.pop("Ring B", 0) == 110_000
    assert rolled_up == {"Holding": 111, "Loner": 1000, "Never heard of": 7}


def test_people_of_one_name_are_different_people(deal: MakeDeal) -> None:
    for _ in range(2):
        deal("Won", owner=User.objects.create_user(None, name="John Smith"), closed_on=day(1, 2))
    assert [row.key for row in deal_figures(as_of=TODAY, by="owner").rows] == ["John Smith", "John Smith"]


def test_a_deal_keeps_the_name_of_a_product_nobody_knows(deal: MakeDeal) -> None:
    deal("Won", product=Product.objects.create(name="GTX Pro", series="GTX"), closed_on=day(1, 2))
    deal("Won", product_name="GTXPro", closed_on=day(1, 2))
    assert set(by("product")) == {"GTX Pro", "GTXPro"}
    assert set(by("series")) == {"GTX", None}


def test_an_unknown_dimension_is_refused(db: None) -> None:
    with pytest.raises(UnknownDimension, match="no dimension 'shoe size'; there are motion, territory"):
        deal_figures(as_of=TODAY, by="shoe size")


def test_region_is_another_word_for_territory(deal: MakeDeal) -> None:
    deal("Won", territory=Territory.objects.create(name="West"), closed_on=day(1, 2))
    assert list(by("region")) == list(by("territory")) == ["West"]


def slow_figures(deals: Iterable[Opportunity], as_of: date) -> DealFigures:
    """The definitions of the docstring, deal by deal."""
    found = [each for each in deals if was_known(each, as_of)]
    won, lost, open_ = ([each for each in found if outcome(each, as_of) == kind] for kind in ("won", "lost", "open"))
    money = [each.amount for each in won if each.amount is not None and each.currency == "USD"]
    told = [(each.closed_on - each.engaged_on).days for each in won if each.closed_on and each.engaged_on]
    days = [each for each in told if each >= 0]
    decided = len(won) + len(lost)
    return DealFigures(
        won=len(won),
        lost=len(lost),
        open=len(open_),
        win_rate=rounded(Decimal(len(won)) / decided, "0.0001") if decided else None,
        won_amount=sum(money, Decimal(0)),
        open_amount=sum((each.amount or Decimal(0) for each in open_ if each.currency == "USD"), Decimal(0)),
        mean_won=rounded(mean(money), "0.01") if money else None,
        median_won=rounded(median(money), "0.01") if money else None,
        cycle_days_mean=rounded(Decimal(sum(days)) / len(days), "0.0001") if days else None,
        cycle_days_median=rounded(median(days), "0.0001") if days else None,
        cycle_left_out=len(told) - len(days),
    )


def rounded(value: Decimal | float, unit: str) -> Decimal:
    return Decimal(value).quantize(Decimal(unit), ROUND_HALF_UP)


def outcome(deal: Opportunity, as_of: date) -> str:
    is_closed = deal.stage.kind != Stage.Kind.OPEN and (deal.closed_on is None or deal.closed_on <= as_of)
    return deal.stage.kind if is_closed else "open"


def was_known(deal: Opportunity, as_of: date) -> bool:
    told = [deal.engaged_on, deal.closed_on if deal.stage.kind != Stage.Kind.OPEN else None]
    days = [each for each in told if each]
    return not days or min(days) <= as_of


def named(thing: Any) -> str | None:
    return thing.name if thing else None


KEYS: dict[str, Callable[[Any], str | None]] = {
    "motion": lambda deal: deal.motion,
    "territory": lambda deal: named(deal.territory),
    "owner": lambda deal: named(deal.owner) or deal.owner_name or None,
    "team": lambda deal: named(deal.owner and deal.owner.team),
    "product": lambda deal: named(deal.product) or deal.product_name or None,
    "series": lambda deal: (deal.product and deal.product.series) or None,
    "account": lambda deal: named(deal.account) or deal.account_name or None,
    "parent": lambda deal: named(deal.account and (deal.account.parent or deal.account)) or deal.account_name or None,
    "industry": lambda deal: (deal.account and deal.account.industry) or None,
    "segment": lambda deal: (deal.account and deal.account.segment) or None,
    "country": lambda deal: (deal.account and deal.account.country) or None,
    "tier": lambda deal: named(deal.account and deal.account.standing.tier),
    "campaign": lambda deal: named(deal.campaign),
    "channel": lambda deal: named(deal.campaign and deal.campaign.channel),
    "content": lambda deal: deal.campaign and deal.campaign.content and deal.campaign.content.title,
    "program": lambda deal: named(deal.campaign and deal.campaign.program),
    "stage": lambda deal: stage_on(deal, TODAY),
    "month": lambda deal: f"{deal.closed_on:%Y-%m}" if is_closed_with_day(deal) else None,
    "quarter": lambda deal: quarter_of(deal.closed_on) if is_closed_with_day(deal) else None,
}


def is_closed_with_day(deal: Opportunity) -> bool:
    return outcome(deal, TODAY) != "open" and deal.closed_on is not None


def quarter_of(closed_on: date) -> str:
    return f"{closed_on.year}-Q{(closed_on.month + 2) // 3}"


def stage_on(deal: Opportunity, as_of: date) -> str | None:
    if deal.stage.kind == Stage.Kind.OPEN or outcome(deal, as_of) != "open":
        return deal.stage.name
    passed = deal.stage_changes.filter(stage__kind=Stage.Kind.OPEN, entered_on__lte=as_of).order_by(
        "-entered_on", "-pk"
    )
    return passed[0].stage.name if passed else None


def a_company(dice: Random) -> None:
    """Some accounts, people and products, and deals that know them or not."""
    teams = [Team.objects.create(name=f"Team {n}") for n in range(2)]
    owners = [User.objects.create_user(None, name=f"Owner {n}", team=dice.choice([None, *teams])) for n in range(4)]
    territories = [Territory.objects.create(name=f"Territory {n}") for n in range(2)]
    products = [Product.objects.create(name=f"Product {n}", series=dice.choice(["", "A", "B"])) for n in range(3)]
    campaigns = [
        Campaign.objects.create(
            name=f"Campaign {n}", motion=Motion.ABM, channel=dice.choice(list(Channel.objects.all())), started_on=TODAY
        )
        for n in range(3)
    ]
    accounts: list[Account] = []
    for n in range(8):
        account = Account.objects.create(
            name=f"Account {n}",
            normalized_name=f"account {n}",
            parent=dice.choice([None, *(each for each in accounts if not each.parent)]),
            industry=dice.choice(["", "software", "retail"]),
            segment=dice.choice(["", "smb"]),
            country=dice.choice(["", "US", "DE"]),
        )
        tier = dice.choice([None, *Tier.objects.all()])
        Standing.objects.create(account=account, tier=tier)
        accounts.append(account)
    stages = list(Stage.objects.all())
    for n in range(250):
        begun = dice.choice([None, TODAY - timedelta(days=dice.randrange(-20, 400))])
        deal = Opportunity.objects.create(
            stage=dice.choice(stages),
            motion=dice.choice(Motion.values),
            account=dice.choice([None, *accounts]),
            account_name=dice.choice(["", "Unheard of"]),
            product=dice.choice([None, *products]),
            product_name=dice.choice(["", "Unknown thing"]),
            owner=dice.choice([None, *owners]),
            territory=dice.choice([None, *territories]),
            campaign=dice.choice([None, *campaigns]),
            amount=dice.choice([None, Decimal(dice.randrange(10**7)) / 100]),
            currency=dice.choice(["USD", "USD", "EUR"]),
            engaged_on=begun,
            closed_on=dice.choice([None, (begun or TODAY) + timedelta(days=dice.randrange(-3, 120))]),
            source="test",
            external_id=str(n),
        )
        for stage in dice.sample(stages, dice.randrange(3)):
            entered_on = (begun or TODAY) + timedelta(days=dice.randrange(60))
            StageChange.objects.create(opportunity=deal, stage=stage, entered_on=entered_on)


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_a_slow_twin_in_every_dimension(db: None, settings: Settings, seed: int) -> None:
    settings.ABMHUB_BUSINESS_CURRENCY = "USD"
    a_company(Random(seed))
    deals = list(
        Opportunity.objects.select_related(
            "stage", "account__parent", "account__standing__tier", "product", "owner__team", "territory",
            "campaign__channel",
        )
    )  # fmt: skip
    for as_of in (TODAY, TODAY - timedelta(days=100)):
        assert deal_figures(as_of=as_of).total == slow_figures(deals, as_of)
    assert set(KEYS) == set(DIMENSIONS) - {"region"}
    for dimension, key in KEYS.items():
        slices = defaultdict(list)
        for each in deals:
            if was_known(each, TODAY):
                slices[key(each)].append(each)
        expected = {name: slow_figures(members, TODAY) for name, members in slices.items()}
        assert by(dimension) == expected, dimension


def test_slices_sum_to_the_whole(db: None) -> None:
    a_company(Random(7))
    for dimension in DIMENSIONS:
        report = deal_figures(as_of=TODAY, by=dimension)
        for name in ("won", "lost", "open", "won_amount", "open_amount"):
            slices = sum(getattr(row.figures, name) for row in report.rows)
            assert slices == getattr(report.total, name), (dimension, name)


def test_a_deal_that_was_closed_before_it_began_says_nothing_of_the_cycle(deal: MakeDeal) -> None:
    deal("Won", engaged_on=day(1, 1), closed_on=day(1, 11))
    deal("Won", engaged_on=day(1, 1), closed_on=day(1, 1) - timedelta(days=751))
    deal("Lost", engaged_on=day(1, 1), closed_on=day(1, 1) - timedelta(days=9))
    found = deal_figures(as_of=TODAY).total
    assert (found.won, found.lost, found.cycle_left_out) == (2, 1, 1)
    assert found.cycle_days_mean == found.cycle_days_median == 10


def test_the_deals_behind_a_figure_are_those_that_it_counts(db: None) -> None:
    a_company(Random(11))
    somebody = User.objects.create_user(None, name="Analyst", role=Role.ANALYST)
    period = {"as_of": TODAY, "since": TODAY - timedelta(days=200), "until": TODAY, "motion": None}
    for names in ((), *((name,) for name in DIMENSIONS), ("product", "quarter"), ("parent", "motion")):
        report = deal_figures(by=names, **period)  # type: ignore[arg-type]
        for figures, identity in [(row.figures, row.identity) for row in report.rows] or [(report.total, None)]:
            behind = {
                kind: deals_in(kind, by=names, identity=identity, user=somebody, limit=1_000, **period)  # type: ignore[arg-type]
                for kind in Stage.Kind
            }
            assert [len(behind[kind]) for kind in Stage.Kind] == [getattr(figures, kind) for kind in Stage.Kind], names
            won = [each.amount for each in behind[Stage.Kind.WON] if each and each.amount and each.currency == "USD"]
            assert sum(won, Decimal(0)) == figures.won_amount
