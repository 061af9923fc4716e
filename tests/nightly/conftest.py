"""A night that can be held at a step, and accounts for it to find."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connections

from abmhub.accounts.models import Account
from abmhub.nightly import steps
from abmhub.nightly.steps import Step
from abmhub.scoring.changes import Scope
from tests.at_once import PATIENCE_SECONDS

TODAY = date(2026, 3, 4)
YESTERDAY = TODAY - timedelta(days=1)
AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
HELD = 20260304
"""The number of the lock that the nights of `held_worker` wait for."""


@pytest.fixture
def fitting(db: None) -> Account:
    """An account that the shipped rules put in Tier 3."""
    return Account.objects.create(
        name="Fitting", normalized_name="fitting", industry="software", employees=900, founded_year=2001
    )


def with_step(step: Step, *, after: str) -> tuple[Step, ...]:
    """The steps of tonight, and one more."""
    place = [each.name for each in steps.TONIGHT].index(after) + 1
    return (*steps.TONIGHT[:place], step, *steps.TONIGHT[place:])


@contextmanager
def held_night(monkeypatch: pytest.MonkeyPatch, *, after: str = "snapshots") -> Iterator[Callable[[], None]]:
    """A night of TODAY in another thread that has done everything up to a step, until the caller lets it go on."""
    reached, go_on = Event(), Event()

    def hold(scope: Scope) -> int:
        reached.set()
        assert go_on.wait(PATIENCE_SECONDS)
        return 0

    monkeypatch.setattr(steps, "TONIGHT", with_step(Step("held", hold), after=after))

    def night() -> None:
        try:
            steps.run(TODAY, at=AT)
        finally:
            connections.close_all()

    def finish() -> None:
        go_on.set()
        thread.join()

    thread = Thread(target=night)
    thread.start()
    try:
        assert reached.wait(PATIENCE_SECONDS)
        yield finish
    finally:
        finish()
