"""Who has promised more than they can do, and what could go to whom?"""

from datetime import date
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.menus.models import Tactic
from abmhub.orders.models import Capacity, Task, TaskStep
from abmhub.users.models import Team, User
from tests.web.query_counts import QueryCount
from tests.web.queue_of_tasks import more_tasks
from tests.web.test_bulk import undo

pytestmark = pytest.mark.usefixtures("at_now")
PAGE, LEVEL = reverse("workload-show"), reverse("workload-level")


@pytest.fixture
def overloaded(
    task: Task, account: Account, tactic: Tactic, rep: User, marketer: User, marketing_manager: User
) -> list[Task]:
    """Three tasks of eight hours by today, for somebody who has eighteen; their manager does no tasks."""
    Capacity.objects.create(person=marketing_manager, hours_a_day=0)
    make = {"account": account, "tactic": tactic, "rep": rep, "assignee": marketer, "state": "in_progress"}
    tasks = more_tasks(3, **make)  # type: ignore[arg-type]
    TaskStep.objects.filter(task__in=tasks, position=1).delete()
    TaskStep.objects.filter(task__in=tasks).update(hours=8, due_on=date(2026, 3, 4))
    return tasks


def test_it_says_what_it_finds(as_marketing_manager: Client, overloaded: list[Task], other_marketer: User) -> None:
    page = as_marketing_manager.get(PAGE).content.decode()
    assert "Mei Chen has promised 6 hours too many in the week of 2 March" in page
    assert "1 task from Mei Chen to Pablo Ruiz" in page
    assert "Then nobody has promised more than fits." in page
    assert "1 more" in page  # nobody has the letter for two


def test_everybody_has_room(as_marketing_manager: Client, marketer: User) -> None:
    page = as_marketing_manager.get(PAGE).content.decode()
    assert "Everybody has room" in page
    assert "Nothing has to move" in page


def test_nothing_fits_anywhere(as_marketing_manager: Client, overloaded: list[Task]) -> None:
    assert "Nothing fits anywhere else" in as_marketing_manager.get(PAGE).content.decode()


def test_one_button_moves_it_and_undo_takes_it_back(
    as_marketing_manager: Client, overloaded: list[Task], marketer: User, other_marketer: User
) -> None:
    moves = [move.key for move in as_marketing_manager.get(PAGE, {"of": "team"}).context["proposal"].moves]
    response = as_marketing_manager.post(f"{LEVEL}?of=team", {"move": moves}, follow=True)
    assert response.redirect_chain[0][0] == f"{PAGE}?of=team"
    assert Task.objects.filter(assignee=other_marketer).count() == len(moves) > 0
    undo(as_marketing_manager, response)
    assert not Task.objects.filter(assignee=other_marketer).exists()


def test_a_second_time_it_is_refused_and_shows_what_would_help_now(
    as_marketing_manager: Client, overloaded: list[Task], other_marketer: User
) -> None:
    moves = [move.key for move in as_marketing_manager.get(PAGE).context["proposal"].moves]
    as_marketing_manager.post(LEVEL, {"move": moves})
    response = as_marketing_manager.post(LEVEL, {"move": moves})
    assert response.status_code == 409
    assert "nothing was moved" in response.content.decode()
    assert [parse_qs(way.path) for way in response.context["ways"]] != []
    assert all(not way.path.startswith(LEVEL) for way in response.context["ways"])


def test_teams_are_added_up(
    as_marketing_manager: Client, overloaded: list[Task], marketer: User, other_marketer: User
) -> None:
    team = Team.objects.create(name="Brand")
    User.objects.filter(pk__in=[marketer.pk, other_marketer.pk]).update(team=team)
    rows = {row.name: row for row in as_marketing_manager.get(PAGE, {"of": "team"}).context["rows"]}
    assert (rows["Brand"].cells[0].hours, rows["Brand"].cells[0].capacity) == (24, 36)
    assert rows["No team"].cells[0].capacity == 0
    assert as_marketing_manager.get(PAGE, {"team": str(team.pk)}).context["rows"][0].name == "Mei Chen"
    assert len(as_marketing_manager.get(PAGE, {"team": str(team.pk)}).context["rows"]) == 2


@pytest.mark.parametrize("query", [{"by": "month"}, {"team": "²"}, {"team": "9" * 40}, {"of": "moon"}], ids=str)
def test_nonsense_is_passed_over(as_marketing_manager: Client, marketer: User, query: dict[str, str]) -> None:
    assert as_marketing_manager.get(PAGE, query).status_code == 200


def test_it_asks_the_same_number_of_queries_however_much_there_is(
    query_count: QueryCount, as_marketing_manager: Client, overloaded: list[Task], account: Account, tactic: Tactic,
    rep: User, marketer: User,
) -> None:  # fmt: skip
    with query_count("workload-show"):
        as_marketing_manager.get(PAGE)
    more_tasks(60, account=account, tactic=tactic, rep=rep, assignee=marketer, state="in_progress")
    TaskStep.objects.update(hours=1, due_on=date(2026, 3, 5))
    with query_count("workload-show"):
        as_marketing_manager.get(PAGE)
