"""What people read when work changes hands by itself, or is late; and that a killed sweep leaves nothing behind."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.integrations import jobs, outbox, sweeps
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import Escalation, RoutingRule, Task, TaskStep
from abmhub.users.models import Absence, Notification, Role, Team, User
from tests.conftest import person
from tests.killed import killed_before_its_commit
from tests.orders.conftest import *  # noqa: F403 - an order and its task
from tests.orders.conftest import Place

LETTER = "Handwritten letter for Acme Robotics"


@pytest.fixture(autouse=True)
def no_rules(db: None) -> None:
    RoutingRule.objects.all().delete()


@pytest.fixture
def silence(claimed: Task, now: datetime) -> Task:
    """Everything so far has been told."""
    outbox.sweep(at=now)
    sweeps.announce_tasks(at=now)
    Notification.objects.all().delete()
    return claimed


def told(at: datetime) -> dict[str, list[str]]:
    """What each reads once the outbox is delivered."""
    outbox.sweep(at=at)
    found: dict[str, list[str]] = {}
    for each in Notification.objects.select_related("user").order_by("pk"):
        found.setdefault(each.user.name, []).append(each.text)
    return found


def test_both_hear_of_a_cover_and_of_its_end(
    silence: Task, marketer: User, other_marketer: User, today: date, now: datetime
) -> None:
    absence = Absence.objects.create(
        person=marketer, starts_on=today, ends_on=today + timedelta(days=9), delegate=other_marketer
    )
    actions.cover_absences(at=now)
    assert told(now) == {
        "Pablo Ruiz": [f"Mei Chen is away until 13 March: “{LETTER}” is yours until then."],
        "Mei Chen": [f"Pablo Ruiz has “{LETTER}” while you are away."],
    }
    assert {each.path for each in Notification.objects.all()} == {reverse("task-show", args=[silence.pk])}
    Notification.objects.all().delete()
    absence.delete()
    actions.cover_absences(at=now + timedelta(days=1))
    assert told(now + timedelta(days=1)) == {
        "Mei Chen": [f"“{LETTER}” is yours again: nobody had begun."],
        "Pablo Ruiz": [f"Mei Chen is back and has “{LETTER}” again."],
    }


def test_without_anybody_all_hear_that_it_can_be_claimed(
    silence: Task, marketer: User, other_marketer: User, today: date, now: datetime
) -> None:
    Task.objects.update(state="to_do", claimed_at=None)
    Absence.objects.create(person=marketer, starts_on=today, ends_on=today + timedelta(days=9))
    actions.cover_absences(at=now)
    assert told(now)["Pablo Ruiz"] == [f"Mei Chen is away until 13 March: anybody may claim “{LETTER}”."]
    assert told(now)["Mei Chen"] == [f"Anybody may claim “{LETTER}” while you are away."]


def test_heirs_and_the_manager_hear_of_what_a_leaver_had(
    silence: Task, place: Place, tactic: Tactic, contacts: list[Contact], marketer: User, other_marketer: User,
    admin: User, now: datetime,
) -> None:  # fmt: skip
    second = Task.objects.exclude(pk=silence.pk).get(line__order=place((tactic, contacts[:1])))
    Task.objects.filter(pk=second.pk).update(assignee=other_marketer, routed_at=now, announced_at=now)
    TaskStep.objects.filter(task=second, position=1).update(assignee=marketer)
    dana = person("Dana Whit", Role.MARKETING_MANAGER)
    User.objects.filter(pk=marketer.pk).update(is_active=False, team=Team.objects.create(name="Studio", manager=dana))
    RoutingRule.objects.create(name="All", position=1, goes_to=RoutingRule.GoesTo.PERSON, person=other_marketer)
    actions.reroute_leavers(at=now)
    heard = told(now)
    assert heard["Pablo Ruiz"] == ["Mei Chen has left: 1 task and 1 step are yours now."]
    assert heard["Dana Whit"] == ["Mei Chen has left: 1 task and 1 step went to others."]
    actions.reroute_leavers(at=now + timedelta(minutes=1))
    assert told(now + timedelta(minutes=1)) == heard


def test_all_hear_of_what_a_leaver_left_in_the_queue(
    silence: Task, marketer: User, other_marketer: User, marketing_manager: User, now: datetime
) -> None:
    User.objects.filter(pk=marketer.pk).update(is_active=False)
    actions.reroute_leavers(at=now)
    assert told(now)["Pablo Ruiz"] == ["Mei Chen has left: anybody may claim 1 task of theirs."]
    assert told(now)["Greta Vogt"] == ["Mei Chen has left: 1 task is in the queue for anybody to claim."]


def test_late_tasks_are_told_in_one_sentence(silence: Task, marketer: User, marketing_manager: User) -> None:
    before, after = (datetime.fromisoformat(f"2026-03-{day}T09:00+00:00") for day in (10, 17))
    actions.escalate(at=before)
    assert told(before) == {"Mei Chen": [f"{LETTER} is due on 11 March."]}
    Notification.objects.all().delete()
    actions.escalate(at=after)
    assert told(after)["Mei Chen"] == [f"{LETTER} is overdue: it was to be done by 11 March."]
    assert set(told(after)["Greta Vogt"]) == {f"{LETTER} is overdue: it was to be done by 11 March. Mei Chen has it."}


def test_many_late_tasks_are_one_sentence_too(
    silence: Task, place: Place, tactic: Tactic, contacts: list[Contact], marketer: User, now: datetime
) -> None:
    place((tactic, contacts[:1]))
    Task.objects.update(assignee=marketer, announced_at=now)
    outbox.sweep(at=now)
    Notification.objects.all().delete()
    late = now + timedelta(days=8)
    actions.escalate(at=late)
    assert told(late) == {"Mei Chen": ["2 tasks are overdue."]}
    assert Notification.objects.get().path == f"{reverse('task-list')}?view=mine"


def test_the_manager_hears_once_of_the_accounts_of_a_leaver(
    account: Account, rep: User, sales_manager: User, now: datetime
) -> None:
    assert sweeps.tell_of_leavers_accounts() == 0
    User.objects.filter(pk=rep.pk).update(is_active=False)
    assert sweeps.tell_of_leavers_accounts() == 1
    assert sweeps.tell_of_leavers_accounts() == 0
    assert told(now) == {"Selma Berg": ["Rana Haddad has left and still owns 1 account: give it to somebody."]}
    assert Notification.objects.get().path == f"{reverse('account-list')}?owner={rep.pk}"


@pytest.mark.parametrize(
    "job", [jobs.route_tasks, jobs.cover_absences, jobs.reroute_leavers, jobs.escalate], ids=lambda job: job.name
)
def test_a_job_asks_nobody_for_the_time(claimed: Task, job: object) -> None:
    job()  # type: ignore[operator]


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_is_killed_leaves_everything_to_the_next(claimed: Task, marketer: User) -> None:
    """It has told and noted it, and dies before its commit: nobody was told, and the next one tells once."""
    late = datetime.fromisoformat("2026-03-12T09:00+00:00")
    with killed_before_its_commit(lambda: actions.escalate(at=late)):
        assert actions.escalate(at=late) == 0, "one sweep at a time"
    assert not Escalation.objects.exists()
    assert actions.escalate(at=late) == 1
    assert Escalation.objects.get().to == marketer
