"""Publishing and copying profiles and policies."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from abmhub.accounts.models import Attribute
from abmhub.core.refusals import NotAllowed
from abmhub.scoring.actions import (
    AlreadyPublished,
    NotADraft,
    NothingToPublish,
    add_criterion,
    copy_policy,
    copy_profile,
    draft_profile,
    publish_policy,
    publish_profile,
    restore_profile,
)
from abmhub.scoring.models import IcpCriterion, IcpProfile, TierPolicy
from abmhub.scoring.sheets import OtherKind, Sheet, draft_from
from abmhub.users.models import User
from tests.at_once import at_once
from tests.scoring.conftest import publish


def as_table(policy: TierPolicy) -> list[tuple[object, ...]]:
    return [
        (rule.position, rule.name, rule.tier_id, condition.fact, condition.operator, condition.threshold)
        for rule in policy.rules.order_by("position")
        for condition in rule.conditions.order_by("fact")
    ]


def test_a_published_policy_takes_the_place_of_the_one_in_force(policy: TierPolicy, admin: User, now: datetime) -> None:
    draft = copy_policy(policy=policy)
    published = publish(draft, admin, now)
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
    outcomes = at_once([partial(publish, draft, admin, now) for draft in drafts])
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


def questions(profile: IcpProfile) -> list[tuple[object, ...]]:
    return [
        (each.name, each.weight, each.minimum, each.maximum, each.values)
        for each in profile.criteria.order_by("attribute", "pk")
    ]


def test_an_earlier_version_comes_back_as_a_new_one(profile: IcpProfile, admin: User, now: datetime) -> None:
    draft = copy_profile(profile=profile)
    draft.criteria.filter(name__startswith="Industry").delete()
    publish_profile(profile=draft, by=admin, at=now)
    back = restore_profile(profile=profile, by=admin, at=now)
    assert IcpProfile.objects.in_force() == back
    assert (back.version, back.origin, back.published_by) == (3, "Return to version 1.", admin)
    assert questions(back) == questions(profile)
    assert IcpProfile.objects.published().count() == 3


def test_only_an_earlier_version_comes_back(
    profile: IcpProfile, admin: User, marketing_manager: User, now: datetime
) -> None:
    with pytest.raises(AlreadyPublished, match="is in force"):
        restore_profile(profile=profile, by=admin, at=now)
    with pytest.raises(AlreadyPublished, match="is a draft"):
        restore_profile(profile=copy_profile(profile=profile), by=admin, at=now)
    with pytest.raises(NotAllowed):
        restore_profile(profile=profile, by=marketing_manager, at=now)


def test_only_administrators_put_a_profile_in_force(
    profile: IcpProfile, marketing_manager: User, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="Only administrators"):
        publish_profile(profile=copy_profile(profile=profile), by=marketing_manager, at=now)


@pytest.mark.parametrize("sheet", Sheet)
def test_a_sheet_becomes_a_draft_of_100_points(sheet: Sheet, profile: IcpProfile) -> None:
    Attribute.objects.filter(code__in=["budget", "product_type"]).delete()
    draft = draft_from(sheet)
    criteria = list(draft.criteria.all())
    assert sum(each.weight for each in criteria) == 100
    assert draft.is_draft
    assert draft.origin == f"From the {sheet.label} sheet."
    for criterion in criteria:
        criterion.full_clean()
    assert Attribute.objects.filter(code={"saas": "budget", "etail": "product_type"}[sheet]).exists()


def test_a_sheet_minds_what_an_attribute_is_here(profile: IcpProfile) -> None:
    Attribute.objects.filter(code="budget").update(kind="text")
    with pytest.raises(OtherKind, match="asks for Budget as a money; here it is a text"):
        draft_from(Sheet.SAAS)
    assert not IcpProfile.objects.drafts().exists()


def test_a_sheet_leaves_a_label_to_whoever_has_it(profile: IcpProfile) -> None:
    Attribute.objects.filter(code="budget").update(code="spending")
    draft_from(Sheet.SAAS)
    assert Attribute.objects.get(code="budget").label == "Budget (sheet)"


@pytest.fixture
def draft(profile: IcpProfile, marketing_manager: User) -> IcpProfile:
    """An empty draft."""
    return draft_profile(name="Learned", origin="", criteria=[], by=marketing_manager)


def criterion(name: str, attribute: str, weight: int = 10, **fields: Any) -> IcpCriterion:
    return IcpCriterion(name=name, attribute=attribute, weight=weight, **fields)


@pytest.mark.parametrize(
    ("added", "kept"),
    [
        (
            [("industry", 10, {"values": ["software"]}), ("industry", 20, {"values": ["Software", "finance"]})],
            [("Industry: software or finance", 20, None, None, ["software", "finance"])],
        ),
        (
            [("country", 10, {"values": ["US"]}), ("country", 5, {"values": ["DE"]})],
            [("Country: United States or Germany", 10, None, None, ["US", "DE"])],
        ),
        (
            [("employees", 10, {"minimum": 50, "maximum": 199}), ("employees", 5, {"minimum": 200})],
            [("Employees: 50 or more", 10, 50, None, [])],
        ),
        (
            [("employees", 10, {"minimum": 200, "maximum": 499}), ("employees", 5, {"minimum": 50, "maximum": 199})],
            [("Employees: 50 to 499", 10, 50, 499, [])],
        ),
        (
            [("employees", 10, {"maximum": 49}), ("employees", 5, {"minimum": 200})],
            [("0", 10, None, 49, []), ("1", 5, 200, None, [])],
        ),
        (
            [("technologies", 10, {"values": ["SAP"]}), ("technologies", 5, {"values": ["Excel"]})],
            [("0", 10, None, None, ["SAP"]), ("1", 5, None, None, ["Excel"])],
        ),
        (
            [("technologies", 10, {"values": ["SAP"]}), ("technologies", 15, {"values": ["sap"]})],
            [("Technologies: SAP", 15, None, None, ["SAP"])],
        ),
    ],
)
def test_a_finding_joins_what_the_draft_asks_already(
    draft: IcpProfile,
    marketing_manager: User,
    added: list[tuple[str, int, dict[str, Any]]],
    kept: list[tuple[object, ...]],
) -> None:
    for number, (attribute, weight, fields) in enumerate(added):
        new = criterion(str(number), attribute, weight, **fields)
        add_criterion(profile=draft, criterion=new, by=marketing_manager)
    assert questions(draft) == kept


def test_a_finding_is_added_to_a_draft_alone(profile: IcpProfile, marketing_manager: User, analyst: User) -> None:
    new = criterion("Finance", "industry", values=["finance"])
    with pytest.raises(NotADraft):
        add_criterion(profile=profile, criterion=new, by=marketing_manager)
    with pytest.raises(NotAllowed):
        add_criterion(profile=copy_profile(profile=profile), criterion=new, by=analyst)


def test_a_finding_that_asks_nothing_is_refused(draft: IcpProfile, marketing_manager: User) -> None:
    with pytest.raises(ValidationError):
        add_criterion(profile=draft, criterion=criterion("Nothing", "industry"), by=marketing_manager)
