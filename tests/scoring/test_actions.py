"""Publishing and copying profiles and policies."""

from datetime import datetime
from functools import partial

import pytest
from django.db import IntegrityError

from abmhub.scoring.actions import (
    AlreadyPublished,
    NothingToPublish,
    copy_policy,
    copy_profile,
    publish_policy,
    publish_profile,
)
from abmhub.scoring.models import IcpProfile, TierPolicy
from abmhub.users.models import User
from tests.at_once import at_once


def as_table(policy: TierPolicy) -> list[tuple[object, ...]]:
    return [
        (rule.position, rule.name, rule.tier_id, condition.fact, condition.operator, condition.threshold)
        for rule in policy.rules.order_by("position")
        for condition in rule.conditions.order_by("fact")
    ]


def test_a_published_policy_takes_the_place_of_the_one_in_force(policy: TierPolicy, admin: User, now: datetime) -> None:
    draft = copy_policy(policy=policy)
    published = publish_policy(policy=draft, by=admin, at=now)
    policy.refresh_from_db()
    assert policy.status == TierPolicy.Status.SUPERSEDED
    assert TierPolicy.objects.in_force() == published
    assert (published.version, published.published_by, published.published_at) == (2, admin, now)


def test_a_copy_is_a_draft_with_the_same_rules(policy: TierPolicy) -> None:
    draft = copy_policy(policy=policy)
    assert draft.status == TierPolicy.Status.DRAFT
    assert as_table(draft) == as_table(policy)
    assert TierPolicy.objects.in_force() == policy


def test_only_a_draft_can_be_published(policy: TierPolicy, admin: User, now: datetime) -> None:
    with pytest.raises(AlreadyPublished, match="copy it to a draft"):
        publish_policy(policy=policy, by=admin, at=now)


def test_a_policy_that_says_nothing_is_not_published(policy: TierPolicy, admin: User, now: datetime) -> None:
    empty = TierPolicy.objects.create(version=9, name="Empty")
    with pytest.raises(NothingToPublish, match="no rules"):
        publish_policy(policy=empty, by=admin, at=now)
    draft = copy_policy(policy=policy)
    draft.rules.get(position=2).conditions.all().delete()
    with pytest.raises(NothingToPublish, match=r"Too many for 1:1.* has no condition"):
        publish_policy(policy=draft, by=admin, at=now)
    assert TierPolicy.objects.in_force() == policy


def test_the_database_lets_one_policy_be_in_force(policy: TierPolicy) -> None:
    with pytest.raises(IntegrityError, match="tier_policy_one_published"):
        TierPolicy.objects.create(version=9, name="Second", status=TierPolicy.Status.PUBLISHED)


@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_published_at_once_the_later_is_in_force(
    transactional_db: None, policy: TierPolicy, admin: User, now: datetime
) -> None:
    drafts = [copy_policy(policy=policy), copy_policy(policy=policy)]
    outcomes = at_once([partial(publish_policy, policy=draft, by=admin, at=now) for draft in drafts])
    assert all(isinstance(outcome, TierPolicy) for outcome in outcomes)
    assert TierPolicy.objects.filter(status=TierPolicy.Status.PUBLISHED).count() == 1
    assert TierPolicy.objects.filter(status=TierPolicy.Status.SUPERSEDED).count() == 2


def test_a_published_profile_takes_the_place_of_the_one_in_force(
    profile: IcpProfile, admin: User, now: datetime
) -> None:
    draft = copy_profile(profile=profile)
    assert IcpProfile.objects.in_force() == profile
    assert list(draft.criteria.order_by("pk").values_list("name", "attribute", "minimum", "values", "weight")) == list(
        profile.criteria.order_by("pk").values_list("name", "attribute", "minimum", "values", "weight")
    )
    publish_profile(profile=draft, by=admin, at=now)
    assert IcpProfile.objects.in_force() == draft
    with pytest.raises(AlreadyPublished):
        publish_profile(profile=draft, by=admin, at=now)


def test_a_profile_without_weight_is_not_published(profile: IcpProfile, admin: User, now: datetime) -> None:
    draft = copy_profile(profile=profile)
    draft.criteria.update(is_disqualifier=True)
    with pytest.raises(NothingToPublish, match="no weighted criterion"):
        publish_profile(profile=draft, by=admin, at=now)
