"""The proof that what a night froze of the metrics agrees with itself."""

from collections.abc import Callable

import pytest
from django.db.models import F

from abmhub.metrics import books
from abmhub.metrics.actions import snapshot
from abmhub.metrics.models import FigureSnapshot, ReturnSnapshot
from abmhub.metrics.returns import keep_returns
from tests.metrics.conftest import ON, Company

pytestmark = pytest.mark.django_db


def more_rows(**which: str) -> None:
    FigureSnapshot.objects.filter(**which).update(rows=F("rows") + 1)


def more_due() -> None:
    FigureSnapshot.objects.filter(figure="contracts_due").delete()
    FigureSnapshot.objects.create(
        snapshot_on=ON, window="year", figure="contracts_kept", rows=3, known=3, amount=9
    )  # fmt: skip


def returned(**changes: int) -> Callable[[], object]:
    row = {"spend_amount": 5, "won_deals": 2, "won_amount": 10, "won_squares": 50, "open_deals": 0, "open_amount": 0}
    return lambda: ReturnSnapshot.objects.create(
        snapshot_on=ON, kind="program", key=7, model="even", **{**row, **changes}
    )


def spent_otherwise() -> None:
    returned()()
    ReturnSnapshot.objects.create(
        snapshot_on=ON, kind="program", key=7, model="last", spend_amount=6, won_deals=0, won_amount=0, won_squares=0,
        open_deals=0, open_amount=0,
    )  # fmt: skip


def test_what_a_night_froze_agrees_with_itself(company: Company) -> None:
    company(6)
    snapshot(on=ON)
    keep_returns(on=ON)
    returned()()
    assert FigureSnapshot.objects.exclude(by="").exists()
    assert books.errors() == []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        pytest.param(lambda: more_rows(figure="won", window="year", by=""), "won over a year counts", id="slices"),
        pytest.param(more_due, "but only 0 were due", id="retention"),
        pytest.param(returned(won_deals=0), "The returns of program 7", id="money without a deal"),
        pytest.param(returned(won_squares=101), "The returns of program 7", id="squares too large"),
        pytest.param(returned(won_squares=10), "The returns of program 7", id="squares too small"),
        pytest.param(spent_otherwise, "The returns of program 7", id="two spends"),
    ],
)
def test_what_cannot_be_is_told(spoil: Callable[[], object], told: str, company: Company) -> None:
    company(6)
    snapshot(on=ON)
    spoil()
    assert told in " ".join(books.errors())
