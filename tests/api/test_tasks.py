"""What the queue can do, by program."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import Capacity, Task, TaskStep
from abmhub.users.models import User
from tests.api.conftest import SignIn


@pytest.fixture(autouse=True)
def _at_now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def task(
    rep: User, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, now: datetime
) -> Task:
    """A letter that nobody has claimed."""
    line = actions.LineRequest(tactic.pk, [contacts[0].pk])
    order = actions.place_order(account=account, by=rep, at=now, lines=[line], idempotency_key=uuid4())
    return Task.objects.get(line__order=order)


def test_a_task_is_claimed_made_to_wait_resumed_and_released(api_as: SignIn, task: Task, marketer: User) -> None:
    client, path = api_as(marketer), f"/api/v1/tasks/{task.pk}/"
    assert client.post("/api/v1/tasks/claim-next/").json()["id"] == task.pk
    assert client.post("/api/v1/tasks/claim-next/").status_code == 204
    waiting = client.post(f"{path}wait/", {"on": "vendor", "note": "The printer"}, format="json").json()
    assert (waiting["state"], waiting["waiting_on"]) == ("waiting", "vendor")
    assert client.post(f"{path}release/").status_code == 409
    assert client.post(f"{path}resume/").json()["state"] == "in_progress"
    released = client.post(f"{path}release/").json()
    assert (released["state"], released["assignee"]) == ("to_do", None)


def test_a_manager_hands_over_what_they_saw(
    api_as: SignIn, task: Task, marketer: User, other_marketer: User, marketing_manager: User
) -> None:
    client, path = api_as(marketing_manager), f"/api/v1/tasks/{task.pk}/hand-over/"
    given = client.post(path, {"to": marketer.pk, "seen": None}, format="json")
    assert given.json()["assignee"]["name"] == "Mei Chen"
    stale = client.post(path, {"to": other_marketer.pk, "seen": None}, format="json")
    assert (stale.status_code, stale.json()["errors"][0]["code"]) == (409, "no_longer_with")
    assert api_as(marketer).post(path, {"to": marketer.pk, "seen": marketer.pk}, format="json").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("view=unassigned", True), ("view=mine", False), ("view=finished", False), ("tier=1", True), ("tier=2", False),
        ("play=999999", False), ("category=999999", False), ("tactic=999999", False), ("territory=999999", False),
        ("program=999999", False),
    ],
)  # fmt: skip
def test_it_narrows_as_the_page_does(query: str, found: bool, api_as: SignIn, task: Task, marketer: User) -> None:
    rows = api_as(marketer).get(f"/api/v1/tasks/?{query}").json()["results"]
    assert [row["id"] for row in rows] == ([task.pk] if found else [])


def test_the_workload_is_read_and_levelled(
    api_as: SignIn, task: Task, marketer: User, other_marketer: User, marketing_manager: User
) -> None:
    Capacity.objects.bulk_create(Capacity(person=one, hours_a_day=0) for one in (marketer, marketing_manager))
    Task.objects.update(assignee=marketer)
    TaskStep.objects.filter(position=1).update(hours="2.50")
    client = api_as(marketing_manager)
    told = client.get("/api/v1/workload/").json()
    mine = next(load for load in told["people"] if load["person"]["name"] == "Mei Chen")
    assert (mine["slots"][0]["hours"], mine["slots"][0]["over"]) == ("2.50", "2.50")
    [move] = told["moves"]
    assert (move["task"], move["from_person"], move["to_person"]) == (task.pk, marketer.pk, other_marketer.pk)
    after = client.post("/api/v1/workload/level/", {"moves": [move["key"]]}, format="json").json()
    assert after["moves"] == []
    task.refresh_from_db()
    assert task.assignee == other_marketer
    again = client.post("/api/v1/workload/level/", {"moves": [move["key"]]}, format="json")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "workload_changed")


def test_nobody_else_reads_the_workload(api_as: SignIn, marketer: User) -> None:
    assert api_as(marketer).get("/api/v1/workload/").status_code == 403


def test_steps_stand_in_the_order_of_the_recipe_whichever_was_written_last(
    api_as: SignIn, task: Task, marketer: User, now: datetime
) -> None:
    positions = sorted(task.steps.values_list("position", flat=True))
    assert len(positions) > 1
    task.steps.filter(position=positions[0]).update(done_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
    found = api_as(marketer).get(f"/api/v1/tasks/{task.pk}/").json()
    assert [step["position"] for step in found["steps"]] == positions
