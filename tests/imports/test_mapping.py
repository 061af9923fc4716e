"""Which column is which field: guessed from the header, then from the values."""

import pytest

from abmhub.imports.cells import DateOrder
from abmhub.imports.kinds.accounts import Accounts
from abmhub.imports.kinds.base import Intake
from abmhub.imports.kinds.opportunities import Opportunities
from abmhub.imports.kinds.products import Products
from abmhub.imports.kinds.users import Users
from abmhub.imports.mapping import ColumnMapping, Guess, NotMapped, Unit, guess


def guessed(intake: type[Intake], columns: list[str], *sample: list[str]) -> dict[str, str]:
    return dict(guess(intake.fields, columns, sample or [["x1"] * len(columns)]).mapping.columns)


@pytest.mark.parametrize(
    ("intake", "columns", "fields"),
    [
        (
            Accounts,
            "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
            "name industry founded_year annual_revenue employees location parent",
        ),
        (Products, "product,series,sales_price", "name series list_price"),
        (Users, "sales_agent,manager,regional_office", "name manager territory"),
        (
            Opportunities,
            "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
            "external_id owner product account stage engaged_on closed_on amount",
        ),
        (
            Accounts,
            "Id,Name,Website,Industry,BillingCountry,NumberOfEmployees,AnnualRevenue,ParentId,OwnerId",
            "external_id name domain industry country employees annual_revenue parent_external_id owner",
        ),
        (
            Accounts,
            "Record ID,Company name,Company Domain Name,Country/Region,Number of Employees,Company owner",
            "external_id name domain country employees owner",
        ),
        (
            Opportunities,
            "Id,Name,AccountId,StageName,Amount,CreatedDate,CloseDate,OwnerId",
            "external_id name account_external_id stage amount engaged_on closed_on owner",
        ),
        (
            Opportunities,
            "Record ID,Deal Name,Deal Stage,Deal owner,Close Date,Create Date,Associated Company",
            "external_id name stage owner closed_on engaged_on account",
        ),
        (Accounts, "Acount name,Employes", "name employees"),
        (Accounts, "Account Name,No. of Employees", "name employees"),
    ],
)  # fmt: skip
def test_headers_of_common_systems_are_known(intake: type[Intake], columns: str, fields: str) -> None:
    header = columns.split(",")
    assert guessed(intake, header) == dict(zip(fields.split(), header, strict=True))


def test_a_column_whose_header_says_nothing_is_known_by_its_values() -> None:
    found = guessed(
        Accounts, ["name", "x1", "x2"], ["Acme", "acme.example", "Kenya"], ["Borealis", "www.b.example", "Norway"]
    )
    assert found == {"name": "name", "domain": "x1", "country": "x2"}


def test_a_column_that_means_nothing_to_us_is_left_out() -> None:
    assert guessed(Products, ["product", "warehouse shelf"]) == {"name": "product"}


def revenue(column: str, *rows: tuple[str, str]) -> Guess:
    return guess(Accounts.fields, ["account", column, "employees"], [["Acme", *row] for row in rows])


def test_revenue_that_would_be_cents_a_head_is_in_millions() -> None:
    found = revenue("revenue", ("1100.04", "2822"), ("251.41", "495"))
    assert found.mapping.revenue_unit == Unit.MILLIONS
    assert "0.41 a head" in found.revenue_unit_because


@pytest.mark.parametrize(
    ("column", "rows", "unit"),
    [
        ("revenue", [("1100040000", "2822")], Unit.ONES),
        ("revenue", [("1100040", "2822")], Unit.THOUSANDS),
        ("revenue", [("1100.04", "")], Unit.MILLIONS),
        ("revenue", [("80000000", "")], Unit.ONES),
        ("Revenue (in millions)", [("80000000", "10")], Unit.MILLIONS),
        ("Revenue ($k)", [("80000000", "10")], Unit.THOUSANDS),
        ("revenue", [("$1,100.04", "2822")], Unit.MILLIONS),
        ("revenue", [("", "")], Unit.ONES),
    ],
)
def test_the_unit_is_guessed_from_header_heads_or_size(column: str, rows: list[tuple[str, str]], unit: Unit) -> None:
    assert revenue(column, *rows).mapping.revenue_unit == unit


def test_an_order_of_dates_is_taken_from_the_dates_that_tell() -> None:
    columns = ["id", "stage", "close date"]
    told = guess(Opportunities.fields, columns, [["1", "Won", "10/11/2016"], ["2", "Won", "25/11/2016"]])
    assert told.mapping.date_order == DateOrder.DAY_FIRST
    open_ = guess(Opportunities.fields, columns, [["1", "Won", "10/11/2016"]])
    assert open_.date_order_is_open
    assert open_.mapping.date_order is None
    assert not guess(Opportunities.fields, columns, [["1", "Won", "2016-11-10"]]).date_order_is_open


def test_a_mapping_survives_its_storage() -> None:
    mapping = ColumnMapping({"name": "Account"}, Unit.MILLIONS, DateOrder.DAY_FIRST)
    assert ColumnMapping.from_json(mapping.to_json()) == mapping
    assert ColumnMapping.from_json({}) == ColumnMapping()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({}, "Say which column is “Account”; the file has: name, city"),
        ({"name": "title"}, "no column “title”"),
        ({"name": "name", "shoe_size": "city"}, "no field “shoe_size”"),
    ],
)
def test_what_is_missing_is_said_with_what_there_is(columns: dict[str, str], sentence: str) -> None:
    with pytest.raises(NotMapped, match=sentence):
        ColumnMapping(columns).check(Accounts.fields, ["name", "city"])
