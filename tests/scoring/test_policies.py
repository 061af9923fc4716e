"""Policies on their way into force, and as data."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings

from abmhub.accounts.models import Attribute, Tier
from abmhub.core.models import OutboxMessage
from abmhub.core.refusals import NotAllowed
from abmhub.scoring.actions import (
    AlreadyPublished,
    NotAPolicy,
    NotApproved,
    NotPreviewed,
    SamePerson,
    approve_policy,
    copy_policy,
    draft_policy,
    import_policy,
    mark_previewed,
    publish_policy,
    restore_policy,
    submit_policy,
)
from abmhub.scoring.models import TierCapacity, TierCondition, TierPolicy
from abmhub.scoring.policy_data import digest, policy_as_data
from abmhub.scoring.sheets import Sheet
from abmhub.users.models import User
from tests.scoring.conftest import publish


def test_nobody_publishes_what_nobody_saw(policy: TierPolicy, admin: User, now: datetime) -> None:
    draft = copy_policy(policy=policy)
    with pytest.raises(NotPreviewed, match="Preview Goldilocks"):
        publish_policy(policy=draft, by=admin, at=now)
    mark_previewed(policy=draft, by=admin, at=now)
    draft.rules.get(position=3).conditions.update(threshold=71)
    with pytest.raises(NotPreviewed, match="changed since"):
        publish_policy(policy=draft, by=admin, at=now)
    assert publish(draft, admin, now) == TierPolicy.objects.in_force()


def test_a_new_name_needs_no_new_preview(policy: TierPolicy, admin: User, now: datetime) -> None:
    draft = mark_previewed(policy=copy_policy(policy=policy), by=admin, at=now)
    TierPolicy.objects.filter(pk=draft.pk).update(name="Calmer")
    assert publish_policy(policy=draft, by=admin, at=now).name == "Calmer"


@override_settings(ABMHUB_SECOND_PERSON=True)
def test_a_second_person_approves_where_the_installation_asks_for_one(
    policy: TierPolicy, admin: User, marketing_manager: User, now: datetime
) -> None:
    draft = mark_previewed(policy=copy_policy(policy=policy), by=admin, at=now)
    with pytest.raises(NotApproved, match="not submitted"):
        approve_policy(policy=draft, by=marketing_manager, at=now)
    submit_policy(policy=draft, by=admin, at=now)
    with pytest.raises(SamePerson):
        approve_policy(policy=draft, by=admin, at=now)
    with pytest.raises(NotApproved, match="waits for somebody else"):
        publish_policy(policy=draft, by=admin, at=now)
    approve_policy(policy=draft, by=marketing_manager, at=now)
    assert publish_policy(policy=draft, by=admin, at=now) == TierPolicy.objects.in_force()
    topics = OutboxMessage.objects.order_by("pk").values_list("topic", flat=True)
    assert list(topics) == ["policy.submitted", "policy.approved", "policy.published"]


@override_settings(ABMHUB_SECOND_PERSON=True)
def test_an_approval_is_of_the_rules_as_they_were(
    policy: TierPolicy, admin: User, marketing_manager: User, now: datetime
) -> None:
    draft = mark_previewed(policy=copy_policy(policy=policy), by=admin, at=now)
    submit_policy(policy=draft, by=admin, at=now)
    approve_policy(policy=draft, by=marketing_manager, at=now)
    mark_previewed(policy=draft, by=admin, at=now)
    TierPolicy.objects.filter(pk=draft.pk).update(minimum_stay_days=30)
    mark_previewed(policy=draft, by=admin, at=now)
    with pytest.raises(NotApproved):
        publish_policy(policy=draft, by=admin, at=now)


def test_an_earlier_policy_comes_back_in_one_step(
    policy: TierPolicy, admin: User, marketing_manager: User, now: datetime
) -> None:
    draft = copy_policy(policy=policy)
    draft.rules.get(position=1).delete()
    publish(draft, admin, now)
    with override_settings(ABMHUB_SECOND_PERSON=True):
        back = restore_policy(policy=policy, by=marketing_manager, at=now + timedelta(hours=1))
    assert TierPolicy.objects.in_force() == back
    assert (back.version, back.origin, back.published_by) == (3, "Return to version 1.", marketing_manager)
    assert digest(back) == digest(policy)
    with pytest.raises(AlreadyPublished, match="is in force"):
        restore_policy(policy=back, by=admin, at=now)
    with pytest.raises(AlreadyPublished, match="is a draft"):
        restore_policy(policy=copy_policy(policy=back), by=admin, at=now)


def test_policies_are_for_managers_of_marketing(
    policy: TierPolicy, rep: User, analyst: User, sales_manager: User, now: datetime
) -> None:
    draft = copy_policy(policy=policy)
    for by in (rep, analyst, sales_manager):
        for act in (mark_previewed, submit_policy, approve_policy, publish_policy, restore_policy):
            with pytest.raises(NotAllowed):
                act(policy=draft, by=by, at=now)
        with pytest.raises(NotAllowed):
            import_policy(data={}, by=by)


@pytest.fixture
def everything(policy: TierPolicy, custom: dict[str, Attribute]) -> TierPolicy:
    """A draft that uses all there is."""
    draft = copy_policy(policy=policy)
    draft.promote_band, draft.demote_band, draft.minimum_stay_days = 3, 5, 14
    draft.save()
    TierCapacity.objects.create(policy=draft, tier_id=1, accounts_per_rep=20)
    rule = draft.rules.get(position=2)
    for fields in (
        {"fact": "country", "operator": "not", "values": ["RU", "BY"]},
        {"fact": "freshness", "operator": "lt", "threshold": 30},
        {"fact": "stage", "operator": "in", "values": ["Engaging"]},
        {"fact": "custom", "custom": custom["number"], "operator": "gte", "threshold": Decimal("4.10")},
        {"fact": "custom", "custom": custom["choice"], "operator": "in", "values": ["Own"]},
    ):
        TierCondition.objects.create(rule=rule, **fields)
    return draft


def test_as_data_a_policy_goes_out_and_comes_back_the_same(everything: TierPolicy, admin: User) -> None:
    data = policy_as_data(everything)
    assert data["capacities"] == [{"tier": 1, "accounts_per_rep": 20}]
    assert data["rules"][1]["all"] == [
        {"fact": "acv_amount", "at_least": 15000},
        {"fact": "country", "not_one_of": ["RU", "BY"]},
        {"attribute": "of_choice", "one_of": ["Own"]},
        {"attribute": "of_number", "at_least": "4.10"},
        {"fact": "fit", "at_least": 70},
        {"fact": "freshness", "below": 30},
        {"fact": "intent", "at_least": 60},
        {"fact": "stage", "one_of": ["Engaging"]},
    ]
    back = import_policy(data=json.loads(json.dumps(data)), by=admin)
    assert back.is_draft
    assert policy_as_data(back) == data
    assert policy_as_data(copy_policy(policy=back)) == data


def condition(**asked: Any) -> dict[str, Any]:
    return {"name": "Odd", "rules": [{"name": "Rule", "tier": 1, "all": [asked]}]}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "The policy should be an object"),
        ({"name": "Odd", "rules": "all"}, "The rules should be a list"),
        ({"name": "Odd", "rules": [], "colour": "red"}, "colour"),
        ({"name": None, "rules": []}, "The policy: "),
        ({"name": "Odd", "promote_band": 101, "rules": []}, "a band is 100 points"),
        ({"name": "Odd", "promote_band": "much", "rules": []}, "The policy: "),
        ({"name": "a\u0000b", "rules": []}, "The policy: "),
        ({"name": "Odd", "rules": [{"name": "Rule", "tier": 9, "all": []}]}, "Rule 1 names the tier 9"),
        ({"name": "Odd", "rules": [{"name": "Rule", "tier": "1; DROP", "all": []}]}, "Rule 1 names the tier"),
        ({"name": "Odd", "rules": [{"name": "Rule", "tier": 1}]}, "Rule 1: “all” should be a list"),
        (condition(fact="fit"), "Rule 1, condition 1 needs"),
        (condition(fact="fit", at_least=1, below=2), "Rule 1, condition 1 needs"),
        (condition(fact="fit", at_least="much"), "needs a number"),
        (condition(fact="fit", at_least="NaN"), "Rule 1, condition 1: "),
        (condition(fact="fit", at_least="1e30"), "Rule 1, condition 1: "),
        (condition(fact="fit", one_of=["1"]), "Rule 1, condition 1: "),
        (condition(fact="country", at_least=1), "Rule 1, condition 1: "),
        (condition(fact="mood", at_least=1), "Rule 1, condition 1: "),
        (condition(attribute="nobody", at_least=1), "not defined here"),
        ({"name": "Odd", "rules": [], "capacities": [{"tier": 1}]}, "Capacity 1: "),
    ],
)
def test_data_that_is_no_policy_is_refused_with_the_place(
    policy: TierPolicy, admin: User, data: Any, said: str
) -> None:
    with pytest.raises(NotAPolicy, match=said):
        import_policy(data=data, by=admin)
    assert TierPolicy.objects.get() == policy


def test_two_policies_with_a_different_fact_differ(everything: TierPolicy) -> None:
    same = copy_policy(policy=everything)
    assert digest(same) == digest(everything)
    same.capacities.update(tier=Tier.objects.get(level=2))
    assert digest(same) != digest(everything)


@pytest.mark.parametrize("sheet", Sheet)
def test_a_sheet_is_a_draft_to_begin_from(
    policy: TierPolicy, admin: User, rep: User, now: datetime, sheet: Sheet
) -> None:
    Attribute.objects.filter(code="volume_shipped").delete()
    with pytest.raises(NotAllowed):
        draft_policy(sheet=sheet, by=rep)
    draft = draft_policy(sheet=sheet, by=admin)
    assert (draft.is_draft, draft.origin) == (True, f"From the {sheet.label} sheet.")
    assert [rule.tier_id for rule in draft.rules.order_by("position")] == [1, 2, 3]
    assert Attribute.objects.filter(code="volume_shipped").exists() == (sheet == Sheet.ETAIL)
    assert (digest(draft) == digest(policy)) == (sheet == Sheet.SAAS)
    assert publish(draft, admin, now) == TierPolicy.objects.in_force()
