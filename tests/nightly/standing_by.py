"""A worker on a host of its own: stands by for the night until it is published; says what it does, a line each.

With `at rest` or `at work` it stops within the night, waiting in Python or computing in the database.
"""

import os
import sys
import time

import django

sys.stdin.readline()  # there is a network from here on
django.setup()

from django.db import connection  # noqa: E402

from abmhub.core.models import Run  # noqa: E402
from abmhub.nightly import steps  # noqa: E402
from abmhub.nightly.steps import Step  # noqa: E402
from abmhub.scoring.changes import Scope  # noqa: E402
from tests.nightly.conftest import AT, TODAY, with_step  # noqa: E402

QUICKER = (
    ("idle=10", "idle=1"),
    ("interval=5", "interval=1"),
    ("count=3", "count=2"),
    ("timeout=25000", "timeout=2000"),
    ("interval=10000", "interval=500"),
)


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - that is how the test knows


def stop_here(scope: Scope) -> int:
    say("written")
    if sys.argv[1] == "at work":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(600)")
    time.sleep(600)
    return 0


if __name__ == "__main__":
    if os.environ.get("QUICKER"):
        options = connection.settings_dict["OPTIONS"]
        for usual, quick in QUICKER:
            assert usual in options["options"]
            options["options"] = options["options"].replace(usual, quick)
    if sys.argv[1] != "to the end":
        steps.TONIGHT = with_step(Step("stopped", stop_here), after="snapshots")
    say("ready")
    while not Run.objects.is_published(steps.JOB, TODAY):
        if steps.run_if_due(at=AT) is None:
            say("standing by")
            time.sleep(0.1)
    say("published")
