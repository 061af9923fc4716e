"""What was counted of the units is counted once, and never told when it holds no longer."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.funnel import answers, cells
from abmhub.funnel.actions import snapshot
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.cohorts import cohorts
from abmhub.funnel.models import Answer, Edition, FunnelUnit
from abmhub.funnel.preparing import prepare
from abmhub.pipeline.models import Opportunity
from tests.funnel.test_snapshots import a_random_market

NIGHT = date(2026, 3, 31)
QUESTION = Question(as_of=NIGHT, night=NIGHT)


@pytest.fixture
def market(db: None) -> None:
    a_random_market(Random(5))
    snapshot(on=NIGHT)


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("by", [(), ("industry",), ("month", "motion")], ids=["whole", "one", "two"])
def test_an_answer_is_the_same_when_it_is_kept(by: tuple[str, ...]) -> None:
    counted = cells.count(QUESTION, by)
    assert counted
    FunnelUnit.objects.all().delete()
    assert cells.count(QUESTION, by) == counted


@pytest.mark.usefixtures("market")
def test_cohorts_are_kept_too() -> None:
    counted = cohorts(QUESTION)
    FunnelUnit.objects.all().delete()
    assert cohorts(QUESTION) == counted
    alone = [each for each in counted if each.motion == Motion.ABM]
    assert cohorts(Question(as_of=NIGHT, night=NIGHT, motion=Motion.ABM)) == alone


@pytest.mark.usefixtures("market")
def test_a_motion_by_itself_is_its_part_of_both() -> None:
    both = cells.count(QUESTION, ("industry",))
    for motion in Motion:
        alone = cells.count(Question(as_of=NIGHT, night=NIGHT, motion=motion), ("industry",))
        own = {key: {place: cell for place, cell in found.items() if place[0] == motion} for key, found in both.items()}
        assert alone == {key: found for key, found in own.items() if found}


@pytest.mark.usefixtures("market")
def test_a_night_makes_every_answer_be_counted_anew() -> None:
    restated = Question(as_of=NIGHT)
    before = cells.count(restated)
    Opportunity.objects.all().delete()
    assert cells.count(restated) == before
    snapshot(on=NIGHT + timedelta(days=1))
    assert cells.count(restated) != before


@pytest.mark.usefixtures("market")
def test_questions_are_not_mixed_up() -> None:
    asked = [
        QUESTION,
        Question(as_of=NIGHT - timedelta(days=20), night=NIGHT),
        Question(as_of=NIGHT, night=NIGHT, since=NIGHT - timedelta(days=20)),
        Question(as_of=NIGHT, night=NIGHT, until=NIGHT - timedelta(days=20)),
        Question(as_of=NIGHT, night=NIGHT - timedelta(days=1)),
    ]
    first = [cells.count(question, by) for question in asked for by in ((), ("tier",), ("tier", "month"))]
    assert [cells.count(question, by) for question in asked for by in ((), ("tier",), ("tier", "month"))] == first
    assert Answer.objects.count() == len(first)


@pytest.mark.usefixtures("market")
def test_what_was_counted_while_a_night_published_is_told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = sql.rows

    def slowly(name: str, **values: Any) -> list[dict[str, Any]]:
        found = counting(name, **values)
        answers.forget()
        return found

    monkeypatch.setattr(sql, "rows", slowly)
    before = cells.count(QUESTION)
    monkeypatch.undo()
    FunnelUnit.objects.all().delete()
    assert before
    assert cells.count(QUESTION) == {}


@pytest.mark.usefixtures("market")
def test_too_long_an_answer_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_ROWS", 3)
    assert cells.count(QUESTION, tuple(DIMENSIONS)[:1]) == cells.count(QUESTION, tuple(DIMENSIONS)[:1])
    assert not Answer.objects.exists()


def test_there_is_one_edition(db: None) -> None:
    answers.forget()
    answers.forget()
    assert Edition.objects.get().number == 2


def test_before_the_first_night_nothing_is_prepared(db: None) -> None:
    prepare()
    assert not Answer.objects.exists()


@pytest.mark.usefixtures("market")
def test_each_cut_of_the_newest_night_is_counted_before_anybody_asks() -> None:
    counted = {name: cells.count(QUESTION, (name,)) for name in DIMENSIONS}
    answers.forget()
    prepare()
    FunnelUnit.objects.all().delete()
    assert {name: cells.count(QUESTION, (name,)) for name in DIMENSIONS} == counted
    assert cohorts(QUESTION)
