"""The queue narrowed, sorted, and kept as a view."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, SavedView, Territory
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Program, ProgramAccount
from abmhub.menus.models import Category, Play, Tactic
from abmhub.orders import actions
from abmhub.orders.models import Order, Task
from abmhub.users.models import User
from tests.web.queue_of_tasks import BOARD, LIST, more_tasks, names


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "robot"}, True),
        ({"q": "Ac"}, True),
        ({"q": "ro"}, False),  # two letters must begin the name
        ({"q": "Borealis"}, False),
        ({"tier": "1"}, True),
        ({"tier": "2"}, False),
        ({"due": "0"}, True),
        ({"tactic": "999999"}, True),  # nonsense narrows nothing
        ({"due": "soon"}, True),
    ],
)
def test_it_narrows(as_marketer: Client, task: Task, query: dict[str, str], found: bool) -> None:
    assert names(as_marketer.get(LIST, {"view": "open", **query})) == ([task.pk] if found else [])


@pytest.mark.parametrize(("query", "found"), [("robot", True), ("Borealis", False)])
def test_tasks_of_a_common_word_are_found_and_not_counted(
    as_marketer: Client, task: Task, query: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = as_marketer.get(LIST, {"view": "open", "q": query}).context["tabs"]
    assert [tab.count for tab in counted if tab.is_current] == [int(found)]
    monkeypatch.setattr("abmhub.web.queue.MOST_NAMED", -1)
    response = as_marketer.get(LIST, {"view": "open", "q": query})
    assert names(response) == ([task.pk] if found else [])
    assert [tab.count for tab in response.context["tabs"] if tab.is_current] == [None]
    # An order that only so many can have asks for the count.
    sorted_by_account = as_marketer.get(LIST, {"view": "open", "q": query, "sort": "account"})
    assert [tab.count for tab in sorted_by_account.context["tabs"] if tab.is_current] == [int(found)]


def test_it_narrows_by_tactic(as_marketer: Client, task: Task, tactic: Tactic, stocked_tactic: Tactic) -> None:
    assert names(as_marketer.get(LIST, {"view": "open", "tactic": str(tactic.pk)})) == [task.pk]
    response = as_marketer.get(LIST, {"view": "open", "tactic": str(stocked_tactic.pk)})
    assert names(response) == []
    assert "No task passes these filters" in response.content.decode()


def test_it_narrows_by_what_is_on_the_sheet(
    as_marketer: Client,
    task: Task,
    tactic: Tactic,
    marketer: User,
    other_marketer: User,
    account: Account,
    now: datetime,
) -> None:
    play = Play.objects.earliest("pk")
    Order.objects.update(play=play)
    program, other_program = (
        Program.objects.create(
            name=name, audience=name, starts_on=now.date(), budget_amount=1, objectives="Meetings", frozen_at=now
        )
        for name in ("Spring", "Autumn")
    )
    ProgramAccount.objects.create(program=program, account=account)
    actions.claim_task(task=task, by=marketer, at=now)
    others = {
        "category": Category.objects.create(name="Podcasts of ours").pk,
        "play": Play.objects.exclude(pk=play.pk).earliest("pk").pk,
        "program": other_program.pk,
        "territory": Territory.objects.create(name="Nowhere").pk,
        "assignee": other_marketer.pk,
    }
    own = {
        "category": tactic.category_id, "play": play.pk, "program": program.pk,
        "territory": account.territory_id, "assignee": marketer.pk,
    }  # fmt: skip
    for name, value in own.items():
        response = as_marketer.get(LIST, {"view": "open", name: str(value)})
        assert names(response) == [task.pk], name
        assert [chip.path for chip in response.context["chips"]] == [f"{LIST}?view=open"], name
        assert names(as_marketer.get(LIST, {"view": "open", name: str(others[name])})) == [], name
    everything = as_marketer.get(LIST, {"view": "open", **{name: str(value) for name, value in own.items()}})
    assert names(everything) == [task.pk]
    # The form of the others sends along what the closed sheet holds.
    assert set(everything.context["kept"]) == {(name, str(value)) for name, value in own.items()}


def test_the_sheet_of_filters_keeps_the_rest_of_the_address(as_marketer: Client, task: Task) -> None:
    path = reverse("task-filters")
    page = as_marketer.get(path, {"view": "open", "tier": "1", "shape": "board"})
    assert page.context["kept"] == [("view", "open"), ("tier", "1")]
    assert page.context["list_path"] == BOARD
    sheet = as_marketer.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "Any category" in sheet
    assert "<html" not in sheet


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("due", "abc"), ("late", "cba"), ("new", "bac"), ("tier", "bca"), ("account", "cab"), ("nonsense", "abc")],
)
def test_it_sorts(
    sort: str, expected: str, as_marketer: Client, envelope: Envelope, account: Account, tactic: Tactic, rep: User
) -> None:
    make = {"account": account, "tactic": tactic, "rep": rep}
    made = {name: more_tasks(1, **make, due_on=date(2026, 5, day))[0] for name, day in (("c", 3), ("a", 1), ("b", 2))}  # type: ignore[arg-type]
    for name, title, level in (("a", "Bravo", 3), ("b", "Charlie", 1), ("c", "Alpha", 2)):
        company = Account.objects.create(name=title, normalized_name=title.lower())
        Order.objects.filter(lines__task=made[name]).update(account=company, tier=level)
    names_of = {task.pk: name for name, task in made.items()}
    shown = names(as_marketer.get(LIST, {"view": "open", "sort": sort}))
    assert "".join(names_of[pk] for pk in shown) == expected


@pytest.mark.parametrize("sort", ["late", "new", "tier", "account"])
def test_it_pages_through_every_order(sort: str, as_marketer: Client, queue_of_120: list[Task], task: Task) -> None:
    seen: list[int] = []
    path = f"{LIST}?view=open&sort={sort}"
    while path:
        page = as_marketer.get(path).context["page"]
        seen += [row.pk for row in page.rows]
        path = page.next_url
    assert len(seen) == len(set(seen)) == 121


def test_it_sorts_no_more_than_can_be_counted_by_what_has_no_index(
    as_marketer: Client, queue_of_120: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abmhub.web.queue.COUNTED_UP_TO", 100)
    response = as_marketer.get(LIST, {"view": "open", "sort": "account"})
    assert names(response)[0] == Task.objects.due_first()[0].pk
    assert "Narrow it to 10,000 tasks" in response.content.decode()


def test_a_view_is_kept_shared_and_opened_as_a_board(
    as_marketer: Client, as_other_marketer: Client, task: Task
) -> None:
    assert as_marketer.get(BOARD, {"view": "unassigned", "tier": "1"}).context["query"] == (
        "view=unassigned&tier=1&shape=board"
    )
    kept = {"name": "Mondays", "query": "view=unassigned&tier=1&shape=board", "is_shared": "on"}
    as_marketer.post(reverse("task-view-save"), kept)
    view = SavedView.objects.get(of="tasks")
    response = as_other_marketer.get(reverse("task-view-show", args=[view.pk]), follow=True)
    assert response.redirect_chain[0][0] == f"{BOARD}?view=unassigned&tier=1&shape=board&saved={view.pk}"
    assert response.context["saved_view"] == view
    htmx = {"HX-Request": "true"}
    assert "Mondays" in as_other_marketer.get(reverse("task-view-list"), headers=htmx).content.decode()
    # A view of tasks is none of accounts.
    assert "Mondays" not in as_marketer.get(reverse("account-view-list"), headers=htmx).content.decode()
    assert as_marketer.get(reverse("account-view-show", args=[view.pk])).status_code == 404


def test_the_filters_stay_when_the_view_or_the_shape_changes(as_marketer: Client, task: Task) -> None:
    context = as_marketer.get(LIST, {"view": "open", "q": "acme", "after": "[1]"}).context
    assert context["board_path"] == f"{BOARD}?view=open&q=acme"
    assert {tab.path for tab in context["tabs"] if tab.view == "waiting"} == {f"{LIST}?q=acme&view=waiting"}
