"""The run ledger: one attempt after the other, whoever of them is still talking."""

import pytest

from abmhub.core.models import Run
from abmhub.nightly.ledger import Ledger, TakenOver
from tests.nightly.conftest import AT, TODAY

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_attempt_that_was_cut_off_says_no_more_when_another_has_taken_over(db: None) -> None:
    with Ledger("nightly", TODAY, at=AT) as cut_off, cut_off.step("signals") as too_late:
        taken_over = Ledger("nightly", TODAY, at=AT)
        with taken_over, taken_over.step("signals") as progress:
            progress.rows = 7
        too_late.rows = 1
        with cut_off.step("scores"):
            pass
        with pytest.raises(TakenOver):
            cut_off.publish(at=AT)
    [step] = Run.objects.get().steps.all()
    assert (step.name, step.position, step.rows) == ("signals", 1, 7)
    assert Run.objects.get().published_at is None


def test_a_new_attempt_begins_with_no_steps(db: None) -> None:
    with Ledger("nightly", TODAY, at=AT) as first, first.step("signals"):
        pass
    with Ledger("nightly", TODAY, at=AT) as second:
        run = Run.objects.get()
        assert (run.attempts, run.steps.count()) == (2, 0)
        assert second.run.attempts == 2
