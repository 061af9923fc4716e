"""Tactics and menus in the admin."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from abmhub.accounts.models import Tier
from abmhub.campaigns.models import Channel
from abmhub.menus.models import Category, MenuItem, Tactic, TacticPicture
from abmhub.menus.pictures import LARGEST_BYTES
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
    queries()  # the first page of a process looks up kinds of content
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


# --- terms, recipe and picture ---------------------------------------------------------------------------


def test_saving_other_terms_puts_the_next_version_in_force(as_admin: Client, tactic: Tactic, admin: User) -> None:
    data = form_of(as_admin, change(tactic))
    first = as_admin.post(change(tactic), data | {"unit_cost": "41.00"}, follow=True)
    assert "Version 1 of Handwritten letter is in force." in first.content.decode()
    second = as_admin.post(change(tactic), form_of(as_admin, change(tactic)) | {"unit_cost": "45.00"}, follow=True)
    assert "Version 2 of Handwritten letter is in force." in second.content.decode()
    silent = as_admin.post(change(tactic), form_of(as_admin, change(tactic)) | {"description": "New."}, follow=True)
    assert "is in force" not in silent.content.decode()
    costs = tactic.versions.order_by("number").values_list("number", "unit_cost", "published_by")
    assert list(costs) == [(1, Decimal(41), admin.pk), (2, Decimal(45), admin.pk)]


def test_a_recipe_that_goes_in_circles_is_refused_with_the_chain(as_admin: Client, tactic: Tactic) -> None:
    data = form_of(as_admin, change(tactic)) | {"recipe-0-after": "2", "recipe-1-after": "1"}
    page = as_admin.post(change(tactic), data)
    assert "These steps wait for one another, so that none can start: 1 for 2, 2 for 1." in page.content.decode()
    assert not tactic.recipe.exclude(after=[]).exists()


def test_a_step_says_who_does_it_what_to_tick_and_what_proves_it(
    as_admin: Client, tactic: Tactic, marketer: User
) -> None:
    data = form_of(as_admin, change(tactic)) | {
        "recipe-1-counts_from": "steps",
        "recipe-1-offset_days": "2",
        "recipe-1-after": "1",
        "recipe-1-checklist": "Tin closed\r\n\r\n Label on ",
        "recipe-1-hours": "1.5",
        "recipe-1-proof": "link",
        "recipe-1-assignee_rule": "person",
    }
    unnamed = as_admin.post(change(tactic), data)
    assert "Name the person for" in unnamed.content.decode()
    assert as_admin.post(change(tactic), data | {"recipe-1-person": marketer.pk}).status_code == 302
    step = tactic.recipe.get(position=2)
    assert (step.counts_from, step.after, step.checklist) == ("steps", [1], ["Tin closed", "Label on"])
    assert (step.hours, step.proof, step.person) == (Decimal("1.5"), "link", marketer)


def test_limits_are_read_as_people_write_them(as_admin: Client, tactic: Tactic) -> None:
    data = form_of(as_admin, change(tactic))
    written = {"only_countries": "Germany, at", "barred_industries": "Government, healthcare", "suits_stages": ["late"]}
    assert as_admin.post(change(tactic), data | written).status_code == 302
    tactic.refresh_from_db()
    assert tactic.only_countries == ["DE", "AT"]
    assert (tactic.barred_industries, tactic.suits_stages) == (["government", "healthcare"], ["late"])
    page = as_admin.post(change(tactic), data | {"only_countries": "Atlantis"})
    assert "No country is called Atlantis" in page.content.decode()


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)


def test_a_picture_is_kept_and_taken_away_again(as_admin: Client, tactic: Tactic) -> None:
    data = form_of(as_admin, change(tactic))
    assert as_admin.post(change(tactic), data | {"picture": upload(PNG)}).status_code == 302
    picture = TacticPicture.objects.get(tactic=tactic)
    assert (picture.kind, bytes(picture.content)) == ("image/png", PNG)
    assert as_admin.post(change(tactic), data | {"remove_picture": "on"}).status_code == 302
    assert not TacticPicture.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no PNG, JPEG or WebP"),
        (b"<html><script>alert(1)</script>", "no PNG, JPEG or WebP"),
        (PNG + bytes(LARGEST_BYTES), "larger than 600 kB"),
    ],
    ids=["drawing", "page", "too large"],
)
def test_what_is_no_picture_is_refused_whatever_its_name(
    as_admin: Client, tactic: Tactic, content: bytes, said: str
) -> None:
    page = as_admin.post(change(tactic), form_of(as_admin, change(tactic)) | {"picture": upload(content)})
    assert said in page.content.decode()
    assert not TacticPicture.objects.exists()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("tin.png", content, "image/png")


def test_what_is_in_use_cannot_be_deleted_and_is_told_why(as_admin: Client, tactic: Tactic) -> None:
    path = reverse("admin:menus_tactic_delete", args=[tactic.pk])
    page = as_admin.post(path, {"post": "yes"}, follow=True)
    assert "Handwritten letter is in use by menu items: archive it" in page.content.decode()
    assert Tactic.objects.filter(pk=tactic.pk).exists()
    tactic.menu_items.all().delete()
    assert as_admin.post(path, {"post": "yes"}).status_code == 302
    assert not Tactic.objects.filter(pk=tactic.pk).exists()
    assert "delete_selected" not in as_admin.get(TACTICS).content.decode()
