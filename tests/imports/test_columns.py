"""What a column looks like, told from its values alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.imports.cells import DateOrder
from abmhub.imports.columns import Facts, Type, facts_of, type_of


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["ann@acme.example", "b.c+d@borealis.example"], Type.EMAIL),
        (["acme.com", "https://www.borealis.co.uk/about?x=1", "condor.io"], Type.WEB_ADDRESS),
        (["2016-10-11", "10/11/2016", "3 Mar 2026", "02/24/26 02:18 AM"], Type.DATE),
        (["TRUE", "no"], Type.YES_NO),
        (["1,100.04", "3", "-5"], Type.NUMBER),
        (["$1,117.10K", "€ 1.234,50", "(1,200)"], Type.MONEY),
        (["(512) 757-6000", "+44 20 7946 0958", "555-0100 x12"], Type.PHONE),
        (["Kenya", "US", "Deutschland", "Norway"], Type.COUNTRY),
        (["Acme", "Borealis Foods", "12"], Type.TEXT),
        ([], Type.EMPTY),
    ],
)
def test_the_type_is_what_nearly_all_values_are(values: list[str], kind: Type) -> None:
    assert type_of(values) == kind


def test_a_few_odd_values_do_not_change_the_type() -> None:
    assert type_of([*(f"2026-03-{day:02}" for day in range(1, 20)), "soon"]) == Type.DATE


def test_the_ends_are_as_the_file_writes_them() -> None:
    rows = [["9", "25/11/2016"], ["1,100", "10/12/2016"], ["n/a", "26/11/2015"], ["", ""]]
    assert facts_of(["heads", "day"], rows, DateOrder.DAY_FIRST) == [
        Facts("heads", Type.NUMBER, 50, 2, ("9", "1,100"), "9", "1,100"),
        Facts("day", Type.DATE, 25, 3, ("25/11/2016", "10/12/2016", "26/11/2015"), "26/11/2015", "10/12/2016"),
    ]


def test_dates_whose_order_nobody_knows_have_no_ends() -> None:
    (facts,) = facts_of(["day"], [["10/11/2016"], ["11/10/2016"]])
    assert (facts.type, facts.least, facts.most) == (Type.DATE, "", "")


def test_a_file_without_rows_has_empty_columns() -> None:
    assert facts_of(["name"], []) == [Facts("name", Type.EMPTY, 0, 0, ())]


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=20), max_size=6))
def test_no_value_breaks_it(values: list[str]) -> None:
    (facts,) = facts_of(["any"], [[value] for value in values])
    assert facts.distinct <= len(values)
    assert 0 <= facts.empty_percent <= 100
