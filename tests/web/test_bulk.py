"""Many tasks at once: each on its own, with its own result, and mostly to be taken back."""

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import Task
from abmhub.users.models import User
from tests.web.queue_of_tasks import LIST, more_tasks, names

BULK = reverse("task-bulk")


@pytest.fixture
def three(task: Task, account: Account, tactic: Tactic, rep: User) -> list[Task]:
    """Three tasks that nobody has."""
    return [task, *more_tasks(2, account=account, tactic=tactic, rep=rep)]


def do(browser: Client, verb: str, tasks: list[Task], **fields: object) -> object:
    data = {"do": verb, "task": [str(task.pk) for task in tasks], "next": f"{LIST}?view=open", **fields}
    return browser.post(BULK, data, follow=True)


def undo(browser: Client, response: object) -> object:
    """Press the button of the toast, or of the page of results."""
    page = response.content.decode()  # type: ignore[attr-defined]
    form = next(form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if "Undo" in form)
    return browser.post(BULK, dict(re.findall(r'name="([a-z]+)" value="([^"]*)"', form)), follow=True)


def who(tasks: list[Task]) -> list[tuple[str, str]]:
    """Who has each, and its state."""
    found = Task.objects.in_bulk([task.pk for task in tasks])
    return [(str(found[task.pk].assignee or ""), found[task.pk].state) for task in tasks]


def test_many_are_claimed_and_given_back_by_undo(as_marketer: Client, three: list[Task]) -> None:
    response = do(as_marketer, "claim", three)
    assert "3 tasks claimed." in response.content.decode()  # type: ignore[attr-defined]
    assert who(three) == [("Mei Chen", "in_progress")] * 3
    assert "3 tasks back in the queue." in undo(as_marketer, response).content.decode()  # type: ignore[attr-defined]
    assert who(three) == [("", "to_do")] * 3


def test_one_that_is_taken_holds_up_nothing_and_says_why(
    as_marketer: Client, three: list[Task], other_marketer: User, now: datetime
) -> None:
    actions.claim_task(task=three[1], by=other_marketer, at=now)
    response = do(as_marketer, "claim", three)
    page = response.content.decode()  # type: ignore[attr-defined]
    assert response.status_code == 409  # type: ignore[attr-defined]
    assert "2 of 3 claim" in page
    assert "Pablo Ruiz claimed this task first" in page
    assert who(three) == [("Mei Chen", "in_progress"), ("Pablo Ruiz", "in_progress"), ("Mei Chen", "in_progress")]
    undo(as_marketer, response)
    assert who(three) == [("", "to_do"), ("Pablo Ruiz", "in_progress"), ("", "to_do")]


def test_undo_of_a_claim_leaves_what_was_theirs_before(as_marketer: Client, three: list[Task], marketer: User) -> None:
    Task.objects.filter(pk=three[0].pk).update(assignee=marketer)
    undo(as_marketer, do(as_marketer, "claim", three))
    assert who(three) == [("Mei Chen", "in_progress"), ("", "to_do"), ("", "to_do")]


def test_what_makes_no_sense_is_passed_over(as_marketer: Client, three: list[Task]) -> None:
    data = {"do": "claim", "task": [str(three[0].pk), "x", "²", "9" * 40, "0"]}
    assert names(as_marketer.post(BULK, {**data, "next": f"{LIST}?view=mine"}, follow=True)) == [three[0].pk]


def test_a_manager_hands_over_and_undo_gives_each_back_to_whoever_had_it(
    as_marketing_manager: Client, three: list[Task], marketer: User, other_marketer: User, now: datetime
) -> None:
    actions.claim_task(task=three[0], by=marketer, at=now)
    response = do(as_marketing_manager, "hand_over", three, person=other_marketer.pk)
    assert "3 tasks handed over to Pablo Ruiz." in response.content.decode()  # type: ignore[attr-defined]
    assert who(three) == [("Pablo Ruiz", "in_progress"), ("Pablo Ruiz", "to_do"), ("Pablo Ruiz", "to_do")]
    undo(as_marketing_manager, response)
    assert who(three) == [("Mei Chen", "in_progress"), ("", "to_do"), ("", "to_do")]


def test_undo_does_not_take_what_has_moved_on(
    as_marketing_manager: Client, three: list[Task], other_marketer: User, marketing_manager: User, marketer: User,
    now: datetime,
) -> None:  # fmt: skip
    response = do(as_marketing_manager, "hand_over", three[:1], person=other_marketer.pk)
    actions.hand_over(task=three[0], to=marketer, seen=other_marketer.pk, by=marketing_manager, at=now)
    page = undo(as_marketing_manager, response).content.decode()  # type: ignore[attr-defined]
    assert "is with Mei Chen by now" in page
    assert who(three[:1]) == [("Mei Chen", "to_do")]


def test_a_marketer_hands_nothing_over(as_marketer: Client, three: list[Task], other_marketer: User) -> None:
    page = do(as_marketer, "hand_over", three, person=other_marketer.pk).content.decode()  # type: ignore[attr-defined]
    assert "0 of 3 hand over" in page
    assert who(three) == [("", "to_do")] * 3
    assert 'value="hand_over"' not in as_marketer.get(LIST, {"view": "open"}).content.decode()


def test_many_wait_and_go_on_by_undo(as_marketer: Client, three: list[Task]) -> None:
    do(as_marketer, "claim", three)
    response = do(as_marketer, "wait", three, on="vendor", note="The printer is late")
    assert who(three) == [("Mei Chen", "waiting")] * 3
    assert set(Task.objects.values_list("waiting_note", flat=True)) == {"The printer is late"}
    undo(as_marketer, response)
    assert who(three) == [("Mei Chen", "in_progress")] * 3


def test_what_was_released_is_claimed_again_by_undo(as_marketer: Client, three: list[Task]) -> None:
    do(as_marketer, "claim", three)
    response = do(as_marketer, "release", three)
    assert who(three) == [("", "to_do")] * 3
    undo(as_marketer, response)
    assert who(three) == [("Mei Chen", "in_progress")] * 3


@pytest.mark.parametrize(
    ("verb", "fields", "sentence"),
    [
        ("hand_over", {}, "Choose who shall have the tasks."),
        ("wait", {"on": "rep"}, "what you wait for"),
        ("wait", {"on": "moon", "note": "x"}, "is not one of the available choices"),
        ("burn", {}, "is not one of the available choices"),
    ],
    ids=["nobody", "no-note", "nobody-known", "no-verb"],
)
def test_it_says_what_is_missing(
    verb: str, fields: dict[str, str], sentence: str, as_marketing_manager: Client, three: list[Task]
) -> None:
    assert sentence in do(as_marketing_manager, verb, three, **fields).content.decode()  # type: ignore[attr-defined]
    assert who(three) == [("", "to_do")] * 3


def test_ticking_nothing_says_what_to_do(as_marketer: Client) -> None:
    assert "Tick the tasks you mean" in do(as_marketer, "claim", []).content.decode()  # type: ignore[attr-defined]
