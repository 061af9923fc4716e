"""Ordering for many accounts: choose once, see what each can have, order once, read what became of it."""

import csv
import io
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets.models import Envelope
from abmhub.committee.models import BuyingRole, Contact
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import ApprovalRule, BulkOrder, Order
from abmhub.users.models import User
from abmhub.web import bulk_orders
from tests.web.query_counts import QueryCount
from tests.web.test_menus import box, words_of

pytestmark = pytest.mark.usefixtures("at_now")

NEW = "/accounts/order/"


@transaction.atomic
def more_accounts(number: int, rep: User, tier: Tier) -> list[Account]:
    made = Account.objects.bulk_create(
        Account(name=f"Account {each}", normalized_name=f"account {each}", owner=rep) for each in range(number)
    )
    Standing.objects.bulk_create(Standing(account=account, tier=tier, fit=90) for account in made)
    Contact.objects.bulk_create(
        Contact(account=account, name=f"Kim of {account}", email=f"kim@{account.pk}.example") for account in made
    )
    return made


@pytest.fixture
def many(account: Account, contacts: list[Contact], envelope: Envelope, rep: User, tier1: Tier) -> list[Account]:
    """Acme and two more."""
    return [account, *more_accounts(2, rep, tier1)]


def form_of(many: list[Account], *tactics: Tactic, **fields: Any) -> dict[str, Any]:
    ticked = {"account": [one.pk for one in many], "tactic": [tactic.pk for tactic in tactics], "people": 1}
    return {**ticked, "key": str(uuid4()), **fields}


def seen_in(page: str) -> str:
    [seen] = re.findall(r'name="seen"\s+value="([0-9a-f]{64})"', page)
    return str(seen)


def test_it_shows_what_each_can_have_and_orders_it(as_rep: Client, many: list[Account], tactic: Tactic) -> None:
    Standing.objects.filter(account=many[2]).update(tier=None)
    form = form_of(many, tactic, goal="A first call")
    response = as_rep.get(NEW, form)
    words, page = words_of(response), response.content.decode()
    assert "2 of 3 accounts get it" in words
    assert "Handwritten letter for Dana Whitfield" in words
    assert "This account is in no tier" in words
    assert "$80 of $500 free" in words
    assert "checked" in box(page, "tactic", tactic.pk)
    assert not Order.objects.exists()
    posted = as_rep.post(NEW, form | {"seen": seen_in(page), "note": "Be kind."}, follow=True)
    bulk = BulkOrder.objects.get()
    assert posted.redirect_chain == [(reverse("bulk-order-show", args=[bulk.pk]), 302)]
    words = words_of(posted)
    assert "Ordered 2" in words
    assert "Refused 1" in words
    assert "This account is in no tier" in words
    assert {order.note for order in Order.objects.all()} == {"Be kind."}


def test_a_double_click_and_a_reload_order_once(as_rep: Client, many: list[Account], tactic: Tactic) -> None:
    form = form_of(many, tactic)
    form["seen"] = seen_in(as_rep.get(NEW, form).content.decode())
    first, second = as_rep.post(NEW, form), as_rep.post(NEW, form)
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 3
    page = as_rep.get(NEW, form).content.decode()
    assert f'href="{first["Location"]}"' in page
    assert 'name="seen"' not in page


def test_what_changed_meanwhile_is_shown_anew_and_not_ordered(
    as_rep: Client, many: list[Account], tactic: Tactic
) -> None:
    form = form_of(many, tactic)
    form["seen"] = seen_in(as_rep.get(NEW, form).content.decode())
    Tactic.objects.filter(pk=tactic.pk).update(unit_cost=50)
    response = as_rep.post(NEW, form)
    assert response.status_code == 422
    assert "Something changed since you looked" in words_of(response)
    assert not BulkOrder.objects.exists()
    form["seen"] = seen_in(response.content.decode())
    assert as_rep.post(NEW, form).status_code == 302


def test_a_rule_finds_the_recipients(as_rep: Client, many: list[Account], tactic: Tactic) -> None:
    role = BuyingRole.objects.get(code="it_expert")
    words = words_of(as_rep.get(NEW, form_of(many, tactic, role=role.pk)))
    assert "Handwritten letter for Tara Singh" in words
    assert "1 of 3 accounts gets it" not in words
    assert "Nobody here is in the chosen roles." in words


def test_all_that_the_list_shows_can_be_ordered_for(as_rep: Client, many: list[Account], tactic: Tactic) -> None:
    form = form_of([], tactic, all="yes", back="q=Account+1")
    words = words_of(as_rep.get(NEW, form))
    assert "Order for 1 account" in words
    assert "Kim of Account 1" in words


