"""manage.py metrics."""

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from abmhub.accounts.models import Territory
from abmhub.funnel.actions import snapshot
from abmhub.pipeline.models import Opportunity, Stage

KEYS = [
    "won", "lost", "open", "win_rate", "won_amount", "open_amount", "mean_won", "median_won", "cycle_days_mean",
    "cycle_days_median", "cycle_left_out",
]  # fmt: skip

NIGHT = date(2026, 6, 1)


@pytest.fixture
def three_deals(db: None) -> None:
    west = Territory.objects.create(name="West")
    for number, (stage, territory, amount, closed_on) in enumerate(
        [
            ("Won", west, "1000.10", date(2026, 1, 31)),
            ("Won", None, "2000", date(2026, 5, 1)),
            ("Lost", west, None, None),
        ]
    ):
        Opportunity.objects.create(
            stage=Stage.objects.get(name=stage),
            territory=territory,
            amount=amount,
            engaged_on=date(2026, 1, 1),
            closed_on=closed_on,
            source="test",
            external_id=str(number),
        )


def printed(*words: str) -> str:
    out = StringIO()
    call_command("metrics", *words, stdout=out)
    return out.getvalue()


def answer(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(*words, "--json").splitlines()[-1])
    return found


def test_it_prints_exactly_these_keys(three_deals: None) -> None:
    found = answer("--by", "territory", "--as-of", "2026-06-01")
    assert list(found) == [*KEYS, "rows", "stages", "slices"]
    assert [list(row) for row in found["rows"]] == [["key", *KEYS]] * 2
    assert [row["key"] for row in found["rows"]] == [None, "West"]


def test_it_prints_the_figures(three_deals: None) -> None:
    found = answer("--as-of", "2026-06-01")
    assert {name: found[name] for name in (*KEYS, "rows")} == {
        "won": 2,
        "lost": 1,
        "open": 0,
        "win_rate": 0.6667,
        "won_amount": 3000.1,
        "open_amount": 0.0,
        "mean_won": 1500.05,
        "median_won": 1500.05,
        "cycle_days_mean": 75.0,
        "cycle_days_median": 75.0,
        "cycle_left_out": 0,
        "rows": [],
    }


def test_what_cannot_be_told_is_null(db: None) -> None:
    found = answer()
    assert [found[key] for key in ("win_rate", "mean_won", "median_won", "cycle_days_mean")] == [None] * 4


def test_days_and_motions_choose_deals(three_deals: None) -> None:
    assert answer("--as-of", "2026-06-01", "--from", "2026-02-01")["won"] == 1
    assert answer("--as-of", "2026-06-01", "--to", "2026-01-31")["won"] == 1
    assert answer("--as-of", "2026-03-01")["won"] == 1
    assert answer("--as-of", "2026-06-01", "--motion", "demand_gen")["won"] == 0


def test_people_read_a_table(three_deals: None) -> None:
    lines = printed("--by", "region", "--as-of", "2026-06-01").splitlines()
    assert lines[0].split()[:4] == ["region", "won", "lost", "open"]
    assert [line.split()[0] for line in lines[1:]] == ["(none)", "West", "all"]
    assert "1,000.10" in lines[2]


@pytest.mark.parametrize(
    "words", [("--by", "shoe-size"), ("--as-of", "yesterday"), ("--from", "2026-02-01", "--to", "2026-01-01")]
)
def test_a_slip_is_answered_with_a_sentence(db: None, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        printed(*words)


def test_it_tells_every_stage_of_either_motion(three_deals: None) -> None:
    snapshot(on=date(2026, 6, 1))
    stages = answer("--as-of", "2026-06-01")["stages"]
    assert [list(each) for each in stages.values()] == [["pool", "interest", "sql", "opportunity", "won"]] * 2
    assert stages["abm"]["won"] == {
        "entered": 2,
        "conversion": pytest.approx(2 / 3),
        "low": pytest.approx(0.2077, abs=5e-5),
        "high": pytest.approx(0.9385, abs=5e-5),
        "median_days": 75.0,
        "value": 3000.1,
    }
    assert stages["demand_gen"]["sql"]["conversion"] is None
    in_january = answer("--as-of", "2026-06-01", "--from", "2026-01-01", "--to", "2026-01-31")["stages"]["abm"]
    assert (in_january["sql"]["entered"], in_january["won"]["entered"]) == (3, 1)


def test_two_dimensions_are_told_as_pairs(three_deals: None) -> None:
    snapshot(on=date(2026, 6, 1))
    found = answer("--by", "territory,motion", "--as-of", "2026-06-01")
    assert {tuple(row["key"]): row["won"] for row in found["rows"]} == {(None, "abm"): 1, ("West", "abm"): 1}
    won = {tuple(each["key"]): each["stages"]["abm"]["won"]["entered"] for each in found["slices"]}
    assert won == {("West", "ABM"): 1, (None, "ABM"): 1}


def test_by_what_only_deals_know_there_are_no_slices_of_the_funnel(three_deals: None) -> None:
    found = answer("--by", "product", "--as-of", "2026-06-01")
    assert (len(found["rows"]), found["slices"]) == (1, [])


@pytest.mark.parametrize("by", [pytest.param("shoe size", id="unknown"), pytest.param("tier,owner,month", id="three")])
def test_it_refuses_what_it_cannot_cut_by(three_deals: None, by: str) -> None:
    with pytest.raises(CommandError):
        printed("--by", by)


def test_it_tells_what_a_night_reported_whatever_came_late(three_deals: None) -> None:
    snapshot(on=NIGHT)
    then = answer("--as-of", str(NIGHT), "--by", "motion")
    Opportunity.objects.all().delete()
    late = answer("--as-of", str(NIGHT), "--by", "motion")
    assert late["won"] == 0
    assert answer("--as-of", str(NIGHT), "--by", "motion", "--reported") == then


def test_it_tells_what_a_night_reported_of_one_motion_and_of_slices(three_deals: None) -> None:
    snapshot(on=NIGHT)
    asked = ("--as-of", str(NIGHT), "--by", "territory", "--motion", "abm")
    then = answer(*asked)
    Opportunity.objects.all().delete()
    snapshot(on=NIGHT + timedelta(days=1))
    assert answer(*asked, "--reported") == then | {"rows": []}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--as-of", "2026-06-02"), "No night reported on 2 June 2026"),
        (("--as-of", "2026-06-01", "--by", "product"), "There is no dimension 'product'"),
        (("--as-of", "2026-06-01", "--from", "2026-01-01"), "without --from"),
    ],
)
def test_what_no_night_reported_is_refused(three_deals: None, words: tuple[str, ...], why: str) -> None:
    snapshot(on=NIGHT)
    with pytest.raises(CommandError, match=why):
        printed(*words, "--reported", "--json")
