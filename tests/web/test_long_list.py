"""Pages of a list of which nobody looks at everything: the same as of one that is read and sorted whole."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.lookups import Exact
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from abmhub.accounts.models import Account, Segment, Standing, Territory, Tier
from abmhub.accounts.models import account as accounts
from abmhub.committee.models import BuyingRole, Contact, RoleCount
from abmhub.users.models import Role, User
from abmhub.web import long_list
from abmhub.web.listing import SORTS, listing_of
from abmhub.web.long_list import Found, found_page
from abmhub.web.paging import Place

pytestmark = pytest.mark.long

SIZE = 20
SAMPLE = Q(Exact(F("id") % Value(7), 3))
# How many accounts are few, how far an order is walked, and of how many the keys are gathered.
MANY = {"FEW": 0, "THIN": 0}
WAYS = {
    "collected": {"FEW": 10_000, "DEAR": 10**9},
    "walked": {**MANY, "STEPS": 1000, "MOST_STEPS": 1000},
    "gathered": {**MANY, "STEPS": 12, "MOST_STEPS": 12},
    "too many to gather": {**MANY, "STEPS": 12, "MOST_STEPS": 12, "MOST_GATHERED": 0},
}

Passes = Callable[[Account], bool]
FILTERS: dict[str, Passes] = {
    "": lambda _: True,
    "tier=1": lambda account: account.standing.tier_id == 1,
    "tier=0": lambda account: account.standing.tier_id is None,
    "surging=true": lambda account: (account.standing.intent or 0) >= 60,
    "stale=true": lambda account: account.standing.stale_since_on is not None,
    "industry=metal&country=SE": lambda account: (account.industry, account.country) == ("metal", "SE"),
    "segment=enterprise&is_customer=true": lambda account: account.segment == "enterprise" and account.is_customer,
    "q=firm 1": lambda account: "firm 1" in account.normalized_name,
    "source=crm": lambda account: account.refreshed_from == "crm",
    "source=crm&stale=true": lambda account: (
        account.refreshed_from == "crm" and account.standing.stale_since_on is not None
    ),
    "no_decision_maker=true": lambda account: account.pk % 3 != 0,
    "missing_role=decision_maker": lambda account: account.pk % 5 != 0,
    "no_decision_maker=true&surging=true&tier=0": lambda account: (
        account.pk % 3 != 0 and (account.standing.intent or 0) >= 60 and account.standing.tier_id is None
    ),
}


@pytest.fixture
def many(db: None) -> list[Account]:
    """Sixty accounts of every kind; their priorities, dates and sizes tie often."""
    dice, day = Random(11), date(2026, 3, 4)
    territory = Territory.objects.create(name="North")
    people = [
        User.objects.create(name=f"Rep {number}", email=f"rep{number}@example.com", role=Role.SALES_REP)
        for number in range(2)
    ]
    Account.objects.bulk_create(
        Account(
            name=f"Firm {number:02}", normalized_name=f"firm {number:02}",
            owner=dice.choice([*people, None]), territory=dice.choice([territory, None]),
            industry=dice.choice(["metal", "paper"]), country=dice.choice(["SE", "US"]),
            segment=dice.choice(Segment.values), is_customer=dice.random() < 0.4,
            employees=dice.choice([None, 5, 50, 500]), acv_amount=dice.choice([None, 100, 2000]),
            refreshed_from=dice.choice(["", "crm", "crm"]),
        )
        for number in range(60)
    )  # fmt: skip
    accounts = list(Account.objects.order_by("pk"))
    first, role = Tier.objects.get(level=1), BuyingRole.objects.get(code="decision_maker")
    for account in accounts:
        account.standing = Standing(
            account=account, tier=dice.choice([first, None]), priority=dice.randrange(4),
            intent=dice.choice([None, 10, 60, 90]), engagement=dice.choice([None, 1, 2]),
            tier_since_on=dice.choice([None, day, day - timedelta(days=1)]),
            stale_since_on=dice.choice([None, day, day - timedelta(days=2)]),
        )  # fmt: skip
    Standing.objects.bulk_create(account.standing for account in accounts)
    Contact.objects.bulk_create(
        Contact(account=account, name="Dana", buying_role=role) for account in accounts if account.pk % 3 == 0
    )
    RoleCount.objects.bulk_create(
        RoleCount(account=account, buying_role=role, known=int(account.pk % 5 == 0), reachable=0, engaged=0)
        for account in accounts
    )
    return accounts


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How a page is found."""
    for name, value in WAYS[request.param].items():
        monkeypatch.setattr(long_list, name, value)
    return str(request.param)


