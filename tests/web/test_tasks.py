"""The task queue: what do I do next?"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, SavedView, Territory, Tier
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Program, ProgramAccount
from abmhub.menus.models import Category, Play, Tactic
from abmhub.orders import actions
from abmhub.orders.models import FollowUp, Order, OrderLine, Task, TaskStep
from abmhub.users.models import Team, User
from tests.web.conftest import browser_of

LIST, BOARD = reverse("task-list"), reverse("task-board")
QueryCount = Callable[[str], AbstractContextManager[None]]


def more_tasks(count: int, *, account: Account, tactic: Tactic, rep: User, **fields: object) -> list[Task]:
    """Tasks of as many orders, written at once; each has two steps, the first of them ticked."""
    tier, envelope = Tier.objects.get(level=1), Envelope.objects.earliest("pk")
    at = datetime(2026, 3, 4, 10, tzinfo=UTC)
    orders = Order.objects.bulk_create(
        Order(
            account=account,
            tier=tier,
            envelope=envelope,
            placed_by=rep,
            placed_at=at,
            total_amount=0,
            currency="USD",
            idempotency_key=uuid4(),
            fingerprint="",
        )
        for _ in range(count)
    )
    lines = OrderLine.objects.bulk_create(
        OrderLine(order=order, tactic=tactic, quantity=1, unit_cost=0, line_cost=0, promised_on=date(2026, 3, 11))
        for order in orders
    )
    tasks = Task.objects.bulk_create(
        Task(**{"line": line, "name": tactic.name, "due_on": date(2026, 3, 11) + timedelta(days=number), **fields})
        for number, line in enumerate(lines)
    )
    TaskStep.objects.bulk_create(
        TaskStep(task=task, position=position, name="Step", due_on=task.due_on, done_at=at if position == 1 else None)
        for task in tasks
        for position in (1, 2)
    )
    return tasks


def names(response: object) -> list[int]:
    """The tasks that a list shows, in its order."""
    return [task.pk for task in response.context["page"].rows]  # type: ignore[attr-defined]


@pytest.fixture
def queue_of_120(task: Task, account: Account, tactic: Tactic, rep: User) -> list[Task]:
    return more_tasks(120, account=account, tactic=tactic, rep=rep)


def test_it_opens_on_my_own_work(as_marketer: Client, task: Task, marketer: User, now: datetime) -> None:
    assert names(as_marketer.get(LIST)) == []
    actions.claim_task(task=task, by=marketer, at=now)
    assert names(as_marketer.get(LIST)) == [task.pk]


def test_it_shows_who_and_what_and_how_urgent(as_marketer: Client, task: Task) -> None:
    page = as_marketer.get(LIST, {"view": "unassigned"}).content.decode()
    for words in ("Handwritten letter", "Acme Robotics", "Tier 1", "0/2", "late", "To do", "Nobody yet"):
        assert words in page


def test_it_counts_every_view(
    as_marketer: Client, task: Task, marketer: User, other_marketer: User, now: datetime, account: Account,
    tactic: Tactic, rep: User,
) -> None:  # fmt: skip
    team = Team.objects.create(name="Brand")
    User.objects.filter(pk__in=[marketer.pk, other_marketer.pk]).update(team=team)
    future = date(2126, 1, 1)
    more_tasks(1, account=account, tactic=tactic, rep=rep, assignee=marketer, state="in_progress", due_on=future)
    more_tasks(2, account=account, tactic=tactic, rep=rep, assignee=other_marketer, state="in_progress", due_on=future)
    more_tasks(
        4, account=account, tactic=tactic, rep=rep, assignee=marketer, state="waiting", waiting_since=now,
        due_on=date(2020, 1, 1),
    )  # fmt: skip
    more_tasks(8, account=account, tactic=tactic, rep=rep, state="done", finished_at=now)
    tabs = {str(tab.view): tab.count for tab in as_marketer.get(LIST).context["tabs"]}
    assert tabs == {
        "mine": 5,
        "team": 7,
        "unassigned": 1,
        "overdue": 1,  # what waits is never overdue
        "waiting": 4,
        "open": 8,
        "finished": None,
    }
    for view, count in tabs.items():
        shown = names(as_marketer.get(LIST, {"view": view}))
        assert len(shown) == (8 if count is None else count)


def test_a_step_of_mine_makes_a_task_mine(as_marketer: Client, task: Task, marketer: User, now: datetime) -> None:
    TaskStep.objects.filter(task=task, position=2).update(assignee=marketer)
    assert names(as_marketer.get(LIST)) == [task.pk]
    TaskStep.objects.filter(task=task, position=2).update(done_at=now)
    assert names(as_marketer.get(LIST)) == []


def test_of_very_many_it_says_about_how_many_there_are(
    as_marketer: Client, queue_of_120: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abmhub.orders.queue.COUNTED_UP_TO", 100)
    monkeypatch.setattr("abmhub.web.tasks.COUNTED_UP_TO", 100)
    response = as_marketer.get(LIST, {"view": "open"})
    assert "by estimate" in response.context["summary"]
    assert {str(tab.view): tab.count for tab in response.context["tabs"]}["open"] == 101


def test_whoever_has_no_team_has_no_view_of_it(as_marketer: Client, task: Task) -> None:
    assert "team" not in [tab.view for tab in as_marketer.get(LIST).context["tabs"]]


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


def test_it_pages_through_everything_once_the_most_urgent_first(
    as_marketer: Client, queue_of_120: list[Task], task: Task
) -> None:
    seen: list[int] = []
    path, pages = f"{LIST}?view=open", 0
    while path:
        page = as_marketer.get(path).context["page"]
        seen += [row.pk for row in page.rows]
        path, pages = page.next_url, pages + 1
    expected = Task.objects.unfinished().due_first()
    assert seen == [row.pk for row in expected]
    assert pages == 3


def test_it_pages_back_to_where_it_came_from(as_marketer: Client, queue_of_120: list[Task]) -> None:
    first = as_marketer.get(LIST, {"view": "open"}).context["page"]
    second = as_marketer.get(first.next_url).context["page"]
    assert as_marketer.get(second.previous_url).context["page"].rows == first.rows


@pytest.mark.parametrize("path", [LIST, BOARD])
def test_it_asks_the_same_number_of_queries_for_one_task_and_for_many(
    path: str, query_count: QueryCount, as_marketer: Client, task: Task, account: Account, tactic: Tactic, rep: User
) -> None:
    name = "task-list" if path == LIST else "task-board"
    with query_count(name):
        as_marketer.get(path, {"view": "open"})
    more_tasks(120, account=account, tactic=tactic, rep=rep)
    with query_count(name):
        as_marketer.get(path, {"view": "open"})


def test_the_board_sorts_by_state_and_keeps_what_was_finished_this_week(
    as_marketer: Client, task: Task, account: Account, tactic: Tactic, rep: User, marketer: User
) -> None:
    new = datetime.now(UTC) - timedelta(days=1)
    make = {"account": account, "tactic": tactic, "rep": rep}
    more_tasks(2, **make, assignee=marketer, state="in_progress")  # type: ignore[arg-type]
    more_tasks(3, **make, assignee=marketer, state="waiting", waiting_since=new)  # type: ignore[arg-type]
    more_tasks(4, **make, state="done", finished_at=new)  # type: ignore[arg-type]
    more_tasks(5, **make, state="done", finished_at=new - timedelta(days=30))  # type: ignore[arg-type]
    columns = as_marketer.get(BOARD, {"view": "open"}).context["columns"]
    assert [(column.label, len(column.tasks)) for column in columns] == [
        ("To do", 1),
        ("In progress", 2),
        ("Waiting", 3),
        ("Done this week", 4),
    ]
    assert len(as_marketer.get(BOARD, {"view": "overdue"}).context["columns"]) == 3


def test_a_long_column_leads_to_the_list(as_marketer: Client, queue_of_120: list[Task]) -> None:
    response = as_marketer.get(BOARD, {"view": "open"})
    assert len(response.context["columns"][0].tasks) == 25
    assert "The rest is in the list" in response.content.decode()


def test_claim_next_takes_the_most_urgent_and_opens_it(
    as_marketer: Client, queue_of_120: list[Task], marketer: User
) -> None:
    most_urgent = Task.objects.unassigned().due_first().first()
    assert most_urgent is not None
    response = as_marketer.post(reverse("task-claim-next"))
    assert response["Location"] == reverse("task-show", args=[most_urgent.pk])
    most_urgent.refresh_from_db()
    assert most_urgent.assignee == marketer


def test_claim_next_says_when_nothing_is_left(as_marketer: Client) -> None:
    page = as_marketer.post(reverse("task-claim-next"), follow=True).content.decode()
    assert "Nothing is left to claim" in page


def test_a_claim_from_the_list_returns_to_the_same_place(as_marketer: Client, task: Task) -> None:
    path = f"{LIST}?view=open&q=acme"
    response = as_marketer.post(reverse("task-claim", args=[task.pk]), {"next": path})
    assert response["Location"] == path


def test_nobody_is_sent_to_another_site(as_marketer: Client, task: Task) -> None:
    response = as_marketer.post(reverse("task-claim", args=[task.pk]), {"next": "https://evil.example/"})
    assert response["Location"] == reverse("task-show", args=[task.pk])


def test_who_comes_second_is_told_who_has_it(
    as_marketer: Client, as_other_marketer: Client, task: Task, marketer: User
) -> None:
    stale = as_other_marketer.get(LIST, {"view": "unassigned"})
    assert names(stale) == [task.pk]
    as_marketer.post(reverse("task-claim", args=[task.pk]))
    page = as_other_marketer.post(reverse("task-claim", args=[task.pk]), {"next": LIST}, follow=True)
    assert "Mei Chen claimed this task first" in page.content.decode()
    task.refresh_from_db()
    assert task.assignee == marketer


@pytest.mark.django_db(transaction=True)
def test_two_who_claim_at_the_same_moment_get_it_once(task: Task, marketer: User, other_marketer: User) -> None:
    start = Barrier(2)

    def claim(user: User) -> None:
        browser = browser_of(user)
        start.wait()
        told[user] = browser.post(reverse("task-claim", args=[task.pk]), {"next": LIST}, follow=True).content.decode()
        connection.close()

    told: dict[User, str] = {}
    threads = [Thread(target=claim, args=[user]) for user in (marketer, other_marketer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    task.refresh_from_db()
    assert task.assignee in (marketer, other_marketer)
    loser = other_marketer if task.assignee == marketer else marketer
    assert f"{task.assignee} claimed this task first" in told[loser]
    assert "is yours" not in told[loser]


def test_a_rep_reads_the_tasks_of_their_accounts_alone(as_rep: Client, as_other_rep: Client, task: Task) -> None:
    response = as_rep.get(LIST)
    assert names(response) == [task.pk]
    assert reverse("task-claim", args=[task.pk]) not in response.content.decode()
    assert names(as_other_rep.get(LIST)) == []


def test_an_empty_queue_says_what_will_fill_it(as_marketer: Client) -> None:
    assert "becomes a task here" in as_marketer.get(LIST, {"view": "open"}).content.decode()


@pytest.mark.usefixtures("at_now")
def test_what_sales_did_not_follow_up_shows_beside_ones_own_work(
    as_marketer: Client, as_rep: Client, task: Task, marketer: User, now: datetime
) -> None:
    actions.claim_task(task=task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="Done.")
    said = "Delivered by you, not followed up in time"
    assert said not in as_marketer.get(LIST).content.decode()
    FollowUp.objects.update(due_at=now - timedelta(hours=1))
    assert said in as_marketer.get(LIST).content.decode()
    assert said not in as_marketer.get(LIST, {"view": "open"}).content.decode()
    assert said not in as_rep.get(LIST, {"view": "mine"}).content.decode()
