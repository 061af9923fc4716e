"""A button is disabled exactly where the action would refuse, and for the reason that it would give."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from abmhub.accounts.models import Tier
from abmhub.core.refusals import Refusal
from abmhub.scoring.actions import (
    approve_policy,
    copy_policy,
    mark_previewed,
    publish_policy,
    restore_policy,
    submit_policy,
)
from abmhub.scoring.models import TierCapacity, TierCondition, TierPolicy
from abmhub.scoring.policy_comparison import Difference, differences
from abmhub.scoring.policy_flow import steps
from abmhub.users.models import User

ACTIONS = {
    "preview": mark_previewed,
    "submit": submit_policy,
    "approve": approve_policy,
    "publish": publish_policy,
    "restore": restore_policy,
}

Make = Callable[[TierPolicy, User, datetime], TierPolicy]


def empty(policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    return TierPolicy.objects.create(version=9, name="Empty")


def without_condition(policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    draft = copy_policy(policy=policy)
    TierCondition.objects.filter(rule__policy=draft, rule__position=2).delete()
    return draft


def draft(policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    return copy_policy(policy=policy)


def previewed(policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    return mark_previewed(policy=draft(policy, by, at), by=by, at=at)


def changed(policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    found = previewed(policy, by, at)
    found.rules.filter(position=1).update(name="Other")
    return found


def submitted(policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    return submit_policy(policy=previewed(policy, by, at), by=by, at=at)


def in_force(policy: TierPolicy, by: User, at: datetime) -> TierPolicy:
    return policy


@pytest.mark.parametrize("make", [empty, without_condition, draft, previewed, changed, submitted, in_force])
@pytest.mark.parametrize("second_person", [False, True], ids=["alone", "second-person"])
@pytest.mark.parametrize("who", ["admin", "marketing_manager", "analyst"])
def test_buttons_and_actions_agree(
    policy: TierPolicy,
    admin: User,
    marketing_manager: User,
    analyst: User,
    now: datetime,
    settings: Settings,
    make: Make,
    second_person: bool,
    who: str,
) -> None:
    settings.ABMHUB_SECOND_PERSON = second_person
    found = make(policy, admin, now)
    by = {"admin": admin, "marketing_manager": marketing_manager, "analyst": analyst}[who]
    offered = {step.verb: step.hindrance for step in steps(TierPolicy.objects.get(pk=found.pk), by)}
    for verb, hindrance in offered.items():
        refusal = ""
        try:
            with transaction.atomic():
                ACTIONS[verb](policy=found, by=by, at=now + timedelta(minutes=1))
                transaction.set_rollback(True)
        except Refusal as refused:
            refusal = refused.message
        if verb == "submit" and make is submitted and not refusal and who != "analyst":
            assert hindrance == "Ada Stone has submitted it."
        else:
            assert hindrance == refusal
    assert set(offered) == (
        {"restore"}
        if make is in_force
        else {"preview", "publish"} | ({"submit", "approve"} if second_person else set())
    )


def test_the_whole_way_with_a_second_person(
    policy: TierPolicy, admin: User, marketing_manager: User, now: datetime, settings: Settings
) -> None:
    settings.ABMHUB_SECOND_PERSON = True
    draft = previewed(policy, admin, now)
    assert {step.verb: step.hindrance for step in steps(draft, admin)}["publish"].endswith("submit it first.")
    waiting = submitted(policy, admin, now)
    found = {step.verb: step.hindrance for step in steps(waiting, admin)}["publish"]
    assert found == f"{waiting} waits for somebody else's approval."
    approve_policy(policy=waiting, by=marketing_manager, at=now)
    waiting.refresh_from_db()
    assert {step.verb: step.hindrance for step in steps(waiting, admin)}["publish"] == ""
    publish_policy(policy=waiting, by=admin, at=now)
    policy.refresh_from_db()
    assert [(step.verb, step.hindrance) for step in steps(policy, admin)] == [("restore", "")]


def test_what_differs_is_told_rule_by_rule(policy: TierPolicy) -> None:
    other = copy_policy(policy=policy)
    assert differences(policy, other) == []
    other.name, other.demote_band, other.minimum_stay_days = "Calmer", 1, 14
    other.save()
    TierCapacity.objects.create(policy=other, tier=Tier.objects.get(level=1), accounts_per_rep=20)
    first, second, third = other.rules.order_by("position")
    first.conditions.filter(fact="engagement").update(threshold=55)
    first.conditions.filter(fact="acv_amount").delete()
    second.name, third.tier_id = "Many", 2
    second.save()
    third.save()
    many = "Fit at least 70 and intent at least 60 and expected ACV at least 15,000 → Tier 2"
    assert differences(policy, other) == [
        Difference("Name", "Goldilocks", "Calmer"),
        Difference("Demote band", "0 points", "1 point"),
        Difference("Minimum stay", "0 days", "14 days"),
        Difference("Tier 1 per rep", "as many as come", "20 accounts"),
        Difference("Rule “Too many for 1:1”", many, "–"),
        Difference("Rule “Just right”: engagement", "at least 60", "at least 55"),
        Difference("Rule “Just right”: expected ACV", "at least 50,000", "–"),
        Difference(
            "Rule “Many”", "–", "Fit at least 70 and intent at least 60 and expected ACV at least 15,000 → Tier 2"
        ),
        Difference("Rule “Too small”: gives", "Tier 3", "Tier 2"),
    ]


def test_another_order_of_the_same_rules_is_told(policy: TierPolicy) -> None:
    other = copy_policy(policy=policy)
    other.rules.filter(position=1).update(position=9)
    assert differences(policy, other) == [
        Difference(
            "Order of the rules",
            "Just right, Too many for 1:1, Too small",
            "Too many for 1:1, Too small, Just right",
        )
    ]
