"""Whoever runs the night is killed, time after time: it ends as if nobody had been."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from abmhub.accounts.models import Account, Standing, Tier, TierChange
from benchmarks import scratch
from tests.nightly.conftest import TODAY

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def soak(*words: str) -> tuple[int, dict[str, Any]]:
    """The status and the answer of benchmarks/kills.py on a few accounts, in a copy of this database."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        # Of an earlier test a thread may have kept a connection, and what others use is not copied.
        cursor.execute(scratch.CLIENTS_AWAY.format(name))
    connection.close()
    ended = subprocess.run(
        [sys.executable, "benchmarks/kills.py", "--like", name, "--accounts=150", "--json", *words],
        cwd=settings.BASE_DIR,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return ended.returncode, answer


def test_the_end_is_that_of_a_calm_night_whoever_is_killed() -> None:
    status, answer = soak("--kills=20")
    assert answer["killed_at_work"] == 20
    assert len(answer["killed_in_step"]) > 1
    assert {"accounts_standing", "scoring_tiersnapshot", "funnel_funnelsnapshot"} <= set(answer["published_tables"])
    assert (answer["different_tables"], answer["broken_workers"]) == ([], 0)
    assert answer["reads"] > 20
    assert answer["mixtures"] == 0
    assert status == 0


def test_a_night_that_is_torn_apart_does_not_pass() -> None:
    status, answer = soak("--kills=1", "--torn")
    assert answer["mixtures"] > 0
    assert status == 1


def test_the_digest_notices_rows_and_not_their_numbers(fitting: Account) -> None:
    before: dict[str, str] = {}

    def changed() -> set[str]:
        nonlocal before
        with scratch.connected() as database:
            after = scratch.figures(database, scratch.columns(database))
        found = {table for table in after if after[table] != before.get(table)}
        before = after
        return found - {"funnel_changedunit"}  # what is noted of a move

    def move() -> None:
        tier = Tier.objects.get(level=1)
        TierChange.objects.create(account=fitting, changed_on=TODAY, to_tier=tier, policy_version=1)

    changed()
    move()
    assert changed() == {"accounts_tierchange"}
    TierChange.objects.all().delete()
    move()
    assert changed() == set()
    Standing.objects.update(fit=1)
    assert changed() == {"accounts_standing"}
