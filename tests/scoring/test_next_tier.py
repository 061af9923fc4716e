"""What lifts an account and what lowers it, held against the night itself: every claim is tried out."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction

from abmhub.accounts.models import Account, Standing
from abmhub.scoring import tiers
from abmhub.scoring.explanation import Explanation, explain, standpoint_of
from abmhub.scoring.models import TierCapacity, TierCondition, TierPolicy, TierRule
from abmhub.scoring.next_tier import Standpoint, candidates, next_tier
from abmhub.scoring.tiers import Fact
from abmhub.users.models import User
from tests.kept import kept
from tests.scoring.conftest import TODAY, Gives, MakeAccount, night
from tests.scoring.scored import Scored, change, keep_scores, override
from tests.signals.conftest import Did

pytestmark = pytest.mark.long

TOMORROW = TODAY + timedelta(days=1)
NONE = 99


def explained(account: Account, day: date = TODAY) -> Explanation:
    return explain(Account.objects.select_related("standing__tier").get(pk=account.pk), day)


def scored_as(here: Standpoint, **facts: Any) -> dict[str, Any]:
    """What the account's scores would be, as the night keeps them."""
    known = {**here.found.facts, **facts}
    stale = here.before.stale_from_on
    return {
        "fit": known[Fact.FIT],
        "intent": known[Fact.INTENT],
        "engagement": known[Fact.ENGAGEMENT],
        "acv": known[Fact.ACV],
        "is_target": here.found.account.is_target,
        "stale_since_on": stale if stale <= TOMORROW else None,
    }


def tomorrow(scored: Scored, account: Account) -> int:
    """The tier of an account in the next night with these scores; it is not published."""
    with transaction.atomic():
        keep_scores(scored)
        tiers.find(TOMORROW)
        [row] = [row for row in kept("tonight") if row["account_id"] == account.pk]
        # Lets go of the night's tables and of their locks: one test asks for many nights.
        transaction.set_rollback(True)
    return row["tier_id"] or NONE


def random_ladder(dice: Random, policy: TierPolicy) -> None:
    policy.rules.all().delete()
    for position in range(1, dice.randrange(3, 6)):
        rule = TierRule.objects.create(
            policy=policy, position=position, name=f"Rule {position}", tier_id=dice.randrange(1, 4)
        )
        for fact in dice.sample([Fact.FIT, Fact.INTENT, Fact.ENGAGEMENT, Fact.ACV], dice.randrange(1, 4)):
            limit = dice.choice([10_000, 50_000, 90_000]) if fact == Fact.ACV else dice.choice([30, 55, 70, 85])
            operator = dice.choice(["gte"] * 6 + ["lt"])
            TierCondition.objects.create(rule=rule, fact=fact, operator=operator, threshold=limit)
    change(policy, promote_band=dice.choice([0, 0, 5, 20]), demote_band=dice.choice([0, 5, 20]))
    if dice.random() < 0.5:
        TierCapacity.objects.create(policy=policy, tier_id=dice.randrange(1, 4), accounts_per_rep=dice.randrange(3))
    else:
        change(policy, minimum_stay_days=dice.choice([0, 1, 30]))


@pytest.mark.parametrize("seed", range(12))
def test_a_change_that_is_claimed_lifts_the_account_and_no_smaller_one_does(
    make_account: MakeAccount, policy: TierPolicy, surges: Gives, engaged: Gives, did: Did, rep: User, seed: int
) -> None:
    dice = Random(seed)
    random_ladder(dice, policy)
    accounts = []
    for _ in range(5):
        account = make_account(
            owner=dice.choice([rep, rep, None]),
            industry=dice.choice(["", "software", "retail"]),
            founded_year=dice.choice([None, 2001, 2023]),
            acv_amount=dice.choice([None, dice.randrange(100_000)]),
            is_target=dice.random() < 0.9,
        )
        if dice.random() < 0.7:
            surges(account, dice.randrange(20, 101))
        if dice.random() < 0.7:
            engaged(account, dice.randrange(1, 80))
        did(account, "page_view", TODAY - timedelta(days=dice.randrange(9)))
        accounts.append(account)
    night()
    here_of = {each: standpoint_of(Account.objects.get(pk=each.pk), TODAY) for each in accounts}
    as_they_are = {each: scored_as(here) for each, here in here_of.items()}
    for account, here in here_of.items():
        standing = Standing.objects.get(account=account)
        assert (here.placed.tier_id, here.placed.earned_id, here.placed.held_by) == (
            standing.tier_id, standing.earned_tier_id, standing.held_by,
        )  # fmt: skip
        claim = next_tier(here) if here.before.is_eligible else None
        claimed = claim.change if claim else None
        for of_a_kind in candidates(here):
            for candidate in of_a_kind:
                reached = tomorrow(
                    {**as_they_are, account: scored_as(here, **{candidate.fact: candidate.value})}, account
                )
                if candidate == claimed:
                    assert claim is not None
                    assert claim.tier is not None
                    assert reached == claim.tier.level < (standing.tier_id or NONE)
                    break
                # What is smaller than the claim lifts nobody; nor does anything where nothing is claimed.
                assert reached >= (standing.tier_id or NONE)
            if claimed is not None:
                break


