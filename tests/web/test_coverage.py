"""Coverage across accounts: every number is right, visible to whom it may be, and leads to its rows."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Standing, Territory, Tier
from abmhub.committee.models import BuyingRole, Contact
from abmhub.signals.coverage import count_roles
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import User

pytestmark = pytest.mark.usefixtures("at_now")
QueryCount = Callable[[str], AbstractContextManager[None]]
PATH = "/coverage/"


@pytest.fixture
def counted(account: Account, other_account: Account, contacts: list[Contact], now: datetime, today: date) -> None:
    """Acme with three roles, one of them engaged and one opted out; Borealis with nobody; as the night counts."""
    Contact.objects.filter(pk=contacts[1].pk).update(opted_out_at=now)
    EngagementEvent.objects.create(
        account=account,
        contact=contacts[0],
        event_type=EventType.objects.get(code="demo_request"),
        occurred_at=now - timedelta(days=1),
        source="test",
        external_id="1",
    )
    with transaction.atomic():
        count_roles(today)


def shares(response: object, row: str) -> dict[str, float]:
    lines = {line.name: line for line in response.context["lines"]}  # type: ignore[attr-defined]
    return {square.role: square.share for square in lines[row].squares}


def test_each_group_tells_the_share_that_has_somebody(as_marketer: Client, counted: None) -> None:
    page = as_marketer.get(PATH, {"by": "territory"})
    assert shares(page, "East coast") == {"Decision maker": 1, "Influencer": 1, "IT expert": 1, "User": 0}
    assert set(shares(page, "West coast").values()) == {0}
    total = {square.role: square.share for square in page.context["total"].squares}
    assert total == {"Decision maker": 0.5, "Influencer": 0.5, "IT expert": 0.5, "User": 0}


def test_reachable_and_engaged_are_asked_of_the_same_people(as_marketer: Client, counted: None) -> None:
    reachable = shares(as_marketer.get(PATH, {"level": "reachable"}), "East coast")
    assert reachable == {"Decision maker": 1, "Influencer": 0, "IT expert": 1, "User": 0}
    engaged = shares(as_marketer.get(PATH, {"level": "engaged"}), "East coast")
    assert engaged == {"Decision maker": 1, "Influencer": 0, "IT expert": 0, "User": 0}


def test_a_rep_sees_the_accounts_that_are_theirs_alone(as_rep: Client, counted: None) -> None:
    page = as_rep.get(PATH)
    assert [line.name for line in page.context["lines"]] == ["East coast"]
    assert page.context["total"].accounts == 1


@pytest.mark.parametrize("by", ["territory", "owner", "tier", "segment", "industry"])
@pytest.mark.parametrize("level", ["known", "reachable", "engaged"])
def test_every_number_leads_to_as_many_accounts(as_marketer: Client, counted: None, by: str, level: str) -> None:
    """The accounts behind a square are those of its group that have nobody there."""
    page = as_marketer.get(PATH, {"by": by, "level": level})
    squares = [square for line in (*page.context["lines"], page.context["total"]) for square in line.squares]
    followed = [square for square in squares if square.url]
    assert followed
    for square in followed:
        found = as_marketer.get(square.url)
        assert len(found.context["page"].rows) == square.missing, square


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> LocMemCache:
    """Two accounts are many."""
    monkeypatch.setattr("abmhub.web.coverage.MANY_ACCOUNTS", 2)
    cache = LocMemCache("coverage", {})
    cache.clear()
    monkeypatch.setattr("abmhub.web.coverage.cache", cache)
    return cache


@pytest.mark.usefixtures("counted")
class TestManyAccounts:
    def test_are_counted_after_the_page_is_there(self, as_marketer: Client, kept: LocMemCache) -> None:
        page = as_marketer.get(PATH, {"by": "owner"})
        assert "total" not in page.context
        path = page.context["path"]
        assert path == f"{PATH}?by=owner&counted=yes"
        assert f'hx-get="{path.replace("&", "&amp;")}"' in page.content.decode()
        fragment = as_marketer.get(path, headers={"HX-Request": "true"})
        assert fragment.context["total"].accounts == 2
        assert "<html" not in fragment.content.decode()

    def test_are_shown_without_script_by_a_link(self, as_marketer: Client, kept: LocMemCache) -> None:
        assert as_marketer.get(PATH, {"counted": "yes"}).context["total"].accounts == 2

    def test_are_counted_once_for_a_while(self, as_marketer: Client, kept: LocMemCache) -> None:
        as_marketer.get(PATH, {"counted": "yes"})
        Account.objects.create(name="Cobalt")
        assert as_marketer.get(PATH).context["total"].accounts == 2
        kept.clear()
        assert as_marketer.get(PATH, {"counted": "yes"}).context["total"].accounts == 3

    def test_are_kept_for_those_who_see_the_same_alone(
        self, as_marketer: Client, as_rep: Client, other_account: Account, rep: User, kept: LocMemCache
    ) -> None:
        as_marketer.get(PATH, {"counted": "yes"})
        assert as_rep.get(PATH).context["total"].accounts == 1
        for number in range(2):
            Account.objects.create(name=f"Cobalt {number}", owner=rep)
        assert as_rep.get(PATH, {"counted": "yes"}).context["total"].accounts == 3
        assert as_rep.get(PATH).context["total"].accounts == 3


def test_nonsense_in_the_address_shows_the_usual_map(as_marketer: Client, counted: None) -> None:
    page = as_marketer.get(PATH, {"by": "'; --", "level": "\0"})
    assert next(choice.is_chosen for choice in page.context["groupings"])


def test_the_title_says_the_finding(as_marketer: Client, counted: None) -> None:
    page = re.sub(r"\s+", " ", as_marketer.get(PATH).content.decode())
    assert "User is the thinnest: known at 0% of 2 accounts" in page


def test_without_accounts_it_says_what_will_be_here(as_marketer: Client) -> None:
    assert "No accounts to cover yet" in as_marketer.get(PATH).content.decode()


def test_it_is_a_destination(as_rep: Client, account: Account) -> None:
    assert reverse("coverage-show") in as_rep.get("/").content.decode()


def test_queries_do_not_grow_with_the_groups(
    as_marketer: Client, counted: None, tier1: Tier, rep: User, today: date, query_count: QueryCount
) -> None:
    with query_count("coverage-show"):
        as_marketer.get(PATH)
    role = BuyingRole.objects.get(code="user")
    for number in range(12):
        territory = Territory.objects.create(name=f"Territory {number}")
        with transaction.atomic():
            account = Account.objects.create(name=f"Account {number}", territory=territory, owner=rep)
            Standing.objects.create(account=account, tier=tier1)
        Contact.objects.create(account=account, name=f"Person {number}", buying_role=role)
    with transaction.atomic():
        count_roles(today)
    with query_count("coverage-show"):
        as_marketer.get(PATH)
