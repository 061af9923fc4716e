"""manage.py figures and manage.py report."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from abmhub.metrics.actions import snapshot
from abmhub.metrics.models import ReturnSnapshot, Target
from abmhub.pipeline.models import Opportunity, Stage

pytestmark = pytest.mark.django_db


def printed(*words: str) -> str:
    out = StringIO()
    call_command("figures", *words, stdout=out)
    return out.getvalue()


def answer(*words: str) -> Any:
    return json.loads(printed(*words, "--json"))


@pytest.fixture
def returned(today: date) -> ReturnSnapshot:
    return ReturnSnapshot.objects.create(
        snapshot_on=today, kind="program", key=999, model="even", spend_amount=10_000, won_deals=10, won_amount=100_000,
        won_squares=1_000_000_000, open_deals=0, open_amount=0,
    )  # fmt: skip


def test_it_prints_what_the_api_answers(returned: ReturnSnapshot, today: date) -> None:
    found = answer("returns", "--kind", "program")
    assert (found["on"], found["rows"][0]["times"]) == (today.isoformat(), 10.0)
    assert answer("returns")["rows"] == []
    assert "No. 999, deleted  10,000.00" in printed("returns", "--kind", "program")


def test_it_prints_targets_that_managers_see() -> None:
    Target.objects.create(metric="cac", value=90, starts_on="2026-01-01", ends_on="2026-12-31")
    assert [each["metric"] for each in answer("targets")] == ["cac"]
    assert "cac" in printed("targets")


@pytest.mark.parametrize("page", ["returns", "stages", "targets", "content", "tactics"])
def test_before_the_first_night_there_is_nothing(page: str) -> None:
    assert "nothing yet" in printed(page) or printed(page) == "\n"


def test_the_report_of_a_month_is_written(tmp_path: Path, today: date) -> None:
    stage = Stage.objects.filter(kind="won").order_by("pk")[0]
    Opportunity.objects.create(stage=stage, amount=1, closed_on=today, source="t", external_id="1")
    snapshot(on=today)
    file, out = tmp_path / "march.pdf", StringIO()
    call_command("report", f"{today:%Y-%m}", "--to", str(file), stdout=out)
    assert file.read_bytes().startswith(b"%PDF")
    assert out.getvalue() == f"{file}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [(("2020-01",), "nothing to report"), (("2020-13",), "no month"), (("March",), "no month")],
    ids=["no night", "no month", "a word"],
)
def test_what_cannot_be_written_is_said(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("report", *words)