def test_what_is_named_minds_the_promote_band(
    make_account: MakeAccount, policy: TierPolicy, surges: Gives, engaged: Gives
) -> None:
    change(policy, promote_band=10)
    account = make_account()
    surges(account, 75)
    engaged(account, 62)
    night()
    found = explained(account)
    assert (found.tier and found.tier.level, found.earned and found.earned.level, found.held_by) == (2, 1, "band")
    assert found.held_words == "Held in Tier 2 by the promote band. The rules alone give Tier 1."
    assert found.next_tier is not None
    assert found.next_tier.sentence.startswith("Engagement 62 of 70: ")


def test_stale_facts_are_to_be_confirmed_first(make_account: MakeAccount, policy: TierPolicy, surges: Gives) -> None:
    account = make_account()
    Account.objects.filter(pk=account.pk).update(created_at="2026-01-01T12:00Z")
    surges(account, 75)
    night()
    found = explained(account)
    assert (found.tier, found.held_by, found.stale_since_on and found.stale_since_on.day) == (None, "stale", 16)
    assert found.next_tier is not None
    assert found.next_tier.sentence == (
        "Its facts are stale since 16 January 2026: once a source confirms them, it is Tier 2."
    )
    assert found.held_words.startswith("Held in no tier: its facts are stale since 16 January 2026")


def test_one_that_waits_for_a_place_says_so(
    make_account: MakeAccount, policy: TierPolicy, surges: Gives, engaged: Gives, rep: User
) -> None:
    TierCapacity.objects.create(policy=policy, tier_id=1, accounts_per_rep=1)
    first, second = make_account(owner=rep), make_account(owner=rep)
    for account, points in ((first, 65), (second, 60)):
        surges(account, 75)
        engaged(account, points)
    night()
    found = explained(second)
    assert (found.held_by, found.tier and found.tier.level) == ("capacity", 2)
    assert found.next_tier is not None
    assert found.next_tier.sentence == "It waits for a place in Tier 1: one pricing page view (+6) makes it Tier 1."


def test_an_override_is_told_with_its_end(make_account: MakeAccount, policy: TierPolicy, admin: User) -> None:
    account = make_account()
    override(account, 1, first=0, last=3, made_by=admin)
    night()
    found = explained(account)
    assert found.held_words == (
        "Put in Tier 1 by Ada Stone through 7 March 2026: A strategic customer. The rules alone give Tier 3."
    )
    assert found.next_tier is None
    assert found.risk is not None
    assert found.risk.sentence == "The override ends: on 8 March 2026 it is Tier 3."


def test_the_end_of_the_minimum_stay_is_a_risk(make_account: MakeAccount, policy: TierPolicy, surges: Gives) -> None:
    change(policy, minimum_stay_days=10)
    account = make_account()
    surges(account, 75)
    night()
    Account.objects.filter(pk=account.pk).update(acv_amount=Decimal(10_000))
    night(TOMORROW)
    found = explained(account, TOMORROW)
    assert found.held_by == "stay"
    assert found.risk is not None
    assert found.risk.sentence == "The minimum stay is over on 14 March 2026: then it is Tier 3."


def test_the_score_with_least_to_spare_is_a_risk(make_account: MakeAccount, policy: TierPolicy, surges: Gives) -> None:
    account = make_account(acv_amount=90_000)
    surges(account, 62)
    night()
    found = explained(account)
    assert found.risk is not None
    assert found.risk.sentence == "Intent 62: below 60 it is Tier 3."


@pytest.mark.parametrize("seed", range(4))
def test_the_day_on_which_engagement_has_faded_is_the_day_of_the_fall(
    make_account: MakeAccount, policy: TierPolicy, did: Did, seed: int
) -> None:
    dice = Random(seed)
    TierCondition.objects.filter(rule__position__lt=3).exclude(fact=Fact.ENGAGEMENT).delete()
    TierCondition.objects.filter(rule__position=1).update(threshold=dice.randrange(30, 60))
    policy.rules.filter(position=2).delete()
    change(policy, demote_band=dice.choice([0, 4]))
    account = make_account()
    for age in range(6):
        did(account, dice.choice(["meeting", "demo_request"]), TODAY - timedelta(days=age))
    night()
    found = explained(account)
    assert found.risk is not None
    assert (found.tier and found.tier.level, found.risk.tier and found.risk.tier.level) == (1, 3)
    told = found.risk.sentence.partition(" by ")[2].removesuffix(" if nothing happens: then it is Tier 3.")
    day = datetime.strptime(told, "%d %B %Y").date()  # noqa: DTZ007 - a day has no zone
    tiers_of = []
    for each in (day - timedelta(days=1), day):
        night(each)
        tiers_of.append(Standing.objects.get(account=account).tier_id)
    assert tiers_of == [1, 3]
