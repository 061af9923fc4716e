"""What holds an account elsewhere than the rules alone would: by example."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from abmhub.accounts.models import Account, Standing
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.scoring import tiers
from abmhub.scoring.models import TierCapacity, TierCondition, TierOverride, TierPolicy, TierRule
from abmhub.scoring.tiers import Fact
from abmhub.users.models import User
from tests.kept import kept
from tests.scoring.conftest import TODAY, MakeAccount
from tests.scoring.scored import NOON, Scored, change, keep_scores, override


def tonight(day: date, scored: Scored) -> None:
    """The tiers of a day with these scores."""
    keep_scores(scored)
    tiers.find(day)
    tiers.publish(day)


def where(account: Account) -> tuple[int | None, int | None, str]:
    """Tier, earned tier, and what holds it."""
    standing = Standing.objects.get(account=account)
    return standing.tier_id, standing.earned_tier_id, standing.held_by


def summary(account: Account) -> str:
    return Standing.objects.get(account=account).summary


@pytest.fixture
def ladder(policy: TierPolicy) -> TierPolicy:
    """Tier 1 from engagement 60, Tier 2 from 40, Tier 3 from 20; nothing else is asked."""
    TierCondition.objects.all().delete()
    for rule, threshold in zip(policy.rules.order_by("position"), (60, 40, 20), strict=True):
        TierCondition.objects.create(rule=rule, fact=Fact.ENGAGEMENT, threshold=threshold)
    return policy


Days = Callable[[Account, dict[int, int]], list[tuple[int | None, str]]]


@pytest.fixture
def days(ladder: TierPolicy) -> Days:
    """Nights with an engagement each, by the days since today; tier and what holds it after each."""

    def run(account: Account, engagements: dict[int, int]) -> list[tuple[int | None, str]]:
        found = []
        for since, engagement in engagements.items():
            tonight(TODAY + timedelta(days=since), {account: {"engagement": engagement}})
            tier, _, held_by = where(account)
            found.append((tier, held_by))
        return found

    return run


def test_with_bands_a_tier_is_won_above_the_threshold_and_lost_below(
    ladder: TierPolicy, days: Days, make_account: MakeAccount
) -> None:
    change(ladder, promote_band=5, demote_band=3)
    account = make_account()
    assert days(account, {0: 64, 1: 65, 2: 57, 3: 56}) == [
        (2, "band"),  # 60 is reached, 65 is not; 45 of Tier 2 is
        (1, ""),
        (1, "band"),  # 57 is 60 - 3
        (2, ""),
    ]


def test_bands_say_so(ladder: TierPolicy, days: Days, make_account: MakeAccount) -> None:
    change(ladder, promote_band=5, demote_band=3)
    account = make_account()
    days(account, {0: 62})
    assert where(account) == (2, 1, "band")
    assert summary(account) == "Held in Tier 2 by the promote band. Just right: engagement 62 (at least 60)."
    days(account, {1: 65, 2: 58})
    assert summary(account) == (
        "Held in Tier 1 by the demote band. Too many for 1:1: engagement 58 (at least 40). "
        "For Tier 1: engagement 58 of 60."
    )


@pytest.mark.parametrize(
    ("promote", "demote", "threshold", "rises", "stays"),
    [(10, 5, 60, 70, 55), (50, 70, 60, 100, 0), (0, 0, 60, 60, 60), (3, 0, 99, 100, 99)],
    ids=["both", "no further than 100", "none", "the top"],
)
def test_no_band_puts_a_threshold_out_of_reach(
    ladder: TierPolicy,
    days: Days,
    make_account: MakeAccount,
    promote: int,
    demote: int,
    threshold: int,
    rises: int,
    stays: int,
) -> None:
    ladder.rules.filter(position__gt=1).delete()
    TierCondition.objects.update(threshold=threshold)
    change(ladder, promote_band=promote, demote_band=demote)
    steps = [rises - 1, rises, stays] + [stays - 1] * (stays > 0)
    found = days(make_account(), dict(enumerate(steps)))
    assert [tier for tier, _ in found] == [None, 1, 1] + [None] * (stays > 0)


def test_a_band_of_below_lies_on_the_other_side(ladder: TierPolicy, days: Days, make_account: MakeAccount) -> None:
    ladder.rules.filter(position__gt=1).delete()
    TierCondition.objects.update(operator="lt", threshold=40)
    change(ladder, promote_band=5, demote_band=3)
    assert [tier for tier, _ in days(make_account(), {0: 35, 1: 34, 2: 42, 3: 43})] == [None, 1, 1, None]


def test_an_account_with_stale_facts_falls_but_does_not_rise(ladder: TierPolicy, make_account: MakeAccount) -> None:
    rising, falling = make_account(), make_account()
    tonight(TODAY, {rising: {"engagement": 45}, falling: {"engagement": 45}})
    stale = {"stale_since_on": TODAY}
    tomorrow = TODAY + timedelta(days=1)
    tonight(tomorrow, {rising: {"engagement": 80, **stale}, falling: {"engagement": 30, **stale}})
    assert (where(rising), where(falling)) == ((2, 1, "stale"), (3, 3, ""))
    assert summary(rising).startswith(
        "Held in Tier 2: its facts are stale since 4 March 2026, and on stale facts no account rises. Just right"
    )
    tonight(tomorrow + timedelta(days=1), {rising: {"engagement": 80}})
    assert where(rising) == (1, 1, "")


def test_a_fall_waits_for_the_minimum_stay_and_a_rise_does_not(
    ladder: TierPolicy, days: Days, make_account: MakeAccount
) -> None:
    change(ladder, minimum_stay_days=10)
    account = make_account()
    assert days(account, {0: 45, 1: 65, 2: 10, 10: 10}) == [(2, ""), (1, ""), (1, "stay"), (1, "stay")]
    assert summary(account).startswith("Held in Tier 1 by the minimum stay until 15 March 2026. For Tier 3: ")
    assert days(account, {11: 10}) == [(None, "")]


def test_what_is_not_eligible_does_not_stay(ladder: TierPolicy, make_account: MakeAccount) -> None:
    change(ladder, minimum_stay_days=10, demote_band=100)
    barred, outside = make_account(), make_account()
    tonight(TODAY, {barred: {"engagement": 65}, outside: {"engagement": 65}})
    tonight(
        TODAY + timedelta(days=1),
        {barred: {"engagement": 65, "disqualified_by": "Embargo"}, outside: {"engagement": 65, "is_target": False}},
    )
    assert where(barred) == where(outside) == (None, None, "")


def test_an_override_holds_through_its_last_day_and_then_nothing_holds(
    ladder: TierPolicy, days: Days, make_account: MakeAccount, admin: User
) -> None:
    change(ladder, minimum_stay_days=30, demote_band=50)
    account = make_account()
    override(account, 1, first=1, last=2, made_by=admin)
    assert days(account, {0: 25, 1: 25, 2: 25}) == [(3, ""), (1, "override"), (1, "override")]
    assert summary(account).startswith(
        "Put in Tier 1 by Ada Stone through 6 March 2026: A strategic customer. Too small"
    )
    assert days(account, {3: 25, 4: 25}) == [(3, ""), (3, "")]
    assert TierOverride.objects.get().released_on == TODAY + timedelta(days=3)


def test_a_repeated_night_lets_go_again(ladder: TierPolicy, days: Days, make_account: MakeAccount) -> None:
    change(ladder, minimum_stay_days=30)
    account = make_account()
    override(account, 1, first=0, last=0)
    days(account, {0: 25})
    assert days(account, {1: 25}) == days(account, {1: 25}) == [(3, "")]


def test_an_override_that_held_on_no_night_frees_from_nothing(
    ladder: TierPolicy, days: Days, make_account: MakeAccount
) -> None:
    change(ladder, minimum_stay_days=30)
    account = make_account()
    days(account, {0: 65})
    override(account, None, first=1, last=9, ended_at=NOON + timedelta(days=1, hours=1))
    assert days(account, {1: 10, 2: 10}) == [(1, "stay"), (1, "stay")]


def test_an_override_does_not_help_what_is_not_eligible(ladder: TierPolicy, make_account: MakeAccount) -> None:
    account = make_account()
    override(account, 1, first=0, last=9)
    tonight(TODAY, {account: {"engagement": 65, "disqualified_by": "Embargo"}})
    assert where(account) == (None, None, "")


def test_an_owner_keeps_as_many_as_fit_and_the_rest_wait(
    ladder: TierPolicy, make_account: MakeAccount, rep: User, other_rep: User
) -> None:
    TierCapacity.objects.create(policy=ladder, tier_id=1, accounts_per_rep=2)
    TierCapacity.objects.create(policy=ladder, tier_id=2, accounts_per_rep=1)
    by_priority = [make_account(owner=rep) for _ in range(5)]
    elsewhere, nobodys = make_account(owner=other_rep), make_account()
    scored = {account: {"engagement": 90 - place} for place, account in enumerate(by_priority)}
    tonight(TODAY, {**scored, elsewhere: {"engagement": 61}, nobodys: {"engagement": 61}})
    assert [where(account) for account in by_priority] == [
        (1, 1, ""), (1, 1, ""), (2, 1, "capacity"), (3, 1, "capacity"), (3, 1, "capacity"),
    ]  # fmt: skip
    assert where(elsewhere) == where(nobodys) == (1, 1, "")
    assert summary(by_priority[3]) == "Waits for a place in Tier 1. Just right: engagement 87 (at least 60)."


def test_of_two_alike_the_older_account_has_the_place_and_an_override_goes_first(
    ladder: TierPolicy, make_account: MakeAccount, rep: User
) -> None:
    TierCapacity.objects.create(policy=ladder, tier_id=1, accounts_per_rep=1)
    older, younger, chosen = (make_account(owner=rep) for _ in range(3))
    alike = {account: {"engagement": 70} for account in (older, younger)}
    tonight(TODAY, {**alike, chosen: {"engagement": 0}})
    assert (where(older)[0], where(younger)[0]) == (1, 2)
    override(chosen, 1, first=1, last=5)
    tonight(TODAY + timedelta(days=1), {**alike, chosen: {"engagement": 0}})
    assert [where(account)[0] for account in (older, younger, chosen)] == [2, 2, 1]


def test_who_meets_no_other_rule_waits_in_no_tier(ladder: TierPolicy, make_account: MakeAccount, rep: User) -> None:
    ladder.rules.filter(position__gt=1).delete()
    TierCapacity.objects.create(policy=ladder, tier_id=1, accounts_per_rep=0)
    account = make_account(owner=rep)
    tonight(TODAY, {account: {"engagement": 70}})
    assert where(account) == (None, 1, "capacity")


@pytest.mark.parametrize(
    ("fact", "operator", "values", "fits"),
    [
        (Fact.INDUSTRY, "in", ["Software", "retail"], {"industry": "software"}),
        (Fact.COUNTRY, "not", ["RU"], {"country": "DE"}),
        (Fact.SEGMENT, "in", ["smb"], {"segment": "smb"}),
        (Fact.STAGE, "in", ["customer"], {"is_customer": True}),
        (Fact.STAGE, "not", ["No opportunity"], {"is_customer": True}),
    ],
)
def test_a_rule_may_ask_what_an_account_is(
    ladder: TierPolicy, make_account: MakeAccount, fact: str, operator: str, values: list[str], fits: dict[str, Any]
) -> None:
    ladder.rules.filter(position__gt=1).delete()
    TierCondition.objects.all().delete()
    TierCondition.objects.create(rule=ladder.rules.get(), fact=fact, operator=operator, values=values)
    fitting, other = make_account(**fits), make_account(industry="", country="", segment="")
    tonight(TODAY, {fitting: {}, other: {}})
    assert (where(fitting)[0], where(other)[0]) == (1, None)


def test_the_stage_is_that_of_the_deepest_open_opportunity(ladder: TierPolicy, make_account: MakeAccount) -> None:
    ladder.rules.filter(position__gt=1).delete()
    TierCondition.objects.all().delete()
    early, late = Stage.objects.filter(kind="open").order_by("position")[:2]
    won = Stage.objects.filter(kind="won").order_by("pk")[0]
    TierCondition.objects.create(rule=ladder.rules.get(), fact=Fact.STAGE, operator="in", values=[late.name])
    account = make_account(is_customer=True)
    for number, stage in enumerate((early, late, won)):
        Opportunity.objects.create(account=account, stage=stage, source="test", external_id=str(number))
    tonight(TODAY, {account: {}})
    assert where(account)[0] == 1
    Opportunity.objects.filter(stage=late).delete()
    tonight(TODAY, {account: {}})
    assert where(account)[0] is None


@pytest.mark.parametrize(("overdue", "tier"), [(0, 1), (2, 1), (3, None)])
def test_freshness_counts_the_days_overdue(
    ladder: TierPolicy, make_account: MakeAccount, overdue: int, tier: int | None
) -> None:
    TierCondition.objects.create(rule=ladder.rules.get(position=1), fact=Fact.FRESHNESS, operator="lt", threshold=3)
    ladder.rules.filter(position__gt=1).delete()
    account = make_account()
    tonight(TODAY - timedelta(days=9), {account: {"engagement": 65}})
    since = TODAY - timedelta(days=overdue - 1) if overdue else None
    tonight(TODAY, {account: {"engagement": 65, "stale_since_on": since}})
    assert where(account)[0] == tier


def test_a_draft_is_tried_out_by_the_same_statement(ladder: TierPolicy, make_account: MakeAccount) -> None:
    account = make_account()
    tonight(TODAY, {account: {"engagement": 45}})
    draft = TierPolicy.objects.create(version=2, name="Draft")
    rule = TierRule.objects.create(policy=draft, position=1, name="Easy", tier_id=1)
    TierCondition.objects.create(rule=rule, fact=Fact.ENGAGEMENT, threshold=1)
    tiers.find(TODAY, policy=draft)
    [row] = kept("tonight")
    assert (row["earlier_tier_id"], row["tier_id"], row["rule_name"]) == (None, 1, "Easy")
    assert where(account)[0] == 2
