"""Days in stage, and channels against the ladder: by hand, and as the plain twins tell them."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from statistics import median

import pytest

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Channel, Touch
from abmhub.menus.models import ChannelStep
from abmhub.menus.stages import stages_of
from abmhub.metrics.models import LadderStep, PeriodLock, StageTime
from abmhub.metrics.stages import keep_stages, on_ladder, staying_in
from abmhub.pipeline.models import Opportunity, Stage, StageChange
from abmhub.users.models import User
from tests.metrics.conftest import ON, Company, moment

pytestmark = pytest.mark.django_db


def deal(name: str, now_in: Stage, *visits: tuple[Stage, int], closed_on: date | None = None) -> Opportunity:
    """A deal that entered stages so many days ago."""
    made = Opportunity.objects.create(name=name, stage=now_in, closed_on=closed_on, source="t", external_id=name)
    StageChange.objects.bulk_create(
        StageChange(opportunity=made, stage=stage, entered_on=ON - timedelta(days=back)) for stage, back in visits
    )
    return made


@pytest.fixture
def stages(db: None) -> list[Stage]:
    return list(Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("position")[:2])


def test_a_visit_lasts_until_the_next_or_until_the_deal_is_closed(stages: list[Stage]) -> None:
    first, second = stages
    won = Stage.objects.filter(kind="won").order_by("pk")[0]
    deal("moved on", second, (first, 30), (second, 10))
    deal("came back", first, (first, 40), (second, 34), (first, 30))
    deal("won", won, (first, 50), closed_on=ON - timedelta(days=42))
    deal("before the year", second, (first, 500), (second, 400))
    deal("closed before it came", won, (first, 5), closed_on=ON - timedelta(days=9))
    keep_stages(on=ON)
    found = {row.stage_id: row for row in StageTime.objects.all()}
    # The first was left after 20, 6 and 8 days, and the deal that came back is in it for 30.
    assert (found[first.pk].passed, found[first.pk].median_days) == (3, Decimal(8))
    assert (found[first.pk].staying, found[first.pk].median_so_far) == (1, Decimal(30))
    assert (found[second.pk].passed, found[second.pk].median_days) == (1, Decimal(4))
    assert (found[second.pk].staying, found[second.pk].median_so_far) == (2, Decimal(205))
    assert [each.days for each in staying_in(second, ON).order_by("-days")] == [400, 10]


@pytest.mark.parametrize("seed", range(4))
def test_the_night_tells_what_the_plain_twin_does(stages: list[Stage], seed: int) -> None:
    throw = Random(seed)
    every = list(Stage.objects.order_by("pk"))
    passed: dict[int, list[int]] = {}
    staying: dict[int, list[int]] = {}
    for number in range(40):
        backs = sorted(throw.sample(range(500), throw.randint(1, 5)), reverse=True)
        visits = [(throw.choice(stages), back) for back in backs]
        now_in = throw.choice([visits[-1][0], every[-1]])
        closed = None if now_in.kind == "open" else ON - timedelta(days=throw.randint(0, 500))
        deal(str(number), now_in, *visits, closed_on=closed)
        ends = [back for _, back in visits[1:]] + [None if closed is None else (ON - closed).days]
        for (stage, came), left in zip(visits, ends, strict=True):
            if left is None:
                staying.setdefault(stage.pk, []).append(came)
            elif left <= came and left <= 364:
                passed.setdefault(stage.pk, []).append(came - left)
    keep_stages(on=ON)
    for row in StageTime.objects.all():
        mine, here = passed.get(row.stage_id, []), staying.get(row.stage_id, [])
        assert (row.passed, row.staying) == (len(mine), len(here))
        assert row.median_days == (median(mine) if mine else None)
        assert row.median_so_far == (median(here) if here else None)
        assert staying_in(row.stage, ON).count() == row.staying


@pytest.mark.parametrize("seed", [1, 2])
def test_channels_are_counted_by_account_and_the_rows_sum_to_the_step(company: Company, seed: int) -> None:
    company(seed, accounts=14)
    throw = Random(seed)
    channels = list(Channel.objects.order_by("pk"))
    accounts = list(Account.objects.order_by("pk"))
    for number in range(60):
        Touch.objects.create(
            account=throw.choice(accounts),
            channel=throw.choice(channels),
            occurred_at=moment(ON - timedelta(days=throw.randint(0, 120))),
            source="t",
            external_id=f"ladder {number}",
        )
    keep_stages(on=ON)
    wanted = dict(ChannelStep.objects.values_list("stage", "channels"))
    end = moment(ON) + timedelta(hours=12)
    told = stages_of([each.pk for each in accounts], at=end)
    twin: dict[str, list[int]] = {}
    for account in Account.objects.filter(standing__tier__isnull=False):
        used = Touch.objects.filter(account=account, occurred_at__gt=end - timedelta(days=90), occurred_at__lte=end)
        twin.setdefault(told[account.pk], []).append(len(set(used.values_list("channel", flat=True))))
    found = {row.stage: row for row in LadderStep.objects.all()}
    assert set(found) == set(twin)
    for stage, numbers in twin.items():
        row, most = found[stage], wanted.get(stage, 0)
        assert (row.accounts, row.channels) == (len(numbers), sum(numbers))
        assert row.reached == sum(number >= most for number in numbers)
        assert on_ladder(ON).filter(funnel_stage=stage, is_reached=False).count() == row.below


def test_a_night_that_is_repeated_is_reckoned_anew(stages: list[Stage], company: Company) -> None:
    company(1, accounts=3)
    StageChange.objects.all().delete()
    deal("one", stages[0], (stages[0], 3))
    first = keep_stages(on=ON)
    deal("two", stages[0], (stages[0], 3))
    before = list(LadderStep.objects.values_list("stage", "accounts"))
    assert keep_stages(on=ON) == first
    assert StageTime.objects.get().staying == 2
    assert list(LadderStep.objects.values_list("stage", "accounts")) == before


def test_of_a_locked_month_what_was_reckoned_stays(stages: list[Stage], marketing_manager: User) -> None:
    deal("one", stages[0], (stages[0], 3))
    keep_stages(on=ON)
    PeriodLock.objects.create(month_on=ON.replace(day=1), locked_by=marketing_manager, locked_at=moment(ON))
    deal("two", stages[0], (stages[0], 3))
    assert keep_stages(on=ON) == 0
    assert StageTime.objects.get().staying == 1
