"""Drafts of menus, plays and the channel ladder in the admin."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Tier
from abmhub.menus import drafts
from abmhub.menus.models import ChannelStep, MenuDraft, MenuItem, Play, Tactic
from abmhub.users.models import User
from tests.menus.test_admin import as_admin, form_of

__all__ = ["as_admin"]

DRAFTS = reverse("admin:menus_menudraft_changelist")


def change(draft: MenuDraft) -> str:
    return reverse("admin:menus_menudraft_change", args=[draft.pk])


def words(response: object) -> str:
    return " ".join(strip_tags(response.content.decode()).split())  # type: ignore[attr-defined]


@pytest.fixture
def draft(as_admin: Client, tier1: Tier, tactic: Tactic) -> MenuDraft:
    """Made in the admin: it begins with what Tier 1 may order today."""
    MenuItem.objects.exclude(tactic=tactic).delete()
    added = as_admin.post(reverse("admin:menus_menudraft_add"), {"tier": "1", "name": "Spring"})
    draft = MenuDraft.objects.get()
    assert added["Location"] == change(draft)
    return draft


def test_the_checks_of_django_find_nothing(db: None) -> None:
    call_command("check")


def test_a_draft_is_written_previewed_and_published(
    as_admin: Client, draft: MenuDraft, tier1: Tier, tactic: Tactic, stocked_tactic: Tactic
) -> None:
    assert [item.tactic for item in draft.items.all()] == [tactic]
    data = form_of(as_admin, change(draft)) | {
        "items-0-quota": "7",
        "items-0-stages": ["late"],
        "items-TOTAL_FORMS": "2",
        "items-1-tactic": stocked_tactic.pk,
        "items-1-quota": "2",
        "items-1-quota_days": "90",
    }
    MenuItem.objects.filter(tactic=stocked_tactic).delete()
    response = as_admin.post(change(draft), data)
    assert response.status_code == 302, response.context["errors"]
    assert MenuItem.objects.get(draft=draft, tactic=stocked_tactic).tier == tier1
    page = as_admin.get(change(draft))
    assert "Popcorn box comes on the menu: 2 in 90 days." in words(page)
    assert "Handwritten letter: 7 in 90 days at Late stage, until now 4 in 90 days." in words(page)
    assert f"{reverse('menu-preview')}?draft={draft.pk}" in page.content.decode()
    told = as_admin.post(DRAFTS, {"action": "publish", "_selected_action": draft.pk}, follow=True)
    assert "Tier 1: Spring is the menu from" in words(told)
    assert MenuItem.objects.in_force().filter(tier=tier1, tactic=stocked_tactic).exists()
    again = as_admin.post(DRAFTS, {"action": "publish", "_selected_action": draft.pk}, follow=True)
    assert "was published on" in words(again)


def test_what_was_published_is_only_read(as_admin: Client, draft: MenuDraft, admin: User, now: datetime) -> None:
    drafts.publish(draft=draft, by=admin, at=now)
    page = as_admin.get(change(draft))
    assert "Published 4 March 2026" in words(page)
    assert 'name="_save"' not in page.content.decode()
    assert as_admin.post(change(draft), {"name": "Other"}).status_code == 403


def test_an_end_before_the_start_is_refused_in_the_form(as_admin: Client, tactic: Tactic) -> None:
    path = reverse("admin:menus_tiermenu_change", args=[1])
    MenuItem.objects.exclude(tactic=tactic).delete()
    data = form_of(as_admin, path) | {"menu-0-valid_from_on": "2026-03-05", "menu-0-valid_until_on": "2026-03-04"}
    assert "The validity ends before it starts." in words(as_admin.post(path, data))


def test_a_play_holds_a_tactic_once(as_admin: Client, tactic: Tactic) -> None:
    path = reverse("admin:menus_play_add")
    data = form_of(as_admin, path) | {
        "name": "Thank them",
        "description": "After the signature.",
        "tiers": ["1"],
        "only_stages": ["customer"],
        "stop_rules": ["tier_lost"],
        "steps-TOTAL_FORMS": "2",
        "steps-0-tactic": tactic.pk,
        "steps-0-offset_days": "0",
        "steps-1-tactic": tactic.pk,
        "steps-1-offset_days": "9",
    }
    assert "Please correct the duplicate" in words(as_admin.post(path, data))
    one = data | {"steps-TOTAL_FORMS": "1"}
    assert as_admin.post(path, one).status_code == 302
    play = Play.objects.get(name="Thank them")
    assert (play.only_stages, play.stop_rules, play.steps.get().tactic) == (["customer"], ["tier_lost"], tactic)


@pytest.mark.parametrize("model", ["play", "menudraft", "channelstep", "tiermenu"])
def test_the_lists_open(as_admin: Client, draft: MenuDraft, model: str) -> None:
    assert as_admin.get(reverse(f"admin:menus_{model}_changelist")).status_code == 200


def test_the_ladder_is_edited_in_its_list(as_admin: Client, db: None) -> None:
    path = reverse("admin:menus_channelstep_changelist")
    forms = as_admin.get(path).context["cl"].formset
    data = {form.add_prefix(name): form[name].value() for form in forms.forms for name in form.fields}
    data |= {f"form-{name}": value for name, value in forms.management_form.initial.items()}
    assert as_admin.post(path, data | {"form-0-channels": "3", "_save": "Save"}).status_code == 302
    assert sorted(ChannelStep.objects.values_list("channels", flat=True)) == [3, 3, 4, 5]
