"""Exports as the public ones are: no key, names that come again, money in thousands, and outcomes beside stages."""

from datetime import date
from decimal import Decimal

import pytest

from abmhub.funnel.figures import deal_figures
from abmhub.imports.kinds import intake_of
from abmhub.imports.mapping import guess
from abmhub.imports.moments import moment
from abmhub.pipeline.actions import kind_of_stage
from abmhub.pipeline.models import Opportunity, Stage
from tests.imports.conftest import TakeIn, figures_of

pytestmark = pytest.mark.django_db

ZOHO_LIKE = (
    "Deal Name,Account Name,Stage,Amount,Probability (%),Created Time,Closing Date,Deal Owner\r\n"
    'Renewal,Acme Ltd,Closed Won,"$1,117.10K",10%,"15 Apr, 2021 00:03:00","25 Apr, 2021 23:59:00",Ann Lee\r\n'
    'Renewal,Acme Ltd,Closed Lost,$2.5K,100%,"15 Apr, 2021 00:03:00","16 Apr, 2021 08:00:00",Ann Lee\r\n'
    'Renewal,Globex,Closed-Lost to Competition,$900,90%,"1 May, 2021 10:00:00","3 May, 2021 10:00:00",Bo Chan\r\n'
    'Renewal,Globex,Negotiation/Review,$1M,100%,"2 May, 2021 10:00:00","9 Jun, 2021 10:00:00",Bo Chan\r\n'
)
KAGGLE_LIKE = (
    'Organization,Owner,Lead acquisition date,Product,Status,Stage,"Deal Value, $","Probability, %",'
    "Expected close date,Actual close date\r\n"
    "Globex,Ann Lee,01/05/2023,SAAS,Customer,Won,4000,20,02/28/2023,02/14/2023\r\n"
    "Globex,Ann Lee,01/05/2023,SAAS,Disqualified,Lost,100,90,03/28/2023,03/01/2023\r\n"
    "Globex,Ann Lee,01/05/2023,SAAS,Disqualified,Proposal,100,90,03/28/2023,\r\n"
)


def test_deals_without_a_key_are_all_kept(take_in: TakeIn) -> None:
    assert figures_of(take_in("opportunities", ZOHO_LIKE))["created"] == 4
    report = deal_figures(as_of=date(2021, 12, 31), by="owner")
    total = report.total
    assert (total.won, total.lost, total.open) == (1, 2, 1)
    assert (total.won_amount, total.open_amount) == (Decimal(1_117_100), Decimal(1_000_000))
    assert (total.win_rate, total.cycle_days_mean) == (Decimal("0.3333"), Decimal(10))
    assert {row.key: (row.figures.won, row.figures.lost) for row in report.rows} == {
        "Ann Lee": (1, 1),
        "Bo Chan": (0, 1),
    }


def test_the_same_file_again_changes_nothing(take_in: TakeIn) -> None:
    take_in("opportunities", ZOHO_LIKE)
    assert figures_of(take_in("opportunities", ZOHO_LIKE))["unchanged"] == 4


def test_a_deal_that_moved_on_is_the_same_deal(take_in: TakeIn) -> None:
    take_in("opportunities", ZOHO_LIKE)
    take_in("opportunities", ZOHO_LIKE.replace("Negotiation/Review,$1M", "Closed Won,$2M"))
    assert Opportunity.objects.count() == 4
    assert Opportunity.objects.filter(stage__kind=Stage.Kind.WON).count() == 2


def test_the_day_that_a_deal_was_closed_is_not_the_day_that_was_hoped_for(take_in: TakeIn) -> None:
    take_in("opportunities", KAGGLE_LIKE)
    total = deal_figures(as_of=date(2023, 12, 31)).total
    assert (total.won, total.lost, total.open, total.won_amount) == (1, 1, 1, Decimal(4_000))
    assert total.cycle_days_mean == 40


@pytest.mark.parametrize(
    ("stage", "status", "kind"),
    [
        pytest.param("Negotiation", "Won", "won", id="won-in-negotiation"),
        pytest.param("Negotiation", "Lost", "lost", id="lost-in-negotiation"),
        pytest.param("Negotiation", "Open", "open", id="open"),
        pytest.param("Won", "Lost", "won", id="the-stage-decides"),
        pytest.param("Negotiation", "Disqualified", "open", id="a-word-of-the-account"),
    ],
)
def test_an_outcome_beside_the_stage_ends_the_deal(take_in: TakeIn, stage: str, status: str, kind: str) -> None:
    take_in("opportunities", f"Deal ID,Stage,Status,Value\r\nD1,{stage},{status},5\r\n")
    assert Opportunity.objects.get().stage.kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Closed Won", "won"), ("closed_won", "won"), ("ClosedWon", "won"), ("6. Won (signed)", "won"), ("Win", "won"),
        ("Closed-Lost to Competition", "lost"), ("Loss", "lost"), ("Not won", "lost"), ("Cancelled", "lost"),
        ("Wonderland demo", "open"), ("Closing", "open"), ("Proposal/Price Quote", "open"),
    ],
)  # fmt: skip
def test_the_name_of_a_stage_tells_how_it_ended(name: str, kind: str) -> None:
    assert kind_of_stage(name) == kind


def test_a_column_of_names_that_come_again_is_no_key() -> None:
    fields = intake_of("opportunities").fields
    columns = ["Opportunity", "ID", "Stage"]
    assert (
        guess(fields, columns, [["Renewal", "1", "Won"], ["Renewal", "2", "Won"]]).mapping.columns["external_id"]
        == "ID"
    )
    assert "external_id" not in guess(fields, columns, [["A", "1", "Won"], ["B", "1", "Won"]]).mapping.columns


def test_a_moment_with_a_comma_is_read() -> None:
    assert moment("15 Apr, 2021 00:03:00", None).isoformat().startswith("2021-04-")
