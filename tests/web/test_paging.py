"""Keyset paging: forwards and back without a row lost or seen twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from abmhub.accounts.models import Account, Standing
from abmhub.users.models import Notification, User
from abmhub.web.paging import Page, capped_count, page_of, path_with

PRIORITY = ("-standing__priority", "-standing__account_id")


@pytest.fixture
def ties(db: None) -> list[str]:
    """Seven accounts of which five tie; their names in the order of the list."""
    names = []
    for number, priority in enumerate((9, 5, 5, 5, 5, 5, 0)):
        account = Account.objects.create(name=f"Firm {number}", normalized_name=f"firm {number}")
        Standing.objects.create(account=account, priority=priority)
        names.append((priority, account.pk, account.name))
    return [name for *_, name in sorted(names, reverse=True)]


def page_at(path: str, by: tuple[str, ...] = PRIORITY) -> Page[Account]:
    rows = Account.objects.select_related("standing").filter(standing__priority__gte=0)
    return page_of(rows, RequestFactory().get(path), by=by, size=2)


def walk(path: str, way: str, by: tuple[str, ...] = PRIORITY) -> list[list[str]]:
    pages = []
    while path:
        page = page_at(path, by)
        pages.append([row.name for row in page.rows])
        path = getattr(page, way)
    return pages


def last_path(path: str = "/") -> str:
    while following := page_at(path).next_url:
        path = following
    return path


def test_it_walks_forwards_through_ties(ties: list[str]) -> None:
    assert walk("/", "next_url") == [ties[0:2], ties[2:4], ties[4:6], ties[6:7]]


def test_it_walks_back_to_the_first_row(ties: list[str]) -> None:
    assert walk(last_path(), "previous_url") == [ties[6:7], ties[4:6], ties[2:4], ties[0:2]]


def test_ascending_orders_work_alike(ties: list[str]) -> None:
    names = sorted(ties)
    assert walk("/", "next_url", ("normalized_name", "pk")) == [names[0:2], names[2:4], names[4:6], names[6:7]]


def test_moments_are_told_apart_to_the_microsecond(rep: User) -> None:
    at = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
    for number in range(5):
        Notification.objects.create(
            user=rep, key=str(number), text=str(number), created_at=at + timedelta(microseconds=number // 2)
        )
    seen, path = [], "/"
    while path:
        page = page_of(rep.notifications.all(), RequestFactory().get(path), by=("-created_at", "-pk"), size=2)
        seen += [row.text for row in page.rows]
        path = page.next_url
    assert seen == ["4", "3", "2", "1", "0"]


def test_a_row_that_appears_meanwhile_shifts_nothing(ties: list[str]) -> None:
    following = page_at("/").next_url
    newcomer = Account.objects.create(name="Newcomer", normalized_name="newcomer")
    Standing.objects.create(account=newcomer, priority=99)
    assert [row.name for row in page_at(following).rows] == ties[2:4]


def test_filters_stay_in_the_address(ties: list[str]) -> None:
    assert page_at("/accounts/?tier=1&q=a+b").next_url.startswith("/accounts/?tier=1&q=a+b&after=")


def test_a_changed_filter_begins_at_the_first_page() -> None:
    request = RequestFactory().get("/accounts/?tier=1&q=a&after=%5B1%2C2%5D")
    assert path_with(request, tier="2") == "/accounts/?q=a&tier=2"
    assert path_with(request, tier="", q="") == "/accounts/"
    assert path_with(RequestFactory().get("/accounts/?q=&tier=1&sort=")) == "/accounts/?tier=1"


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "nonsense",
        "[1]",
        "[1,2,3]",
        '[1,"x"]',
        "[null,1]",
        "[[1],2]",
        "[1e400,1]",
        '["\\u0000",1]',
        '["\\ud800",1]',
        "{}",
        "5",
        "[" * 2000,
    ],
)
def test_a_mangled_address_gives_the_first_page(mark: str, ties: list[str]) -> None:
    request = RequestFactory().get("/", {"after": mark})
    rows = Account.objects.select_related("standing").filter(standing__priority__gte=0)
    for by in (PRIORITY, ("normalized_name", "pk")):
        page = page_of(rows, request, by=by, size=2)
        assert len(page.rows) == 2
        assert not page.previous_url


def test_a_mark_beyond_any_number_is_answered(ties: list[str]) -> None:
    assert page_at(f"/?after=[{10**40},{10**40}]").rows


def test_counts_stop_where_they_tell_nobody_more(ties: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert capped_count(Account.objects.all()) == "7"
    monkeypatch.setattr("abmhub.web.paging.COUNT_LIMIT", 6)
    assert capped_count(Account.objects.all()) == "6+"
