"""One definition is ours: two people sign it, and a locked month keeps its own."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from abmhub.core.refusals import NotAllowed
from abmhub.metrics import actions
from abmhub.metrics.choosing import in_force
from abmhub.metrics.definitions import Metric
from abmhub.metrics.models import Choice, FigureSnapshot, LockedMetric
from abmhub.metrics.spans import Window
from abmhub.metrics.tiles import tiles
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import User
from tests.metrics.conftest import Company

pytestmark = pytest.mark.django_db
FEBRUARY, LAST = date(2026, 2, 1), date(2026, 2, 28)


def proposed(by: User, at: datetime, code: str = "interactions") -> Choice:
    return actions.propose(metric=Metric.WIN_RATE, code=code, reason="As agreed.", by=by, at=at)


def ours(on: date | None = None) -> str:
    return in_force(on)[Metric.WIN_RATE].code


def test_a_proposal_alone_changes_nothing(marketing_manager: User, now: datetime) -> None:
    proposed(marketing_manager, now)
    assert ours() == "decided"


def test_the_second_signature_makes_it_ours(marketing_manager: User, sales_manager: User, now: datetime) -> None:
    choice = proposed(marketing_manager, now)
    actions.confirm(choice=choice, by=sales_manager, at=now)
    assert ours() == "interactions"


def test_nobody_signs_twice(marketing_manager: User, now: datetime) -> None:
    choice = proposed(marketing_manager, now)
    with pytest.raises(actions.SecondPersonNeeded, match="second person"):
        actions.confirm(choice=choice, by=marketing_manager, at=now)
    assert ours() == "decided"


def test_the_table_itself_wants_two_people(marketing_manager: User, now: datetime) -> None:
    choice = proposed(marketing_manager, now)
    with pytest.raises(IntegrityError, match="metric_choice_two_people"), transaction.atomic():
        Choice.objects.filter(pk=choice.pk).update(confirmed_by=marketing_manager, confirmed_at=now)


def test_one_proposal_waits_at_a_time(marketing_manager: User, sales_manager: User, now: datetime) -> None:
    choice = proposed(marketing_manager, now)
    with pytest.raises(actions.AlreadyProposed, match="Conversions of interactions"):
        proposed(sales_manager, now)
    actions.take_back(choice=choice, by=sales_manager, at=now)
    assert proposed(sales_manager, now).pk != choice.pk


def test_what_is_ours_already_need_not_be_proposed(marketing_manager: User, now: datetime) -> None:
    with pytest.raises(actions.AlreadyOurs):
        proposed(marketing_manager, now, "decided")


def test_a_proposal_that_was_taken_back_cannot_be_signed(
    marketing_manager: User, sales_manager: User, now: datetime
) -> None:
    choice = proposed(marketing_manager, now)
    actions.take_back(choice=choice, by=marketing_manager, at=now)
    with pytest.raises(actions.NothingWaits):
        actions.confirm(choice=choice, by=sales_manager, at=now)


@pytest.mark.parametrize("who", ["rep", "marketer", "analyst"])
def test_only_those_who_steer_agree_on_definitions(who: str, request: pytest.FixtureRequest, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        proposed(request.getfixturevalue(who), now)


def lock(by: User, now: datetime) -> None:
    actions.lock_month(month=FEBRUARY, today=now.date(), by=by, at=now)


def test_a_locked_month_keeps_its_definition(
    company: Company, marketing_manager: User, sales_manager: User, now: datetime
) -> None:
    company(7)
    actions.snapshot(on=LAST)
    actions.snapshot(on=now.date())
    lock(marketing_manager, now)
    actions.confirm(choice=proposed(marketing_manager, now), by=sales_manager, at=now)
    assert (ours(LAST), ours(now.date())) == ("decided", "interactions")
    tile = next(each for each in tiles(on=LAST, window=Window.MONTH) if each.metric == Metric.WIN_RATE)
    locked = LockedMetric.objects.get(metric=Metric.WIN_RATE)
    assert tile.ours.definition.code == locked.definition == "decided"
    assert round(tile.ours.value or Decimal(0), 6) == (locked.value or 0)


def test_neither_late_data_nor_a_new_night_changes_a_locked_month(
    company: Company, marketing_manager: User, now: datetime
) -> None:
    company(7)
    actions.snapshot(on=LAST)
    lock(marketing_manager, now)
    before = list(FigureSnapshot.objects.order_by("pk").values_list())
    won = Stage.objects.filter(kind="won").order_by("pk")[0]
    Opportunity.objects.create(stage=won, amount=1, closed_on=FEBRUARY, source="late", external_id="1")
    assert actions.snapshot(on=LAST) == 0
    assert list(FigureSnapshot.objects.order_by("pk").values_list()) == before


@pytest.mark.parametrize("how", ["update", "delete"])
def test_the_database_refuses_to_touch_a_locked_month(
    how: str, company: Company, marketing_manager: User, now: datetime
) -> None:
    company(7)
    actions.snapshot(on=LAST)
    lock(marketing_manager, now)
    rows = FigureSnapshot.objects.filter(snapshot_on=LAST)
    with pytest.raises(IntegrityError, match="2026-02 are locked"), transaction.atomic():
        rows.update(rows=0) if how == "update" else rows.delete()


def test_only_a_month_that_is_over_and_has_figures_is_locked_and_only_once(
    company: Company, marketing_manager: User, now: datetime
) -> None:
    with pytest.raises(actions.NothingToLock):
        lock(marketing_manager, now)
    with pytest.raises(actions.NotOver):
        actions.lock_month(month=now.date().replace(day=1), today=now.date(), by=marketing_manager, at=now)
    company(7)
    actions.snapshot(on=LAST)
    lock(marketing_manager, now)
    with pytest.raises(actions.AlreadyLocked):
        lock(marketing_manager, now)


def test_a_rep_locks_nothing(rep: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        lock(rep, now)