def test_accounts_of_others_are_left_out(
    as_rep: Client, many: list[Account], other_account: Account, tactic: Tactic
) -> None:
    words = words_of(as_rep.get(NEW, form_of([*many, other_account], tactic)))
    assert "Order for 3 accounts" in words
    assert other_account.name not in words


def test_too_many_are_turned_away(
    as_rep: Client, many: list[Account], tactic: Tactic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_orders, "MOST_ACCOUNTS", 2)
    assert "Too many at once" in words_of(as_rep.get(NEW, form_of(many, tactic)))


def test_many_are_left_to_a_worker_and_the_page_follows(
    as_rep: Client, many: list[Account], tactic: Tactic, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_orders, "PLACED_BY_THE_PAGE", 2)
    form = form_of(many, tactic)
    form["seen"] = seen_in(as_rep.get(NEW, form).content.decode())
    path = as_rep.post(NEW, form)["Location"]
    assert not Order.objects.exists()
    assert "3 of 3 accounts still to come" in words_of(as_rep.get(path))
    assert as_rep.post(f"{path}place/")["Location"] == path
    assert "1 of 3 accounts still to come" in words_of(as_rep.get(path))
    actions.place_rows(at=now)
    response = as_rep.get(f"{path}?progress=yes", headers={"HX-Request": "true"})
    assert response["HX-Refresh"] == "true"
    assert "Ordered 3" in words_of(as_rep.get(path))


def test_what_was_refused_can_be_taken_along(
    as_rep: Client, many: list[Account], tactic: Tactic, stocked_tactic: Tactic
) -> None:
    Standing.objects.filter(account=many[2]).update(tier=None)
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=1)
    form = form_of(many, tactic, stocked_tactic)
    form["seen"] = seen_in(as_rep.get(NEW, form).content.decode())
    path = as_rep.post(NEW, form)["Location"]
    file = as_rep.get(f"{path}refused/").getvalue().decode("utf-8-sig")
    rows = [row[1:] for row in csv.reader(io.StringIO(file))]
    assert rows[0] == ["account", "domain", "tactic", "reason"]
    assert [row[0] for row in rows[1:]] == ["Account 0", "Account 1"]
    assert rows[1][2:] == ["Popcorn box", "1 needed, 0 left in the store after the accounts before it."]


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "\0"])
def test_nonsense_in_the_form_is_nothing(value: str, as_rep: Client, many: list[Account], tactic: Tactic) -> None:
    fields = {"role": value, "persona": value, "people": value, "page": value}
    assert as_rep.get(NEW, form_of(many, tactic, **fields)).status_code == 200
    assert as_rep.get(NEW, {"account": value, "tactic": value, "key": str(uuid4())}).status_code == 200
    assert as_rep.post(NEW, form_of(many, tactic, seen=value)).status_code == 422
    assert as_rep.post(NEW, form_of(many, tactic, key=value)).status_code == 400


def test_queries_do_not_grow_with_the_accounts(
    as_rep: Client, many: list[Account], tactic: Tactic, stocked_tactic: Tactic, rep: User, tier1: Tier,
    bulk_order: BulkOrder, query_count: QueryCount,
) -> None:  # fmt: skip
    def look(accounts: list[Account]) -> None:
        form = form_of(accounts, tactic, stocked_tactic)
        with query_count("bulk-order-new"):
            seen = seen_in(as_rep.get(NEW, form).content.decode())
        path = as_rep.post(NEW, form | {"seen": seen})["Location"]
        with query_count("bulk-order-show"):
            as_rep.get(path)
        with query_count("bulk-order-list"):
            as_rep.get("/orders/bulk/")

    look(many[:1])
    Envelope.objects.update(total_amount=10_000)
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=100)
    look(more_accounts(12, rep, tier1))


def test_the_list_of_accounts_leads_there(as_rep: Client, many: list[Account]) -> None:
    page = as_rep.get("/accounts/").content.decode()
    assert 'formaction="/accounts/order/"' in page


def test_what_waits_for_approval_is_not_called_ordered(
    as_rep: Client, many: list[Account], tactic: Tactic, marketing_manager: User
) -> None:
    ApprovalRule.objects.create(name="All", approver_role=ApprovalRule.Role.MARKETING_MANAGER)
    form = form_of(many, tactic)
    seen = seen_in(as_rep.get(NEW, form).content.decode())
    words = words_of(as_rep.post(NEW, form | {"seen": seen}, follow=True))
    assert "accounts, of which 3 wait for approval" in words
    assert words.count("Waits for approval") == 3
    assert "What was refused" not in words


def test_it_says_how_many_get_only_a_part(
    as_rep: Client, many: list[Account], tactic: Tactic, stocked_tactic: Tactic
) -> None:
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=1)
    words = words_of(as_rep.get(NEW, form_of(many, tactic, stocked_tactic)))
    assert "3 of 3 accounts get something" in words
    assert "2 of them cannot have all of it." in words
