"""Tiers: ordered rules; the night's statements against hand-written tables and the rows' own verdict."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from abmhub.accounts.models import Account, Attribute, Standing, Tier, TierChange
from abmhub.scoring import custom as customs
from abmhub.scoring import tiers
from abmhub.scoring.models import IcpCriterion, IcpProfile, TierCondition, TierPolicy, TierRule, TierSnapshot
from abmhub.scoring.tiers import Fact
from tests.kept import kept
from tests.scoring.conftest import (
    TODAY,
    Gives,
    MakeAccount,
    add_criterion,
    night,
    random_attributes,
    random_question,
    standing_of,
)

TOMORROW = TODAY + timedelta(days=1)


def test_the_night_writes_this_table(
    make_account: MakeAccount,
    policy: TierPolicy,
    surges: Gives,
    engaged: Gives,
) -> None:
    just_right, no_deal, too_many, too_small, misfit, outsider = (
        make_account(),
        make_account(acv_amount=None),
        make_account(acv_amount=20_000),
        make_account(),
        make_account(industry="retail", employees=10),
        make_account(is_target=False),
    )
    for account in (just_right, no_deal, too_many, outsider):
        surges(account, 75)
    for account in (just_right, no_deal):
        engaged(account, 66)
    engaged(too_many, 41)
    assert night() == 6
    written = Standing.objects.order_by("account").values_list(
        "tier", "fit", "intent", "engagement", "priority", "tier_since_on", "rule_name", "summary"
    )
    assert list(written) == [
        (1, 100, 75, 66, 241, TODAY, "Just right",
         "Just right: fit 100 (at least 70), intent 75 (at least 60), engagement 66 (at least 60), expected ACV 90,000 (at least 50,000)."),  # noqa: E501
        (3, 100, 75, 66, 241, TODAY, "Too small",
         "Too small: fit 100 (at least 70). For Tier 2: expected ACV unknown (15,000 needed)."),
        (2, 100, 75, 41, 216, TODAY, "Too many for 1:1",
         "Too many for 1:1: fit 100 (at least 70), intent 75 (at least 60), expected ACV 20,000 (at least 15,000). For Tier 1: engagement 41 of 60, expected ACV 20,000 of 50,000."),  # noqa: E501
        (3, 100, None, 0, 100, TODAY, "Too small",
         "Too small: fit 100 (at least 70). For Tier 2: intent unknown (60 needed)."),
        (None, 40, None, 0, 40, None, "", "For Tier 3: fit 40 of 70."),
        (None, 100, 75, 0, 175, None, "", "Outside the total addressable market."),
    ]  # fmt: skip
    moves: Any = TierChange.objects.order_by("account").values_list("account", "from_tier", "to_tier", "policy_version")
    assert list(moves) == [
        (just_right.pk, None, 1, 1),
        (no_deal.pk, None, 3, 1),
        (too_many.pk, None, 2, 1),
        (too_small.pk, None, 3, 1),
    ]
    assert TierChange.objects.filter(account__in=[misfit, outsider]).count() == 0


@pytest.mark.parametrize(("points", "tier"), [(60, 1), (59, 2)])
def test_at_least_includes_the_threshold(
    make_account: MakeAccount,
    policy: TierPolicy,
    surges: Gives,
    engaged: Gives,
    points: int,
    tier: int,
) -> None:
    account = make_account()
    surges(account, 60)
    engaged(account, points)
    night()
    assert standing_of(account).tier_id == tier


def test_below_does_not_include_the_threshold(make_account: MakeAccount, policy: TierPolicy) -> None:
    rule = policy.rules.get(position=3)
    TierCondition.objects.create(rule=rule, fact=Fact.ACV, operator="lt", threshold=10_000)
    at_it, below, unknown = (make_account(acv_amount=amount) for amount in (10_000, Decimal("9999.99"), None))
    night()
    assert [standing_of(account).tier_id for account in (at_it, below, unknown)] == [None, 3, None]
    assert standing_of(at_it).summary == "For Tier 3: expected ACV 10,000 (below 10,000 needed)."
    assert standing_of(unknown).summary == "For Tier 3: expected ACV unknown."
    assert standing_of(below).summary.startswith(
        "Too small: fit 100 (at least 70), expected ACV 9,999.99 (below 10,000)."
    )


def ask(policy: TierPolicy, attribute: Attribute, operator: str, **asked: Any) -> None:
    """One more condition of the last rule."""
    rule = policy.rules.get(position=3)
    TierCondition.objects.create(rule=rule, fact=Fact.CUSTOM, custom=attribute, operator=operator, **asked)


def test_a_condition_may_ask_for_a_custom_attribute(
    make_account: MakeAccount, policy: TierPolicy, custom: dict[str, Attribute]
) -> None:
    ask(policy, custom["choice"], "in", values=["Own", "Mixed"])
    ask(policy, custom["number"], "gte", threshold=1200)
    ask(policy, custom["date"], "lt", threshold=2024)
    known = {"of_choice": "Own", "of_number": 1200, "of_date": "2023-12-31"}
    meets, missing, unknown = (
        make_account(attributes=said)
        for said in (known, {"of_choice": "3PL", "of_number": 1199.5, "of_date": "2024-01-01"}, {})
    )
    night()
    assert [standing_of(account).tier_id for account in (meets, missing, unknown)] == [3, None, None]
    assert standing_of(meets).summary.startswith(
        "Too small: fit 100 (at least 70), Of number 1,200 (at least 1,200), Of date 2023 (below 2024), "
        "Of choice Own (Own or Mixed)."
    )
    assert standing_of(missing).summary == (
        "For Tier 3: Of number 1,199.5 of 1,200, Of date 2024 (below 2024 needed), Of choice 3PL (Own or Mixed needed)."
    )
    assert standing_of(unknown).summary == (
        "For Tier 3: Of number unknown (1,200 needed), Of date unknown, Of choice unknown (Own or Mixed needed)."
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("choice", {"operator": "gte", "threshold": 1}),
        ("number", {"operator": "in", "values": ["1"]}),
        ("choice", {"operator": "in", "values": ["Elsewhere"]}),
    ],
)
def test_a_condition_that_does_not_suit_the_attribute_is_refused(
    policy: TierPolicy, custom: dict[str, Attribute], kind: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        TierCondition(rule=policy.rules.get(position=3), fact=Fact.CUSTOM, custom=custom[kind], **fields).full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        {"fact": Fact.FIT, "operator": "gte"},
        {"fact": Fact.FIT, "operator": "in", "values": ["100"]},
        {"fact": Fact.CUSTOM, "operator": "gte", "threshold": 1},
    ],
)
def test_a_condition_that_asks_nothing_is_refused(policy: TierPolicy, fields: dict[str, Any]) -> None:
    policy.rules.get(position=3).conditions.all().delete()
    with pytest.raises(IntegrityError):
        TierCondition.objects.create(rule=policy.rules.get(position=3), **fields)


def test_a_disqualified_account_is_in_no_tier(
    make_account: MakeAccount, policy: TierPolicy, profile: IcpProfile
) -> None:
    [rule] = policy.rules.filter(position=3)
    rule.conditions.update(threshold=0)
    add_criterion(
        profile, "Under embargo", attribute=IcpCriterion.Attribute.COUNTRY, values=["XX"], is_disqualifier=True
    )
    account = make_account(country="XX")
    night()
    standing = standing_of(account)
    assert (standing.tier, standing.fit, standing.disqualified_by) == (None, 0, "Under embargo")
    assert standing.summary == "Disqualified: Under embargo."


def test_a_second_run_of_the_same_day_changes_nothing(make_account: MakeAccount, policy: TierPolicy) -> None:
    make_account()
    make_account(industry="retail", employees=10)
    assert night() == 2
    before = (list(Standing.objects.values()), list(TierChange.objects.values()))
    assert night() == 0
    assert (list(Standing.objects.values()), list(TierChange.objects.values())) == before


def test_only_standings_that_differ_are_written(make_account: MakeAccount, policy: TierPolicy) -> None:
    changing, same = make_account(), make_account()
    night()
    Account.objects.filter(pk=changing.pk).update(industry="retail", employees=10)
    assert night(TOMORROW) == 1
    assert standing_of(changing).computed_on == TOMORROW
    assert standing_of(same).computed_on == TODAY


def test_a_move_is_history_and_starts_a_new_stay(make_account: MakeAccount, policy: TierPolicy) -> None:
    account = make_account()
    night()
    Account.objects.filter(pk=account.pk).update(industry="retail", employees=10)
    night(TOMORROW)
    standing = standing_of(account)
    assert (standing.tier, standing.tier_since_on) == (None, TOMORROW)
    moves = TierChange.objects.order_by("changed_on").values_list("changed_on", "from_tier", "to_tier", "fit")
    assert list(moves) == [(TODAY, None, 3, 100), (TOMORROW, 3, None, 40)]


def test_a_later_run_of_the_day_takes_back_what_an_earlier_one_found(
    make_account: MakeAccount, policy: TierPolicy
) -> None:
    account = make_account()
    night()
    Account.objects.filter(pk=account.pk).update(industry="retail", employees=10)
    night(TOMORROW)
    Account.objects.filter(pk=account.pk).update(industry="software", employees=900)
    night(TOMORROW)
    standing = standing_of(account)
    assert (standing.tier_id, standing.tier_since_on, standing.previous_priority) == (3, TODAY, 100)
    moves: Any = TierChange.objects.values_list("changed_on", "from_tier", "to_tier")
    assert list(moves) == [(TODAY, None, 3)]


def test_the_priority_before_its_last_change_is_kept_for_the_trend(
    make_account: MakeAccount, policy: TierPolicy
) -> None:
    account = make_account()
    night()
    assert (standing_of(account).priority, standing_of(account).previous_priority) == (100, 100)
    Account.objects.filter(pk=account.pk).update(industry="retail")
    night(TOMORROW)
    night(TOMORROW)
    assert (standing_of(account).priority, standing_of(account).previous_priority) == (70, 100)
    night(TOMORROW + timedelta(days=1))
    standing = standing_of(account)
    assert (standing.priority, standing.previous_priority, standing.priority_since_on) == (70, 100, TOMORROW)
    Account.objects.filter(pk=account.pk).update(industry="software")
    night(TOMORROW)
    standing = standing_of(account)
    assert (standing.priority, standing.previous_priority, standing.priority_since_on) == (100, 100, TOMORROW)


def test_without_a_policy_nobody_is_in_a_tier(make_account: MakeAccount, policy: TierPolicy) -> None:
    policy.delete()
    account = make_account()
    night()
    assert standing_of(account).tier is None
    assert standing_of(account).summary == "No tier policy is in force."


def test_an_account_without_a_standing_gets_one(make_account: MakeAccount, policy: TierPolicy) -> None:
    account = make_account()
    Standing.objects.all().delete()
    night()
    assert standing_of(account).tier_id == 3


def test_every_tier_is_counted_once_a_day_and_the_past_is_frozen(make_account: MakeAccount, policy: TierPolicy) -> None:
    make_account()
    night()
    tiers.snapshot(TODAY, is_over=False)
    make_account()
    night()
    tiers.snapshot(TODAY, is_over=False)
    counted = {snapshot.tier_id: snapshot.accounts for snapshot in TierSnapshot.objects.all()}
    assert counted == {1: 0, 2: 0, 3: 2, None: 0}
    make_account()
    night()
    assert tiers.snapshot(TODAY, is_over=True) == 0
    assert {snapshot.tier_id: snapshot.accounts for snapshot in TierSnapshot.objects.all()} == counted


def random_policy(dice: Random, custom: list[Attribute]) -> None:
    TierRule.objects.all().delete()
    policy = TierPolicy.objects.in_force()
    assert policy
    for position in range(1, dice.randrange(3, 7)):
        rule = TierRule.objects.create(
            policy=policy, position=position, name=f"Rule {position}", tier=Tier.objects.get(level=dice.randrange(1, 4))
        )
        for fact in dice.sample([Fact.FIT, Fact.INTENT, Fact.ENGAGEMENT, Fact.ACV], dice.randrange(1, 4)):
            for operator in dice.sample(["gte", "lt"], dice.choice([1, 1, 1, 2])):
                limit = dice.randrange(100_000) if fact == Fact.ACV else dice.randrange(100)
                TierCondition.objects.create(rule=rule, fact=fact, operator=operator, threshold=limit)
        for attribute in dice.sample(custom, dice.choice([0, 0, 1, 2])):
            asked = random_question(dice, attribute)
            TierCondition.objects.create(
                rule=rule,
                fact=Fact.CUSTOM,
                custom=attribute,
                operator="in" if asked["values"] else dice.choice(["gte", "lt"]),
                threshold=asked.get("minimum"),
                values=asked["values"],
            )


@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_the_verdict_of_each_row(
    make_account: MakeAccount,
    surges: Gives,
    engaged: Gives,
    custom: dict[str, Attribute],
    seed: int,
) -> None:
    dice = Random(seed)
    random_policy(dice, list(custom.values()))
    for _ in range(30):
        account = make_account(
            industry=dice.choice(["", "software", "retail"]),
            employees=dice.choice([None, 10, 900]),
            founded_year=dice.choice([None, 2001, 2023]),
            acv_amount=dice.choice([None, dice.randrange(100_000)]),
            currency=dice.choice(["USD", "USD", "EUR"]),
            is_target=dice.random() < 0.9,
            attributes=random_attributes(dice),
        )
        if dice.random() < 0.6:
            surges(account, dice.randrange(101))
        if dice.random() < 0.6:
            engaged(account, dice.randrange(1, 101))
    night()
    rules = tiers.rules_in_force()
    scored = {row["account_id"]: row for row in kept("tonight_score")}
    for standing in Standing.objects.select_related("account"):
        account = standing.account
        facts: dict[str, Any] = {
            Fact.FIT: standing.fit,
            Fact.INTENT: standing.intent,
            Fact.ENGAGEMENT: standing.engagement,
            Fact.ACV: account.acv_amount if account.currency == "USD" else None,
        }
        facts |= {f"attribute_{each.pk}": customs.value_of(account, each) for each in custom.values()}
        assert scored[account.pk]["acv_amount"] == facts[Fact.ACV]
        rule = tiers.matching(rules, facts) if account.is_target else None
        assert (standing.rule_name, standing.tier_id) == (rule.name if rule else "", rule.tier_id if rule else None)
