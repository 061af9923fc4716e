"""What do I do next? The most urgent that I was given or that nobody has; first what I have the skills for."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.models import Envelope
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import Skill, Task
from abmhub.users.models import User
from tests.conftest import make_tactic
from tests.web.queue_of_tasks import more_tasks

Make = Callable[..., Task]


@pytest.fixture
def make(account: Account, tactic: Tactic, envelope: Envelope, rep: User) -> Make:
    """A task that is due on a day of May."""

    def make(day: int, **fields: object) -> Task:
        wish = {"account": account, "tactic": tactic, "rep": rep, "due_on": date(2026, 5, day), **fields}
        [task] = more_tasks(1, **wish)  # type: ignore[arg-type]
        return task

    return make


def test_what_i_was_given_and_what_nobody_has_come_in_the_order_of_their_days(
    make: Make, marketer: User, other_marketer: User, now: datetime
) -> None:
    make(1, assignee=other_marketer)
    free, given, later = make(3), make(2, assignee=marketer), make(4)
    assert [actions.claim_next(by=marketer, at=now) for _ in range(4)] == [given, free, later, None]


def test_what_i_have_begun_is_not_next(make: Make, marketer: User, now: datetime) -> None:
    make(1, assignee=marketer, state="in_progress")
    assert actions.claim_next(by=marketer, at=now) is None


@pytest.fixture
def video(tier1: Tier, now: datetime) -> Tactic:
    """A tactic that asks for a skill which nobody has yet."""
    tactic = make_tactic("Personal video", tier=tier1, now=now)
    Skill.objects.create(name="Video").tactics.add(tactic)
    return tactic


def test_what_i_have_the_skills_for_comes_first(
    make: Make, video: Tactic, marketer: User, other_marketer: User, now: datetime
) -> None:
    Skill.objects.get(name="Video").people.add(other_marketer)
    filmed, written = make(1, tactic=video), make(2)
    assert actions.claim_next(by=marketer, at=now) == written
    assert actions.claim_next(by=marketer, at=now) == filmed  # better than nothing


def test_whoever_has_the_skill_takes_it_in_its_turn(
    make: Make, video: Tactic, other_marketer: User, now: datetime
) -> None:
    Skill.objects.get(name="Video").people.add(other_marketer)
    make(2)
    filmed = make(1, tactic=video)
    assert actions.claim_next(by=other_marketer, at=now) == filmed


def test_what_is_far_from_urgent_does_not_come_first_for_a_skill(
    make: Make, video: Tactic, marketer: User, other_marketer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abmhub.orders.models.task.URGENT", 2)
    Skill.objects.get(name="Video").people.add(other_marketer)
    urgent = make(1, tactic=video)
    make(2, tactic=video)
    make(3)
    assert actions.claim_next(by=marketer, at=now) == urgent


def test_it_asks_as_often_however_long_the_queue_is(
    make: Make, account: Account, tactic: Tactic, rep: User, marketer: User, now: datetime
) -> None:
    make(1)
    with CaptureQueriesContext(connection) as short:
        actions.claim_next(by=marketer, at=now)
    more_tasks(300, account=account, tactic=tactic, rep=rep)
    with CaptureQueriesContext(connection) as long:
        actions.claim_next(by=marketer, at=now)
    assert len(long) == len(short)
