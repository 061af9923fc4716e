"""Snapshots of past days: those that are missing are made, by what was known then."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.core.management import CommandError, call_command
from django_celery_beat.models import PeriodicTask

from abmhub.accounts.models import Account, Standing, TierChange
from abmhub.core.models import Run
from abmhub.distribution import jobs, presets
from abmhub.distribution.back_fill import NO_ACCOUNT, NO_POLICY, back_fill, back_fill_gaps
from abmhub.distribution.days import NotOver
from abmhub.funnel import actions as funnel
from abmhub.funnel.models import FunnelSnapshot
from abmhub.nightly import steps
from abmhub.scoring import past
from abmhub.scoring.models import TierPolicy, TierSnapshot
from abmhub.scoring.shard import Past
from tests.distribution.conftest import AT, DAYS, TODAY

pytestmark = pytest.mark.django_db(transaction=True)

Counts = dict[date, dict[int | None, int]]


def snapshots() -> Counts:
    found: Counts = {}
    for each in TierSnapshot.objects.order_by("snapshot_on"):
        found.setdefault(each.snapshot_on, {})[each.tier_id] = each.accounts
    return found


def answer_of(*words: str) -> dict[str, Any]:
    """The last line that the command prints, read as JSON."""
    out = StringIO()
    call_command(*words, "--json", stdout=out, stderr=StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return answer


def test_missing_days_are_made_by_what_was_known_on_them(company: list[Account]) -> None:
    made = back_fill(DAYS[0], DAYS[-1], at=AT)
    # 30 points are 21 after a day and 15 after two: three accounts came on each of the first two days, then two a day.
    assert [snapshots()[day][3] for day in DAYS] == [3, 6, 5, 4, 4]
    assert {sum(tiers.values()) for tiers in snapshots().values()} == {12}
    assert FunnelSnapshot.objects.filter(snapshot_on__in=DAYS).count() == 10 * len(DAYS)
    assert [day for day, _ in made.missing.policies] == list(DAYS)
    assert made.missing.left_out == {}


def test_tiers_and_history_stay(company: list[Account]) -> None:
    steps.run(TODAY, at=AT)
    before = [list(table.objects.order_by("pk").values()) for table in (Standing, TierChange)]
    back_fill(DAYS[0], DAYS[-1], at=AT)
    assert [list(table.objects.order_by("pk").values()) for table in (Standing, TierChange)] == before


def test_what_was_reported_stays(company: list[Account]) -> None:
    TierSnapshot.objects.create(snapshot_on=DAYS[1], tier=None, accounts=99, policy_version=1)
    back_fill(DAYS[0], DAYS[-1], at=AT)
    made = snapshots()
    assert made[DAYS[1]] == {None: 99}
    assert FunnelSnapshot.objects.filter(snapshot_on=DAYS[1]).exists()
    again = back_fill(DAYS[0], DAYS[-1], at=AT)
    assert (again.missing.policies, again.missing.funnels, again.shards) == ((), (), 0)
    assert snapshots() == made


def test_days_of_which_nothing_could_be_known_are_left_out(company: list[Account]) -> None:
    Account.objects.update(created_at=datetime.combine(DAYS[1], datetime.min.time(), tzinfo=UTC))
    TierPolicy.objects.update(published_at=datetime.combine(DAYS[3], datetime.min.time(), tzinfo=UTC))
    made = back_fill(DAYS[0], DAYS[-1], at=AT)
    assert made.missing.left_out == {DAYS[0]: NO_ACCOUNT, DAYS[1]: NO_POLICY, DAYS[2]: NO_POLICY}
    assert set(snapshots()) == set(DAYS[3:])
    assert not FunnelSnapshot.objects.filter(snapshot_on=DAYS[0]).exists()
    assert FunnelSnapshot.objects.filter(snapshot_on=DAYS[1]).exists()


def test_a_day_that_is_not_over_is_for_the_night(company: list[Account]) -> None:
    with pytest.raises(NotOver, match="2026-03-10 is not over"):
        back_fill(DAYS[0], TODAY, at=AT)
    with pytest.raises(NotOver, match="no day is between"):
        back_fill(DAYS[1], DAYS[0], at=AT)
    assert not Run.objects.exists()


def test_the_ledger_tells_of_it(company: list[Account]) -> None:
    back_fill(DAYS[0], DAYS[-1], at=AT, shards=3)
    run = Run.objects.get()
    assert (run.job, run.business_day, run.status) == ("backfill", DAYS[-1], Run.Status.DONE)
    told = [(step.name, step.rows) for step in run.steps.order_by("position")]
    assert told[0] == ("tiers of past days", 12 * len(DAYS))
    assert told[1][0] == "snapshots"


def test_a_failure_leaves_nothing(company: list[Account], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> int:
        raise ValueError("Out of luck.")

    with monkeypatch.context() as broken:
        broken.setattr(funnel, "snapshot", fail)
        with pytest.raises(ValueError, match="Out of luck"):
            back_fill(DAYS[0], DAYS[-1], at=AT)
    assert not TierSnapshot.objects.exists()
    assert Run.objects.get().status == Run.Status.FAILED
    back_fill(DAYS[0], DAYS[-1], at=AT)
    assert set(snapshots()) == set(DAYS)


def test_gaps_are_filled_from_the_first_snapshot_to_yesterday(company: list[Account]) -> None:
    assert back_fill_gaps(at=AT, since=DAYS[0]) is None
    steps.run(DAYS[1], at=AT)
    steps.run(TODAY, at=AT)
    made = back_fill_gaps(at=AT, since=DAYS[0])
    assert made is not None
    assert [day for day, _ in made.missing.policies] == list(DAYS[2:])
    later = back_fill_gaps(at=AT + timedelta(days=3), since=TODAY + timedelta(days=2))
    assert later is not None
    assert [day for day, _ in later.missing.policies] == [TODAY + timedelta(days=2)]


def test_the_job_fills_gaps_and_has_a_schedule(company: list[Account]) -> None:
    steps.run(DAYS[1], at=AT)
    with time_machine.travel(AT, tick=False):
        jobs.back_fill_missed_days()
    assert set(snapshots()) == set(DAYS[1:])
    presets.load()
    scheduled = PeriodicTask.objects.get(name=presets.NAME)
    assert scheduled.task == presets.JOB
    assert presets.JOB in current_app.tasks


def test_the_command_ends_with_one_line_of_json(company: list[Account]) -> None:
    answer = answer_of("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[1]), "--shards", "2")
    assert answer["days"] == [
        {"day": str(DAYS[0]), "policy": 1, "tiers": {"3": 3, "none": 9}},
        {"day": str(DAYS[1]), "policy": 1, "tiers": {"3": 6, "none": 6}},
    ]
    assert (answer["shards"], answer["left_out"]) == (2, {})
    with pytest.raises(CommandError, match="is not over"):
        call_command("backfill", "--from", "2999-01-01")
    with pytest.raises(CommandError, match="from 1 to 10,000"):
        call_command("backfill", "--from", str(DAYS[0]), "--shards", "0")


def test_the_command_says_which_days_are_left_out(company: list[Account]) -> None:
    out, said = StringIO(), StringIO()
    call_command("backfill", "--from", "2025-12-30", "--to", "2026-01-01", stdout=out, stderr=said)
    assert "2 days left out, 2025-12-30 to 2025-12-31: no tier policy was in force." in said.getvalue()
    assert out.getvalue() == "Snapshots of 1 days are made.\n"


def test_however_many_shards_the_snapshots_are_the_same(company: list[Account]) -> None:
    policies = [(day, 1) for day in DAYS]
    whole = Past.merged(map(past.judge, past.shards(policies, 1)))
    assert all(Past.merged(map(past.judge, past.shards(policies, n))) == whole for n in (2, 5, 12))
