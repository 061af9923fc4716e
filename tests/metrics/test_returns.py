"""The return on tactics and programs: as the plain twin shares it, with its interval, and its rows."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Campaign, Program, ProgramAccount, Spend, Touch
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.metrics import due
from abmhub.metrics.attribution import Model, shares
from abmhub.metrics.models import PeriodLock, ReturnSnapshot
from abmhub.metrics.models.returns import ReturnKind
from abmhub.metrics.returns import Return, behind, keep_returns
from abmhub.metrics.touches import MARKETING_SOURCES
from abmhub.orders.models import OrderLine
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import User
from tests.metrics.conftest import ON, Company, moment
from tests.orders.conftest import Place, place  # noqa: F401

pytestmark = pytest.mark.django_db
Due = dict[tuple[str, int, str, str], int]


def found(won: int, amount: int, squares: int, spend: int) -> Return:
    return Return(
        ReturnSnapshot(
            won_deals=won,
            won_amount=Decimal(amount),
            won_squares=Decimal(squares),
            spend_amount=Decimal(spend),
            open_amount=Decimal(0),
        )
    )


def test_ten_deals_of_10_000_are_100_000_give_or_take_61_981() -> None:
    one = found(10, 100_000, 10 * 10_000**2, 10_000)
    assert one.times == 10
    assert one.interval is not None
    assert [round(each, 4) for each in one.interval] == [3.8019, 16.1981]


@pytest.mark.parametrize(
    "few", [found(4, 90_000, 10**9, 10_000), found(9, 90_000, 10**9, 0)], ids=["too few deals", "no spend"]
)
def test_of_too_few_deals_or_no_spend_no_interval_is_told(few: Return) -> None:
    assert few.interval is None


def test_one_large_deal_says_little() -> None:
    """The same money in one deal of nine and in nine alike: the interval knows."""
    even, single = found(9, 90_000, 9 * 10_000**2, 10_000), found(9, 90_000, 80_000**2 + 8 * 1_250**2, 10_000)
    assert even.interval is not None
    assert single.interval is not None
    assert single.interval[0] < even.interval[0]


@pytest.fixture
def lines(place: Place, tactic: Tactic, contacts: list[Contact]) -> list[OrderLine]:  # noqa: F811
    """Three lines of a tactic, delivered in February for 40 each."""
    for _ in range(3):
        place((tactic, contacts[:1]))
    OrderLine.objects.update(
        state=OrderLine.State.DELIVERED, delivered_at=datetime(2026, 2, 10, 9, tzinfo=UTC), actual_cost=40
    )
    return list(OrderLine.objects.order_by("pk"))


def program_of(name: str, starts_on: date, *accounts: Account) -> Program:
    program = Program.objects.create(
        name=name, audience=name, period="quarter", starts_on=starts_on, budget_amount=1, objectives="Win."
    )
    ProgramAccount.objects.bulk_create(ProgramAccount(program=program, account=each) for each in accounts)
    return program


def world(throw: Random, lines: list[OrderLine]) -> None:
    """Programs over some accounts, and touches that are deliveries, of campaigns in programs, or of neither."""
    accounts, ordering = list(Account.objects.order_by("pk")), lines[0].order.account
    some = throw.sample(list(Opportunity.objects.order_by("pk").values_list("pk", flat=True)), 12)
    Opportunity.objects.filter(pk__in=some).update(account=ordering)
    programs = [
        program_of(f"Program {each}", starts, *throw.sample(accounts, len(accounts) // 2))
        for each, starts in enumerate((date(2025, 10, 1), date(2026, 1, 1), date(2026, 1, 1)))
    ]
    channel = lines[0].tactic.channel
    campaign = Campaign.objects.create(
        name="In one", motion="abm", channel=channel, started_on=date(2026, 1, 1), program=programs[0]
    )
    for each in range(40):
        line = throw.choice([None, *lines])
        Touch.objects.create(
            account=line.order.account if line else throw.choice(accounts),
            channel=channel,
            campaign=None if line else throw.choice([None, campaign]),
            occurred_at=moment(ON - timedelta(days=throw.randint(0, 170))),
            source="orders" if line else throw.choice(["marketing", "crm"]),
            external_id=f"{line.reference}/contact-{each}" if line else f"more {each}",
        )
    Spend.objects.create(campaign=campaign, spent_on=ON, amount=500, currency="USD")


def program_on(account_id: int, day: date) -> int | None:
    held = [
        member.program
        for member in ProgramAccount.objects.filter(account=account_id).select_related("program")
        if member.program.starts_on <= day <= member.program.ends_on
    ]
    return max(held, key=lambda program: (program.starts_on, program.pk)).pk if held else None


def twin() -> Due:
    """What is due to each tactic and program, by deal, in cents."""
    told: Due = defaultdict(int)
    for outcome in (Stage.Kind.WON, Stage.Kind.OPEN):
        for deal in due.deals(outcome, ON).filter(number__isnull=False):
            touches = [
                touch
                for touch in Touch.objects.filter(account=deal.account_id).order_by("occurred_at", "pk")
                if touch.occurred_at.date() <= deal.until_on and (touch.campaign or touch.source in MARKETING_SOURCES)
            ]
            for model in Model:
                for touch, cents in zip(
                    touches, shares(int(deal.number * 100), model, len(touches)) if touches else [], strict=True
                ):
                    if touch.source == "orders" and touch.external_id.startswith("order-line-"):
                        line = OrderLine.objects.get(pk=touch.external_id.split("/")[0].removeprefix("order-line-"))
                        told["tactic", line.tactic_id, model, outcome] += cents
                    program = (
                        touch.campaign.program_id
                        if touch.campaign
                        else program_on(touch.account_id, touch.occurred_at.date())
                    )
                    if program:
                        told["program", program, model, outcome] += cents
    return {key: cents for key, cents in told.items() if cents}


@pytest.mark.parametrize("seed", [3, 8])
def test_the_night_shares_as_the_plain_twin_does_and_the_rows_sum_to_it(
    company: Company, lines: list[OrderLine], seed: int
) -> None:
    company(seed, accounts=4, deals=60)
    Opportunity.objects.filter(account=None).delete()
    world(Random(seed), lines)
    keep_returns(on=ON)
    told: Due = {}
    for row in ReturnSnapshot.objects.all():
        for outcome, amount, deals in (
            ("won", row.won_amount, row.won_deals),
            ("open", row.open_amount, row.open_deals),
        ):
            rows = behind(
                on=ON, kind=ReturnKind(row.kind), key=row.key, model=Model(row.model), outcome=Stage.Kind(outcome)
            )
            assert (sum(each for _, each in rows), len(rows)) == (amount, deals)
            if outcome == "won":
                assert row.won_squares == sum((each**2 for _, each in rows), Decimal(0))
            told[row.kind, row.key, row.model, outcome] = int(amount * 100)
    assert {key: cents for key, cents in told.items() if cents} == twin()
    assert {kind for kind, *_ in twin()} == {"tactic", "program"}


def test_what_was_spent_stands_there_though_it_brought_nothing(lines: list[OrderLine], account: Account) -> None:
    program = program_of("Spring", date(2026, 1, 1), account)
    program_of("Later", date(2026, 4, 1), account)
    channel = lines[0].tactic.channel
    campaign = Campaign.objects.create(
        name="Ads", motion="abm", channel=channel, started_on=date(2026, 1, 1), program=program
    )
    Spend.objects.create(campaign=campaign, spent_on=ON, amount=500, currency="USD")
    keep_returns(on=ON)
    spent = {(row.kind, row.key): row.spend_amount for row in ReturnSnapshot.objects.filter(model=Model.EVEN)}
    assert spent == {("tactic", lines[0].tactic_id): 120, ("program", program.pk): 620}


def test_a_night_that_is_repeated_is_reckoned_anew(lines: list[OrderLine]) -> None:
    assert keep_returns(on=ON) == len(Model)
    OrderLine.objects.update(actual_cost=9_000)
    assert keep_returns(on=ON) == len(Model)
    assert set(ReturnSnapshot.objects.values_list("spend_amount", flat=True)) == {27_000}


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize("why", ["it is over", "its month is locked"])
def test_what_was_reported_stays(why: str, marketing_manager: User) -> None:
    keep_returns(on=ON)
    OrderLine.objects.update(actual_cost=9_000)
    if why == "its month is locked":
        PeriodLock.objects.create(month_on=ON.replace(day=1), locked_by=marketing_manager, locked_at=moment(ON))
    assert keep_returns(on=ON, is_over=why == "it is over") == 0
    assert set(ReturnSnapshot.objects.values_list("spend_amount", flat=True)) == {120}


@pytest.mark.usefixtures("lines")
def test_a_day_that_is_over_gets_what_it_has_not() -> None:
    assert keep_returns(on=ON, is_over=True) == len(Model)
