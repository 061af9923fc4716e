"""Approvals on the screen: what waits for whom, the decision with its reason, and what both sides read of it."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions
from abmhub.orders.models import Approval, Task
from abmhub.users.models import Absence, User
from tests.web.conftest import browser_of
from tests.web.query_counts import QueryCount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

LIST = reverse("approval-list")


def text_of(browser: Client, path: str) -> str:
    return " ".join(browser.get(path).content.decode().split())


def decide(browser: Client, approval: Approval, verdict: str, reason: str = "Worth it.") -> str:
    path = reverse("approval-decide", args=[approval.pk])
    response = browser.post(path, {"verdict": verdict, "reason": reason}, follow=True)
    return " ".join(response.content.decode().split())


def test_whoever_decides_reads_it_at_home_and_in_the_list(approval: Approval, marketing_manager: User) -> None:
    browser = browser_of(marketing_manager)
    for path in (reverse("home"), LIST):
        assert reverse("approval-show", args=[approval.pk]) in text_of(browser, path)
    shown = text_of(browser, reverse("approval-show", args=[approval.pk]))
    assert "Dana Whitfield" in shown
    assert "A first call" in shown
    assert "Tier 1, East, 2026" in shown
    assert 'name="verdict"' in shown


def test_the_rep_reads_whom_it_waits_for_and_cannot_decide(approval: Approval, as_rep: Client) -> None:
    shown = text_of(as_rep, reverse("order-show", args=[approval.order_id]))
    assert "Waiting for approval of Greta Vogt" in shown
    assert "Nobody before it is approved" in shown
    own = text_of(as_rep, reverse("approval-show", args=[approval.pk]))
    assert "Nobody approves their own order" in own
    assert 'name="verdict"' not in own
    assert "Waiting for approval" in text_of(as_rep, reverse("order-list"))
    assert "waits for Greta Vogt" in text_of(as_rep, f"{LIST}?view=waiting")


@pytest.mark.parametrize(
    ("verdict", "state", "said"),
    [("approve", "approved", "Approved"), ("decline", "declined", "declined it"), ("change", "changes", "asks for")],
)
def test_a_decision_stands_on_the_order_with_its_reason(
    approval: Approval, marketing_manager: User, as_rep: Client, verdict: str, state: str, said: str
) -> None:
    decide(browser_of(marketing_manager), approval, verdict, "Good for <Dana>.")
    approval.refresh_from_db()
    assert (approval.state, approval.reason) == (state, "Good for <Dana>.")
    shown = text_of(as_rep, reverse("order-show", args=[approval.order_id]))
    assert said in shown
    assert "Good for &lt;Dana&gt;." in shown
    assert "Good for &lt;Dana&gt;." in text_of(as_rep, f"{LIST}?view=decided")


def test_no_decision_without_a_reason_or_a_verdict(approval: Approval, marketing_manager: User) -> None:
    browser = browser_of(marketing_manager)
    assert "Say why in a sentence" in decide(browser, approval, "approve", " ")
    assert browser.post(reverse("approval-decide", args=[approval.pk]), {"reason": "Yes."}).status_code == 400
    approval.refresh_from_db()
    assert approval.is_pending


def test_a_second_click_changes_nothing_and_a_second_approver_reads_what_was_said(
    approval: Approval, marketing_manager: User, admin: User, now: datetime
) -> None:
    Approval.objects.update(escalated_at=now)
    for _ in range(2):
        decide(browser_of(marketing_manager), approval, "approve")
    assert "Greta Vogt approved" in decide(browser_of(admin), approval, "decline")
    assert set(Task.objects.values_list("state", flat=True)) == {"to_do"}


def test_the_delegate_finds_it_at_home(
    approval: Approval, marketer: User, marketing_manager: User, now: datetime
) -> None:
    Absence.objects.create(person=marketing_manager, starts_on=now, ends_on=now, delegate=marketer)
    assert reverse("approval-show", args=[approval.pk]) in text_of(browser_of(marketer), reverse("home"))
    assert "Nothing waits for your decision" in text_of(browser_of(marketing_manager), LIST)


def test_the_menu_says_before_ordering_whose_approval_it_needs(
    approval: Approval, account: Account, tactic: Tactic, contacts: list[Contact], as_rep: Client
) -> None:
    wish: dict[str, object] = {"tactic": tactic.pk, f"contacts-{tactic.pk}": contacts[0].pk}
    total = as_rep.post(reverse("menu-total", args=[account.pk]), wish).content.decode()
    assert "This needs the approval of Greta Vogt, because Handwritten letter falls under “Letters”." in total
    wish |= {"key": str(uuid4()), "tier": 1}
    response = as_rep.post(reverse("menu-show", args=[account.pk]), wish, follow=True)
    assert "It waits for approval." in response.content.decode()


def test_the_pages_ask_as_much_of_many_as_of_few(
    approval: Approval, account: Account, rep: User, tactic: Tactic, envelope: Envelope, marketing_manager: User,
    tier1: Tier, now: datetime, query_count: QueryCount,
) -> None:  # fmt: skip
    browser = browser_of(marketing_manager)
    pages = {
        "approval-list": LIST,
        "approval-list-waiting": f"{LIST}?view=waiting",
        "approval-show": reverse("approval-show", args=[approval.pk]),
    }
    for path in pages.values():
        browser.get(path)
    for name, path in pages.items():
        with query_count(name):
            browser.get(path)
    for number in range(5):
        with transaction.atomic():
            other = Account.objects.create(name=f"Other {number}", normalized_name=f"other {number}", owner=rep)
            Standing.objects.create(account=other, tier=tier1, priority=100)
        person = Contact.objects.create(account=other, name="Kim", email=f"kim@{number}.example")
        line = actions.LineRequest(tactic.pk, [person.pk])
        actions.place_order(account=other, by=rep, at=now, lines=[line], idempotency_key=uuid4())
    for name, path in pages.items():
        with query_count(name):
            browser.get(path)


def test_an_order_that_went_back_is_changed_on_the_menu_and_sent_again(
    approval: Approval, account: Account, tactic: Tactic, contacts: list[Contact], marketing_manager: User,
    as_rep: Client, now: datetime,
) -> None:  # fmt: skip
    """The menu comes filled in, with what the order holds given back; the quota would else be used up."""
    MenuItem.objects.filter(tactic=tactic).update(quota=1)
    actions.request_changes(approval=approval, by=marketing_manager, at=now, reason="One person is enough.")
    order = approval.order
    change = f"{reverse('menu-show', args=[account.pk])}?amend={order.pk}"
    assert change in text_of(as_rep, reverse("order-show", args=[order.pk]))
    page = as_rep.get(change, follow=True)
    shown = " ".join(page.content.decode().split())
    assert "One person is enough." in shown
    assert page.context["wish"].chosen == {tactic.pk: frozenset(contact.pk for contact in contacts[:2])}
    wish = {"amend": order.pk, "key": page.context["key"], "tier": 1, "tactic": tactic.pk}
    wish |= {f"contacts-{tactic.pk}": contacts[0].pk}
    total = as_rep.post(reverse("menu-total", args=[account.pk]), wish).content.decode()
    assert "Send again with 1 tactic" in " ".join(total.split())
    receipt = as_rep.post(reverse("menu-show", args=[account.pk]), wish, follow=True)
    assert receipt.redirect_chain[-1][0] == reverse("order-show", args=[order.pk])
    assert "Waiting for approval of Greta Vogt" in " ".join(receipt.content.decode().split())
    assert order.lines.current().get().quantity == 1
