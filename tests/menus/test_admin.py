"""Tactics and menus in the admin."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from abmhub.accounts.models import Tier
from abmhub.campaigns.models import Channel
from abmhub.menus.models import Category, MenuItem, Tactic
from abmhub.users.models import User

TACTICS = reverse("admin:menus_tactic_changelist")


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What the form on that page would send if nobody changed anything."""
    page = client.get(path).context
    forms = [page["adminform"].form]
    for formset in page["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    return {
        form.add_prefix(name): value
        for form in forms
        for name in form.fields
        if (value := form[name].value()) is not None
    }


def change(tactic: Tactic) -> str:
    return reverse("admin:menus_tactic_change", args=[tactic.pk])


@pytest.mark.parametrize(
    "query", ["", "?q=popcorn", "?state=orderable", "?state=draft", "?state=archived", "?menu_items__tier__level=1"]
)
def test_the_list_opens(as_admin: Client, tactic: Tactic, query: str) -> None:
    page = as_admin.get(TACTICS + query)
    assert page.status_code == 200
    shown = {row.pk for row in page.context["cl"].result_list}
    assert (tactic.pk in shown) == (query in ("", "?state=orderable", "?menu_items__tier__level=1"))


def test_a_new_tactic_is_a_draft_until_it_is_approved(as_admin: Client, db: None) -> None:
    data = form_of(as_admin, reverse("admin:menus_tactic_add"))
    assert data["currency"] == "USD"
    data |= {
        "name": "Seed paper card",
        "category": Category.objects.get(name="Direct mail").pk,
        "channel": Channel.objects.get(code="mail").pk,
        "description": "A card that grows.",
        "unit_cost": "9.00",
        "lead_time_days": "3",
        "recipe-TOTAL_FORMS": "1",
        "recipe-0-position": "1",
        "recipe-0-name": "Write the card",
        "recipe-0-offset_days": "1",
        "menu_items-TOTAL_FORMS": "1",
        "menu_items-0-tier": "1",
        "menu_items-0-quota": "2",
        "menu_items-0-quota_days": "90",
    }
    response = as_admin.post(reverse("admin:menus_tactic_add"), data)
    assert response.status_code == 302, response.context["errors"]
    made = Tactic.objects.get(name="Seed paper card")
    assert (made.approved_at, made.recipe.count(), made.menu_items.count()) == (None, 1, 1)
    page = as_admin.post(TACTICS, {"action": "approve", "_selected_action": made.pk}, follow=True)
    assert "1 tactic approved." in page.content.decode()
    assert Tactic.objects.orderable().filter(pk=made.pk).exists()


def test_what_has_no_recipe_is_not_approved(as_admin: Client, tactic: Tactic) -> None:
    tactic.recipe.all().delete()
    Tactic.objects.filter(pk=tactic.pk).update(approved_at=None)
    page = as_admin.post(TACTICS, {"action": "approve", "_selected_action": tactic.pk}, follow=True)
    assert "Handwritten letter has no recipe" in page.content.decode()
    assert not Tactic.objects.orderable().filter(pk=tactic.pk).exists()


def test_several_are_archived_at_once(as_admin: Client, tactic: Tactic, stocked_tactic: Tactic, now: datetime) -> None:
    chosen = {"action": "archive", "_selected_action": [tactic.pk, stocked_tactic.pk]}
    page = as_admin.post(TACTICS, chosen, follow=True)
    assert "2 tactics archived." in page.content.decode()
    assert not Tactic.objects.orderable().filter(pk__in=[tactic.pk, stocked_tactic.pk]).exists()


def test_a_form_that_was_opened_before_an_order_does_not_undo_it(as_admin: Client, stocked_tactic: Tactic) -> None:
    opened = form_of(as_admin, change(stocked_tactic)) | {"unit_cost": "26.00"}
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_reserved=2)
    assert as_admin.post(change(stocked_tactic), opened).status_code == 302
    stocked_tactic.refresh_from_db()
    assert (stocked_tactic.unit_cost, stocked_tactic.stock_reserved) == (Decimal("26.00"), 2)


def test_only_the_fields_that_changed_are_written(
    as_admin: Client, stocked_tactic: Tactic, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    monkeypatch.setattr(Tactic, "save", lambda self, **kwargs: written.append(kwargs["update_fields"]))
    opened = form_of(as_admin, change(stocked_tactic))
    assert as_admin.post(change(stocked_tactic), opened).status_code == 302
    assert as_admin.post(change(stocked_tactic), opened | {"lead_time_days": "9"}).status_code == 302
    assert written == [{"lead_time_days"}]


def test_the_store_cannot_hold_less_than_is_promised(as_admin: Client, stocked_tactic: Tactic) -> None:
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_reserved=2)
    data = form_of(as_admin, change(stocked_tactic)) | {"stock_on_hand": "1"}
    page = as_admin.post(change(stocked_tactic), data)
    assert "More pieces are promised than that" in page.content.decode()


def test_the_menu_of_a_tier_is_one_page(as_admin: Client, tactic: Tactic) -> None:
    assert as_admin.get(reverse("admin:menus_tiermenu_changelist")).status_code == 200
    path = reverse("admin:menus_tiermenu_change", args=[1])
    data = form_of(as_admin, path)
    number = next(name.split("-")[1] for name, value in data.items() if name.endswith("-tactic") and value == tactic.pk)
    assert as_admin.post(path, data | {f"menu-{number}-quota": "7"}).status_code == 302
    assert MenuItem.objects.get(tier=1, tactic=tactic).quota == 7
    assert as_admin.get(reverse("admin:menus_tiermenu_add")).status_code == 403
    assert as_admin.get(reverse("admin:menus_tiermenu_delete", args=[1])).status_code == 403


@pytest.mark.parametrize("page", ["tier", "tactic"])
def test_a_longer_menu_costs_no_more_queries(as_admin: Client, tactic: Tactic, tier1: Tier, page: str) -> None:
    path = reverse("admin:menus_tiermenu_change", args=[1]) if page == "tier" else change(tactic)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_admin.get(path).status_code == 200
        return len(captured)

    MenuItem.objects.exclude(tactic=tactic).delete()
    few = queries()
    for tier in Tier.objects.exclude(pk=tier1.pk):
        MenuItem.objects.create(tier=tier, tactic=tactic)
    for other in Tactic.objects.exclude(pk=tactic.pk):
        MenuItem.objects.create(tier=tier1, tactic=other)
    assert queries() == few


def test_categories_are_sorted_in_their_list(as_admin: Client) -> None:
    page = as_admin.get(reverse("admin:menus_category_changelist"))
    assert page.status_code == 200
    assert [row.position for row in page.context["cl"].result_list] == list(range(1, 12))
