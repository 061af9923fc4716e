"""The task queue: what do I do next?"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import FollowUp, Task, TaskStep
from abmhub.orders.queue import QueueView, in_states
from abmhub.users.models import Team, User
from abmhub.web.long_list import expected_number
from tests.web.conftest import browser_of
from tests.web.queue_of_tasks import BOARD, LIST, more_tasks, names

QueryCount = Callable[[str], AbstractContextManager[None]]


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
    assert pages == 7


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


@pytest.mark.parametrize("view", [QueueView.MINE, QueueView.TEAM])
def test_the_planner_knows_that_what_is_to_do_has_nobody(
    view: QueueView, task: Task, account: Account, tactic: Tactic, rep: User, marketer: User
) -> None:
    """Else it walks through all that is to do for what a person has of it, which took a second of a million tasks."""
    make = {"account": account, "tactic": tactic, "rep": rep}
    more_tasks(3_000, **make)  # type: ignore[arg-type]
    more_tasks(300, **make, assignee=marketer, state="in_progress")  # type: ignore[arg-type]
    TaskStep.objects.filter(task=task).update(assignee=marketer)
    marketer.team = Team.objects.create(name="Brand")
    marketer.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    of_view = in_states(view, user=marketer, day=date(2026, 3, 4))
    assert expected_number(Task.objects.filter(of_view(["to_do"]))) < 10
    assert 290 < expected_number(Task.objects.filter(of_view(["in_progress"]))) < 310


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
    assert len(response.context["columns"][0].tasks) == 8
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