def asked(user: User, path: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    return request


def found_at(user: User, path: str) -> Found[Account]:
    request: Any = asked(user, path)
    listing = listing_of(request)
    return found_page(
        listing.accounts, request, by=listing.sort.by, size=SIZE, beside=listing.with_beside, sample=SAMPLE
    )


def walked(user: User, path: str, way: str) -> list[list[int]]:
    pages = []
    while path:
        page = found_at(user, path).page
        pages.append([account.pk for account in page.rows])
        path = getattr(page, way)
    return pages


def sorted_whole(accounts: list[Account], sort_name: str) -> list[int]:
    """The plain way: everything is read, what has no place in the order left out, the rest sorted."""

    def place_of(account: Account) -> list[Any]:
        place = []
        for column in SORTS[sort_name].by:
            value: Any = account
            for name in column.removeprefix("-").split("__"):
                value = getattr(value, name)
            place.append(value)
        return place

    placed = [(place, account.pk) for account in accounts if None not in (place := place_of(account))]
    return [key for _, key in sorted(placed, reverse=SORTS[sort_name].by[0].startswith("-"))]


def pages_of(keys: list[int]) -> list[list[int]]:
    return [keys[start : start + SIZE] for start in range(0, len(keys), SIZE)] or [[]]


@pytest.mark.parametrize("filters", FILTERS)
def test_every_page_in_every_order_is_that_of_the_list_sorted_whole(
    filters: str, way: str, many: list[Account], admin: User
) -> None:
    passing = [account for account in many if FILTERS[filters](account)]
    for sort_name in SORTS:
        pages = walked(admin, f"/?{filters}&sort={sort_name}", "next_url")
        assert pages == pages_of(sorted_whole(passing, sort_name)), sort_name


@pytest.mark.parametrize("sort_name", SORTS)
def test_back_it_goes_as_it_came(sort_name: str, way: str, many: list[Account], admin: User) -> None:
    first, second, *others = pages_of(sorted_whole(many, sort_name))
    following = found_at(admin, f"/?sort={sort_name}").page.next_url
    if others:
        after_that = found_at(admin, following).page.next_url
        following = found_at(admin, after_that).page.previous_url
        assert [account.pk for account in found_at(admin, following).page.rows] == second
    back = found_at(admin, following).page.previous_url
    assert [account.pk for account in found_at(admin, back).page.rows] == first


@pytest.mark.parametrize("sort_name", ["priority", "acv"])
def test_people_get_the_pages_of_their_own_accounts(sort_name: str, way: str, many: list[Account]) -> None:
    rep = User.objects.get(name="Rep 0")
    rep.territories.add(Territory.objects.get())
    own = [account for account in many if account.owner_id == rep.pk or account.territory_id]
    assert walked(rep, f"/?sort={sort_name}", "next_url") == pages_of(sorted_whole(own, sort_name))


def test_what_is_collected_is_counted(many: list[Account], admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/?"
    while path:
        found = found_at(admin, path)
        assert found.count == "60"
        path = found.page.next_url
    monkeypatch.setattr("abmhub.web.long_list.COUNT_LIMIT", 50)
    assert found_at(admin, "/").count == "about 60"


def test_nothing_is_none(way: str, many: list[Account], admin: User) -> None:
    found = found_at(admin, "/?country=KE")
    assert (found.page.rows, found.count, found.page.is_all) == ([], "0", True)


@pytest.mark.parametrize("filters", ["", "surging=true"])
def test_a_later_page_passes_over_no_more_rows_than_the_first(
    filters: str, way: str, many: list[Account], admin: User
) -> None:
    """OFFSET reads what it passes over: one that grows with the page is a list that slows with its depth."""

    def offsets(path: str) -> tuple[str, list[str]]:
        with CaptureQueriesContext(connection) as captured:
            found = found_at(admin, path)
        return found.page.next_url, re.findall(r"OFFSET (\d+)", " ".join(query["sql"] for query in captured))

    following, first = offsets(f"/?{filters}")
    _, second = offsets(following)
    assert second == first
    assert set(first) <= {str(long_list.STEPS), "1"}


GONE = {
    # A filter that the index of the order does not have, the order beside the filter, and in another table.
    "collected": (["collected"], ["collected"]),
    "walked": (["walked"], ["walked"]),
    "gathered": (["walked", "combined"], ["walked", "gathered"]),
    "too many to gather": (["walked", "combined"], ["walked", "sorted"]),
}


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ways that were gone."""
    names: list[str] = []

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def way_gone(*given: Any) -> Any:
            names.append(name)
            return real(*given)

        return way_gone

    for name in ("walked", "combined", "sorted", "gathered", "collected"):
        monkeypatch.setattr(long_list.Search, name, noted(name, getattr(long_list.Search, name)))
    return names


def test_each_way_is_gone(way: str, many: list[Account], admin: User, gone: list[str]) -> None:
    """So that the tests above test what they say."""
    # Who has the lowest priorities, and is the smallest, stands at the end of the orders; the sample last of all.
    last = [account.pk for account in many[:30]]
    Account.objects.update(employees=1000)
    Account.objects.filter(pk__in=last).update(refreshed_from="web", employees=10)
    Account.objects.filter(SAMPLE).update(employees=5)
    Standing.objects.exclude(account__in=last).update(priority=9)
    found_at(admin, "/?source=web&sort=employees")
    beside = list(gone)
    gone.clear()
    found_at(admin, "/?source=web")
    assert (beside, gone) == GONE[way]


@pytest.mark.parametrize("sort_name", ["acv", "employees"])
@pytest.mark.parametrize("filters", ["industry=glass", "country=SE&segment=smb&is_customer=true"])
def test_an_index_that_has_all_filters_beside_the_order_is_walked_to_its_end(
    filters: str, sort_name: str, many: list[Account], gone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in WAYS["gathered"].items():
        monkeypatch.setattr(long_list, name, value)
    rep = User.objects.get(name="Rep 0")
    Account.objects.update(industry="glass", country="SE", segment="smb", is_customer=True, owner=rep)
    found_at(rep, f"/?{filters}&sort={sort_name}")
    assert gone == ["walked"]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("industry=glass&country=SE&sort=acv", "Index Only Scan using account_by_acv"),
        ("segment=smb&is_customer=true&sort=employees", "Index Only Scan using account_by_employees"),
        ("stale=true&tier=0&sort=engagement", "Index Only Scan using standing_by_engagement"),
        ("surging=true&stale=true", "Index Only Scan using standing_by_priority"),
    ],
)
def test_that_index_answers_alone(query: str, index: str, many: list[Account], admin: User) -> None:
    request: Any = asked(admin, f"/?{query}")
    listing = listing_of(request)
    place = Place.asked_for(listing.accounts, request, by=listing.sort.by)
    with connection.cursor() as cursor:
        # Sixty accounts are read in any way.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    placed = listing.accounts.filter(**{f"{place.columns[0]}__isnull": False})
    assert index in placed.order_by(*place.order).values("pk")[:20].explain()


def test_the_sample_has_an_index_of_its_own(many: list[Account]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "account_sample" in Account.objects.filter(accounts.SAMPLE).explain()
