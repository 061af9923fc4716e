"""What follows the night: once it is published, once for each time, by the job and by the command alike."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from abmhub.accounts.models import Account
from abmhub.core.models import Run
from abmhub.funnel.models import Answer
from abmhub.metrics.models import ReturnSnapshot, StageTime
from abmhub.nightly import after, jobs, steps
from abmhub.pipeline.models import Opportunity, Stage, StageChange
from tests.at_once import at_once
from tests.nightly.conftest import AT, TODAY, YESTERDAY
from tests.nightly.test_commands import answer_of

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ["returns", "stages", "answers of the funnel"]


def stay_open(name: str) -> None:
    """One more deal that is in the first stage."""
    stage = Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("position")[0]
    deal = Opportunity.objects.create(name=name, stage=stage, source="t", external_id=name)
    StageChange.objects.create(opportunity=deal, stage=stage, entered_on=YESTERDAY)


def staying() -> dict[date, int]:
    return dict(StageTime.objects.values_list("snapshot_on", "staying"))


def failing(_: date) -> int:
    raise ValueError("Out of luck.")


def test_the_command_reckons_it_and_tells_the_steps(fitting: Account) -> None:
    stay_open("one")
    answer = answer_of("nightly", "--as-of", str(TODAY))
    assert [each["name"] for each in answer["after"]] == NAMES
    assert staying() == {TODAY: 1}
    assert Answer.objects.exists()
    assert list(Run.objects.get(job=after.JOB).steps.order_by("position").values_list("name", flat=True)) == NAMES


def test_a_night_that_is_repeated_is_followed_anew(fitting: Account) -> None:
    stay_open("one")
    answer_of("nightly", "--as-of", str(TODAY))
    stay_open("two")
    answer_of("nightly", "--as-of", str(TODAY))
    assert staying() == {TODAY: 2}
    assert Run.objects.get(job=after.JOB).attempts == 2


def test_the_next_night_leaves_what_was_reckoned_for_the_last(fitting: Account) -> None:
    stay_open("one")
    answer_of("nightly", "--as-of", str(YESTERDAY))
    stay_open("two")
    answer_of("nightly", "--as-of", str(TODAY))
    assert staying() == {YESTERDAY: 1, TODAY: 2}


def test_a_back_fill_is_not_followed(fitting: Account) -> None:
    answer_of("nightly", "--as-of", str(TODAY))
    stay_open("one")
    answer = answer_of("nightly", "--as-of", str(YESTERDAY))
    assert answer["after"] == []
    assert answer["steps"][-2]["name"] == "returns"
    assert staying() == {}


@pytest.mark.parametrize("follow", [after.follow, after.follow_if_due], ids=["by hand", "by beat"])
def test_it_is_done_once(fitting: Account, follow: Callable[..., Run | None]) -> None:
    steps.run(TODAY, at=AT)
    assert follow(at=timezone.now()) is not None
    assert follow(at=timezone.now()) is None


def test_before_the_first_night_there_is_nothing_to_follow(db: None) -> None:
    assert after.follow(at=timezone.now()) is None


def test_when_all_is_done_one_query_says_so(fitting: Account) -> None:
    steps.run(TODAY, at=AT)
    after.follow(at=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        after.follow_if_due(at=timezone.now())
    assert len(asked) == 1


def test_of_three_at_once_one_follows(fitting: Account) -> None:
    steps.run(TODAY, at=AT)
    outcomes = at_once([partial(after.follow, at=timezone.now())] * 3)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Run]
    assert Run.objects.get(job=after.JOB).attempts == 1


def test_what_failed_is_in_the_ledger_and_tried_again_later(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    steps.run(TODAY, at=AT)
    now = timezone.now()
    with monkeypatch.context() as patched:
        patched.setattr(after, "STEPS", (("returns", failing),))
        with pytest.raises(ValueError, match="Out of luck"):
            after.follow(at=now)
    assert Run.objects.get(job=after.JOB).error == "ValueError: Out of luck."
    assert after.follow_if_due(at=now + timedelta(minutes=1)) is None
    assert after.follow_if_due(at=now + after.RETRY_AFTER) is not None


def test_a_night_is_published_though_what_follows_it_fails(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after, "STEPS", (("returns", failing),))
    answer = answer_of("nightly", "--as-of", str(TODAY))
    assert (answer["status"], answer["after"]) == ("done", [])
    assert Run.objects.get(job=after.JOB).error == "ValueError: Out of luck."


def test_the_job_reckons_it(fitting: Account) -> None:
    stay_open("one")
    jobs.nightly()
    [(on, number)] = staying().items()
    assert (on, number) == (Run.objects.get(job=steps.JOB).business_day, 1)
    assert not ReturnSnapshot.objects.exclude(snapshot_on=on).exists()
