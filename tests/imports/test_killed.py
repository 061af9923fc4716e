"""Workers killed over a file at any moment: the next ones bring in what an undisturbed one would have."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime

import pytest
from django.db import connection

from abmhub.imports import actions
from abmhub.imports.models import ImportRun
from tests.at_once import PATIENCE_SECONDS
from tests.imports.conftest import uploaded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

ROWS = 3_000
WORKER = """
import sys
import django
django.setup()
from django.db import connection
from django.utils import timezone
connection.settings_dict["NAME"] = sys.argv[1]
from abmhub.imports.actions import apply_waiting
print("ready", flush=True)
apply_waiting(at=timezone.now)
"""


def came_in() -> list[str]:
    """Every account with what its source calls it, without keys and moments: those of killed attempts are lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, domain, employees, external_id FROM accounts_account"
            " JOIN accounts_accountidentity AS identity ON identity.account_id = accounts_account.id ORDER BY name"
        )
        return [str(row) for row in cursor.fetchall()]


def test_killed_workers_leave_nothing_and_lose_nothing(now: datetime) -> None:
    names = "".join(f"{number},Company {number},company{number}.example,{number}\n" for number in range(1, ROWS + 1))
    run = actions.confirm(run=uploaded("accounts", "id,account,website,employees\n" + names, now), at=now)
    chance = random.Random(3)
    killed = 0
    for _ in range(4):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"])],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "abmhub.settings"},
            stdout=subprocess.PIPE,
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.6))
        worker.send_signal(signal.SIGKILL)
        killed += worker.wait() == -signal.SIGKILL
        worker.stdout.close()
        if ImportRun.objects.get(pk=run.pk).status != ImportRun.Status.DONE:
            assert came_in() == []
    assert killed
    ImportRun.objects.update(attempts=0)
    # The database ends a killed worker's session as soon as it notices, not before.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ImportRun.objects.get(pk=run.pk).is_over and time.monotonic() < deadline:
        actions.apply_waiting(at=lambda: now)
    run = ImportRun.objects.get(pk=run.pk)
    assert (run.status, run.created, run.rejected) == (ImportRun.Status.DONE, ROWS, 0)
    assert came_in() == sorted(
        (f"('Company {number}', 'company{number}.example', {number}, '{number}')" for number in range(1, ROWS + 1)),
        key=lambda text: text.split("'")[1],
    )
