"""The preview of a menu: what a rep will see, for those who keep the menus."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus import drafts
from abmhub.menus.models import MenuDraft, MenuItem, Tactic
from abmhub.users.models import User

pytestmark = pytest.mark.usefixtures("at_now")
PAGE = reverse("menu-preview")
QueryCount = Callable[[str], AbstractContextManager[None]]


def words(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_it_is_the_real_menu_of_that_rep_and_account_without_a_button(
    as_marketing_manager: Client,
    rep: User,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    envelope: Envelope,
    query_count: QueryCount,
) -> None:
    with query_count("menu-preview"):
        page = as_marketing_manager.get(PAGE, {"rep": rep.pk, "account": account.pk})
    assert "as Rana Haddad, today" in words(page)
    assert "Handwritten letter $40 each" in words(page)
    assert 'id="menu-order"' not in page.content.decode()
    assert "csrfmiddlewaretoken" not in page.content.decode().partition("<main")[2].partition("</main")[0]


def test_a_draft_is_shown_before_anybody_can_order_from_it(
    as_marketing_manager: Client,
    rep: User,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    stocked_tactic: Tactic,
    envelope: Envelope,
    tier1: Tier,
    today: date,
) -> None:
    draft = MenuDraft.objects.create(tier=tier1, name="Spring")
    drafts.fill(draft=draft, day=today)
    MenuItem.objects.filter(draft=draft, tactic=stocked_tactic).delete()
    asked = {"rep": rep.pk, "account": account.pk, "draft": draft.pk}
    assert "Popcorn box" not in words(as_marketing_manager.get(PAGE, asked))
    assert "with “Spring”" in words(as_marketing_manager.get(PAGE, asked))
    assert "Popcorn box" in words(as_marketing_manager.get(PAGE, asked | {"draft": ""}))


def test_only_what_the_rep_may_see_is_shown(
    as_marketing_manager: Client, rep: User, account: Account, other_account: Account, envelope: Envelope
) -> None:
    page = as_marketing_manager.get(PAGE, {"rep": rep.pk, "account": other_account.pk})
    assert page.context["account"] == account
    assert [each.name for each in page.context["accounts"]] == ["Acme Robotics"]


def test_it_opens_with_somebody_who_has_something_to_show(
    as_marketing_manager: Client, other_rep: User, rep: User, account: Account, envelope: Envelope
) -> None:
    page = as_marketing_manager.get(PAGE)
    assert (page.context["rep"], page.context["account"]) == (rep, account)
    assert f'<option value="{rep.pk}" selected>Rana Haddad</option>' in page.content.decode()


@pytest.mark.parametrize("asked", [{}, {"rep": "x", "draft": "99999", "account": "-1", "q": "nobody by that name"}])
def test_it_opens_with_nothing_and_with_nonsense(
    as_marketing_manager: Client, rep: User, asked: dict[str, str]
) -> None:
    assert "Nobody to order yet" in words(as_marketing_manager.get(PAGE, asked))


def test_a_tactic_of_a_stage_shows_only_at_that_stage(
    as_marketing_manager: Client,
    rep: User,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    envelope: Envelope,
) -> None:
    asked = {"rep": rep.pk, "account": account.pk}
    MenuItem.objects.filter(tactic=tactic).update(stages=["late"])
    assert "Handwritten letter" not in words(as_marketing_manager.get(PAGE, asked))
    MenuItem.objects.filter(tactic=tactic).update(stages=["target", "late"])
    assert "Handwritten letter" in words(as_marketing_manager.get(PAGE, asked))


def test_a_picture_is_handed_out_as_a_picture_only(as_rep: Client, pictured_tactic: Tactic) -> None:
    path = reverse("tactic-picture", args=[pictured_tactic.pk, "a" * 64])
    response = as_rep.get(path)
    assert (response["Content-Type"], response.content) == ("image/png", b"\x89PNG")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert as_rep.get(reverse("tactic-picture", args=[pictured_tactic.pk, "b" * 64])).status_code == 404
    assert path in as_rep.get(reverse("tactic-list"), {"q": "Handwritten letter"}).content.decode()
