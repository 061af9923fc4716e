"""Orders: where is what I ordered? Rep and marketer read the same pages."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions
from abmhub.orders.models import FollowUp, Order, OrderLine, Task, TouchLimit
from abmhub.users.models import User

pytestmark = pytest.mark.usefixtures("at_now")
LIST = reverse("order-list")
QueryCount = Callable[[str], AbstractContextManager[None]]


def words_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def listed(browser: Client, **filters: str | int) -> list[str]:
    response = browser.get(LIST, filters)
    assert response.status_code == 200
    return [order.number for order in response.context["page"].rows]


def page_of(order: Order) -> str:
    return reverse("order-show", args=[order.pk])


def more_orders(count: int, *, account: Account, contacts: list[Contact], tactics: list[Tactic], rep: User) -> None:
    """Orders of a line for each tactic; quota, money and touches are made to suffice."""
    TouchLimit.objects.all().delete()
    MenuItem.objects.update(quota=1000)
    Envelope.objects.update(total_amount=Decimal(1_000_000))
    for number in range(count):
        order = actions.place_order(
            account=account,
            by=rep,
            at=datetime.fromisoformat("2026-03-02T10:00:00+00:00") + timedelta(minutes=number),
            lines=[actions.LineRequest(tactic.pk, [contact.pk for contact in contacts]) for tactic in tactics],
            idempotency_key=uuid4(),
        )
        for task in Task.objects.filter(line__order=order):
            actions.comment(task=task, by=rep, at=order.placed_at, text="Soon?")


def test_both_sides_see_the_same_and_strangers_nothing(
    as_rep: Client, as_marketer: Client, as_other_rep: Client, order: Order
) -> None:
    assert listed(as_rep) == listed(as_marketer) == [order.number]
    assert listed(as_other_rep) == []
    assert as_other_rep.get(page_of(order)).status_code == 404
    assert "Acme" not in words_of(as_other_rep.get(LIST))
    assert words_of(as_rep.get(page_of(order))).count("Handwritten letter") >= 2
    assert "Handwritten letter" in words_of(as_marketer.get(page_of(order)))


def test_an_order_moves_between_the_views(
    as_rep: Client, order: Order, task: Task, marketer: User, now: datetime
) -> None:
    assert (listed(as_rep), listed(as_rep, view="delivered")) == ([order.number], [])
    actions.claim_task(task=task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="On their desks.")
    assert (listed(as_rep), listed(as_rep, view="delivered")) == ([], [order.number])
    assert listed(as_rep, view="cancelled") == []
    assert listed(as_rep, view="all") == [order.number]
    assert listed(as_rep, view="nonsense") == []


def test_it_narrows_to_ones_own_and_to_an_account(
    as_rep: Client, as_sales_manager: Client, as_other_rep: Client, order: Order, account: Account
) -> None:
    assert listed(as_rep, mine="1") == [order.number]
    assert listed(as_sales_manager, mine="1") == []
    assert listed(as_sales_manager, account=account.pk) == [order.number]
    assert as_other_rep.get(LIST, {"account": account.pk}).status_code == 404
    assert listed(as_rep, account="x") == [order.number]


def test_the_receipt_survives_reload_and_tells_the_sum(as_rep: Client, order: Order) -> None:
    for _ in range(2):
        words = words_of(as_rep.get(page_of(order)))
        assert "Handwritten letter 2 × $40 $80" in words
        assert "Total as ordered $80" in words
        assert "Tier 1, East, 2026" in words
        assert "They moved offices in May." in words


def test_a_line_tells_where_it_is(as_rep: Client, order: Order, task: Task, marketer: User, now: datetime) -> None:
    def stops() -> list[tuple[str, str]]:
        [story] = as_rep.get(page_of(order)).context["stories"]
        return [(stop.label, stop.state) for stop in story.stops]

    assert stops() == [("Ordered", "current"), ("In production", ""), ("Promised", "")]
    assert "Nobody has claimed it yet" in words_of(as_rep.get(page_of(order)))
    actions.claim_task(task=task, by=marketer, at=now)
    assert stops() == [("Ordered", "done"), ("In production", "current"), ("Promised", "")]
    actions.tick_step(step=task.steps.get(position=1), by=marketer, at=now)
    assert "1 of 2 done" in words_of(as_rep.get(page_of(order)))
    actions.wait(task=task, on=Task.WaitingOn.REP, note="Which floor?", by=marketer, at=now)
    assert "Marketing waits on the rep" in words_of(as_rep.get(page_of(order)))
    actions.resume(task=task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="On their desks.", actual_cost=Decimal(70))
    assert stops() == [("Ordered", "done"), ("In production", "done"), ("Delivered", "done")]
    words = words_of(as_rep.get(page_of(order)))
    assert "On their desks." in words
    assert "$70 of $80 reserved" in words
    assert "Rana Haddad owes a call" in words


def test_a_late_line_says_so(as_rep: Client, order: Order, task: Task) -> None:
    OrderLine.objects.update(promised_on="2026-03-02")
    Task.objects.update(due_on="2026-03-02")
    assert "2 days late" in words_of(as_rep.get(page_of(order)))


def test_a_line_is_cancelled_until_production_and_its_money_returns(
    as_rep: Client, order: Order, line: OrderLine, envelope: Envelope
) -> None:
    assert "Cancel this line" in as_rep.get(page_of(order)).content.decode()
    response = as_rep.post(reverse("order-line-cancel", args=[line.pk]), follow=True)
    assert response.redirect_chain == [(page_of(order), 302)]
    words = words_of(response)
    assert "Handwritten letter is cancelled. Its money is free again." in words
    assert "Cancel this line" not in words
    envelope.refresh_from_db()
    assert envelope.reserved_amount == 0


def test_once_production_started_it_is_not_cancelled(
    as_rep: Client, order: Order, line: OrderLine, task: Task, marketer: User, now: datetime
) -> None:
    actions.claim_task(task=task, by=marketer, at=now)
    assert "Cancel this line" not in as_rep.get(page_of(order)).content.decode()
    response = as_rep.post(reverse("order-line-cancel", args=[line.pk]), follow=True)
    assert "can no longer be cancelled" in words_of(response)
    line.refresh_from_db()
    assert line.cancelled_at is None


def test_a_stranger_cancels_and_finishes_nothing(
    as_other_rep: Client, as_marketer: Client, line: OrderLine, follow_up: FollowUp
) -> None:
    for path in (reverse("order-line-cancel", args=[line.pk]), reverse("follow-up-finish", args=[follow_up.pk])):
        assert as_other_rep.post(path).status_code == 404
        assert as_marketer.post(path).status_code == 403
    line.refresh_from_db()
    follow_up.refresh_from_db()
    assert (line.cancelled_at, follow_up.done_at) == (None, None)


def test_a_follow_up_is_finished_in_place_once(
    as_rep: Client, order: Order, follow_up: FollowUp, now: datetime
) -> None:
    path = reverse("follow-up-finish", args=[follow_up.pk])
    home = reverse("home")
    response = as_rep.post(path, {"note": "Booked a call.", "next": home}, follow=True)
    assert response.redirect_chain == [(home, 302)]
    assert "Followed up on Handwritten letter with Acme Robotics." in words_of(response)
    as_rep.post(path, {"note": "Again"})
    follow_up.refresh_from_db()
    assert (follow_up.note, follow_up.done_at) == ("Booked a call.", now)


def test_a_follow_up_leads_only_to_pages_of_ours(as_rep: Client, order: Order, follow_up: FollowUp) -> None:
    path = reverse("follow-up-finish", args=[follow_up.pk])
    response = as_rep.post(path, {"next": "https://evil.example/"})
    assert response["Location"] == page_of(order)


def test_a_note_that_is_too_long_is_refused_in_words(as_rep: Client, follow_up: FollowUp) -> None:
    response = as_rep.post(reverse("follow-up-finish", args=[follow_up.pk]), {"note": "x" * 301}, follow=True)
    assert "shorten it" in words_of(response)
    follow_up.refresh_from_db()
    assert follow_up.done_at is None


def test_a_comment_from_the_order_comes_back_to_it(as_rep: Client, order: Order, task: Task) -> None:
    back = f"{page_of(order)}#line-{task.line_id}"
    response = as_rep.post(reverse("task-comment", args=[task.pk]), {"text": "Ring twice.", "next": back})
    assert response["Location"] == back
    assert "Ring twice." in words_of(as_rep.get(page_of(order)))


def test_order_again_leads_to_the_menu_with_its_boxes(as_rep: Client, as_marketer: Client, order: Order) -> None:
    again = f'href="{reverse("menu-show", args=[order.account_id])}?again={order.pk}"'
    assert again in as_rep.get(page_of(order)).content.decode()
    assert again not in as_marketer.get(page_of(order)).content.decode()


def test_emptiness_teaches(as_rep: Client, account: Account) -> None:
    assert "Nothing is under way" in words_of(as_rep.get(LIST))
    assert "Nothing was ordered yet" in words_of(as_rep.get(LIST, {"view": "all"}))


def test_queries_do_not_grow_with_the_data(
    as_rep: Client,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    stocked_tactic: Tactic,
    envelope: Envelope,
    rep: User,
    query_count: QueryCount,
) -> None:
    TouchLimit.objects.all().delete()
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=100)

    def measure() -> None:
        with query_count("order-list"):
            as_rep.get(LIST)
        with query_count("order-show"):
            as_rep.get(page_of(Order.objects.order_by("-pk")[0]))

    more_orders(1, account=account, contacts=contacts[:1], tactics=[tactic], rep=rep)
    measure()
    more_orders(12, account=account, contacts=contacts, tactics=[tactic, stocked_tactic], rep=rep)
    measure()
