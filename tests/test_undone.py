"""What a test commits goes with it, or the next one would find it."""

from datetime import date

import pytest

from abmhub.accounts.models import Tier
from abmhub.signals import months
from abmhub.signals.months import EVENTS, stretches
from abmhub.users.models import User
from tests.undone import Undoing, may_pass_over_triggers

MARCH = date(2026, 3, 1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def undoing() -> Undoing:
    if not may_pass_over_triggers():
        pytest.skip("Django's flush is at work on this server")
    return Undoing()


def test_rows_are_as_they_were(undoing: Undoing) -> None:
    Tier.objects.filter(level=1).update(name="Another")
    User.objects.create(email="new@larkfield.example", name="New")
    undoing.undo()
    assert not User.objects.exists()
    assert Tier.objects.get(level=1).name != "Another"


def test_months_that_were_made_are_gone(undoing: Undoing) -> None:
    before = stretches(EVENTS)
    months.make(EVENTS, [MARCH], on=MARCH)
    assert stretches(EVENTS) != before
    undoing.undo()
    assert stretches(EVENTS) == before
