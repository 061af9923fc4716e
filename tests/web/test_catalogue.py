"""The catalogue: what marketing can do, for how much, how soon, and how surely."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Tier
from abmhub.committee.models import BuyingRole
from abmhub.menus.models import Category, MenuItem, Tactic
from abmhub.orders.models import OrderLine, Task
from abmhub.users.models import User
from abmhub.web.catalogue import Entry
from tests.conftest import make_tactic
from tests.web.queue_of_tasks import more_tasks

PAGE = reverse("tactic-list")
QueryCount = Callable[[str], AbstractContextManager[None]]


def words(response: object) -> str:
    return " ".join(strip_tags(response.content.decode()).split())  # type: ignore[attr-defined]


def entries(response: object) -> dict[str, Entry]:
    shelves = response.context["shelves"]  # type: ignore[attr-defined]
    return {entry.tactic.name: entry for shelf in shelves for entry in shelf.entries}


def test_it_shows_price_time_stock_tiers_and_recipe(as_rep: Client, tactic: Tactic, stocked_tactic: Tactic) -> None:
    stocked_tactic.suits_roles.add(BuyingRole.objects.get(code="it_expert"))
    page = words(as_rep.get(PAGE, {"q": "Popcorn box"}))
    for expected in (
        "Popcorn box",
        "$25",
        "5 working days",
        "3 left",
        "Tier 1",
        "Write the card",
        "day 4",
        "IT expert",
    ):
        assert expected in page, expected
    assert "Made to order" in words(as_rep.get(PAGE, {"q": "Handwritten letter"}))


def test_it_groups_by_category_in_their_order(as_rep: Client, tactic: Tactic) -> None:
    shelves = as_rep.get(PAGE).context["shelves"]
    shown = [shelf.category.position for shelf in shelves]
    assert shown == sorted(shown)
    assert all(entry.tactic.category == shelf.category for shelf in shelves for entry in shelf.entries)


@pytest.mark.parametrize("fields", [{"approved_at": None}, {"archived_at": datetime(2026, 1, 1, tzinfo=UTC)}])
def test_what_cannot_be_ordered_is_not_in_it(as_rep: Client, tactic: Tactic, fields: dict[str, object]) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(**fields)
    assert tactic.name not in entries(as_rep.get(PAGE))


def test_it_narrows(as_rep: Client, tactic: Tactic, stocked_tactic: Tactic) -> None:
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=3, stock_reserved=3)
    other = Category.objects.exclude(pk=tactic.category_id).first()
    assert other is not None
    names = {tactic.name, stocked_tactic.name}
    for query, found in (
        ({"q": "for the desk of the recipient"}, names),
        ({"q": "LETTER"}, {tactic.name}),
        ({"category": tactic.category_id}, names),
        ({"category": other.pk}, set()),
        ({"tier": 1}, names),
        ({"tier": 3}, set()),
        ({"in_stock": "on"}, {tactic.name}),
        ({"tier": "x", "category": "99999"}, names),
    ):
        assert entries(as_rep.get(PAGE, query)).keys() & names == found, query


def test_a_filter_that_fits_nothing_offers_the_way_out(as_rep: Client, tactic: Tactic) -> None:
    assert "No tactic passes these filters" in words(as_rep.get(PAGE, {"q": "submarine"}))


def test_a_menu_of_another_time_does_not_count(as_rep: Client, tactic: Tactic, tier1: Tier) -> None:
    MenuItem.objects.filter(tactic=tactic).update(valid_until_on=datetime(2020, 1, 1, tzinfo=UTC).date())
    shown = entries(as_rep.get(PAGE))[tactic.name]
    assert list(shown.tactic.menu_items.all()) == []


@pytest.fixture
def deliveries(task: Task, tactic: Tactic, rep: User) -> None:
    """Three letters of this year, one of them late, and one of two years ago, late too."""
    now = datetime.now(UTC)
    tasks = more_tasks(4, account=task.line.order.account, tactic=tactic, rep=rep, state="done", finished_at=now)
    moments = (now, now, now, now - timedelta(days=730))
    promises = (timedelta(), timedelta(days=3), timedelta(days=-1), timedelta(days=-1))
    for each, at, promise in zip(tasks, moments, promises, strict=True):
        OrderLine.objects.filter(pk=each.line_id).update(
            state="delivered", delivered_at=at, actual_cost=Decimal(0), promised_on=at.date() + promise
        )


def test_it_tells_how_often_the_promise_was_kept_in_the_last_year(as_rep: Client, deliveries: None) -> None:
    promises = entries(as_rep.get(PAGE))["Handwritten letter"].promises
    assert promises is not None
    assert (promises.delivered, promises.kept) == (3, 2)
    assert "2 of 3" in words(as_rep.get(PAGE, {"q": "Handwritten letter"}))


def test_a_tactic_that_was_never_delivered_has_no_history(as_rep: Client, tactic: Tactic) -> None:
    assert "No history yet" in words(as_rep.get(PAGE, {"q": tactic.name}))


def test_only_an_administrator_is_led_to_edit(as_rep: Client, as_admin: Client, tactic: Tactic) -> None:
    edit = reverse("admin:menus_tactic_changelist")
    assert edit in as_admin.get(PAGE).content.decode()
    assert edit not in as_rep.get(PAGE).content.decode()


def test_an_empty_catalogue_teaches(as_rep: Client, as_admin: Client) -> None:
    Tactic.objects.update(archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert "The catalogue is empty" in words(as_rep.get(PAGE))
    assert reverse("admin:menus_tactic_add") in as_admin.get(PAGE).content.decode()


def test_it_asks_the_same_number_of_queries_for_few_tactics_and_for_many(
    query_count: QueryCount, as_rep: Client, tier1: Tier, now: datetime
) -> None:
    with query_count("tactic-list"):
        as_rep.get(PAGE)
    for number in range(25):
        make_tactic(f"Tactic {number}", tier=tier1, now=now)
    with query_count("tactic-list"):
        as_rep.get(PAGE)
