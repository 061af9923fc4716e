"""The page of one account: what is going on, and what next?"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Duplicate, Standing, Territory, Tier, TierChange
from abmhub.campaigns.models import Touch
from abmhub.committee.models import Contact
from abmhub.core.models import Run
from abmhub.orders.actions import cancel_line
from abmhub.orders.models import Order, OrderLine
from abmhub.pipeline.models import Opportunity, Stage, StageChange
from abmhub.users.models import User
from tests.web.story import deal, event, path_of, text_of, touch

pytestmark = pytest.mark.usefixtures("at_now")
QueryCount = Callable[[str], AbstractContextManager[None]]


def a_busy_account(account: Account, contacts: list[Contact], now: datetime, times: int) -> None:
    """Everything the page can show, so many times."""
    tiers = {level: Tier.objects.get(level=level) for level in (1, 2)}
    stages = list(Stage.objects.order_by("position"))
    for number in range(times):
        at = now - timedelta(days=number + 1)
        event(account, "content_download", at, contacts[number % 3])
        touch(account, f"Letter {number}", at, contacts[0])
        deal_of = deal(account, stage=stages[0].name, amount=1000 + number)
        StageChange.objects.create(opportunity=deal_of, stage=stages[0], entered_on=at.date())
        TierChange.objects.create(
            account=account, changed_on=at.date(), from_tier=tiers[2], to_tier=tiers[1], policy_version=1
        )
        child = Account.objects.create(name=f"Acme {number}", normalized_name=f"acme {number}", parent=account)
        Standing.objects.create(account=child, tier=tiers[2])
        Contact.objects.create(account=account, name=f"Person {number}", buying_role=contacts[0].buying_role)


def test_it_says_the_tier_why_and_offers_the_menu(as_rep: Client, account: Account) -> None:
    page = as_rep.get(path_of(account)).content.decode()
    assert "Why Tier 1" in page
    assert "Fit 90, intent 75, engagement 66 and expected ACV 90,000 reach Tier 1." in page
    assert reverse("menu-show", args=[account.pk]) in page
    assert "Open the menu" in page


def test_before_the_first_night_it_says_so(as_rep: Client, rep: User) -> None:
    account = Account.objects.create(name="Fresh", normalized_name="fresh", owner=rep)
    page = text_of(as_rep.get(path_of(account)))
    assert "The next night scores this account" in page


def test_a_marketer_sees_the_menu_without_ordering(as_marketer: Client, account: Account) -> None:
    assert "See the menu" in as_marketer.get(path_of(account)).content.decode()


def test_the_committee_shows_who_is_engaged_who_opted_out_and_who_is_missing(
    as_rep: Client, account: Account, contacts: list[Contact], now: datetime
) -> None:
    decision_maker, influencer, expert = contacts
    event(account, "demo_request", now - timedelta(days=3), decision_maker)
    event(account, "page_view", now - timedelta(days=3), influencer)
    Contact.objects.filter(pk=expert.pk).update(opted_out_at=now, stance="blocker", stance_note="Said so by mail")
    page = text_of(as_rep.get(path_of(account)))
    assert "Dana Whitfield Chief Financial Officer Engaged" in page
    assert "Ivo Petrov Head of Operations 2 more wanted" in page
    assert "Tara Singh Enterprise Architect Opted out Blocker" in page
    assert "User 0 known of / 2" in page
    assert "2 more wanted" in page


def test_it_shows_what_is_under_way(
    as_rep: Client, account: Account, line: OrderLine, rep: User, now: datetime
) -> None:
    page = as_rep.get(path_of(account)).content.decode()
    assert f'href="{reverse("order-show", args=[line.order_id])}"' in page
    cancel_line(line=line, by=rep, at=now)
    assert "Nothing is ordered" in as_rep.get(path_of(account)).content.decode()


def test_relatives_that_one_may_not_see_are_not_named(
    as_rep: Client, as_marketer: Client, account: Account, other_account: Account, rep: User
) -> None:
    child = Account.objects.create(name="Acme Bakery", normalized_name="acme bakery", owner=rep, parent=account)
    Account.objects.filter(pk=account.pk).update(parent=other_account)
    family = reverse("account-family", args=[account.pk])
    assert f'hx-get="{family}"' in as_rep.get(path_of(account)).content.decode()
    for headers in ({}, {"HX-Request": "true"}):
        page = as_rep.get(family, headers=headers).content.decode()
        assert child.name in page
        assert other_account.name not in page
        assert other_account.name in as_marketer.get(family, headers=headers).content.decode()


def test_the_arithmetic_is_a_page_and_a_block(as_rep: Client, account: Account, today: date) -> None:
    Run.objects.create(
        job="nightly", business_day=today, status=Run.Status.DONE, started_at=datetime.now().astimezone()
    )
    path = reverse("account-why", args=[account.pk])
    page = as_rep.get(path).content.decode()
    block = as_rep.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" in page
    assert "<h1>" not in block
    for text in (page, block):
        assert "Rules of Goldilocks (version 1)" in text
        assert "200 employees or more" in text


def test_a_manager_decides_who_works_it(
    as_sales_manager: Client, as_rep: Client, account: Account, sales_manager: User, other_rep: User
) -> None:
    path = reverse("account-assign", args=[account.pk])
    territory = Territory.objects.get(name="East coast")
    form = as_sales_manager.get(path).content.decode()
    assert other_rep.name not in form
    response = as_sales_manager.post(path, {"owner": sales_manager.pk, "territory": territory.pk})
    assert response.status_code == 302
    account.refresh_from_db()
    assert (account.owner, account.territory) == (sales_manager, territory)
    assert as_rep.post(path, {"owner": ""}).status_code == 403
    account.refresh_from_db()
    assert account.owner == sales_manager


def test_a_manager_cannot_give_it_to_another_team(
    as_sales_manager: Client, account: Account, rep: User, other_rep: User
) -> None:
    response = as_sales_manager.post(reverse("account-assign", args=[account.pk]), {"owner": other_rep.pk})
    assert response.status_code == 422
    account.refresh_from_db()
    assert account.owner == rep


def test_who_gives_it_away_is_led_to_a_page_they_may_see(as_sales_manager: Client, account: Account) -> None:
    response = as_sales_manager.post(reverse("account-assign", args=[account.pk]), {}, follow=True)
    assert response.redirect_chain == [(reverse("account-list"), 302)]


def test_money_is_written_with_its_currency(as_rep: Client, account: Account) -> None:
    Account.objects.update(annual_revenue_amount=Decimal(80_000_000), currency="EUR")
    page = as_rep.get(path_of(account)).content.decode()
    assert "€90,000" in page
    assert "€80M" in page


def test_queries_do_not_grow_with_the_data(
    as_admin: Client,
    account: Account,
    contacts: list[Contact],
    order: Order,
    now: datetime,
    query_count: QueryCount,
) -> None:
    a_busy_account(account, contacts, now, 1)
    with query_count("account-show"):
        as_admin.get(path_of(account))
    with query_count("account-why"):
        as_admin.get(reverse("account-why", args=[account.pk]))
    Opportunity.objects.all().delete()
    TierChange.objects.all().delete()
    Touch.objects.all().delete()
    Account.objects.filter(parent=account).delete()
    a_busy_account(account, contacts, now, 40)
    with query_count("account-show"):
        as_admin.get(path_of(account))
    with query_count("account-why"):
        as_admin.get(reverse("account-why", args=[account.pk]))


def test_it_leads_to_the_account_that_may_be_the_same(
    as_admin: Client, as_rep: Client, account: Account, duplicate: Duplicate
) -> None:
    """Whoever may merge: from either of the two to both side by side."""
    for one, other in ((account, duplicate.other), (duplicate.other, account)):
        compare = f'href="{reverse("account-compare", args=[one.pk])}?other={other.pk}"'
        assert compare in as_admin.get(path_of(one)).content.decode()
        assert "compare/" not in as_rep.get(path_of(one)).content.decode()


def test_a_pair_that_was_kept_apart_is_no_hint(
    as_admin: Client, account: Account, duplicate: Duplicate, now: datetime
) -> None:
    Duplicate.objects.update(dismissed_at=now)
    assert "compare/" not in as_admin.get(path_of(account)).content.decode()
