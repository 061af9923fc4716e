"""Exports that nobody has shown us: generated, read as they are guessed, and held against plain arithmetic."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from statistics import mean, median
from typing import Any

import pytest
from django.core.management import call_command

from abmhub.imports.kinds import intake_of
from abmhub.imports.mapping import guess
from abmhub.pipeline.models import Lead, Opportunity, Stage
from tests.imports.conftest import TakeIn, figures_of

Row = dict[str, str]
OPEN_STAGES = ("Qualification", "Proposal/Price Quote", "Negotiation")


@dataclass(frozen=True)
class Deal:
    number: int
    account: str
    owner: str
    kind: str
    began_on: date
    closed_on: date
    amount: Decimal


def deals(seed: int) -> list[Deal]:
    """Deals with names that come again, and amounts that a file can write in thousands."""
    dice = Random(seed)
    found = []
    for number in range(120):
        began_on = date(2021, 1, 13) + timedelta(days=dice.randrange(200))
        found.append(
            Deal(
                number,
                dice.choice(["Acme Ltd", "Globex", "Initech", "Hooli"]),
                dice.choice(["Ann Lee", "Bo Chan", "Cy Diaz"]),
                dice.choice(["won", "won", "lost", "open"]),
                began_on,
                began_on + timedelta(days=dice.randrange(1, 90)),
                Decimal(dice.randrange(100, 2_000_000)) * 10,
            )
        )
    return found


def figures(found: list[Deal]) -> dict[str, Any]:
    """What a program has to answer."""

    def rounded(value: Decimal, unit: str) -> float:
        return float(value.quantize(Decimal(unit), ROUND_HALF_UP))

    won = [deal for deal in found if deal.kind == "won"]
    lost = [deal for deal in found if deal.kind == "lost"]
    days = [Decimal((deal.closed_on - deal.began_on).days) for deal in won]
    amounts = [deal.amount for deal in won]
    return {
        "won": len(won),
        "lost": len(lost),
        "open": len(found) - len(won) - len(lost),
        "win_rate": rounded(Decimal(len(won)) / (len(won) + len(lost)), "0.0001"),
        "won_amount": float(sum(amounts)),
        "open_amount": float(sum(deal.amount for deal in found if deal.kind == "open")),
        "mean_won": rounded(mean(amounts), "0.01"),
        "median_won": rounded(median(amounts), "0.01"),
        "cycle_days_mean": rounded(mean(days), "0.0001"),
        "cycle_days_median": rounded(median(days), "0.0001"),
    }


def clock_time(day: date) -> str:
    return f"{day.day} {day:%b}, {day.year} 00:03:00"


def in_thousands(deal: Deal) -> Row:
    """Money as $1,117.10K, and a probability that says the contrary of the stage."""
    return {
        "Deal Name": f"Renewal {deal.number % 5}",
        "Sales account": deal.account,
        "Sales owner": deal.owner,
        "Deal stage": {"won": "Closed Won", "lost": "Closed Lost"}.get(deal.kind, OPEN_STAGES[deal.number % 3]),
        "Probability (%)": {"won": "0%", "lost": "100%"}.get(deal.kind, "100%"),
        "Deal value": f"${deal.amount / 1000:,.2f}K",
        "Expected close": clock_time(deal.closed_on + timedelta(days=9)),
        "Closed date": "" if deal.kind == "open" else clock_time(deal.closed_on),
        "Created at": clock_time(deal.began_on),
        "Lead Source": "Web",
    }


def with_days_of_their_own(deal: Deal) -> Row:
    """The stage that it ended in, the end beside it, and a column for the day of each end."""
    return {
        "Deal - ID": str(deal.number),
        "Deal - Title": "Renewal",
        "Deal - Organization": deal.account,
        "Deal - Value": f"{deal.amount:,.2f}",
        "Deal - Currency of Value": "USD",
        "Deal - Stage": OPEN_STAGES[deal.number % 3],
        "Deal - Status": deal.kind.capitalize(),
        "Deal - Probability": "55",
        "Deal - Deal created": f"{deal.began_on} 10:00:00",
        "Deal - Won time": f"{deal.closed_on} 23:10:00" if deal.kind == "won" else "",
        "Deal - Lost time": f"{deal.closed_on} 23:10:00" if deal.kind == "lost" else "",
        "Deal - Expected close date": str(deal.closed_on + timedelta(days=30)),
        "Deal - Owner": deal.owner,
    }


def with_flags(deal: Deal) -> Row:
    """The end in yes and no alone, month first, money with its currency behind it."""
    return {
        "opp_id": f"OPP-{deal.number}",
        "client_name": deal.account,
        "account_manager": deal.owner,
        "opp_stage": "Done" if deal.kind != "open" else "Working",
        "is_closed": str(deal.kind != "open"),
        "is_won": str(deal.kind == "won"),
        "opp_value": f"{deal.amount:,.2f} USD",
        "open_dt": f"{deal.began_on:%m/%d/%Y}",
        "close_dt": f"{deal.closed_on:%m/%d/%Y}",
        "prob": "0.5",
    }


def with_an_outcome(deal: Deal) -> Row:
    """No stage at all; what is hoped for stands before what became of it."""
    return {
        "Opportunity Number": str(1_000 + deal.number),
        "Region": "West",
        "Opportunity Result": {"won": "Won", "lost": "Loss"}.get(deal.kind, "Pending"),
        "Est. Revenue": f"{deal.amount * 3}",
        "Actual Revenue": f"{deal.amount:.2f}",
        "Est. Close Date": str(deal.closed_on + timedelta(days=30)),
        "Actual Close Date": "" if deal.kind == "open" else str(deal.closed_on),
        "Date Opened": str(deal.began_on),
        "Potential Customer": deal.account,
    }


def with_hopes(deal: Deal) -> Row:
    """Open deals have an estimate alone; what became of the others stands in a column of its own."""
    won_or_open = {"won": "Won", "open": "In Progress"}
    return {
        "Topic": "Renewal",
        "Potential Customer": deal.account,
        "Status Reason": won_or_open.get(deal.kind, "Out-Sold"),
        "Status": {"won": "Won", "lost": "Lost"}.get(deal.kind, "Open"),
        "Est. Revenue": f"${deal.amount if deal.kind == 'open' else deal.amount * 2:,.2f}",
        "Actual Revenue": "" if deal.kind == "open" else f"${deal.amount:,.2f}",
        "Actual Close Date": "" if deal.kind == "open" else f"{deal.closed_on:%m/%d/%Y} 12:00 AM",
        "Created On": f"{deal.began_on:%m/%d/%Y} 9:30 AM",
        "Owner": f"Rep {deal.number}",
    }


STYLES = [
    pytest.param(in_thousands, id="in-thousands"),
    pytest.param(with_days_of_their_own, id="days-of-their-own"),
    pytest.param(with_flags, id="flags"),
    pytest.param(with_an_outcome, id="an-outcome"),
    pytest.param(with_hopes, id="hopes"),
]


def written(found: list[Deal], style: Callable[[Deal], Row]) -> str:
    rows = [style(deal) for deal in found]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def metrics(*arguments: str) -> dict[str, Any]:
    answer = io.StringIO()
    call_command("metrics", "--as-of", "2022-12-31", "--json", *arguments, stdout=answer)
    found: dict[str, Any] = json.loads(answer.getvalue().splitlines()[-1])
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("style", STYLES)
def test_the_figures_are_those_of_plain_arithmetic(take_in: TakeIn, style: Callable[[Deal], Row]) -> None:
    found = deals(7)
    take_in("accounts", "account\r\nAcme Ltd\r\nGlobex\r\nInitech\r\nHooli\r\n")
    text = written(found, style)
    assert figures_of(take_in("opportunities", text))["created"] == len(found)
    answer = metrics("--by", "account")
    expected = figures(found)
    assert {name: answer[name] for name in expected} == expected
    for row in answer["rows"]:
        expected = figures([deal for deal in found if deal.account == row["key"]])
        assert {name: row[name] for name in expected} == expected
    again = figures_of(take_in("opportunities", text))
    assert (again["unchanged"], again.get("created"), again.get("updated")) == (len(found), None, None)


@pytest.mark.django_db(transaction=True)
def test_the_command_reads_such_a_file_without_a_mapping(tmp_path: Path) -> None:
    found = deals(11)
    path = tmp_path / "export.csv"
    path.write_text(written(found, in_thousands), encoding="utf-8")
    call_command("import_file", "opportunities", str(path), "--json", stdout=io.StringIO(), stderr=io.StringIO())
    answer = metrics("--from", "2021-03-01", "--to", "2021-05-31")
    expected = figures(
        [deal for deal in found if deal.kind == "open" or date(2021, 3, 1) <= deal.closed_on <= date(2021, 5, 31)]
    )
    assert {name: answer[name] for name in expected} == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "is_won", "is_closed", "kind"),
    [
        pytest.param("Live", "TRUE", "TRUE", "won", id="won-under-another-name"),
        pytest.param("Parked", "no", "yes", "lost", id="closed-and-not-won"),
        pytest.param("Live", "0", "0", "open", id="open"),
        pytest.param("Closed", "No", "", "lost", id="a-stage-that-says-closed-and-a-no"),
        pytest.param("Closed Lost", "1", "1", "lost", id="the-stage-decides"),
    ],
)
def test_yes_and_no_beside_a_stage_end_the_deal(
    take_in: TakeIn, stage: str, is_won: str, is_closed: str, kind: str
) -> None:
    take_in("opportunities", f"Id,StageName,IsWon,IsClosed\r\nD1,{stage},{is_won},{is_closed}\r\n", source="Elsewhere")
    assert Opportunity.objects.get().stage.kind == kind


@pytest.mark.django_db
def test_whether_a_closed_deal_was_won_nobody_makes_up(take_in: TakeIn) -> None:
    take_in("opportunities", "Id,Stage,Is closed\r\nD1,Parked,TRUE\r\n")
    assert Opportunity.objects.get().stage.kind == Stage.Kind.OPEN


def mapped(columns: list[str], *rows: list[str]) -> dict[str, str]:
    return dict(guess(intake_of("opportunities").fields, columns, rows).mapping.columns)


def test_yes_and_no_are_no_day() -> None:
    columns = mapped(["Stage", "Closed", "Close Date"], ["Won", "TRUE", "2026-01-02"], ["Won", "FALSE", "2026-01-02"])
    assert (columns["closed_on"], columns["is_closed"]) == ("Close Date", "Closed")
    assert mapped(["Stage", "Closed"], ["Won", "2026-01-02"])["closed_on"] == "Closed"


def test_sizes_in_words_are_no_money() -> None:
    assert "amount" not in mapped(["Stage", "Deal Size"], ["Won", "Large"])
    assert mapped(["Stage", "Deal Size"], ["Won", "€12.5k"])["amount"] == "Deal Size"


def test_the_only_column_that_can_be_the_stage_is_it() -> None:
    assert mapped(["Deal ID", "Outcome"], ["1", "Won"])["stage"] == "Outcome"
    assert mapped(["Deal ID", "Outcome", "Stage"], ["1", "Won", "Closing"])["outcome"] == "Outcome"


LEADS = (
    "Prospect ID,Created Time,Lead Status,Converted\r\n"
    "1,2026-01-05,New,FALSE\r\n"
    "2,2026-01-06,Marketing-Qualified Lead,FALSE\r\n"
    "3,2026-01-07,Contacted,TRUE\r\n"
    "4,2026-01-08,Closed - Converted,\r\n"
)


@pytest.mark.django_db
def test_how_far_a_lead_has_come_is_told_by_yes_and_no_or_a_status(take_in: TakeIn) -> None:
    run = take_in("leads", LEADS)
    assert figures_of(run) == {"rows": 4, "accepted": 4, "created": 4, "doubtful": 3}
    assert [(str(lead.mql_on), str(lead.sql_on)) for lead in Lead.objects.order_by("external_id")] == [
        ("None", "None"),
        ("2026-01-06", "None"),
        ("2026-01-07", "2026-01-07"),
        ("2026-01-08", "2026-01-08"),
    ]
    assert figures_of(take_in("leads", LEADS))["unchanged"] == 4


@pytest.mark.django_db
def test_the_day_of_a_stage_is_believed_before_its_status(take_in: TakeIn) -> None:
    take_in("leads", "Lead ID,Created,Lead Status,SQL date\r\n1,2026-01-05,Converted,2026-02-03\r\n")
    assert str(Lead.objects.get().sql_on) == "2026-02-03"
