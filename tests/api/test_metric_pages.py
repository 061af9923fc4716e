"""Returns, stages, content, the scorecard, targets, goals and the report over REST: what the pages show."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.menus.models import Tactic
from abmhub.metrics.actions import snapshot
from abmhub.metrics.models import ActivityGoal, ReturnSnapshot, TacticScore, Target
from abmhub.metrics.stages import keep_stages
from abmhub.pipeline.models import Opportunity, Stage, StageChange
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import User
from tests.api.conftest import SignIn

pytestmark = pytest.mark.django_db
TARGETS, GOALS = reverse("api-metric-target-list"), reverse("api-metric-goal-list")
WISH = {"metric": "win_rate", "value": "0.3", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}


@pytest.fixture(autouse=True)
def at_now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def returned(db: None, today: date) -> Callable[..., ReturnSnapshot]:
    def make(**values: Any) -> ReturnSnapshot:
        return ReturnSnapshot.objects.create(
            **{
                "snapshot_on": today, "kind": "tactic", "key": 999, "model": "even", "spend_amount": 10_000,
                "won_deals": 10, "won_amount": 100_000, "won_squares": 1_000_000_000, "open_deals": 0,
                "open_amount": 0,
            } | values
        )  # fmt: skip

    return make


def test_returns_say_how_sure_they_are(
    returned: Callable[..., ReturnSnapshot], api_as: SignIn, analyst: User, today: date
) -> None:
    returned()
    returned(kind="program", won_deals=2)
    url = reverse("api-metric-return-list")
    answer = api_as(analyst).get(url).json()
    assert (answer["on"], answer["kind"], answer["model"]) == (today.isoformat(), "tactic", "even")
    [row] = answer["rows"]
    assert (row["name"], row["times"], row["won_deals"]) == ("No. 999, deleted", 10.0, 10)
    assert (round(row["low"], 1), round(row["high"], 1)) == (3.8, 16.2)
    [program] = api_as(analyst).get(url, {"kind": "program"}).json()["rows"]
    assert program["low"] is None
    assert api_as(analyst).get(url, {"kind": "person"}).status_code == 400


def test_returns_are_not_for_reps(api_as: SignIn, rep: User) -> None:
    answer = api_as(rep).get(reverse("api-metric-return-list"))
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["detail"] == "What the company spends is not for sales reps."


def test_stages_tell_where_deals_wait(api_as: SignIn, rep: User, account: Account, today: date) -> None:
    stage = Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("position")[0]
    url = reverse("api-metric-stage-list")
    assert api_as(rep).get(url).json() == {"on": None, "stages": [], "channels": []}
    deal = Opportunity.objects.create(account=account, stage=stage, source="t", external_id="1")
    StageChange.objects.create(opportunity=deal, stage=stage, entered_on=today - timedelta(days=12))
    keep_stages(on=today)
    answer = api_as(rep).get(url).json()
    told = next(each for each in answer["stages"] if each["stage"] == stage.name)
    assert (told["staying"], told["median_so_far"], told["median_days"]) == (1, 12.0, None)


def test_content_tells_all_accounts_and_each_that_one_may_see(
    api_as: SignIn, rep: User, account: Account, other_account: Account, today: date
) -> None:
    EngagementEvent.objects.create(
        account=account,
        event_type=EventType.objects.get(code="meeting"),
        occurred_at=datetime(2026, 3, 4, 9, tzinfo=UTC),
        source="t",
        external_id="1",
    )
    snapshot(on=today)
    *_, last = api_as(rep).get(reverse("api-metric-content-list"), {"window": "month"}).json()["stages"]
    assert (last["stage"], last["events"], last["kinds"][0]["code"]) == ("bofu", 1, "meeting")
    *_, mine = api_as(rep).get(reverse("api-account-content", args=[account.pk])).json()
    assert mine["kinds"][0]["last_at"] == "2026-03-04T09:00:00+00:00"
    assert api_as(rep).get(reverse("api-account-content", args=[other_account.pk])).status_code == 404


def test_the_scorecard_keeps_what_a_tactic_costs_from_reps(
    api_as: SignIn, rep: User, analyst: User, tactic_score: TacticScore
) -> None:
    url = reverse("api-metric-tactic-list")
    [told] = api_as(analyst).get(url).json()
    assert (told["ordered"], told["cost_each"], told["kept"], told["verdict"]) == (5, 50.0, 0.75, "Not enough yet")
    [hidden] = api_as(rep).get(url).json()
    assert hidden["cost_each"] is None


@pytest.fixture
def tactic_score(tactic: Tactic, today: date) -> TacticScore:
    return TacticScore.objects.create(
        snapshot_on=today, tactic=tactic, ordered=5, cost=200, delivered=4, kept=3, followed_up=2, judged=2, began=1
    )


def test_a_target_is_set_changed_and_removed(api_as: SignIn, marketing_manager: User, rep: User) -> None:
    client = api_as(marketing_manager)
    made = client.post(TARGETS, WISH, format="json")
    assert (made.status_code, made.json()["value"], made.json()["definition"]) == (201, 0.3, "decided")
    assert made.json()["is_reached"] is None
    page = reverse("api-metric-target-detail", args=[made.json()["id"]])
    assert client.put(page, WISH | {"value": "0.4"}, format="json").json()["value"] == 0.4
    assert [each["value"] for each in api_as(rep).get(TARGETS).json()] == [0.4]
    assert client.delete(page).status_code == 204
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"metric": "mood"}, 400), ({"ends_on": "2025-12-31"}, 400), ({"value": "9" * 20}, 400), ({}, 409)],
    ids=["no metric", "backwards", "too long", "twice"],
)
def test_a_target_that_cannot_be_is_refused(
    api_as: SignIn, marketing_manager: User, wrong: dict[str, str], status: int
) -> None:
    client = api_as(marketing_manager)
    client.post(TARGETS, WISH, format="json")
    assert client.post(TARGETS, WISH | wrong, format="json").status_code == status
    assert Target.objects.get().value == Decimal("0.3")


def test_targets_are_set_by_who_may(api_as: SignIn, rep: User, analyst: User) -> None:
    for person in (rep, analyst):
        assert api_as(person).post(TARGETS, WISH, format="json").status_code == 403
        assert api_as(person).post(GOALS, {"activity": "touches", "a_month": 5}, format="json").status_code == 403
    assert not Target.objects.exists()


def test_a_rep_reads_no_target_of_what_is_spent(api_as: SignIn, rep: User, analyst: User) -> None:
    Target.objects.create(metric="cac", value=9, starts_on="2026-01-01", ends_on="2026-12-31")
    assert api_as(rep).get(TARGETS).json() == []
    assert len(api_as(analyst).get(TARGETS).json()) == 1


def test_a_goal_of_an_activity_is_set_and_taken_away(api_as: SignIn, marketing_manager: User) -> None:
    client = api_as(marketing_manager)
    for number in (200, 250):
        client.post(GOALS, {"activity": "touches", "a_month": number}, format="json")
    told = {each["activity"]: each["a_month"] for each in client.get(GOALS).json()}
    assert told == {"touches": 250, "delivered": None, "followed_up": None}
    client.post(GOALS, {"activity": "touches", "a_month": None}, format="json")
    assert not ActivityGoal.objects.exists()
    assert client.post(GOALS, {"activity": "won", "a_month": 5}, format="json").status_code == 400


def test_the_report_of_a_month_is_a_pdf(api_as: SignIn, rep: User, today: date) -> None:
    url = reverse("api-metric-report-detail", args=[f"{today:%Y-%m}"])
    assert api_as(rep).get(url).status_code == 404
    stage = Stage.objects.filter(kind="won").order_by("pk")[0]
    Opportunity.objects.create(stage=stage, amount=1, closed_on=today, source="t", external_id="1")
    snapshot(on=today)
    answer = api_as(rep).get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert api_as(rep).get(url.replace(f"{today:%Y-%m}", "2026-13")).status_code == 404
