"""The menu of an account: what can I have for it, now?"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets.models import Envelope
from abmhub.committee.models import BuyingRole, Contact, Persona
from abmhub.menus.models import ChannelStep, MenuItem, Play, PlayStep, Tactic
from abmhub.orders.models import Order
from tests.conftest import make_tactic

pytestmark = pytest.mark.usefixtures("at_now")
QueryCount = Callable[[str], AbstractContextManager[None]]


def menu_of(account: Account) -> str:
    return reverse("menu-show", args=[account.pk])


def total_of(account: Account) -> str:
    return reverse("menu-total", args=[account.pk])


def ticked(*wishes: tuple[Tactic, list[Contact]], **more: Any) -> dict[str, Any]:
    """The form as a browser without script sends it."""
    form: dict[str, Any] = {"key": str(uuid4()), "tactic": [tactic.pk for tactic, _ in wishes]}
    for tactic, contacts in wishes:
        form[f"contacts-{tactic.pk}"] = [contact.pk for contact in contacts]
        form[f"goal-{tactic.pk}"] = "A first meeting"
    return form | more


def opened(browser: Client, account: Account, **asked: str | int) -> Any:
    """The menu as a link to it shows it."""
    return browser.get(menu_of(account), asked, follow=True)


def words_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def box(page: str, name: str, value: int) -> str:
    """The tick box of that name and value, as it stands on the page."""
    [found] = [
        tag
        for tag in re.findall(r"<input[^>]*>", page)
        if f'name="{name}"' in tag and f'value="{value}"' in tag and 'type="checkbox"' in tag
    ]
    return re.sub(r"\s+", " ", found)


# --- what the page shows ---------------------------------------------------------------------------------


def test_each_tactic_has_price_promise_quota_and_stock(
    as_rep: Client,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    stocked_tactic: Tactic,
    envelope: Envelope,
) -> None:
    words = words_of(opened(as_rep, account))
    assert "Direct mail" in words
    assert "Handwritten letter $40 each" in words
    assert "promised 11 Mar" in words
    assert "4 of 4 left" in words
    assert "made to order" in words
    assert "3 in stock" in words
    assert "$500 of $500 free" in words


def test_what_cannot_be_ticked_says_why_and_what_would_change_it(
    as_rep: Client, account: Account, contacts: list[Contact], stocked_tactic: Tactic, envelope: Envelope
) -> None:
    Tactic.objects.update(stock_on_hand=0)
    response = opened(as_rep, account)
    tag = box(response.content.decode(), "tactic", stocked_tactic.pk)
    assert "disabled" in tag
    assert f'aria-describedby="facts-{stocked_tactic.pk} refusal-{stocked_tactic.pk}"' in tag
    assert "Out of stock. Marketing can restock it." in words_of(response)


def test_the_people_a_tactic_suits_are_proposed_and_the_others_offered(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    decision_maker, influencer, expert = contacts
    tactic.suits_roles.add(BuyingRole.objects.get(code="it_expert"))
    page = opened(as_rep, account).content.decode()
    name = f"contacts-{tactic.pk}"
    assert "checked" in box(page, name, expert.pk)
    assert "checked" not in box(page, name, decision_maker.pk)
    assert "2 more in the committee" in page
    offer = page.partition(f'id="tactic-{tactic.pk}"')[2]
    assert offer.index(expert.name) < offer.index(influencer.name)
    assert not re.search(r"<details class=\"disclosure\" open", offer)


def test_where_a_tactic_suits_nobody_everybody_is_in_sight_who_can_be_chosen_first(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, now: datetime
) -> None:
    tactic.suits_roles.add(BuyingRole.objects.get(code="it_expert"))
    contacts[2].delete()
    Contact.objects.filter(pk=contacts[0].pk).update(opted_out_at=now)
    offer = opened(as_rep, account).content.decode().partition(f'id="tactic-{tactic.pk}"')[2]
    fold = re.search(r"<details class=\"disclosure\" open.*?</details>", offer, re.DOTALL)
    assert fold
    assert "2 in the committee" in fold[0]
    assert fold[0].index(contacts[1].name) < fold[0].index(contacts[0].name)


def test_who_opted_out_is_shown_and_cannot_be_chosen(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, now: datetime
) -> None:
    Contact.objects.filter(pk=contacts[1].pk).update(opted_out_at=now)
    response = opened(as_rep, account)
    assert "disabled" in box(response.content.decode(), f"contacts-{tactic.pk}", contacts[1].pk)
    assert "Ivo Petrov Opted out: cannot be chosen" in words_of(response)


def test_a_recipient_has_a_persona_card(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    persona = Persona.objects.get(name="Finance-minded executive")
    Contact.objects.filter(pk=contacts[0].pk).update(persona=persona)
    page = opened(as_rep, account).content.decode()
    assert f'popovertarget="person-{contacts[0].pk}"' in page
    assert persona.goals in page
    assert persona.bofu_message in page


def test_an_account_without_a_tier_has_no_menu_and_says_what_gives_it_one(as_rep: Client, account: Account) -> None:
    Standing.objects.update(tier=None)
    words = words_of(opened(as_rep, account))
    assert "This account is in no tier" in words
    assert "It gets a menu when" in words
    assert "menu-order" not in opened(as_rep, account).content.decode()


def test_a_missing_budget_says_who_gives_it(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic
) -> None:
    response = opened(as_rep, account)
    assert "disabled" in box(response.content.decode(), "tactic", tactic.pk)
    assert "No budget covers it." in words_of(response)


def test_a_tier_without_tactics_teaches(as_rep: Client, account: Account, envelope: Envelope) -> None:
    MenuItem.objects.all().delete()
    assert "The menu of this tier is empty" in words_of(opened(as_rep, account))


def test_who_may_not_order_may_look(
    as_marketer: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    page = opened(as_marketer, account).content.decode()
    assert "disabled" in box(page, "tactic", tactic.pk)
    assert 'id="menu-order"' not in page
    assert as_marketer.post(menu_of(account), ticked((tactic, contacts[:1]))).status_code == 403
    assert not Order.objects.exists()


def test_a_stranger_finds_no_menu_no_total_and_orders_nothing(
    as_other_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    form = ticked((tactic, contacts[:1]))
    assert as_other_rep.get(menu_of(account)).status_code == 404
    assert as_other_rep.post(menu_of(account), form).status_code == 404
    assert as_other_rep.get(total_of(account)).status_code == 404
    assert as_other_rep.post(total_of(account), form).status_code == 404
    assert not Order.objects.exists()


# --- the live total --------------------------------------------------------------------------------------


def test_the_total_follows_the_ticks(
    as_rep: Client,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    stocked_tactic: Tactic,
    envelope: Envelope,
) -> None:
    response = as_rep.post(total_of(account), ticked((tactic, contacts[:2]), (stocked_tactic, contacts[:1])))
    words = words_of(response)
    assert "Handwritten letter × 2 $80" in words
    assert "Popcorn box × 1 $25" in words
    assert "$105 $395 left after it" in words
    assert "Order 2 tactics" in words
    assert "2 ticked, $105 , $395 left." in words
    assert "disabled" not in response.content.decode()
    assert not Order.objects.exists()


def test_the_total_says_at_once_what_is_wrong(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    nobody = as_rep.post(total_of(account), ticked((tactic, [])))
    assert "Choose 1 to 5 people; 0 chosen." in words_of(nobody)
    assert re.search(rf'id="verdict-{tactic.pk}"\s+hx-swap-oob="true"', nobody.content.decode())
    assert re.search(r'id="menu-order"[^>]*disabled', nobody.content.decode())
    Envelope.objects.update(total_amount=Decimal(100))
    over = words_of(as_rep.post(total_of(account), ticked((tactic, contacts))))
    assert "$20 over what is left" in over


def test_nothing_ticked_is_no_complaint(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    words = words_of(as_rep.get(total_of(account)))
    assert "Tick what Acme Robotics should have" in words
    assert "Nothing is ticked." in words


def test_queries_do_not_grow_with_the_menu(
    as_rep: Client,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    envelope: Envelope,
    tier1: Tier,
    now: datetime,
    query_count: QueryCount,
) -> None:
    def measure() -> None:
        with query_count("menu-show"):
            as_rep.get(menu_of(account), {"key": str(uuid4())})
        with query_count("menu-total"):
            as_rep.post(total_of(account), ticked((tactic, contacts[:1])))

    measure()
    role = BuyingRole.objects.get(code="user")
    for number in range(20):
        make_tactic(f"Tactic {number}", tier=tier1, now=now).suits_roles.add(role)
        Contact.objects.create(account=account, name=f"Person {number}", buying_role=role, phone="1")
    measure()


# --- what was seen, and plays ----------------------------------------------------------------------------


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of the menu form, as a browser sends them back."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", page) if 'type="hidden"' in tag]
    pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
    return {name[1]: value[1] for name, value in pairs if name and value}


def test_a_price_that_changed_while_the_menu_was_open_is_said_and_nothing_is_ordered(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    seen = hidden_of(opened(as_rep, account).content.decode())
    assert (seen[f"cost-{tactic.pk}"], seen["tier"]) == ("40.00", "1")
    Tactic.objects.filter(pk=tactic.pk).update(unit_cost=Decimal("45.00"))
    form = ticked((tactic, contacts[:1]), **seen)
    response = as_rep.post(menu_of(account), form)
    assert response.status_code == 422
    assert "Handwritten letter costs $45 now, not $40." in words_of(response)
    assert not Order.objects.exists()
    assert as_rep.post(menu_of(account), form | hidden_of(response.content.decode())).status_code == 302


def test_a_tier_that_changed_while_the_menu_was_open_is_said(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    seen = hidden_of(opened(as_rep, account).content.decode())
    Standing.objects.filter(account=account).update(tier=2)
    response = as_rep.post(menu_of(account), ticked((tactic, contacts[:1]), **seen))
    assert response.status_code == 422
    assert "is in Tier 2 now, and was in Tier 1 when you opened it" in words_of(response)


@pytest.mark.parametrize("cost", ["", "forty", "1" * 40, "NaN", "sNaN", "Infinity"])
def test_a_price_that_is_none_is_no_way_round(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, cost: str
) -> None:
    form = ticked((tactic, contacts[:1])) | {f"cost-{tactic.pk}": cost}
    assert as_rep.post(menu_of(account), form).status_code in (302, 422)


def test_ticking_a_play_keeps_what_was_ticked_before_and_orders_nothing(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, stocked_tactic: Tactic,
    envelope: Envelope,
) -> None:  # fmt: skip
    play = Play.objects.create(name="Say hello", description="To begin.")
    play.tiers.add(1)
    PlayStep.objects.create(play=play, tactic=stocked_tactic)
    form = ticked((tactic, contacts[1:2]), note="Mind the dog.")
    page = as_rep.post(menu_of(account), form | {"tick": str(play.pk)}).content.decode()
    assert not Order.objects.exists()
    for each in (tactic, stocked_tactic):
        assert "checked" in box(page, "tactic", each.pk)
    assert "checked" in box(page, f"contacts-{tactic.pk}", contacts[1].pk)
    assert "checked" not in box(page, f"contacts-{tactic.pk}", contacts[0].pk)
    assert "Mind the dog." in page
    assert form["key"] in page
    form = ticked((tactic, contacts[1:2]), (stocked_tactic, contacts[:1]), play=play.pk)
    page = as_rep.post(menu_of(account), form | {"tick": ""}).content.decode()
    assert "checked" in box(page, "tactic", tactic.pk)
    assert "checked" not in box(page, "tactic", stocked_tactic.pk)


def test_a_play_ticks_its_tactics_and_is_ordered_in_its_turns(
    as_rep: Client,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    stocked_tactic: Tactic,
    envelope: Envelope,
) -> None:
    play = Play.objects.create(name="Say hello", description="To begin.", stop_rules=["customer"])
    play.tiers.add(1)
    PlayStep.objects.create(play=play, tactic=tactic)
    PlayStep.objects.create(play=play, tactic=stocked_tactic, offset_days=6)
    assert f'name="tick" value="{play.pk}"' in " ".join(opened(as_rep, account).content.decode().split())
    page = opened(as_rep, account, play=play.pk)
    assert "checked" in box(page.content.decode(), "tactic", stocked_tactic.pk)
    assert "begins 6 working days later" in words_of(page)
    assert "Order 2 tactics" in words_of(page)
    seen = hidden_of(page.content.decode())
    form = ticked((tactic, contacts[:1]), (stocked_tactic, contacts[:1]), **seen)
    assert "19 Mar" in words_of(as_rep.post(total_of(account), form))
    assert as_rep.post(menu_of(account), form).status_code == 302
    order = Order.objects.get()
    assert (order.play, order.lines.get(tactic=stocked_tactic).promised_on.day) == (play, 19)


def test_the_ladder_follows_the_ticks(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    ChannelStep.objects.update_or_create(stage="target", defaults={"channels": 2})
    page = opened(as_rep, account)
    assert "Target account: 0 of 2 channels." in words_of(page)
    assert "new channel" in words_of(page)
    live = as_rep.post(total_of(account), ticked((tactic, contacts[:1])))
    assert "Target account: 1 of 2 channels." in words_of(live)
