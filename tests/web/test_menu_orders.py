"""Ordering from the menu: once, or not at all and with every tick kept."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders.models import Order, OrderLine, Task
from tests.conftest import make_tactic
from tests.web.test_menus import box, menu_of, opened, ticked, total_of, words_of

pytestmark = pytest.mark.usefixtures("at_now")


def test_it_orders_without_script_and_shows_a_receipt(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    response = as_rep.post(menu_of(account), ticked((tactic, contacts[:2]), note="Ask for Dana."), follow=True)
    order = Order.objects.get()
    receipt = reverse("order-show", args=[order.pk])
    assert response.redirect_chain == [(receipt, 302)]
    assert (order.note, order.total_amount) == ("Ask for Dana.", Decimal("80.00"))
    [line] = order.lines.all()
    assert line.goal == "A first meeting"
    assert {recipient.contact for recipient in line.recipients.all()} == set(contacts[:2])
    words = words_of(as_rep.get(receipt))
    assert order.number in words
    assert "Total as ordered $80" in words


def test_a_double_click_orders_once(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    form = ticked((tactic, contacts[:1]))
    first, second = as_rep.post(menu_of(account), form), as_rep.post(menu_of(account), form)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == Task.objects.count() == 1
    envelope.refresh_from_db()
    assert envelope.reserved_amount == Decimal("40.00")


def test_going_back_and_changing_the_form_does_not_order_by_surprise(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    form = ticked((tactic, contacts[:1]))
    as_rep.post(menu_of(account), form)
    changed = form | {f"contacts-{tactic.pk}": [contact.pk for contact in contacts]}
    response = as_rep.post(menu_of(account), changed)
    assert response.status_code == 422
    assert f"This form was already used for {Order.objects.get().number}" in words_of(response)
    [key] = re.findall(r'name="key"\s+value="([^"]+)"', response.content.decode())
    assert key != form["key"]
    assert as_rep.post(menu_of(account), changed | {"key": key}).status_code == 302
    assert Order.objects.count() == 2


def test_going_back_to_an_ordered_menu_does_not_order_again(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    """The browser asks for the same address once more, and keeps the ticks."""
    path = as_rep.get(menu_of(account))["Location"]
    [key] = re.findall(r'name="key"\s+value="([^"]+)"', as_rep.get(path).content.decode())
    form = ticked((tactic, contacts[:1]), key=key)
    receipt = as_rep.post(menu_of(account), form)["Location"]
    page = as_rep.get(path).content.decode()
    assert re.findall(r'name="key"\s+value="([^"]+)"', page) == [key]
    assert f'href="{receipt}"' in page
    assert as_rep.post(menu_of(account), form)["Location"] == receipt
    assert Order.objects.count() == 1


def test_the_key_of_an_order_tells_nothing_on_another_account(
    as_other_rep: Client, other_account: Account, order: Order
) -> None:
    response = opened(as_other_rep, other_account, key=str(order.idempotency_key))
    assert order.number not in response.content.decode()


def test_every_visit_has_a_number_of_its_own(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    pages = [opened(as_rep, account).content.decode() for _ in range(2)]
    keys = {re.findall(r'name="key"\s+value="([^"]+)"', page)[0] for page in pages}
    assert len(keys) == 2


def test_a_refusal_keeps_every_tick_and_says_what_to_change(
    as_rep: Client,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    stocked_tactic: Tactic,
    envelope: Envelope,
) -> None:
    """The store is emptied between looking and ordering."""
    form = ticked((tactic, contacts[1:]), (stocked_tactic, contacts[:1]), note="Mind the dog.")
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=0)
    response = as_rep.post(menu_of(account), form)
    page = response.content.decode()
    assert response.status_code == 422
    assert not Order.objects.exists()
    assert "Nothing was ordered" in page
    assert f'href="#tactic-{stocked_tactic.pk}"' in page
    assert "Out of stock." in words_of(response)
    for each in (tactic, stocked_tactic):
        assert "checked" in box(page, "tactic", each.pk)
        assert "disabled" not in box(page, "tactic", each.pk)
    assert "checked" not in box(page, f"contacts-{tactic.pk}", contacts[0].pk)
    assert "checked" in box(page, f"contacts-{tactic.pk}", contacts[2].pk)
    assert page.count('value="A first meeting"') >= 2
    assert "Mind the dog." in page
    assert form["key"] in page


def test_nothing_ticked_is_refused_in_words(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    response = as_rep.post(menu_of(account), ticked())
    assert response.status_code == 422
    assert "Tick at least one tactic." in words_of(response)


def test_money_that_others_took_meanwhile_is_said(
    as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    Envelope.objects.update(reserved_amount=Decimal(450))
    response = as_rep.post(menu_of(account), ticked((tactic, contacts)))
    assert response.status_code == 422
    assert "$70 over what is left" in words_of(response)
    assert not Order.objects.exists()


def test_people_of_another_account_cannot_be_slipped_in(
    as_rep: Client, account: Account, other_account: Account, tactic: Tactic, envelope: Envelope
) -> None:
    stranger = Contact.objects.create(account=other_account, name="Olga Stranger", email="olga@borealis.example")
    response = as_rep.post(menu_of(account), ticked((tactic, [stranger])))
    assert response.status_code == 422
    assert "Olga" not in response.content.decode()
    assert not Order.objects.exists()


def test_a_tactic_of_another_tier_cannot_be_slipped_in(
    as_rep: Client, account: Account, contacts: list[Contact], envelope: Envelope, now: datetime
) -> None:
    foreign = make_tactic("Ice cream", tier=Tier.objects.get(level=2), now=now)
    response = as_rep.post(menu_of(account), ticked((foreign, contacts[:1])))
    assert response.status_code == 422
    assert not Order.objects.exists()


@pytest.mark.parametrize("key", ["", "12", "x" * 36])
def test_a_form_without_its_number_is_not_taken(
    key: str, as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    assert as_rep.post(menu_of(account), ticked((tactic, contacts[:1]), key=key)).status_code == 400
    assert not Order.objects.exists()


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "1.5", "\0"])
def test_nonsense_in_the_form_is_no_order(
    value: str, as_rep: Client, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    form = ticked((tactic, contacts[:1])) | {"tactic": [value]}
    assert as_rep.post(menu_of(account), form).status_code == 422
    assert as_rep.post(total_of(account), form).status_code == 200
    form = ticked((tactic, [])) | {f"contacts-{tactic.pk}": [value]}
    assert as_rep.post(menu_of(account), form).status_code == 422


def test_again_ticks_what_an_earlier_order_had(
    as_rep: Client, as_other_rep: Client, account: Account, contacts: list[Contact], line: OrderLine, now: datetime
) -> None:
    Contact.objects.filter(pk=contacts[0].pk).update(opted_out_at=now)
    page = opened(as_rep, account, again=line.order_id).content.decode()
    assert "checked" in box(page, "tactic", line.tactic_id)
    assert "checked" in box(page, f"contacts-{line.tactic_id}", contacts[1].pk)
    assert "checked" not in box(page, f"contacts-{line.tactic_id}", contacts[0].pk)
    assert 'value="A first call"' in page
    assert opened(as_rep, account, again="x").status_code == 200


def test_again_does_not_reveal_the_order_of_another_account(
    as_other_rep: Client, other_account: Account, line: OrderLine
) -> None:
    page = opened(as_other_rep, other_account, again=line.order_id).content.decode()
    assert "A first call" not in page
