"""Celery as it is in production, except that its nights wait after the last step for somebody who holds a lock."""

from django.db import connection

from abmhub.celery import app


@app.on_after_finalize.connect
def wait_in_the_night(**kwargs: object) -> None:
    from abmhub.nightly import steps
    from abmhub.scoring.changes import Scope
    from tests.nightly.conftest import HELD, with_step

    def wait(scope: Scope) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [HELD])
        return 0

    steps.TONIGHT = with_step(steps.Step("held", wait), after="snapshots")
