"""The run ledger of the night, written while the night's own transaction is still open."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from abmhub.core import sql
from abmhub.core.models import Run, RunStep

Answer = TypeVar("Answer")
STEP_FIELDS = ("run_id", "name", "position", "started_at", "finished_at", "rows", "seconds")


class TakenOver(Exception):
    """Another attempt at the same run has begun."""


@dataclass
class Progress:
    """What a step says about itself when it is done."""

    rows: int | None = None


class Ledger:
    """One attempt at a job for a business day, from its start to its failure.

    It writes from a thread of its own, because Django gives each thread its own connection: others see the
    progress at once, and a failure stays written when the night is rolled back. That the attempt is done is
    no business of this ledger: `publish` belongs into the transaction that it publishes.
    """

    def __init__(self, job: str, business_day: date, *, at: datetime) -> None:
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="run-ledger")
        self._steps = 0
        self.run = self._write(lambda: _begin(job, business_day, at))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._write(lambda: self._fail(error))
        self._write(_hang_up)
        self._writer.shutdown()

    @contextmanager
    def step(self, name: str) -> Iterator[Progress]:
        """A row for the step: there as soon as it starts, with rows and seconds when it is done."""
        self._steps += 1
        step = RunStep(run=self.run, name=name, position=self._steps, started_at=timezone.now())
        self._note(step)
        started, progress = time.monotonic(), Progress()
        yield progress
        step.rows, step.seconds, step.finished_at = progress.rows, time.monotonic() - started, timezone.now()
        self._note(step)

    def publish(self, *, at: datetime, error: str = "") -> None:
        """Say in the transaction of the figures that readers see them; `error` is what they should know.

        Raises TakenOver when another attempt has begun since: the figures are its business.
        """
        if not self._mine().update(status=Run.Status.DONE, finished_at=at, published_at=at, error=error):
            raise TakenOver(f"{self.run} was taken over by another attempt.")

    def _note(self, step: RunStep) -> None:
        said = {name: getattr(step, name) for name in STEP_FIELDS}
        self._write(lambda: sql.run("nightly/note_step", **said, attempt=self.run.attempts))

    def _fail(self, error: BaseException) -> None:
        said = f"{type(error).__name__}: {error}".strip()
        self._mine().filter(status=Run.Status.RUNNING).update(
            status=Run.Status.FAILED, finished_at=timezone.now(), error=said[:10_000]
        )

    def _mine(self) -> Any:
        """The row, unless somebody else has taken over since."""
        return Run.objects.filter(pk=self.run.pk, attempts=self.run.attempts)

    def _write(self, what: Callable[[], Answer]) -> Answer:
        return self._writer.submit(what).result()


def _hang_up() -> None:
    """Close the connection of the thread that calls this."""
    connection.close()


@transaction.atomic
def _begin(job: str, business_day: date, at: datetime) -> Run:
    run, created = Run.objects.get_or_create(job=job, business_day=business_day, defaults={"started_at": at})
    if not created:
        Run.objects.filter(pk=run.pk).update(
            status=Run.Status.RUNNING, started_at=at, finished_at=None, attempts=F("attempts") + 1, error=""
        )
        run.steps.all().delete()
        run.refresh_from_db()
    return run
