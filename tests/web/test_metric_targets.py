"""Targets: set, changed and removed by managers of marketing, read by everybody."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.metrics.actions import snapshot
from abmhub.metrics.models import ActivityGoal, Target
from abmhub.pipeline.models import Opportunity, Stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PAGE, NEW = reverse("metric-targets"), reverse("metric-target-new")
WISH = {
    "metric": "win_rate",
    "window": "year",
    "value": "30%",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "source": "Plan of the year",
}
QueryCount = Callable[[str], AbstractContextManager[None]]


def words(response: object) -> str:
    return " ".join(strip_tags(response.content.decode()).split())  # type: ignore[attr-defined]


def close(today: date) -> None:
    for kind in ("won", "lost"):
        stage = Stage.objects.filter(kind=kind).order_by("pk")[0]
        Opportunity.objects.create(stage=stage, amount=1, closed_on=today, source="t", external_id=kind)
    snapshot(on=today)


def test_a_target_stands_beside_what_the_metric_is(as_marketing_manager: Client, as_rep: Client, today: date) -> None:
    assert "No target holds" in words(as_rep.get(PAGE))
    close(today)
    assert as_marketing_manager.post(NEW, WISH).status_code == 302
    assert Target.objects.get().value == Decimal("0.3")
    page = words(as_rep.get(PAGE))
    assert "Win rate Won of decided deals Last 12 months 30.0% 50.0% 31 Dec 2026 Reached Plan of the year" in page
    assert "Change the target" not in page
    assert "Target 30.0% by 31 Dec 2026" in words(as_rep.get(reverse("metric-list")))


def test_targets_are_the_key_results_of_objectives(as_marketing_manager: Client, as_rep: Client, today: date) -> None:
    close(today)
    assert "Objectives" not in words(as_rep.get(PAGE))
    objective = {"objective": "Win more of the right accounts"}
    for changes in ({}, {"metric": "acv", "value": "90000"}):
        assert as_marketing_manager.post(NEW, WISH | objective | changes).status_code == 302
    page = words(as_rep.get(PAGE))
    assert "Win more of the right accounts Annual contract value –, target $90k · Win rate 50.0%, target 30.0%" in page
    assert "1 of 2 reached" in page


@pytest.mark.parametrize(
    ("typed", "value"),
    [("30%", "0.3"), ("0.3", "0.3"), ("1,200,000", "1200000"), (" 12.5 % ", "0.125")],
    ids=["percent", "share", "thousands", "spaces"],
)
def test_a_number_may_be_typed_as_people_write_it(as_marketing_manager: Client, typed: str, value: str) -> None:
    as_marketing_manager.post(NEW, {**WISH, "value": typed})
    assert Target.objects.get().value == Decimal(value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": "a third"}, "Write a number"),
        ({"value": "NaN"}, "Write a number"),
        ({"value": ""}, "This field is required."),
        ({"value": "9" * 20}, "digits"),
        ({"ends_on": "2025-12-31"}, "It ends before it starts."),
        ({"metric": "mood"}, "not one of the available choices"),
    ],
    ids=["words", "no number", "nothing", "too long", "backwards", "no metric"],
)
def test_what_cannot_be_is_said_and_nothing_is_set(
    as_marketing_manager: Client, wrong: dict[str, str], said: str
) -> None:
    answer = as_marketing_manager.post(NEW, {**WISH, **wrong})
    assert said in words(answer)
    assert not Target.objects.exists()


def test_a_target_is_changed_and_removed(as_marketing_manager: Client, metric_target: Target) -> None:
    page = reverse("metric-target", args=[metric_target.pk])
    assert 'value="0.4"' in as_marketing_manager.get(page).content.decode()
    as_marketing_manager.post(page, {**WISH, "value": "45%"})
    assert Target.objects.get().value == Decimal("0.45")
    as_marketing_manager.post(reverse("metric-target-remove", args=[metric_target.pk]))
    assert not Target.objects.exists()


def test_a_target_that_is_over_stands_with_the_past(as_rep: Client, metric_target: Target) -> None:
    Target.objects.update(ends_on=date(2026, 2, 1))
    page = words(as_rep.get(PAGE))
    assert "No target holds" in page
    assert "Past Beside what the metric is now" in page


def test_a_rep_reads_no_target_of_what_is_spent(as_rep: Client, as_analyst: Client, metric_target: Target) -> None:
    Target.objects.update(metric="cac")
    assert "Customer acquisition cost" not in words(as_rep.get(PAGE))
    assert "Customer acquisition cost" in words(as_analyst.get(PAGE))


def test_goals_of_activities_are_set_and_taken_away(as_marketing_manager: Client, as_rep: Client) -> None:
    page = reverse("metric-goals")
    as_marketing_manager.post(page, {"touches": "120", "delivered": "30", "followed_up": ""})
    assert "Touches 0 0% of 120" in words(as_rep.get(PAGE))
    assert 'value="120"' in as_marketing_manager.get(page).content.decode()
    as_marketing_manager.post(page, {"touches": "150", "delivered": "", "followed_up": ""})
    assert dict(ActivityGoal.objects.values_list("figure", "a_month")) == {"touches": 150}
    assert "Set goals" not in words(as_rep.get(PAGE))


@pytest.mark.parametrize("typed", ["many", "0", "-3", "9" * 20], ids=["words", "nothing", "less", "too many"])
def test_a_goal_that_cannot_be_is_said_and_nothing_is_set(as_marketing_manager: Client, typed: str) -> None:
    answer = as_marketing_manager.post(reverse("metric-goals"), {"touches": typed, "delivered": "30"})
    assert answer.status_code == 200
    assert not ActivityGoal.objects.exists()


def test_it_asks_as_much_however_many_there_are(
    as_rep: Client, metric_target: Target, today: date, query_count: QueryCount
) -> None:
    close(today)
    with query_count("metric-targets"):
        as_rep.get(PAGE)
    for number in range(12):
        Target.objects.create(
            metric="velocity", starts_on=today, ends_on=today + timedelta(days=number), value=number, source="Plan"
        )
    with query_count("metric-targets"):
        as_rep.get(PAGE)
