"""Search: one box for accounts, people, orders and pages; it knows no more than the person may."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Standing
from abmhub.committee.models import Contact
from abmhub.orders.models import Order
from abmhub.users.models import User

pytestmark = pytest.mark.usefixtures("at_now")
SEARCH = reverse("search-show")
QueryCount = Callable[[str], AbstractContextManager[None]]
BY_HTMX = {"HX-Request": "true"}


def found(browser: Client, words: str) -> str:
    """The page without its frame, which names every destination."""
    return browser.get(SEARCH, {"q": words}).content.decode().partition("<main")[2].partition("</main>")[0]


def test_it_finds_accounts_people_orders_and_pages(
    as_rep: Client, account: Account, contacts: list[Contact], order: Order
) -> None:
    assert reverse("account-show", args=[account.pk]) in found(as_rep, "robot")
    assert reverse("account-show", args=[account.pk]) in found(as_rep, "acme.example")
    assert "Ivo Petrov" in found(as_rep, "petrov")
    for words in (order.number, order.number.lower(), str(order.pk), f"O-{order.pk}"):
        assert reverse("order-show", args=[order.pk]) in found(as_rep, words), words
    assert f'href="{reverse("order-list")}"' in found(as_rep, "orders")


def test_it_says_nothing_of_what_one_may_not_see(
    as_other_rep: Client, account: Account, contacts: list[Contact], order: Order
) -> None:
    for words in ("robot", "acme.example", "petrov", order.number):
        page = found(as_other_rep, words)
        assert "Nothing found" in page, words
        assert "Acme" not in page
    palette = as_other_rep.get(SEARCH, {"q": "robot"}, headers=BY_HTMX).content.decode()
    assert palette.strip() == ""


@pytest.mark.parametrize(
    "words", ["", "   ", "\0", "zz", "zzz", "%", "_", "'", "O-", "O-99999999999999999999", "9" * 400]
)
def test_any_words_are_answered(words: str, as_rep: Client, account: Account) -> None:
    assert "Acme" not in found(as_rep, words)


def test_two_letters_find_what_begins_with_them(as_rep: Client, account: Account) -> None:
    assert "Acme Robotics" in found(as_rep, "ac")
    assert "Acme Robotics" not in found(as_rep, "bo")


def test_the_palette_gets_lines_without_a_frame(
    as_rep: Client, account: Account, contacts: list[Contact], order: Order
) -> None:
    lines = as_rep.get(SEARCH, {"q": "acme"}, headers=BY_HTMX).content.decode()
    assert "<html" not in lines
    assert f'href="{reverse("account-show", args=[account.pk])}"' in lines
    assert 'role="option"' in lines


def test_the_palette_shows_a_few_and_the_page_more(as_rep: Client, rep: User) -> None:
    for number in range(30):
        account = Account.objects.create(name=f"Firm {number}", normalized_name=f"firm {number}", owner=rep)
        Standing.objects.create(account=account, priority=number)
    assert as_rep.get(SEARCH, {"q": "firm"}, headers=BY_HTMX).content.decode().count('role="option"') == 5
    page = found(as_rep, "firm")
    assert page.count('<li class="list-item">') == 20
    assert page.index("Firm 29") < page.index("Firm 28")


def test_queries_do_not_grow_with_the_data(
    as_rep: Client, account: Account, contacts: list[Contact], rep: User, query_count: QueryCount
) -> None:
    def measure() -> None:
        with query_count("search-show"):
            as_rep.get(SEARCH, {"q": "acme"})
        with query_count("search-palette"):
            as_rep.get(SEARCH, {"q": "acme"}, headers=BY_HTMX)

    measure()
    for number in range(30):
        each = Account.objects.create(name=f"Acme {number}", normalized_name=f"acme {number}", owner=rep)
        Standing.objects.create(account=each)
        Contact.objects.create(account=each, name=f"Acme Person {number}")
    measure()
