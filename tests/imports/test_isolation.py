"""What becomes of a row is its own affair: neither the order of the rows nor strangers beside it change it."""

import random
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abmhub.imports import actions
from abmhub.imports.kinds import INTAKES
from tests.imports.conftest import uploaded
from tests.imports.test_undoing import files, known, rolled_back

__all__ = ["known"]

pytestmark = pytest.mark.django_db


def outcomes(kind: str, lines: list[str], at: datetime) -> list[tuple[str, str, str]]:
    """The verdict on each line with what changes; rows that say the same share theirs, whichever of them is taken."""
    run = actions.check(run=uploaded(kind, "\n".join(lines) + "\n", at), at=at)
    found = {row.row_number: row for row in run.expected_rows.all()}
    assert len(found) == run.expected["rows"] == len(lines) - 1
    assert sum(run.expected[name] for name in ("accepted", "rejected", "skipped")) == run.expected["rows"]
    assert sum(run.expected[name] for name in ("created", "updated", "unchanged")) == run.expected["accepted"]
    return sorted(
        (line, row.verdict, "" if "row " in row.reason else row.reason)
        for line, row in zip(lines[1:], (found[number] for number in sorted(found)), strict=True)
    )


@pytest.mark.parametrize("kind", list(INTAKES))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), seed=st.integers(0, 99))
def test_the_order_of_the_rows_decides_nothing(
    kind: str, data: st.DataObject, seed: int, known: None, now: datetime
) -> None:
    header, *rows = data.draw(files(kind)).splitlines()
    shuffled = random.Random(seed).sample(rows, len(rows))
    with rolled_back():
        assert outcomes(kind, [header, *rows], now) == outcomes(kind, [header, *shuffled], now)
