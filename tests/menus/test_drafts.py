"""Drafts of a menu: written apart, published whole from a day on."""

from datetime import date, datetime, timedelta

import pytest

from abmhub.accounts.models import Tier
from abmhub.core.refusals import NotAllowed
from abmhub.menus import drafts
from abmhub.menus.models import MenuDraft, MenuItem, Tactic
from abmhub.users.models import User
from tests.conftest import make_tactic


@pytest.fixture
def draft(tier1: Tier, tactic: Tactic, stocked_tactic: Tactic, today: date) -> MenuDraft:
    """Of Tier 1, which may order two tactics."""
    MenuItem.objects.exclude(tactic__in=[tactic, stocked_tactic]).delete()
    draft = MenuDraft.objects.create(tier=tier1, name="Spring")
    drafts.fill(draft=draft, day=today)
    return draft


def menu_on(tier: Tier, day: date) -> dict[str, int]:
    return dict(MenuItem.objects.on(day).filter(tier=tier).values_list("tactic__name", "quota"))


def test_a_draft_begins_with_today_and_changes_nothing(draft: MenuDraft, tier1: Tier, today: date) -> None:
    assert drafts.changes_of(draft, day=today) == []
    draft.items.update(quota=9)
    assert menu_on(tier1, today) == {"Handwritten letter": 4, "Popcorn box": 4}
    assert [item.tactic.name for item in MenuItem.objects.for_tier(tier1)] == ["Popcorn box", "Handwritten letter"]


def test_publishing_replaces_the_menu_from_its_day_on_and_says_what_changes(
    draft: MenuDraft, tier1: Tier, tactic: Tactic, stocked_tactic: Tactic, now: datetime, marketing_manager: User
) -> None:
    day = now.date()
    later = day + timedelta(days=10)
    new = make_tactic("Box of tea", tier=Tier.objects.get(level=2), now=now)
    draft.items.filter(tactic=stocked_tactic).delete()
    draft.items.filter(tactic=tactic).update(quota=9, stages=["late", "sql"])
    MenuItem.objects.create(tier=tier1, draft=draft, tactic=new, quota=2, quota_days=30)
    MenuDraft.objects.filter(pk=draft.pk).update(valid_from_on=later)
    published = drafts.publish(draft=draft, by=marketing_manager, at=now)
    assert published.changes == [
        "Box of tea comes on the menu: 2 in 30 days.",
        "Handwritten letter: 9 in 90 days at SQL, Late stage, until now 4 in 90 days.",
        "Popcorn box leaves the menu.",
    ]
    assert menu_on(tier1, later - timedelta(days=1)) == {"Handwritten letter": 4, "Popcorn box": 4}
    assert menu_on(tier1, later) == {"Handwritten letter": 9, "Box of tea": 2}
    with pytest.raises(drafts.AlreadyPublished, match="was published on 4 March 2026"):
        drafts.publish(draft=draft, by=marketing_manager, at=now)


def test_a_later_menu_gives_way_to_one_that_begins_before_it(
    draft: MenuDraft, tier1: Tier, now: datetime, today: date, admin: User
) -> None:
    MenuDraft.objects.filter(pk=draft.pk).update(valid_from_on=today + timedelta(days=30))
    drafts.publish(draft=draft, by=admin, at=now)
    sooner = MenuDraft.objects.create(tier=tier1, name="At once", valid_from_on=today - timedelta(days=5))
    drafts.fill(draft=sooner, day=today)
    sooner.items.update(quota=1)
    drafts.publish(draft=sooner, by=admin, at=now)
    for day in (today, today + timedelta(days=60)):
        assert set(menu_on(tier1, day).values()) == {1}
    assert set(menu_on(tier1, today - timedelta(days=1)).values()) == {4}


def test_an_empty_draft_and_somebody_else_publish_nothing(
    draft: MenuDraft, tier1: Tier, now: datetime, admin: User, marketer: User
) -> None:
    with pytest.raises(NotAllowed, match="Only marketing managers"):
        drafts.publish(draft=draft, by=marketer, at=now)
    draft.items.all().delete()
    with pytest.raises(drafts.EmptyMenu, match="could order nothing"):
        drafts.publish(draft=draft, by=admin, at=now)
