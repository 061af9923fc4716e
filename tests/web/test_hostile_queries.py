"""Links that nobody wrote: whatever stands behind the question mark, a page answers, and never breaks."""

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.orders.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

HOSTILE = {
    "nul": "a%00b",
    "huge": "99999999999999999999",
    "superscript": "%C2%B2",
    "no such day": "2026-13-45",
    "garbled mark": "cD0xJnI9MQ==",
}
# What each page reads from its query.
PAGES = {
    "home": "q",
    "account-list": "q tier owner territory segment missing_role missing_level sort after before",
    "account-export": "q tier sort",
    "order-list": "view state account mine after",
    "task-list": "view state tactic tier due assignee after",
    "task-board": "view tactic due",
    "tactic-list": "tier category in_stock q",
    "coverage-show": "by level",
    "funnel-show": "by motion period on month",
    "deal-list": "kind motion by value stage month territory owner after",
    "budget-list": "period tier team",
    "import-list": "after before",
    "import-new": "kind",
    "import-sample": "kind",
    "unsettled-list": "field value after",
    "search-show": "q",
    "notification-list": "after before",
}


def broken_by(browser: Client, path: str, names: list[str], value: str) -> list[str]:
    """The queries that the page cannot bear: each name alone, since one mistake may hide another, and all at once."""
    browser.raise_request_exception = False
    queries = [f"{name}={value}" for name in names]
    queries.append("&".join(queries))
    return [query for query in queries if browser.get(f"{path}?{query}").status_code >= 500]


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_every_list_answers_any_query(as_admin: Client, account: Account, task: Task, value: str) -> None:
    assert not [
        broken for name, names in PAGES.items() if (broken := broken_by(as_admin, reverse(name), names.split(), value))
    ]


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_the_pages_of_one_thing_answer_any_query(
    as_admin: Client, account: Account, task: Task, envelope: Envelope, value: str
) -> None:
    pages = {
        reverse("account-show", args=[account.pk]): ["before"],
        reverse("menu-show", args=[account.pk]): ["again"],
        reverse("task-show", args=[task.pk]): ["next"],
        reverse("budget-show", args=[envelope.pk]): ["show", "after"],
    }
    assert not [broken for path, names in pages.items() if (broken := broken_by(as_admin, path, names, value))]


@pytest.mark.parametrize("name", ["account-show", "menu-show", "order-show", "task-show", "budget-show", "import-show"])
def test_no_row_has_a_number_beyond_all_numbers(as_admin: Client, name: str) -> None:
    assert as_admin.get(reverse(name, args=[10**20])).status_code == 404


@pytest.mark.parametrize("field", ["value", "meaning", "source"])
def test_what_is_settled_holds_no_nul(as_admin: Client, field: str) -> None:
    form = {"field": "product", "value": "a", "meaning": "b", "source": "crm"} | {field: "a\0b"}
    assert as_admin.post(reverse("unsettled-settle"), form).status_code == 302
